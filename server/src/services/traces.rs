//! `gangplank.v1.TraceService`: the traces that this process keeps, and a way for pages to add what they saw themselves.
//! Nothing is kept here but, for a watch, up to where it has told. A watch ends in a drain with what the server then answers
//! to every call. Source: proto/gangplank/v1/trace.proto.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use futures_util::stream::{self, Stream};
use proto::gangplank::v1 as pb;
use proto::gangplank::v1::trace_service_server::TraceService;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tonic::{Request, Response, Status};
use wire::traceparent::TraceId;

use crate::telemetry::store::Store;
use crate::telemetry::store::summary::Summary;
use crate::telemetry::tracer::Tracer;

pub(super) mod otlp;
mod told;
mod upload;

/// Summaries of a list, unless its caller says otherwise.
const DEFAULT_LIMIT: u32 = 50;
/// Summaries of a list at most.
const MAX_LIMIT: u32 = 500;
/// Spans of one trace that are told: more than a screen has lines, few enough for a message. The summary counts all.
const MAX_SPANS: usize = 2_000;
/// Between two looks of a watch: a person takes it for at once, and a burst of calls is one look.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// Summaries that one look tells at most, the newest.
const MAX_CHANGES: usize = 100;

/// Whom the trace service asks.
#[derive(Clone, Debug)]
pub struct Config {
    /// What is kept.
    pub store: Store,
    /// Takes what pages send, as theirs.
    pub pages: Tracer,
    /// The wall clock.
    pub now: fn() -> SystemTime,
}

/// Handles the calls; clones are the same.
#[derive(Clone)]
pub(super) struct Traces {
    config: Config,
    /// True once the process drains.
    draining: watch::Receiver<bool>,
    drained: Status,
}

impl Traces {
    /// Tells what is kept, until `draining`; watches end with `drained`.
    pub(super) fn new(config: Config, draining: watch::Receiver<bool>, drained: Status) -> Self {
        Self {
            config,
            draining,
            drained,
        }
    }
}

/// A stream of summaries.
type Watch = Pin<Box<dyn Stream<Item = Result<pb::WatchTracesResponse, Status>> + Send>>;

#[tonic::async_trait]
impl TraceService for Traces {
    async fn list_traces(
        &self,
        request: Request<pb::ListTracesRequest>,
    ) -> Result<Response<pb::ListTracesResponse>, Status> {
        let pb::ListTracesRequest { filter, limit } = request.into_inner();
        let filter = Filter::new(filter)?;
        if limit > MAX_LIMIT {
            return Err(Status::invalid_argument(format!(
                "limit must be 1 to {MAX_LIMIT}, or 0 for {DEFAULT_LIMIT}; it is {limit}"
            )));
        }
        let limit = if limit == 0 { DEFAULT_LIMIT } else { limit };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let store = &self.config.store;
        let traces = store.newest(limit, |summary| filter.takes(summary));
        let fill = store.fill();
        Ok(Response::new(pb::ListTracesResponse {
            traces: traces.into_iter().map(told::summary).collect(),
            spans_kept: fill.spans,
            spans_evicted: fill.evicted,
        }))
    }

    async fn get_trace(
        &self,
        request: Request<pb::GetTraceRequest>,
    ) -> Result<Response<pb::GetTraceResponse>, Status> {
        let text = request.into_inner().trace_id;
        let trace_id = TraceId::parse(&text).ok_or_else(|| {
            Status::invalid_argument("trace_id must be 32 lower-case hexadecimal digits")
        })?;
        let spans = self.config.store.trace(trace_id);
        let Some(summary) = Summary::of(trace_id, &spans) else {
            return Err(Status::not_found(
                "no span of this trace is kept: it's too old, was never recorded, or none of its spans has ended",
            ));
        };
        let spans = spans.iter().take(MAX_SPANS).map(told::span);
        Ok(Response::new(pb::GetTraceResponse {
            trace: Some(pb::Trace {
                summary: Some(told::summary(summary)),
                spans: spans.collect(),
            }),
        }))
    }

    type WatchTracesStream = Watch;

    async fn watch_traces(
        &self,
        request: Request<pb::WatchTracesRequest>,
    ) -> Result<Response<Watch>, Status> {
        let filter = Filter::new(request.into_inner().filter)?;
        let mut looks = interval(LOOK_INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let store = self.config.store.clone();
        let watching = Watching {
            since: store.now(),
            changed: store.watch(),
            store,
            filter,
            looks,
            untold: VecDeque::new(),
            draining: self.draining.clone(),
            drained: Some(self.drained.clone()),
        };
        Ok(Response::new(Box::pin(stream::unfold(
            watching,
            Watching::next,
        ))))
    }

    async fn upload_spans(
        &self,
        request: Request<pb::UploadSpansRequest>,
    ) -> Result<Response<pb::UploadSpansResponse>, Status> {
        let spans = request.into_inner().spans;
        let spans = upload::spans(spans, (self.config.now)())?;
        for (trace_id, spans) in spans {
            self.config.pages.given(trace_id, spans);
        }
        Ok(Response::new(pb::UploadSpansResponse {}))
    }
}

/// Which traces are told.
struct Filter {
    /// In lower case.
    method: String,
    only_errors: bool,
    min_duration: Duration,
}

impl Filter {
    fn new(filter: Option<pb::TraceFilter>) -> Result<Self, Status> {
        let pb::TraceFilter {
            method,
            only_errors,
            min_duration,
        } = filter.unwrap_or_default();
        let min_duration = min_duration.map(Duration::try_from).transpose();
        let min_duration = min_duration
            .map_err(|_| Status::invalid_argument("filter.min_duration must not be negative"))?;
        Ok(Self {
            method: method.to_lowercase(),
            only_errors,
            min_duration: min_duration.unwrap_or_default(),
        })
    }

    fn takes(&self, trace: &Summary) -> bool {
        let method = || trace.method.as_deref().unwrap_or_default().to_lowercase();
        trace.took >= self.min_duration
            && (!self.only_errors || trace.has_failed())
            && (self.method.is_empty() || method().contains(&self.method))
    }
}

struct Watching {
    store: Store,
    changed: watch::Receiver<()>,
    since: u64,
    filter: Filter,
    looks: Interval,
    untold: VecDeque<Summary>,
    draining: watch::Receiver<bool>,
    /// None once it has been told.
    drained: Option<Status>,
}

impl Watching {
    async fn next(mut self) -> Option<(Result<pb::WatchTracesResponse, Status>, Self)> {
        while self.untold.is_empty() {
            self.drained.as_ref()?;
            let mut draining = self.draining.clone();
            let is_draining = tokio::select! {
                () = look(&mut self.looks, &mut self.changed) => false,
                // The sender lives as long as the services, which outlive the call.
                _ = draining.wait_for(|is_draining| *is_draining) => true,
            };
            if is_draining {
                let drained = self.drained.take()?;
                return Some((Err(drained), self));
            }
            let changes = self.store.changes(self.since, MAX_CHANGES);
            self.since = changes.until;
            let wanted = changes.traces.into_iter();
            let wanted = wanted.filter(|trace| self.filter.takes(trace));
            self.untold.extend(wanted);
        }
        let trace = self.untold.pop_front().map(told::summary);
        Some((Ok(pb::WatchTracesResponse { trace }), self))
    }
}

/// Returns once there is something new and the last look is long enough ago.
async fn look(looks: &mut Interval, changed: &mut watch::Receiver<()>) {
    // Fails only if the store is gone, and whoever looks holds it.
    let _ = changed.changed().await;
    looks.tick().await;
}

#[cfg(test)]
mod tests;
