//! What `accept` says of JSON.

use http::HeaderValue;

use super::*;

#[track_caller]
fn check(accept: &'static str, expected: bool) {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
    assert_eq!(takes_json(&headers), expected, "{accept}");
}

#[test]
fn json_is_refused_only_where_nothing_takes_it() {
    assert!(takes_json(&HeaderMap::new()));
    for accept in [
        "",
        "*/*",
        "application/*",
        "Application/JSON; names=proto",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/plain, application/json;q=0.001",
        "application/json, */*;q=0",
    ] {
        check(accept, true);
    }
    for accept in [
        "text/html",
        "text/*",
        "application/x-ndjson",
        "application/json;q=0",
        "*/*, application/json;q=0",
        "application/*;q=0.0, */*",
    ] {
        check(accept, false);
    }
}
