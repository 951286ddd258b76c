//! What is told of traces, and which spans of pages are taken.

use std::sync::Arc;

use futures_util::StreamExt as _;
use tokio::time::Instant;
use wire::code::Code;
use wire::traceparent::SpanId;

use super::*;
use crate::telemetry::names;
use crate::telemetry::span::{Called, Facts, Span};
use crate::telemetry::tracer::Config as TracerConfig;

const NOW: Duration = Duration::from_hours(500_000);

struct Served {
    traces: Traces,
    store: Store,
    draining: watch::Sender<bool>,
}

fn served() -> Served {
    let store = Store::new(1024 * 1024);
    let draining = watch::Sender::new(false);
    let config = Config {
        store: store.clone(),
        pages: Tracer::new(TracerConfig {
            source: names::PAGE.into(),
            store: Some(store.clone()),
            exporter: None,
            ratio: 1.0,
            random: || 7,
            now: || SystemTime::UNIX_EPOCH,
        }),
        now: || SystemTime::UNIX_EPOCH + NOW,
    };
    let drained = Status::unavailable("the server ends");
    Served {
        traces: Traces::new(config, draining.subscribe(), drained),
        store,
        draining,
    }
}

/// A call that took so many milliseconds.
fn add(store: &Store, id: u128, method: &str, code: Code, millis: u64) {
    let trace_id = TraceId::new(id).expect("not zero");
    let span = Span {
        trace_id,
        span_id: SpanId::new(1).expect("not zero"),
        parent: None,
        source: "gangplank".into(),
        began_at: 1_000,
        took: Duration::from_millis(millis),
        facts: Facts::Called(Called {
            method: method.into(),
            component: "orders".into(),
            code,
            error: None,
            attempts: 1,
        }),
    };
    store.add(trace_id, Arc::new(vec![span]));
}

async fn listed(served: &Served, filter: pb::TraceFilter, limit: u32) -> Vec<String> {
    let filter = Some(filter);
    let request = Request::new(pb::ListTracesRequest { filter, limit });
    let answer = served.traces.list_traces(request).await.expect("a list");
    let traces = answer.into_inner().traces.into_iter();
    traces.map(|trace| trace.method).collect()
}

#[tokio::test]
async fn lists_are_filtered_and_bounded() {
    let served = served();
    add(&served.store, 1, "shop.v1.Orders/GetOrder", Code::Ok, 5);
    add(
        &served.store,
        2,
        "shop.v1.Orders/Cancel",
        Code::NotFound,
        50,
    );
    add(&served.store, 3, "shop.v1.Stock/Get", Code::Ok, 500);
    let filter = pb::TraceFilter::default;
    let all = [
        "shop.v1.Stock/Get",
        "shop.v1.Orders/Cancel",
        "shop.v1.Orders/GetOrder",
    ];
    assert_eq!(listed(&served, filter(), 0).await, all);
    assert_eq!(listed(&served, filter(), 2).await, all[..2]);
    let method = "ORDERS".to_owned();
    let by_method = pb::TraceFilter { method, ..filter() };
    assert_eq!(listed(&served, by_method, 0).await, all[1..]);
    let only_errors = true;
    let failed = pb::TraceFilter {
        only_errors,
        ..filter()
    };
    assert_eq!(listed(&served, failed, 0).await, all[1..2]);
    let min_duration = Duration::from_millis(50).try_into().ok();
    let slow = pb::TraceFilter {
        min_duration,
        ..filter()
    };
    assert_eq!(listed(&served, slow, 0).await, all[..2]);
    let request = Request::new(pb::ListTracesRequest {
        filter: None,
        limit: 501,
    });
    let refused = served
        .traces
        .list_traces(request)
        .await
        .expect_err("too many");
    assert_eq!(
        refused.message(),
        "limit must be 1 to 500, or 0 for 50; it is 501"
    );
}

#[tokio::test]
async fn a_trace_is_told_by_its_id_alone() {
    let served = served();
    add(
        &served.store,
        1,
        "shop.v1.Orders/GetOrder",
        Code::NotFound,
        5,
    );
    let get = |trace_id: String| {
        let request = Request::new(pb::GetTraceRequest { trace_id });
        served.traces.get_trace(request)
    };
    let id = format!("{:032x}", 1);
    let trace = get(id.clone())
        .await
        .expect("it is kept")
        .into_inner()
        .trace;
    let trace = trace.expect("a trace");
    assert_eq!(trace.summary.expect("a summary").errors, 1);
    let span = &trace.spans[0];
    assert_eq!(span.trace_id, id);
    assert_eq!(span.status(), pb::SpanStatus::Error);
    assert_eq!(span.kind(), pb::SpanKind::Client);
    let other = get(format!("{:032x}", 2)).await.expect_err("none is kept");
    assert_eq!(other.code(), tonic::Code::NotFound);
    let none = get("1".to_owned()).await.expect_err("no id");
    assert_eq!(none.code(), tonic::Code::InvalidArgument);
}

