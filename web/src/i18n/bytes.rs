//! The words of the wire view: bytes, parts, JSON.
//!
//! Beside those of the page, because bundles show bytes too.

use super::{Locale, Words, words};

/// Every text in one language.
#[allow(missing_docs)] // The English text beside each name is its documentation.
pub struct BytesWords {
    pub bytes: &'static str,
    pub bytes_owned: fn(usize) -> String,
    pub more_bytes: fn(usize) -> String,
    pub as_json: fn(usize) -> String,
    pub answer_json: &'static str,
    pub parts: &'static str,
    pub no_bytes: &'static str,
    pub message_frame: &'static str,
    pub trailer_frame: &'static str,
    pub unparsed: &'static str,
    pub compressed: &'static str,
    pub rest: &'static str,
    pub no_schema: &'static str,
    pub frame_note: fn(u8, usize, u32) -> String,
    pub length_note: fn(usize) -> String,
    pub copy_bytes: fn(usize) -> String,
    pub copied: fn(usize) -> String,
    pub copy_hex: &'static str,
    pub copy_base64: &'static str,
    pub copy_text: &'static str,
}

impl Words for BytesWords {
    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &EN,
            Locale::Zh => &ZH,
        }
    }
}

/// Returns a text that follows the page's language.
pub fn text(choose: fn(&BytesWords) -> &'static str) -> impl Fn() -> &'static str + Copy {
    words(choose)
}

static EN: BytesWords = BytesWords {
    bytes: "Bytes",
    bytes_owned: |size| format!("{size} bytes, every one accounted for"),
    more_bytes: |rest| format!("Show more ({rest} bytes left)"),
    as_json: |size| format!("As JSON, {size} bytes"),
    answer_json: "Answer as JSON",
    parts: "Parts",
    no_bytes: "No bytes.",
    message_frame: "Message frame",
    trailer_frame: "Trailer frame",
    unparsed: "Unreadable bytes",
    compressed: "Compressed payload",
    rest: "More bytes, not named one by one",
    no_schema: "no schema",
    frame_note: frame_note_en,
    length_note: |length| format!(" · length {length}"),
    copy_bytes: |count| format!("Copy {count} bytes as"),
    copied: |count| format!("Copied {count} bytes."),
    copy_hex: "Hex",
    copy_base64: "Base64",
    copy_text: "Text",
};

static ZH: BytesWords = BytesWords {
    bytes: "字节",
    bytes_owned: |size| format!("{size} 个字节，每个都有归属"),
    more_bytes: |rest| format!("显示更多（还有 {rest} 个字节）"),
    as_json: |size| format!("JSON 格式：{size} 个字节"),
    answer_json: "响应的 JSON",
    parts: "组成",
    no_bytes: "没有字节。",
    message_frame: "消息帧",
    trailer_frame: "Trailer 帧",
    unparsed: "无法解读的字节",
    compressed: "压缩过的内容",
    rest: "其余字节，不再逐一命名",
    no_schema: "没有 schema",
    frame_note: frame_note_zh,
    length_note: |length| format!(" · 长度 {length}"),
    copy_bytes: |count| format!("复制这 {count} 个字节："),
    copied: |count| format!("已复制 {count} 个字节。"),
    copy_hex: "十六进制",
    copy_base64: "Base64",
    copy_text: "文本",
};

fn frame_note_en(flags: u8, length: usize, missing: u32) -> String {
    let origin = if flags & 0x80 == 0 {
        ""
    } else {
        ", only in gRPC-Web"
    };
    let cut = if missing == 0 {
        String::new()
    } else {
        format!(" · {missing} bytes missing")
    };
    format!("flags {flags:#04x}{origin} · length {length}{cut}")
}

fn frame_note_zh(flags: u8, length: usize, missing: u32) -> String {
    let origin = if flags & 0x80 == 0 {
        ""
    } else {
        "，gRPC-Web 独有"
    };
    let cut = if missing == 0 {
        String::new()
    } else {
        format!(" · 缺 {missing} 个字节")
    };
    format!("flags {flags:#04x}{origin} · 长度 {length}{cut}")
}
