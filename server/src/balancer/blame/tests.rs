//! What a replica may say about trying again.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};

use super::{PUSHBACK, Pushback, pushback};

#[track_caller]
fn check(value: Option<&'static str>, expected: Pushback) {
    let mut headers = HeaderMap::new();
    if let Some(value) = value {
        headers.insert(PUSHBACK, HeaderValue::from_static(value));
    }
    assert_eq!(pushback(&headers), expected, "{value:?}");
}

#[test]
fn only_a_whole_number_is_leave_to_try_again() {
    check(None, Pushback::Unsaid);
    check(Some("0"), Pushback::After(Duration::ZERO));
    check(Some("250"), Pushback::After(Duration::from_millis(250)));
    check(Some("-1"), Pushback::Never);
    check(Some("soon"), Pushback::Never);
    check(Some(""), Pushback::Never);
}
