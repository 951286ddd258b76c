//! The words of `/decode`.
//!
//! They're part of its bundle, not of the first load.

use super::{Locale, Words, words};

/// Every text in one language.
#[allow(missing_docs)] // The English text beside each name is its documentation.
pub struct DecodeWords {
    pub title: &'static str,
    pub lede: &'static str,
    pub paste: &'static str,
    pub paste_label: &'static str,
    pub paste_invalid: &'static str,
    pub kind: &'static str,
    pub kind_guess: &'static str,
    pub kind_frames: &'static str,
    pub kind_text: &'static str,
    pub kind_message: &'static str,
    pub message_type: &'static str,
    pub message_unknown: &'static str,
    pub decoded: &'static str,
}

impl Words for DecodeWords {
    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &EN,
            Locale::Zh => &ZH,
        }
    }
}

/// Returns a text that follows the page's language.
pub fn text(choose: fn(&DecodeWords) -> &'static str) -> impl Fn() -> &'static str + Copy {
    words(choose)
}

static EN: DecodeWords = DecodeWords {
    title: "What do these bytes mean?",
    lede: "Paste what you caught on the wire: gRPC or gRPC-Web frames, base64 text mode, or a bare protobuf message. Nothing leaves this page, and no server is needed.",
    paste: "Paste",
    paste_label: "Paste here",
    paste_invalid: "This is neither hex nor base64.",
    kind: "Read as",
    kind_guess: "Guess",
    kind_frames: "Frames",
    kind_text: "Text mode",
    kind_message: "Bare message",
    message_type: "Message type",
    message_unknown: "unknown message",
    decoded: "Every byte, named",
};

static ZH: DecodeWords = DecodeWords {
    title: "这些字节是什么意思？",
    lede: "把抓到的字节粘贴进来：gRPC 或 gRPC-Web 帧、base64 文本模式，或单独一条 protobuf 消息。全部在本页完成，不发出任何数据，也不需要服务器。",
    paste: "粘贴",
    paste_label: "粘贴到这里",
    paste_invalid: "既不是十六进制，也不是 base64。",
    kind: "解读方式",
    kind_guess: "自动判断",
    kind_frames: "帧",
    kind_text: "文本模式",
    kind_message: "单条消息",
    message_type: "消息类型",
    message_unknown: "未知消息",
    decoded: "逐字节解读",
};
