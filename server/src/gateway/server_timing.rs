//! `Server-Timing` on every answer to a call: where the time before its head went.
//! Shape: `route;dur=0.042, pick;desc="my-service";dur=0.003, replica;desc="replica-0";dur=0.310`, in milliseconds.
//! `route` is the time in our layers until the call is handed on, or refused. `pick` names the component: from having the
//! request's first bytes to having its head ready for a replica. `replica` names who answered: from then on, or from
//! having the whole request where the method takes one message, to the answer's head. A slow upload is nobody's time.
//! The API server's own services have no component; who got no whole request or gave no head isn't named.
//! The clock is tokio's. Source: W3C Server Timing.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use tokio::time::Instant;
use tower::Service;

use super::admit::ResponseFuture;
use super::{Request, Response};
use crate::telemetry::span::{Moments as SpanMoments, Transcoded};

/// As long as the text usually is, or shorter.
const USUAL_BYTES: usize = 128;
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The moments of one call, noted by those who see them; each is noted once.
#[derive(Clone, Debug)]
pub struct Stopwatch(Arc<Moments>);

#[derive(Debug)]
struct Moments {
    started: Instant,
    handed: OnceLock<Instant>,
    picked: OnceLock<Picked>,
    received: OnceLock<Instant>,
    answered: OnceLock<Answered>,
    decoded: OnceLock<Transcoded>,
    encoded: OnceLock<Transcoded>,
}

/// Which body JSON was of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The caller's.
    Request,
    /// The answer's.
    Answer,
}

#[derive(Debug)]
struct Picked {
    from: Instant,
    until: Instant,
    component: Arc<str>,
}

#[derive(Debug)]
struct Answered {
    at: Instant,
    replica: Option<String>,
}

impl Stopwatch {
    /// A call came.
    pub fn start() -> Self {
        Self(Arc::new(Moments {
            started: Instant::now(),
            handed: OnceLock::new(),
            picked: OnceLock::new(),
            received: OnceLock::new(),
            answered: OnceLock::new(),
            decoded: OnceLock::new(),
            encoded: OnceLock::new(),
        }))
    }

    /// That of the request's call; one that nobody reads if it is none.
    pub fn of(request: &Request) -> Self {
        let own = request.extensions().get().cloned();
        own.unwrap_or_else(Self::start)
    }

    /// When it came.
    pub(super) fn started(&self) -> Instant {
        self.0.started
    }

    /// It is handed to its service.
    pub fn handed(&self) {
        self.0.handed.get_or_init(Instant::now);
    }

    /// A replica of `component` was picked between these moments.
    pub fn picked(&self, component: &Arc<str>, from: Instant, until: Instant) {
        self.0.picked.get_or_init(|| Picked {
            from,
            until,
            component: Arc::clone(component),
        });
    }

    /// The service has what it needs to begin: the one message, or the head if there may be many.
    pub fn received(&self) {
        self.0.received.get_or_init(Instant::now);
    }

    /// The answer's head is there; `replica` is who made it, None for what isn't a component.
    pub fn answered(&self, replica: Option<&str>) {
        self.0.answered.get_or_init(|| Answered {
            at: Instant::now(),
            replica: replica.map(str::to_owned),
        });
    }

    /// JSON and a message became each other between `begun` and now; of a stream, the first one.
    pub fn transcoded(&self, side: Side, begun: Instant, json_bytes: usize, message_bytes: usize) {
        let place = match side {
            Side::Request => &self.0.decoded,
            Side::Answer => &self.0.encoded,
        };
        place.get_or_init(|| {
            let now = Instant::now();
            Transcoded {
                at: now - self.0.started,
                took: now - begun,
                json_bytes,
                message_bytes,
            }
        });
    }

    /// The same moments, as the call's span has them.
    pub fn moments(&self) -> SpanMoments {
        let moments = &*self.0;
        let since = |at: Instant| at.saturating_duration_since(moments.started);
        SpanMoments {
            routed: moments.handed.get().copied().map(since),
            requested: moments.received.get().copied().map(since),
            answered: moments.answered.get().map(|answered| since(answered.at)),
            decoded: moments.decoded.get().copied(),
            encoded: moments.encoded.get().copied(),
        }
    }

    fn header(&self) -> Option<HeaderValue> {
        let moments = &*self.0;
        let handed = moments.handed.get().copied();
        let route = handed.unwrap_or_else(Instant::now) - moments.started;
        let mut text = String::with_capacity(USUAL_BYTES);
        text.push_str("route");
        push_millis(&mut text, route);
        let picked = moments.picked.get();
        if let Some(Picked {
            from,
            until,
            component,
        }) = picked
        {
            text.push_str(", pick;desc=");
            push_quoted(&mut text, component);
            push_millis(&mut text, until.saturating_duration_since(*from));
        }
        let begun = moments
            .received
            .get()
            .max(picked.map(|picked| &picked.until));
        if let Some(begun) = begun
            && let Some(Answered { at, replica }) = moments.answered.get()
            && let Some(replica) = replica
        {
            text.push_str(", replica;desc=");
            push_quoted(&mut text, replica);
            push_millis(&mut text, at.saturating_duration_since(*begun));
        }
        HeaderValue::from_maybe_shared(Bytes::from(text)).ok()
    }
}

/// As a parameter, in milliseconds with three decimals. Whole numbers: floating point would take ten times as long.
fn push_millis(text: &mut String, duration: Duration) {
    let micros = (duration.as_nanos() + 500) / 1_000;
    // Writing to a String can't fail.
    let _ = write!(text, ";dur={}.{:03}", micros / 1_000, micros % 1_000);
}

/// A quoted string of RFC 9110, section 5.6.4. What isn't printable ASCII becomes `?`: a name is anybody's choice.
fn push_quoted(text: &mut String, name: &str) {
    text.push('"');
    for char in name.chars() {
        match char {
            '"' | '\\' => text.extend(['\\', char]),
            ' '..='~' => text.push(char),
            _ => text.push('?'),
        }
    }
    text.push('"');
}

/// Writes what the call's `Stopwatch` says into the answer's head; plain HTTP passes.
#[derive(Clone, Debug)]
pub struct ServerTiming<S> {
    inner: S,
}

impl<S> ServerTiming<S> {
    /// Tells the times of what `inner` answers.
    pub fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Service<Request> for ServerTiming<S>
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

    fn call(&mut self, request: Request) -> Self::Future {
        let stopwatch = request.extensions().get::<Stopwatch>().cloned();
        let response = self.inner.call(request);
        Box::pin(async move {
            let mut response = response.await?;
            if let Some(value) = stopwatch.and_then(|stopwatch| stopwatch.header()) {
                response.headers_mut().insert(SERVER_TIMING, value);
            }
            Ok(response)
        })
    }
}

#[cfg(test)]
mod tests;
