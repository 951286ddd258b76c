//! What the deadline field takes.

use super::{NotADeadline, parse};
use std::time::Duration;

#[test]
fn empty_field_means_no_deadline() {
    assert_eq!(parse("  "), Ok(None));
}

#[test]
fn whole_milliseconds_are_a_deadline() {
    assert_eq!(parse(" 1 "), Ok(Some(Duration::from_millis(1))));
    assert_eq!(
        parse("99999999"),
        Ok(Some(Duration::from_millis(99_999_999)))
    );
}

#[test]
fn anything_else_is_rejected() {
    for text in [
        "0",
        "-1",
        "+1",
        "1.5",
        "1e3",
        "100000000",
        "99999999999999999999",
        "soon",
    ] {
        assert_eq!(parse(text), Err(NotADeadline), "{text}");
    }
}
