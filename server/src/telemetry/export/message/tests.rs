//! Claims about spans in OTLP's words.

use std::time::Duration;

use http::HeaderMap;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use wire::code::Code;

use super::*;
use crate::telemetry::export::{Batches, Protocol};
use crate::telemetry::span::{Called, Given};

fn config() -> Config {
    Config {
        endpoint: http::Uri::from_static("http://127.0.0.1:4318/v1/traces"),
        protocol: Protocol::Http,
        headers: HeaderMap::new(),
        is_compressed: false,
        attempt_timeout: Duration::from_secs(1),
        trusted: None,
        service_name: Some("pier".to_owned()),
        attributes: vec![("host.name".to_owned(), "here".to_owned())],
        batches: Batches::default(),
    }
}

fn span(source: &str, facts: Facts) -> Span {
    Span {
        trace_id: TraceId::new(0x0102).expect("not zero"),
        span_id: SpanId::new(0x0304).expect("not zero"),
        parent: SpanId::new(0x0506),
        source: source.into(),
        began_at: 1_000,
        took: Duration::from_nanos(500),
        facts,
    }
}

fn called(code: Code) -> Facts {
    Facts::Called(Called {
        method: "shop.v1.Orders/GetOrder".into(),
        component: "orders".into(),
        code,
        error: Some("no order 404".into()),
        attempts: 2,
    })
}

fn given() -> Facts {
    Facts::Given(Box::new(Given {
        name: "click: Greet".to_owned(),
        kind: Kind::Client,
        status: Status::Ok,
        attributes: vec![Attribute {
            key: "real".into(),
            value: Value::Real(0.5),
        }],
        events: vec![Event {
            name: "first byte".into(),
            at: 1_200,
            attributes: vec![Attribute {
                key: "flag".into(),
                value: Value::Flag(true),
            }],
        }],
        links: vec![Link {
            trace_id: TraceId::new(7).expect("not zero"),
            span_id: SpanId::new(8).expect("not zero"),
        }],
        state: "a=b".to_owned(),
    }))
}

fn message(spans: &[Span]) -> Vec<pb::ResourceSpans> {
    let resource = Resource::new(&config(), "gangplank");
    let mut message = Message::new(&resource);
    message.add(spans);
    let request = ExportTraceServiceRequest::decode(message.finish());
    request.expect("a request").resource_spans
}

fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a PbValue> {
    let found = attributes.iter().find(|pair| pair.key == key)?;
    found.value.as_ref()?.value.as_ref()
}

fn word(text: &str) -> PbValue {
    PbValue::StringValue(text.to_owned())
}

#[test]
fn each_source_is_a_resource() {
    let spans = [
        span("gangplank", called(Code::Ok)),
        span("replica-0", called(Code::Ok)),
        span("page", given()),
        span("gangplank", called(Code::Ok)),
    ];
    let told = message(&spans);
    let names = told.iter().map(|told| {
        let attributes = &told.resource.as_ref().expect("a resource").attributes;
        let host = attribute(attributes, "host.name").is_some();
        let version = attribute(attributes, SERVICE_VERSION).is_some();
        let name = attribute(attributes, SERVICE_NAME).expect("a name");
        (name.clone(), host, version, told.scope_spans[0].spans.len())
    });
    let expected = [
        (word("pier"), true, true, 2),
        (word("replica-0"), true, true, 1),
        (word("page"), false, false, 1),
    ];
    assert_eq!(names.collect::<Vec<_>>(), expected);
}

#[test]
fn nobody_can_speak_in_the_process_s_name() {
    let told = message(&[span("gangplank", given())]);
    let attributes = &told[0].resource.as_ref().expect("a resource").attributes;
    assert_eq!(
        attribute(attributes, SERVICE_NAME),
        Some(&word("gangplank"))
    );
    assert_eq!(attribute(attributes, "host.name"), None);
}

#[test]
fn facts_have_their_names() {
    let told = message(&[span("gangplank", called(Code::NotFound))]);
    let span = &told[0].scope_spans[0].spans[0];
    assert_eq!(span.name, "shop.v1.Orders/GetOrder");
    assert_eq!(span.trace_id[14..], [1, 2]);
    assert_eq!(span.trace_id.len(), 16);
    assert_eq!(span.span_id, [0, 0, 0, 0, 0, 0, 3, 4]);
    assert_eq!(span.parent_span_id, [0, 0, 0, 0, 0, 0, 5, 6]);
    assert_eq!(span.kind(), pb::span::SpanKind::Client);
    let times = (span.start_time_unix_nano, span.end_time_unix_nano);
    assert_eq!(times, (1_000, 1_500));
    // Sampled, and its parent is this process's own.
    assert_eq!(span.flags, 0x101);
    let status = span.status.as_ref().expect("a status");
    assert_eq!(status.code(), pb::status::StatusCode::Error);
    assert_eq!(status.message, "no order 404");
    let of = |key| attribute(&span.attributes, key);
    assert_eq!(of("rpc.method"), Some(&word("shop.v1.Orders/GetOrder")));
    assert_eq!(of("gangplank.attempts"), Some(&PbValue::IntValue(2)));
}

#[test]
fn what_others_made_is_told_as_it_came() {
    let told = message(&[span("page", given())]);
    let span = &told[0].scope_spans[0].spans[0];
    assert_eq!(span.name, "click: Greet");
    assert_eq!(span.trace_state, "a=b");
    assert_eq!(span.flags, SAMPLED);
    let real = attribute(&span.attributes, "real");
    assert_eq!(real, Some(&PbValue::DoubleValue(0.5)));
    let event = &span.events[0];
    assert_eq!(
        (event.name.as_str(), event.time_unix_nano),
        ("first byte", 1_200)
    );
    let flag = attribute(&event.attributes, "flag");
    assert_eq!(flag, Some(&PbValue::BoolValue(true)));
    assert_eq!(span.links[0].trace_id[15], 7);
    assert_eq!(span.links[0].span_id[7], 8);
    let status = span.status.as_ref().expect("a status");
    assert_eq!(status.code(), pb::status::StatusCode::Ok);
}

#[test]
fn empty_parent_is_none() {
    let mut top: Span = span("gangplank", called(Code::Ok));
    top.parent = None;
    let told = message(&[top]);
    assert!(told[0].scope_spans[0].spans[0].parent_span_id.is_empty());
}
