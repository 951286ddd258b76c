//! Where a stream is resumed.

use super::*;

#[test]
fn an_answer_tells_its_place() {
    assert_eq!(
        id(br#"{"version":"7","message":"x"}"#).as_deref(),
        Some("7")
    );
    assert_eq!(id(br#"{"version":7}"#).as_deref(), Some("7"));
    assert_eq!(id(br#"{"message":"x"}"#), None);
    assert_eq!(id(br#"{"version":"a\nb"}"#), None);
    assert_eq!(id(br#"{"version":{}}"#), None);
}

#[test]
fn the_query_gives_way_to_the_header() {
    let check = |query, expected| assert_eq!(resumed(query, b"7 a"), expected);
    check("past=3&sinceVersion=5", "past=3&since_version=7%20a");
    check("since_version=5", "since_version=7%20a");
    check("", "since_version=7%20a");
}
