//! Names, ids and filters; and the spans that the tests of the rooms below are made of.

use super::{Filter, Kind, Span, Status, Summary, is_id, short};

/// A span from one moment to another, in milliseconds.
pub(super) fn span(id: &str, parent: &str, source: &str, from: i64, to: i64) -> Span {
    Span {
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
        id: id.to_owned(),
        parent: parent.to_owned(),
        name: id.to_owned(),
        kind: Kind::Internal,
        start: from * 1_000_000,
        duration: (to - from) * 1_000_000,
        source: source.to_owned(),
        ..Span::default()
    }
}

/// One call of a page that was sent twice, whose page is 100 ms behind the server, in no order.
pub(super) fn retried() -> Vec<Span> {
    let method = "myservice.v1.MyService/SayHello";
    let own = |span: Span, name: &str, kind| Span {
        name: name.to_owned(),
        kind,
        ..span
    };
    let attempt = format!("Attempt.{method}");
    let mut failed = own(
        span("a1", "c", "gangplank", 110, 114),
        &attempt,
        Kind::Client,
    );
    failed.status = Status::Error;
    failed.status_message = "replica-0 is broken".to_owned();
    vec![
        own(
            span("r2", "a2", "replica-1", 116, 124),
            method,
            Kind::Server,
        ),
        own(
            span("a2", "c", "gangplank", 115, 126),
            &attempt,
            Kind::Client,
        ),
        own(span("s", "p", "gangplank", 108, 128), method, Kind::Server),
        failed,
        own(span("c", "s", "gangplank", 109, 127), method, Kind::Client),
        own(span("p", "root", "page", 2, 30), method, Kind::Client),
        own(
            span("root", "", "page", 0, 31),
            "click: SayHello",
            Kind::Internal,
        ),
        own(
            span("r1", "a1", "replica-0", 111, 113),
            method,
            Kind::Server,
        ),
    ]
}

#[test]
fn method_is_shortened_and_nothing_else() {
    assert_eq!(short("myservice.v1.MyService/SayHello"), "SayHello");
    assert_eq!(short("Attempt.myservice.v1.MyService/SayHello"), "SayHello");
    for name in ["click: SayHello", "GET /v1/hello", "a/", ""] {
        assert_eq!(short(name), name);
    }
}

#[test]
fn id_is_32_lower_case_digits() {
    assert!(is_id("4bf92f3577b34da6a3ce929d0e0e4736"));
    for text in ["", "4bf92f3577b34da6", "4BF92F3577B34DA6A3CE929D0E0E4736"] {
        assert!(!is_id(text), "{text}");
    }
}

#[test]
fn kinds_have_the_protocol_s_numbers() {
    for (number, name) in ["", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]
        .into_iter()
        .enumerate()
    {
        let kind = Kind::from_number(number as u64);
        assert_eq!((kind.number(), kind.name()), (number, name));
    }
    assert_eq!(Kind::from_number(u64::MAX), Kind::Unspecified);
}

#[test]
fn filter_judges_as_the_server_does() {
    let summary = Summary {
        method: "myservice.v1.MyService/SayHello".to_owned(),
        duration: 5,
        code: "OK".to_owned(),
        ..Summary::default()
    };
    let passes = |filter: Filter| filter.passes(&summary);
    let named = |method: &str| Filter {
        method: method.to_owned(),
        ..Filter::default()
    };
    assert!(passes(Filter::default()) && Filter::default().is_open());
    assert!(passes(named(" sayhello ")));
    assert!(!passes(named("SayGoodbye")));
    let errors = Filter {
        only_errors: true,
        ..Filter::default()
    };
    assert!(!passes(errors.clone()));
    let retried = Summary {
        errors: 1,
        ..summary.clone()
    };
    assert!(
        errors.passes(&retried),
        "a retry that went well had an error"
    );
    let slow = |min_duration| Filter {
        min_duration,
        ..Filter::default()
    };
    assert!(passes(slow(5)) && !passes(slow(6)));
}
