//! What is kept, what makes room, and what is told of it.

use std::sync::Arc;
use std::time::Duration;

use wire::code::Code;
use wire::traceparent::{SpanId, TraceId};

use super::Store;
use crate::telemetry::span::{Called, Facts, Given, Kind, Span, Status};

fn trace(id: u128) -> TraceId {
    TraceId::new(id).expect("not zero")
}

fn id(id: u64) -> SpanId {
    SpanId::new(id).expect("not zero")
}

/// A call of a component, `began_at` to `began_at + 10`.
fn called(trace_id: u128, span_id: u64, parent: Option<u64>, began_at: u64, code: Code) -> Span {
    Span {
        trace_id: trace(trace_id),
        span_id: id(span_id),
        parent: parent.map(id),
        source: "gangplank".into(),
        began_at,
        took: Duration::from_nanos(10),
        facts: Facts::Called(Called {
            method: "shop.v1.Orders/GetOrder".into(),
            component: "orders".into(),
            code,
            error: None,
            attempts: 1,
        }),
    }
}

fn click(trace_id: u128, span_id: u64, began_at: u64) -> Span {
    Span {
        source: "page".into(),
        took: Duration::from_nanos(100),
        facts: Facts::Given(Box::new(Given {
            name: "click".to_owned(),
            kind: Kind::Internal,
            status: Status::Unset,
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            state: String::new(),
        })),
        ..called(trace_id, span_id, None, began_at, Code::Ok)
    }
}

fn add(store: &Store, spans: Vec<Span>) {
    store.add(spans[0].trace_id, Arc::new(spans));
}

#[test]
fn the_oldest_make_room_and_are_counted() {
    let one = called(1, 1, None, 0, Code::Ok).weight();
    // Room for three, with what a group itself takes.
    let store = Store::new(3 * one + 3 * 100);
    for number in 1..=5_u64 {
        add(
            &store,
            vec![called(number.into(), number, None, number, Code::Ok)],
        );
    }
    let fill = store.fill();
    assert_eq!(fill.spans + fill.evicted, 5);
    assert!(fill.bytes <= 3 * one as u64 + 300, "{fill:?}");
    assert!(store.trace(trace(1)).is_empty());
    assert_eq!(store.trace(trace(5)).len(), 1);
}

#[test]
fn a_store_without_room_keeps_nothing() {
    let store = Store::new(0);
    add(&store, vec![called(1, 1, None, 0, Code::Ok)]);
    assert_eq!(store.fill().spans, 0);
    assert_eq!(store.fill().evicted, 1);
}

#[test]
fn spans_of_several_groups_are_one_trace() {
    let store = Store::new(100_000);
    add(&store, vec![called(1, 3, Some(2), 20, Code::Unavailable)]);
    add(&store, vec![called(2, 9, None, 30, Code::Ok)]);
    add(
        &store,
        vec![click(1, 1, 5), called(1, 2, Some(1), 10, Code::Ok)],
    );
    let ids: Vec<_> = store
        .trace(trace(1))
        .iter()
        .map(|span| span.span_id.get())
        .collect();
    assert_eq!(ids, [1, 2, 3]);
    let newest = store.newest(10, |_| true);
    assert_eq!(newest.len(), 2);
    // One that grows stays in its place.
    assert_eq!(newest[1].trace_id, trace(1));
    assert_eq!(newest[1].spans, 3);
    assert_eq!(newest[1].errors, 1);
    assert_eq!(newest[1].took, Duration::from_nanos(100));
    assert_eq!(&*newest[1].source, "page");
    assert!(newest[1].has_failed());
    assert_eq!(newest[1].method.as_deref(), Some("shop.v1.Orders/GetOrder"));
}

#[test]
fn a_span_that_comes_again_takes_the_place_of_the_former() {
    let store = Store::new(100_000);
    add(&store, vec![called(1, 1, None, 0, Code::Unavailable)]);
    add(&store, vec![called(1, 1, None, 0, Code::Ok)]);
    let spans = store.trace(trace(1));
    assert_eq!(spans.len(), 1);
    assert!(!spans[0].is_error());
}

#[test]
fn changes_are_told_once_and_the_newest_of_too_many() {
    let store = Store::new(100_000);
    add(&store, vec![called(1, 1, None, 0, Code::Ok)]);
    let since = store.now();
    add(&store, vec![called(2, 2, None, 1, Code::Ok)]);
    add(&store, vec![called(3, 3, None, 2, Code::Ok)]);
    let changes = store.changes(since, 1);
    let told: Vec<_> = changes.traces.iter().map(|trace| trace.trace_id).collect();
    assert_eq!(told, [trace(3)]);
    let again = store.changes(changes.until, 10);
    assert!(again.traces.is_empty());
    assert_eq!(again.until, changes.until);
    // A trace that grows is told again.
    add(&store, vec![called(1, 9, Some(1), 3, Code::Ok)]);
    assert_eq!(store.changes(changes.until, 10).traces[0].spans, 2);
}

#[tokio::test]
async fn watchers_are_told() {
    let store = Store::new(100_000);
    let mut watch = store.watch();
    add(&store, vec![called(1, 1, None, 0, Code::Ok)]);
    watch.changed().await.expect("the store is there");
}
