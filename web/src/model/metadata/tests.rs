//! What the metadata field takes, and what stays out of links.

use super::{BadLine, parse, without_secrets};

#[test]
fn pairs_keep_order_and_repeats() {
    let pairs = parse("X-Team: one\n\nx-team:two ").expect("legal lines");
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(pairs, [("x-team", "one"), ("x-team", "two")]);
}

#[test]
fn bad_line_is_named_by_its_number() {
    for (text, line) in [
        ("no colon", 1),
        ("a: 1\n: empty", 2),
        ("grpc-timeout: 1S", 1),
        ("a b: 1", 1),
        ("Cookie: a=1", 1),
        ("sec-fetch-mode: cors", 1),
        ("a: \u{4f60}", 1),
        ("trace-bin: not base64!", 1),
    ] {
        assert_eq!(parse(text), Err(BadLine { line }), "{text}");
    }
}

#[test]
fn secrets_stay_out_of_links() {
    let text = "Authorization: Bearer 1\nx-team: one\ntrace-bin: AAAA\nX-Api-Key: 2\ncookie: 3";
    assert_eq!(without_secrets(text), "x-team: one");
}
