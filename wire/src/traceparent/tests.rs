//! What is a `traceparent`, and what isn't.

use super::{SpanId, TraceId, TraceParent};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
const SPAN: u64 = 0x00f0_67aa_0ba9_02b7;

#[track_caller]
fn check(value: &str, expected: Option<bool>) {
    let found = TraceParent::parse(value.as_bytes());
    let expected = expected.map(|is_sampled| TraceParent {
        trace_id: TraceId::new(TRACE).expect("not zero"),
        span_id: SpanId::new(SPAN).expect("not zero"),
        is_sampled,
    });
    assert_eq!(found, expected, "{value}");
}

#[test]
fn the_specification_s_own_examples_are_read() {
    check(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        Some(true),
    );
    check(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        Some(false),
    );
    check(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02",
        Some(false),
    );
    check(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff",
        Some(true),
    );
}

#[test]
fn later_versions_may_have_more_behind() {
    check(
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        Some(true),
    );
    check(
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future",
        Some(true),
    );
    check(
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what",
        None,
    );
    check(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        None,
    );
}

#[test]
fn what_is_malformed_is_none() {
    for value in [
        "",
        "00",
        "00-",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ] {
        check(value, None);
    }
}

#[test]
fn what_is_written_is_read_again() {
    for is_sampled in [true, false] {
        let parent = TraceParent {
            trace_id: TraceId::new(7).expect("not zero"),
            span_id: SpanId::new(u64::MAX).expect("not zero"),
            is_sampled,
        };
        let text = parent.to_string();
        assert_eq!(TraceParent::parse(text.as_bytes()), Some(parent), "{text}");
    }
}

#[test]
fn ids_are_digits_of_their_length() {
    let trace = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736").expect("an id");
    assert_eq!(trace.get(), TRACE);
    assert_eq!(trace.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(
        SpanId::parse("00f067aa0ba902b7").map(SpanId::get),
        Some(SPAN)
    );
    assert_eq!(SpanId::parse("0f067aa0ba902b7"), None);
    assert_eq!(TraceId::parse("00f067aa0ba902b7"), None);
}
