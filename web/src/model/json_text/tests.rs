//! Strings in quotes.

use super::quote;

#[test]
fn quotes_backslashes_and_controls_are_escaped() {
    assert_eq!(
        quote("a\"b\\c\n\u{1}\u{2028}"),
        r#""a\"b\\c\n\u0001\u2028""#
    );
}

#[test]
fn other_characters_stay_as_they_are() {
    assert_eq!(quote("你好，World！"), "\"你好，World！\"");
}
