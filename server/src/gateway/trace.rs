//! One span per call, from the head's arrival to the last byte handed to the connection, and one line at its end.
//! A call whose future or body is dropped before it has a status was canceled by its caller, or cut by the drain
//! once that waits no longer (`Cut`); being dropped is how a handler learns of either. Plain HTTP isn't traced.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::time::Instant;
use tower::Service;
use tracing::{Instrument as _, Span, info, warn};
use wire::code::Code;
use wire::content_type::Dialect;

use super::admit::ResponseFuture;
use super::classify::Call;
use super::guarded::Guarded;
use super::settle::Outcome;
use super::{Request, Response};
use crate::telemetry::span;

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

/// Traces calls.
#[derive(Clone, Debug)]
pub struct Trace<S> {
    cut: Cut,
    inner: S,
}

impl<S> Trace<S> {
    /// Traces what `inner` serves.
    pub fn new(cut: Cut, inner: S) -> Self {
        Self { cut, inner }
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
        let Some(call) = request.extensions().get::<Call>() else {
            return Box::pin(self.inner.call(request));
        };
        let record = Record::start(call, self.cut.clone());
        request.extensions_mut().insert(record.outcome.clone());
        let response = record.span.in_scope(|| self.inner.call(request));
        let response = response.instrument(record.span.clone());
        Box::pin(async move { Ok(response.await?.map(|body| Guarded::wrap(body, record))) })
    }
}

/// The end of a call is when this is dropped.
struct Record {
    method: Arc<str>,
    cut: Cut,
    outcome: Outcome,
    span: Span,
    started: Instant,
}

impl Record {
    fn start(call: &Call, cut: Cut) -> Self {
        let name = if call.requests.is_some() {
            &*call.method
        } else {
            span::UNKNOWN_METHOD
        };
        Self {
            method: Arc::clone(&call.method),
            cut,
            outcome: Outcome::default(),
            span: span::rpc(name, dialect_name(call.dialect)),
            started: Instant::now(),
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let Self {
            method,
            cut,
            outcome,
            span,
            started,
        } = self;
        let micros = started.elapsed().as_micros();
        let ended = match outcome.code() {
            Some(code) => Ended::Answered(code),
            None if cut.has_begun() => Ended::Cut,
            None => Ended::Canceled,
        };
        span::end(span, ended.code().name());
        let _entered = span.enter();
        match ended {
            Ended::Answered(code) => info!(
                rpc.duration_micros = micros,
                "{method} answered {}",
                code.name()
            ),
            Ended::Canceled => info!(rpc.duration_micros = micros, "call canceled by the caller"),
            Ended::Cut => warn!(rpc.duration_micros = micros, "call cut by the drain"),
        }
    }
}

/// How a call came to its end.
#[derive(Clone, Copy, Debug)]
enum Ended {
    Answered(Code),
    Canceled,
    Cut,
}

impl Ended {
    /// What the caller is told, or makes of it: a connection that breaks is UNAVAILABLE to gRPC.
    fn code(self) -> Code {
        match self {
            Self::Answered(code) => code,
            Self::Canceled => Code::Canceled,
            Self::Cut => Code::Unavailable,
        }
    }
}

/// The dialect's name in logs and spans.
fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Grpc => "grpc",
        Dialect::GrpcWeb => "grpc-web",
        Dialect::GrpcWebText => "grpc-web-text",
    }
}
