//! Spans that are open: parents, links, and when they are handed on.

use std::time::{Duration, SystemTime};

use tokio::time::{Instant, advance};
use wire::code::Code;
use wire::traceparent::{SpanId, TraceId, TraceParent};

use super::OpenSpan;
use crate::telemetry::span::{Called, Facts};
use crate::telemetry::store::Store;
use crate::telemetry::tracer::{Caller, Config, Tracer, Trust};

/// A clock at one second after 1970.
fn tracer(store: &Store) -> Tracer {
    Tracer::new(Config {
        source: "gangplank".into(),
        store: Some(store.clone()),
        exporter: None,
        ratio: 1.0,
        random: || {
            use std::hash::{BuildHasher as _, RandomState};
            RandomState::new().hash_one(())
        },
        now: || SystemTime::UNIX_EPOCH + Duration::from_secs(1),
    })
}

fn context(is_sampled: bool) -> TraceParent {
    TraceParent {
        trace_id: TraceId::new(5).expect("not zero"),
        span_id: SpanId::new(6).expect("not zero"),
        is_sampled,
    }
}

fn caller(context: Option<TraceParent>, trust: Trust) -> Caller {
    Caller { context, trust }
}

fn facts() -> Facts {
    Facts::Called(Called {
        method: "a.B/C".into(),
        component: "a".into(),
        code: Code::Ok,
        error: None,
        attempts: 1,
    })
}

#[tokio::test(start_paused = true)]
async fn spans_are_handed_on_once_all_of_them_are_gone() {
    let store = Store::new(10_000);
    let caller = caller(Some(context(true)), Trust::Parent);
    let answering = OpenSpan::answering(&tracer(&store), caller, Instant::now(), true);
    advance(Duration::from_millis(1)).await;
    let calling = answering.child();
    advance(Duration::from_millis(2)).await;
    let attempt = calling.child();
    advance(Duration::from_millis(2)).await;
    for span in [&attempt, &calling, &answering] {
        span.end(Instant::now(), facts());
    }
    drop((attempt, calling));
    assert_eq!(store.fill().spans, 0);
    drop(answering);
    let spans = store.trace(context(true).trace_id);
    let told: Vec<_> = spans
        .iter()
        .map(|span| (span.began_at, span.took))
        .collect();
    let (second, milli) = (1_000_000_000, 1_000_000);
    let expected = [
        (second, Duration::from_millis(5)),
        (second + milli, Duration::from_millis(4)),
        (second + 3 * milli, Duration::from_millis(2)),
    ];
    assert_eq!(told, expected);
    assert_eq!(spans[0].parent, Some(context(true).span_id));
    assert_eq!(spans[1].parent, Some(spans[0].span_id));
    assert_eq!(spans[2].parent, Some(spans[1].span_id));
}

#[tokio::test(start_paused = true)]
async fn who_is_not_trusted_is_linked() {
    let store = Store::new(10_000);
    let caller = caller(Some(context(true)), Trust::Link);
    let answering = OpenSpan::answering(&tracer(&store), caller, Instant::now(), true);
    assert_ne!(answering.trace_id(), context(true).trace_id);
    assert_eq!(answering.link(), Some(context(true)));
    answering.end(Instant::now(), facts());
    let id = answering.trace_id();
    drop(answering);
    assert_eq!(store.trace(id)[0].parent, None);
}

#[tokio::test(start_paused = true)]
async fn a_caller_may_keep_its_trace_out_and_it_goes_on_unrecorded() {
    let store = Store::new(10_000);
    let caller = caller(Some(context(false)), Trust::Parent);
    let answering = OpenSpan::answering(&tracer(&store), caller, Instant::now(), true);
    assert!(!answering.is_recorded());
    assert_eq!(answering.traceparent(), context(false));
    answering.end(Instant::now(), facts());
    drop(answering);
    assert_eq!(store.fill().spans, 0);
}

#[tokio::test(start_paused = true)]
async fn a_trace_without_a_caller_s_context_is_new() {
    let store = Store::new(10_000);
    let tracer = tracer(&store);
    let one = OpenSpan::answering(&tracer, caller(None, Trust::Parent), Instant::now(), true);
    let other = OpenSpan::answering(&tracer, caller(None, Trust::Parent), Instant::now(), true);
    assert_ne!(one.trace_id(), other.trace_id());
    assert!(one.traceparent().is_sampled);
}
