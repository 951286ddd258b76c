//! One span per call, from the head's arrival to the last byte handed to the connection, and one line at its end.
//! A call whose future or body is dropped before it has a status was canceled by its caller; that is the only way
//! in which a handler learns of it. Plain HTTP isn't traced.

use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::Instant;
use tower::Service;
use tracing::{Instrument as _, Span, info};
use wire::code::Code;
use wire::content_type::Dialect;

use super::admit::ResponseFuture;
use super::classify::Call;
use super::guarded::Guarded;
use super::settle::Outcome;
use super::{Request, Response};
use crate::telemetry::span;

/// Traces calls.
#[derive(Clone, Debug)]
pub struct Trace<S> {
    inner: S,
}

impl<S> Trace<S> {
    /// Traces what `inner` serves.
    pub fn new(inner: S) -> Self {
        Self { inner }
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
        let record = Record::start(call);
        request.extensions_mut().insert(record.outcome.clone());
        let response = record.span.in_scope(|| self.inner.call(request));
        let response = response.instrument(record.span.clone());
        Box::pin(async move { Ok(response.await?.map(|body| Guarded::wrap(body, record))) })
    }
}

/// The end of a call is when this is dropped.
struct Record {
    method: Arc<str>,
    outcome: Outcome,
    span: Span,
    started: Instant,
}

impl Record {
    fn start(call: &Call) -> Self {
        let name = if call.requests.is_some() {
            &*call.method
        } else {
            span::UNKNOWN_METHOD
        };
        Self {
            method: Arc::clone(&call.method),
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
            outcome,
            span,
            started,
        } = self;
        let micros = started.elapsed().as_micros();
        let code = outcome.code();
        span::end(span, code.unwrap_or(Code::Canceled).name());
        let _entered = span.enter();
        if let Some(code) = code {
            info!(
                rpc.duration_micros = micros,
                "{method} answered {}",
                code.name()
            );
        } else {
            info!(rpc.duration_micros = micros, "call canceled by the caller");
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
