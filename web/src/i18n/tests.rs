//! The choice of a language, and texts that must differ from one language to the other.

use super::Locale;
use wire::code::Code;

#[test]
fn any_chinese_tag_is_chinese_and_the_rest_is_english() {
    for tag in ["zh", "zh-CN", "zh-Hans", "ZH-hant-TW"] {
        assert_eq!(Locale::from_tag(tag), Locale::Zh, "{tag}");
    }
    for tag in ["", "en", "en-GB", "de", "zhx", "x-zh"] {
        assert_eq!(Locale::from_tag(tag), Locale::En, "{tag}");
    }
}

#[test]
fn tag_names_the_same_language_again() {
    for locale in [Locale::En, Locale::Zh] {
        assert_eq!(Locale::from_tag(locale.tag()), locale);
    }
}

#[test]
fn every_code_is_explained_in_each_language_by_its_own_words() {
    let (en, zh) = (
        Locale::En.messages().code_meaning,
        Locale::Zh.messages().code_meaning,
    );
    for code in Code::ALL {
        assert!(en(code).is_ascii(), "{code:?}");
        assert!(!zh(code).is_ascii(), "{code:?}");
    }
}
