//! The words of the inspector's Code tab.
//!
//! They're part of its bundle, not of the first load.

use super::{Locale, Words, words};

/// Every text in one language.
#[allow(missing_docs)] // The English text beside each name is its documentation.
pub struct CodeWords {
    pub tool: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub is_run: &'static str,
    pub is_not_run: &'static str,
}

impl Words for CodeWords {
    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &EN,
            Locale::Zh => &ZH,
        }
    }
}

/// Returns a text that follows the page's language.
pub fn text(choose: fn(&CodeWords) -> &'static str) -> impl Fn() -> &'static str + Copy {
    words(choose)
}

static EN: CodeWords = CodeWords {
    tool: "Tool",
    copy: "Copy",
    copied: "Copied",
    is_run: "The project's tests run this text, or compile it, as it stands.",
    is_not_run: "Not run by the project's tests.",
};

static ZH: CodeWords = CodeWords {
    tool: "工具",
    copy: "复制",
    copied: "已复制",
    is_run: "项目测试会原样运行或编译这段代码。",
    is_not_run: "项目测试没有运行过它。",
};
