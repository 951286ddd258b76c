//! One span per call, from the head's arrival to the last byte handed to the connection, and one line at its end.
//! A call whose future or body is dropped before it has a status was canceled by its caller, or cut by the drain
//! once that waits no longer (`Cut`); being dropped is how a handler learns of either. Plain HTTP isn't traced.
//! The span travels inwards as `OpenSpan`, below which whoever calls on begins its own. Calls that look at the server
//! itself leave no span: they would fill the store with looking.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tower::Service;
use tracing::Instrument as _;
use wire::traceparent::TraceId;

use super::admit::ResponseFuture;
use super::classify::{Call, Surface};
use super::guarded::Guarded;
use super::server_timing::Stopwatch;
use super::{Request, Response};
use crate::telemetry::metrics::Metrics;
use crate::telemetry::scope::OpenSpan;
use crate::telemetry::tracer::{Tracer, Trust};
use caller::admit;
use record::Record;

mod caller;
mod record;

/// What looks at the server itself: packages of services that leave no span.
const UNTRACED: [&str; 4] = [
    "gangplank.",
    "grpc.health.",
    "grpc.reflection.",
    "opentelemetry.proto.collector.",
];

/// Whether the server has stopped waiting for its calls; clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Cut(Arc<AtomicBool>);

impl Cut {
    /// To be told before the calls are dropped: what ends without a status from now on was cut.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Who tells the log of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// This process does, here.
    Told,
    /// Another part of the process does already.
    Silent,
}

/// What the trace is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether calls are being cut.
    pub cut: Cut,
    /// Makes spans.
    pub tracer: Tracer,
    /// What the context of a caller counts for that isn't an admin.
    pub trust: Trust,
    /// Where calls are counted.
    pub metrics: Metrics,
    /// Who tells the log.
    pub lines: Lines,
}

/// Traces calls.
#[derive(Clone, Debug)]
pub struct Trace<S> {
    config: Config,
    inner: S,
}

impl<S> Trace<S> {
    /// Traces what `inner` serves.
    pub fn new(config: Config, inner: S) -> Self {
        Self { config, inner }
    }
}

impl<S> Service<Request> for Trace<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let trust = match request.extensions().get::<Surface>() {
            Some(surface) if !surface.public => Trust::Parent,
            _ => self.config.trust,
        };
        let (caller, state) = admit(request.headers_mut(), trust);
        let Some(call) = request.extensions().get::<Call>() else {
            let id = caller.context.map(|context| context.trace_id);
            let id = id.unwrap_or_else(|| self.config.tracer.new_trace_id());
            request.extensions_mut().insert::<TraceId>(id);
            return Box::pin(self.inner.call(request));
        };
        let is_wanted = !UNTRACED.iter().any(|prefix| call.name.starts_with(prefix));
        let stopwatch = Stopwatch::of(&request);
        let began = stopwatch.started();
        let span = OpenSpan::answering(&self.config.tracer, caller, began, is_wanted);
        let clocks = (span.clone(), stopwatch);
        let mut record = Record::start(&request, call, clocks, state, &self.config);
        let extensions = request.extensions_mut();
        extensions.insert(record.outcome());
        extensions.insert(span.trace_id());
        extensions.insert(span);
        let line = record.line().clone();
        let response = line.in_scope(|| self.inner.call(request));
        let response = response.instrument(line);
        Box::pin(async move {
            let response = response.await?;
            record.answered(response.status());
            Ok(response.map(|body| Guarded::wrap(body, record)))
        })
    }
}
