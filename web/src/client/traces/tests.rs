//! What is written and read, against prost by the schema.

use prost::Message as _;
use proto::gangplank::v1 as pb;

use super::*;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn time(seconds: i64, nanos: i32) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds, nanos }
}

fn took(seconds: i64, nanos: i32) -> prost_types::Duration {
    prost_types::Duration { seconds, nanos }
}

fn told() -> pb::TraceSummary {
    pb::TraceSummary {
        trace_id: TRACE.to_owned(),
        method: "myservice.v1.MyService/SayHello".to_owned(),
        start_time: Some(time(1_700_000_000, 5)),
        duration: Some(took(1, 6)),
        status_code: "UNAVAILABLE".to_owned(),
        spans: 8,
        errors: 2,
        attempts: 3,
        source: "page".to_owned(),
    }
}

fn read() -> Summary {
    Summary {
        id: TRACE.to_owned(),
        method: "myservice.v1.MyService/SayHello".to_owned(),
        start: 1_700_000_000_000_000_005,
        duration: 1_000_000_006,
        code: "UNAVAILABLE".to_owned(),
        spans: 8,
        errors: 2,
        attempts: 3,
        source: "page".to_owned(),
    }
}

fn fact(key: &str, value: pb::span_attribute::Value) -> pb::SpanAttribute {
    pb::SpanAttribute {
        key: key.to_owned(),
        value: Some(value),
    }
}

fn own(key: &str, value: Value) -> Attribute {
    Attribute {
        key: key.to_owned(),
        value,
    }
}

#[test]
fn list_is_read_as_the_schema_has_it() {
    let message = pb::ListTracesResponse {
        traces: vec![told(), pb::TraceSummary::default()],
        spans_kept: 70,
        spans_evicted: u64::MAX,
    };
    let expected = Listed {
        traces: vec![read(), Summary::default()],
        kept: 70,
        evicted: u64::MAX,
    };
    assert_eq!(listed(&message.encode_to_vec()), expected);
    let news = pb::WatchTracesResponse {
        trace: Some(told()),
    };
    assert_eq!(first(&news.encode_to_vec()).map(summary), Some(read()));
}

fn told_span() -> pb::Span {
    use pb::span_attribute::Value as Told;
    pb::Span {
        trace_id: TRACE.to_owned(),
        span_id: "00f067aa0ba902b7".to_owned(),
        parent_span_id: "b7ad6b7169203331".to_owned(),
        name: "Attempt.myservice.v1.MyService/SayHello".to_owned(),
        kind: pb::SpanKind::Client.into(),
        start_time: Some(time(2, 3)),
        duration: Some(took(0, 4)),
        source: "gangplank".to_owned(),
        attributes: vec![
            fact("text", Told::Text("OK".to_owned())),
            fact("number", Told::Number(-2)),
            fact("real", Told::Real(0.5)),
            fact("flag", Told::Flag(true)),
            fact("no", Told::Flag(false)),
            fact("zero", Told::Number(0)),
        ],
        events: vec![pb::SpanEvent {
            name: "first byte".to_owned(),
            time: Some(time(2, 5)),
            attributes: vec![fact("n", Told::Number(1))],
        }],
        links: vec![pb::SpanLink {
            trace_id: "a".to_owned(),
            span_id: "b".to_owned(),
        }],
        status: pb::SpanStatus::Error.into(),
        status_message: "broken".to_owned(),
        trace_state: "x=y".to_owned(),
    }
}

fn read_span() -> Span {
    Span {
        trace_id: TRACE.to_owned(),
        id: "00f067aa0ba902b7".to_owned(),
        parent: "b7ad6b7169203331".to_owned(),
        name: "Attempt.myservice.v1.MyService/SayHello".to_owned(),
        kind: Kind::Client,
        start: 2_000_000_003,
        duration: 4,
        source: "gangplank".to_owned(),
        attributes: vec![
            own("text", Value::Text("OK".to_owned())),
            own("number", Value::Number(-2)),
            own("real", Value::Real(0.5)),
            own("flag", Value::Flag(true)),
            own("no", Value::Flag(false)),
            own("zero", Value::Number(0)),
        ],
        events: vec![Event {
            name: "first byte".to_owned(),
            time: 2_000_000_005,
            attributes: vec![own("n", Value::Number(1))],
        }],
        links: vec![Link {
            trace_id: "a".to_owned(),
            span_id: "b".to_owned(),
        }],
        status: Status::Error,
        status_message: "broken".to_owned(),
        trace_state: "x=y".to_owned(),
    }
}

#[test]
fn every_field_of_a_span_is_read() {
    let answer = pb::GetTraceResponse {
        trace: Some(pb::Trace {
            summary: Some(told()),
            spans: vec![told_span()],
        }),
    };
    let read_back = first(&answer.encode_to_vec()).map(trace);
    let whole = Trace {
        summary: read(),
        spans: vec![read_span()],
    };
    assert_eq!(read_back, Some(whole));
}

#[test]
fn kinds_and_statuses_have_the_schema_s_numbers() {
    for (number, name) in [
        (0, "UNSPECIFIED"),
        (1, "INTERNAL"),
        (2, "SERVER"),
        (3, "CLIENT"),
        (4, "PRODUCER"),
        (5, "CONSUMER"),
    ] {
        let kind = pb::SpanKind::try_from(number).expect("the schema has it");
        assert_eq!(kind.as_str_name(), format!("SPAN_KIND_{name}"));
    }
    assert_eq!(
        Status::from_number(pb::SpanStatus::Error as u64),
        Status::Error
    );
    assert_eq!(Status::from_number(pb::SpanStatus::Ok as u64), Status::Ok);
}

#[test]
fn filter_is_written_as_the_schema_has_it() {
    let filter = Filter {
        method: " Hello ".to_owned(),
        only_errors: true,
        min_duration: 1_500_000_000,
    };
    let written = pb::TraceFilter::decode(&filtered(&filter)[..]).expect("prost reads it");
    let expected = pb::TraceFilter {
        method: "Hello".to_owned(),
        only_errors: true,
        min_duration: Some(took(1, 500_000_000)),
    };
    assert_eq!(written, expected);
    assert!(filtered(&Filter::default()).is_empty());
}

#[test]
fn broken_messages_are_read_as_far_as_they_go() {
    let bytes = told().encode_to_vec();
    let whole = summary(&bytes);
    for cut in 0..bytes.len() {
        let part = summary(&bytes[..cut]);
        assert!(part.id.is_empty() || part.id == whole.id, "{cut}");
        assert!(part.source.is_empty(), "{cut}");
    }
}
