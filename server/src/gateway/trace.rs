//! One span per call, from the head's arrival to the last byte handed to the connection, and one line at its end.
//! A call whose future or body is dropped before it has a status was canceled by its caller, or cut by the drain
//! once that waits no longer (`Cut`); being dropped is how a handler learns of either. Plain HTTP isn't traced.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use http::{HeaderMap, HeaderName};
use tokio::time::Instant;
use tower::Service;
use tracing::{Instrument as _, Span, info, warn};
use wire::code::Code;
use wire::content_type::Dialect;

use super::admit::ResponseFuture;
use super::classify::Call;
use super::guarded::Guarded;
use super::settle::Outcome;
use super::socket::Carried;
use super::{Request, Response};
use crate::telemetry::metrics::{Callee, Metrics, OpenCall};
use crate::telemetry::span;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

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

/// Names one trace: what the caller's `traceparent` says, else a new one. An extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceId(u128);

impl TraceId {
    /// That of a request, or one made with `random`.
    pub fn of(headers: &HeaderMap, random: fn() -> u64) -> Self {
        let given = headers
            .get(TRACEPARENT)
            .and_then(|value| parse(value.to_str().ok()?));
        given.unwrap_or_else(|| Self(u128::from(random()) << 64 | u128::from(random())))
    }
}

/// 32 hexadecimal digits, as in `traceparent`.
impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// `version-traceid-parentid-flags`; later versions may have more behind. Zero is no trace.
/// Source: W3C Trace Context, section 3.2.
fn parse(traceparent: &str) -> Option<TraceId> {
    let mut parts = traceparent.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let is_hex = |text: &str| {
        text.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    if version.len() != 2
        || !is_hex(version)
        || version == "ff"
        || trace.len() != 32
        || !is_hex(trace)
    {
        return None;
    }
    u128::from_str_radix(trace, 16)
        .ok()
        .filter(|id| *id != 0)
        .map(TraceId)
}

/// What the trace is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether calls are being cut.
    pub cut: Cut,
    /// Any 64 bits.
    pub random: fn() -> u64,
    /// Where calls are counted.
    pub metrics: Metrics,
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
        let trace_id = TraceId::of(request.headers(), self.config.random);
        request.extensions_mut().insert(trace_id);
        let Some(call) = request.extensions().get::<Call>() else {
            return Box::pin(self.inner.call(request));
        };
        let is_carried = request.extensions().get::<Carried>().is_some();
        let record = Record::start(call, is_carried, trace_id, &self.config);
        request.extensions_mut().insert(record.outcome.clone());
        let response = record.span.in_scope(|| self.inner.call(request));
        let response = response.instrument(record.span.clone());
        Box::pin(async move { Ok(response.await?.map(|body| Guarded::wrap(body, record))) })
    }
}

/// The end of a call is when this is dropped.
struct Record {
    call: Call,
    cut: Cut,
    open: OpenCall,
    outcome: Outcome,
    span: Span,
    started: Instant,
}

impl Record {
    fn start(call: &Call, is_carried: bool, trace_id: TraceId, config: &Config) -> Self {
        let name = if call.method.is_some() {
            &*call.name
        } else {
            span::UNKNOWN_METHOD
        };
        let dialect = if is_carried {
            WEBSOCKET
        } else {
            dialect_name(call.dialect)
        };
        let callee = call.method.as_ref().map(|method| Callee {
            component: &method.component,
            method: &method.name,
        });
        Self {
            call: call.clone(),
            cut: config.cut.clone(),
            open: config.metrics.begin(callee, dialect),
            outcome: Outcome::default(),
            span: span::rpc(name, dialect, &trace_id),
            started: Instant::now(),
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let Self {
            call,
            cut,
            open,
            outcome,
            span,
            started,
        } = self;
        let method = &call.name;
        let took = started.elapsed();
        let micros = took.as_micros();
        let ended = match outcome.code() {
            Some(code) => Ended::Answered(code),
            None if cut.has_begun() => Ended::Cut,
            None => Ended::Canceled,
        };
        open.end(ended.code(), took);
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

/// The name of what comes by a socket, in any of its subprotocols, although it's gRPC-Web to the layers inside.
const WEBSOCKET: &str = "websocket";

/// The dialect's name in logs and spans.
fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Grpc => "grpc",
        Dialect::GrpcWeb => "grpc-web",
        Dialect::GrpcWebText => "grpc-web-text",
        Dialect::Json => "json",
    }
}
