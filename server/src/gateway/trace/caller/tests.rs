//! What travels on of a caller's context, and what doesn't.

use http::{HeaderMap, HeaderValue};
use wire::traceparent::TraceParent;

use super::admit;
use crate::telemetry::tracer::Trust;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, HeaderValue::from_str(value).expect("visible ASCII"));
    }
    headers
}

/// Names of what is left.
#[track_caller]
fn check(pairs: &[(&'static str, String)], trust: Trust, expected: &[&str]) -> bool {
    let mut headers = headers(pairs);
    let (caller, state) = admit(&mut headers, trust);
    let mut left: Vec<_> = headers.keys().map(http::HeaderName::as_str).collect();
    left.sort_unstable();
    assert_eq!(left, expected);
    assert_eq!(state.is_some(), headers.contains_key("tracestate"));
    caller.context.is_some()
}

#[test]
fn a_good_context_travels_on() {
    let pairs = [
        ("traceparent", PARENT.to_owned()),
        ("tracestate", "a=1,b=2".to_owned()),
        ("baggage", "user=7".to_owned()),
    ];
    assert!(check(
        &pairs,
        Trust::Parent,
        &["baggage", "traceparent", "tracestate"]
    ));
    // The state is the caller's; a new trace has none.
    assert!(check(&pairs, Trust::Link, &["baggage", "traceparent"]));
    let mut headers = headers(&pairs);
    let context = admit(&mut headers, Trust::Parent).0.context;
    assert_eq!(context, TraceParent::parse(PARENT.as_bytes()));
}

#[test]
fn what_is_malformed_or_double_is_no_context() {
    let state = ("tracestate", "a=1".to_owned());
    let bad = [("traceparent", "00-xyz".to_owned()), state.clone()];
    assert!(!check(&bad, Trust::Parent, &[]));
    let twice = [
        ("traceparent", PARENT.to_owned()),
        ("traceparent", PARENT.to_owned()),
        state.clone(),
    ];
    assert!(!check(&twice, Trust::Parent, &[]));
    assert!(!check(&[state], Trust::Parent, &[]));
}

#[test]
fn what_is_too_long_stays_here() {
    let parent = ("traceparent", PARENT.to_owned());
    let state = |text: String| [parent.clone(), ("tracestate", text)];
    let entries = |count: usize| vec!["a=1"; count].join(",");
    assert!(check(
        &state(entries(32)),
        Trust::Parent,
        &["traceparent", "tracestate"]
    ));
    assert!(check(&state(entries(33)), Trust::Parent, &["traceparent"]));
    let long = |count: usize| format!("a={}", "x".repeat(count - 2));
    assert!(check(
        &state(long(512)),
        Trust::Parent,
        &["traceparent", "tracestate"]
    ));
    assert!(check(&state(long(513)), Trust::Parent, &["traceparent"]));
    let half = ("baggage", long(4096));
    let more = ("baggage", long(4097));
    check(&[half.clone(), half.clone()], Trust::Parent, &["baggage"]);
    check(&[half, more], Trust::Parent, &[]);
}
