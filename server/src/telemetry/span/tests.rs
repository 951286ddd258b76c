//! What spans are called, and which of them are errors.

use std::sync::Arc;
use std::time::Duration;

use wire::code::Code;
use wire::traceparent::{SpanId, TraceId};

use super::{
    Answered, Attempted, Called, Facts, Kind, Moments, PickedFor, RetryReason, Span, Status,
    Transcoded, Value,
};
use crate::telemetry::names;

fn span(facts: Facts) -> Span {
    Span {
        trace_id: TraceId::new(1).expect("not zero"),
        span_id: SpanId::new(2).expect("not zero"),
        parent: None,
        source: "gangplank".into(),
        began_at: 1_000,
        took: Duration::from_nanos(500),
        facts,
    }
}

fn answered(code: Code) -> Answered {
    Answered {
        name: "shop.v1.Orders/GetOrder".into(),
        component: Some("orders".into()),
        dialect: "grpc",
        is_stream: false,
        code,
        message: None,
        is_cut: false,
        received: 1,
        sent: 1,
        http: None,
        moments: Moments::default(),
        link: None,
        state: None,
    }
}

fn attempted(code: Code, retry: Option<RetryReason>) -> Span {
    span(Facts::Attempted(Box::new(Attempted {
        method: "shop.v1.Orders/GetOrder".into(),
        component: "orders".into(),
        replica: "orders-1".into(),
        peer: "10.0.0.1:50051".parse().expect("an authority"),
        reason: PickedFor::Word("turn"),
        previous: u32::from(retry.is_some()),
        retry,
        code,
        error: None,
    })))
}

/// An attribute's value as text.
fn value(span: &Span, key: &str) -> Option<String> {
    let attributes = span.attributes();
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    Some(match &found.value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Real(real) => real.to_string(),
        Value::Flag(flag) => flag.to_string(),
    })
}

#[test]
fn a_server_fails_by_six_codes_a_client_by_all_but_one() {
    for code in Code::ALL {
        let server = span(Facts::Answered(Box::new(answered(code))));
        let fails = matches!(code.number(), 2 | 4 | 12 | 13 | 14 | 15);
        assert_eq!(server.is_error(), fails, "{code:?}");
        assert_eq!(
            matches!(server.status(), Status::Error(_)),
            fails,
            "{code:?}"
        );
        assert_eq!(
            value(&server, names::ERROR_TYPE).is_some(),
            fails,
            "{code:?}"
        );
        let client = span(Facts::Called(Called {
            method: "shop.v1.Orders/GetOrder".into(),
            component: "orders".into(),
            code,
            error: None,
            attempts: 1,
        }));
        assert_eq!(client.is_error(), code != Code::Ok, "{code:?}");
        assert_eq!(
            value(&client, names::STATUS_CODE).as_deref(),
            Some(code.name())
        );
    }
}

#[test]
fn a_method_that_nobody_serves_is_no_name_of_a_span() {
    let facts = Answered {
        component: None,
        ..answered(Code::Unimplemented)
    };
    let span = span(Facts::Answered(Box::new(facts)));
    assert_eq!(span.name(), names::UNKNOWN_METHOD);
    assert_eq!(value(&span, names::METHOD).as_deref(), Some("_OTHER"));
    let original = value(&span, names::METHOD_ORIGINAL);
    assert_eq!(original.as_deref(), Some("shop.v1.Orders/GetOrder"));
}

#[test]
fn an_attempt_says_where_why_and_why_again() {
    let first = attempted(Code::Unavailable, None);
    assert_eq!(first.name(), "Attempt.shop.v1.Orders/GetOrder");
    assert_eq!(first.kind(), Kind::Client);
    assert_eq!(
        value(&first, names::PEER_ADDRESS).as_deref(),
        Some("10.0.0.1")
    );
    assert_eq!(value(&first, names::PEER_PORT).as_deref(), Some("50051"));
    assert_eq!(value(&first, names::PICK_REASON).as_deref(), Some("turn"));
    assert_eq!(value(&first, names::RETRY_REASON), None);
    let second = attempted(Code::Ok, Some(RetryReason::Failed(Code::Unavailable)));
    assert_eq!(
        value(&second, names::RETRY_REASON).as_deref(),
        Some("UNAVAILABLE")
    );
    assert_eq!(
        value(&second, names::PREVIOUS_ATTEMPTS).as_deref(),
        Some("1")
    );
    assert_eq!(value(&second, names::TRANSPARENT_RETRY), None);
    let third = attempted(Code::Ok, Some(RetryReason::Untouched));
    assert_eq!(
        value(&third, names::TRANSPARENT_RETRY).as_deref(),
        Some("true")
    );
}

#[test]
fn moments_are_events_in_the_order_of_their_times() {
    let at = Duration::from_nanos;
    let facts = Answered {
        moments: Moments {
            routed: Some(at(20)),
            requested: Some(at(10)),
            answered: None,
            decoded: Some(Transcoded {
                at: at(15),
                took: at(4),
                json_bytes: 16,
                message_bytes: 7,
            }),
            encoded: None,
        },
        ..answered(Code::Ok)
    };
    let events = span(Facts::Answered(Box::new(facts))).events();
    let told: Vec<_> = events
        .iter()
        .map(|event| (&*event.name, event.at))
        .collect();
    let expected = [
        (names::REQUESTED, 1_010),
        (names::TRANSCODED, 1_015),
        (names::ROUTED, 1_020),
    ];
    assert_eq!(told, expected);
    assert_eq!(events[1].attributes.len(), 4);
}

#[test]
fn only_streams_count_their_messages() {
    let unary = span(Facts::Answered(Box::new(answered(Code::Ok))));
    assert_eq!(value(&unary, names::MESSAGES_SENT), None);
    let facts = Answered {
        is_stream: true,
        received: 3,
        sent: 0,
        ..answered(Code::Ok)
    };
    let stream = span(Facts::Answered(Box::new(facts)));
    assert_eq!(
        value(&stream, names::MESSAGES_RECEIVED).as_deref(),
        Some("3")
    );
    assert_eq!(value(&stream, names::MESSAGES_SENT).as_deref(), Some("0"));
}

#[test]
fn a_lower_load_says_than_whose() {
    let over: Arc<str> = "orders-2".into();
    let reason = PickedFor::LowerLoad {
        load: 1.0,
        over,
        over_load: 2.5,
    };
    assert_eq!(
        reason.to_string(),
        "lower load: 1.00 against 2.50 of orders-2"
    );
}
