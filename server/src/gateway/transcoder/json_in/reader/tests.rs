//! The grammar of JSON, checked by hand at its corners and against `serde_json` in bulk.

use proptest::prelude::*;

use super::{Reader, Start};
use crate::gateway::transcoder::error::Fit;
use crate::gateway::transcoder::limits::JsonLimits;

fn skips(text: &str) -> Fit<()> {
    let limits = JsonLimits::default();
    let mut reader = Reader::new(text, &limits);
    reader.skip()?;
    reader.end()
}

#[track_caller]
fn check_string(text: &str, expected: Option<&str>) {
    let limits = JsonLimits::default();
    let mut reader = Reader::new(text, &limits);
    let string = reader
        .string()
        .and_then(|string| reader.end().map(|()| string));
    assert_eq!(string.ok().as_deref(), expected, "{text}");
}

#[test]
fn strings_lose_their_escapes() {
    check_string(r#" "plain" "#, Some("plain"));
    check_string(r#""\"\\\/\b\f\n\r\t""#, Some("\"\\/\u{8}\u{c}\n\r\t"));
    check_string(r#""a\u4e2db""#, Some("a中b"));
    check_string(r#""\uD83D\uDE00""#, Some("😀"));
    check_string(r#""\u0000""#, Some("\0"));
}

#[test]
fn broken_strings_are_refused() {
    for text in [
        r#"""#,
        r#""a"#,
        r#""\"#,
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\u+123""#,
        r#""\uD83D""#,
        r#""\uD83Dx""#,
        r#""\uD83D\u0041""#,
        r#""\uDE00""#,
        "\"\n\"",
        "\"\\u00é\"",
    ] {
        check_string(text, None);
    }
}

#[test]
fn looking_ahead_changes_nothing() {
    let limits = JsonLimits::default();
    let mut reader = Reader::new("[[1], 2]", &limits);
    reader.open_list(1).unwrap();
    assert!(reader.next_element(1).unwrap());
    reader.ahead(Reader::skip).unwrap();
    assert_eq!(reader.start().unwrap(), Start::List);
    reader.skip().unwrap();
    assert!(reader.next_element(1).unwrap());
    assert_eq!(reader.number().unwrap(), "2");
    assert!(!reader.next_element(1).unwrap());
    reader.end().unwrap();
}

/// Pieces that make JSON, and break it.
fn json_like() -> impl Strategy<Value = String> {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"a\":",
        "\\",
        "\\u00e9",
        "\\ud83d",
        "0",
        "1",
        "-",
        ".5",
        "e3",
        "true",
        "null",
        "fals",
        " ",
        "\n",
        "\u{b}",
        "é",
        "{\"k\":[1,{}]}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..9)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn accepts_what_serde_json_accepts(text in json_like()) {
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        prop_assert_eq!(skips(&text).is_ok(), theirs.is_ok(), "{}", text);
    }
}
