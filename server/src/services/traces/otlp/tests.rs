//! Spans that components send.

use opentelemetry_proto::tonic::common::v1::ArrayValue;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::ScopeSpans;

use super::*;
use crate::telemetry::span::nanos;
use crate::telemetry::store::Store;
use crate::telemetry::tracer::Config;

const NOW: Duration = Duration::from_hours(500_000);

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + NOW
}

fn pair(key: &str, value: PbValue) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

fn word(text: &str) -> PbValue {
    PbValue::StringValue(text.to_owned())
}

fn good() -> pb::Span {
    pb::Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        parent_span_id: vec![3; 8],
        name: "look it up".to_owned(),
        kind: SpanKind::Server.into(),
        start_time_unix_nano: nanos(NOW),
        end_time_unix_nano: nanos(NOW) + 5,
        attributes: vec![pair("rpc.method", word("shop.v1.Orders/GetOrder"))],
        ..pb::Span::default()
    }
}

fn of(service: &str, spans: Vec<pb::Span>) -> ResourceSpans {
    ResourceSpans {
        resource: Some(Resource {
            attributes: vec![pair("service.name", word(service))],
            ..Resource::default()
        }),
        scope_spans: vec![ScopeSpans {
            spans,
            ..ScopeSpans::default()
        }],
        ..ResourceSpans::default()
    }
}

#[track_caller]
fn check_refused(span: pb::Span, expected: &str) {
    let taken = spans(vec![of("orders", vec![span, good()])], now());
    let refused = taken.refused.expect("one is refused");
    assert_eq!(refused.count, 1);
    assert!(refused.first.contains(expected), "{}", refused.first);
    assert_eq!(taken.traces.len(), 1, "the other one is kept");
}

#[tokio::test]
async fn spans_of_components_are_kept() {
    let store = Store::new(1024 * 1024);
    let tracer = Tracer::new(Config {
        source: "gangplank".into(),
        store: Some(store.clone()),
        exporter: None,
        ratio: 1.0,
        random: || 7,
        now,
    });
    let request = ExportTraceServiceRequest {
        resource_spans: vec![of("orders", vec![good()])],
    };
    let collector = Collector::new(tracer, now);
    let answer = collector.export(Request::new(request)).await.unwrap();
    assert_eq!(answer.into_inner().partial_success, None);
    let trace_id = TraceId::new(u128::from_be_bytes([1; 16])).expect("not zero");
    let span = &store.trace(trace_id)[0];
    assert_eq!(&*span.source, "orders");
    assert_eq!(span.parent, SpanId::new(u64::from_be_bytes([3; 8])));
    assert_eq!(span.took, Duration::from_nanos(5));
    assert_eq!(span.method(), Some("shop.v1.Orders/GetOrder"));
    assert_eq!(span.kind(), Kind::Server);
}

#[test]
fn what_is_malformed_is_counted_and_told() {
    let with = |change: fn(&mut pb::Span)| {
        let mut span = good();
        change(&mut span);
        span
    };
    check_refused(with(|span| span.trace_id = vec![0; 16]), "trace_id");
    check_refused(with(|span| span.trace_id = vec![1; 8]), "trace_id");
    check_refused(with(|span| span.span_id.clear()), "span_id");
    check_refused(
        with(|span| span.parent_span_id = vec![0; 8]),
        "parent_span_id",
    );
    check_refused(with(|span| span.start_time_unix_nano = 5), "25 hours");
    let day = nanos(Duration::from_hours(25));
    let mut long = good();
    long.end_time_unix_nano += day;
    check_refused(long, "24 hours");
}

#[test]
fn what_is_long_is_cut() {
    let mut span = good();
    span.name = "é".repeat(10_000);
    span.attributes = vec![pair("key", word(&"x".repeat(10_000))); 100];
    span.events = vec![pb::span::Event::default(); 100];
    let taken = spans(vec![of("orders", vec![span])], now());
    let span = &taken.traces[0].1[0];
    assert_eq!(span.name().chars().count(), MAX_NAME_CHARS);
    assert_eq!(span.events().len(), MAX_EVENTS);
    let attributes = span.attributes();
    assert_eq!(attributes.len(), MAX_ATTRIBUTES);
    let Value::Text(text) = &attributes[0].value else {
        panic!("{:?}", attributes[0]);
    };
    assert_eq!(text.len(), MAX_TEXT_CHARS);
}

#[test]
fn lists_come_as_text_and_deep_ones_end() {
    let list = |value| {
        let values = vec![AnyValue { value: Some(value) }];
        PbValue::ArrayValue(ArrayValue { values })
    };
    let mut deep = PbValue::IntValue(1);
    for _ in 0..100 {
        deep = list(deep);
    }
    let told = attributes(vec![pair("a", list(word("x"))), pair("b", deep)]);
    assert_eq!(told[0].value, Value::Text("[\"x\"]".to_owned()));
    assert_eq!(told[1].value, Value::Text("[[[[…]]]]".to_owned()));
}

#[test]
fn program_without_a_name_is_unknown() {
    let taken = spans(vec![of("", vec![good()])], now());
    assert_eq!(&*taken.traces[0].1[0].source, UNKNOWN);
}

#[test]
fn more_than_is_taken_at_once_is_refused() {
    let taken = spans(vec![of("orders", vec![good(); MAX_SPANS + 2])], now());
    assert_eq!(taken.refused.expect("some").count, 2);
}