#[tokio::test(start_paused = true)]
async fn a_watch_tells_what_is_new_until_the_drain() {
    let served = served();
    add(&served.store, 1, "shop.v1.Orders/GetOrder", Code::Ok, 5);
    let filter = pb::TraceFilter {
        method: "stock".to_owned(),
        ..pb::TraceFilter::default()
    };
    let request = Request::new(pb::WatchTracesRequest {
        filter: Some(filter),
    });
    let mut watch = served
        .traces
        .watch_traces(request)
        .await
        .expect("a watch")
        .into_inner();
    let began = Instant::now();
    add(&served.store, 2, "shop.v1.Orders/GetOrder", Code::Ok, 5);
    add(&served.store, 3, "shop.v1.Stock/Get", Code::Ok, 5);
    let told = watch.next().await.expect("goes on").expect("told").trace;
    assert_eq!(told.expect("a summary").method, "shop.v1.Stock/Get");
    assert!(began.elapsed() <= LOOK_INTERVAL, "{:?}", began.elapsed());
    served.draining.send_replace(true);
    let end = watch.next().await.expect("a status").expect_err("the end");
    assert_eq!(end.message(), "the server ends");
    assert!(watch.next().await.is_none());
}

fn page_span() -> pb::Span {
    pb::Span {
        trace_id: format!("{:032x}", 9),
        span_id: format!("{:016x}", 8),
        name: "click: SayHello".to_owned(),
        kind: pb::SpanKind::Internal.into(),
        start_time: Some((SystemTime::UNIX_EPOCH + NOW).into()),
        duration: Duration::from_millis(12).try_into().ok(),
        source: "gangplank".to_owned(),
        ..pb::Span::default()
    }
}

#[tokio::test]
async fn a_page_s_span_is_kept_as_the_page_s() {
    let served = served();
    let spans = vec![page_span()];
    let request = Request::new(pb::UploadSpansRequest { spans });
    served.traces.upload_spans(request).await.expect("taken");
    let trace_id = TraceId::new(9).expect("not zero");
    let span = &served.store.trace(trace_id)[0];
    assert_eq!(&*span.source, "page");
    assert_eq!(span.name(), "click: SayHello");
    assert_eq!(span.took, Duration::from_millis(12));
}

#[tokio::test]
async fn what_is_not_well_formed_is_refused_and_named() {
    let served = served();
    let check = async |change: fn(&mut pb::Span), expected: &str| {
        let mut bad = page_span();
        change(&mut bad);
        let spans = vec![page_span(), bad];
        let request = Request::new(pb::UploadSpansRequest { spans });
        let refused = served
            .traces
            .upload_spans(request)
            .await
            .expect_err(expected);
        assert_eq!(refused.code(), tonic::Code::InvalidArgument);
        assert_eq!(refused.message(), expected);
        // None is taken unless all are good.
        assert_eq!(served.store.fill().spans, 0);
    };
    check(
        |span| span.trace_id = "0".repeat(32),
        "spans[1].trace_id must be 32 lower-case hexadecimal digits, not all zero",
    )
    .await;
    check(
        |span| span.parent_span_id = "x".to_owned(),
        "spans[1].parent_span_id must be 16 lower-case hexadecimal digits, not all zero",
    )
    .await;
    check(
        |span| span.name = "n".repeat(201),
        "spans[1].name must have at most 200 characters",
    )
    .await;
    check(|span| span.name.clear(), "spans[1].name must not be empty").await;
    check(
        |span| span.start_time = Some(SystemTime::UNIX_EPOCH.into()),
        "spans[1].start_time must be within 25 hours of the server's time",
    )
    .await;
    check(
        |span| span.duration = Duration::from_hours(25).try_into().ok(),
        "spans[1].duration must be 0 to 24 h",
    )
    .await;
    check(
        |span| span.events = vec![pb::SpanEvent::default(); 33],
        "spans[1].events must be at most 32; there are 33",
    )
    .await;
    let many = vec![page_span(); 65];
    let request = Request::new(pb::UploadSpansRequest { spans: many });
    let refused = served
        .traces
        .upload_spans(request)
        .await
        .expect_err("too many");
    assert_eq!(refused.message(), "spans must be 1 to 64; there are 65");
}
