//! One call on one replica, from its pick to its end, however it ends: counted, timed and judged exactly once.
//! A call that is dropped before its end was given up by the caller, which is nobody's fault; unless its deadline had
//! passed, which is the replica's.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::Instant;
use tonic::Status;
use wire::code::Code;

use super::CallError;
use super::blame::blame;
use super::breaker::Outcome;
use super::latency::FAILURE_PENALTY_MS;
use super::link::Link;
use super::replica::Replica;
use super::shared::{Picked, Shared};
use super::spans::AttemptSpan;

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
/// Where replicas report their own load. Source: gRPC proposal A51.
const LOAD_REPORT: HeaderName = HeaderName::from_static("endpoint-load-metrics-bin");

/// A call in flight.
#[derive(Debug)]
pub(super) struct Ticket {
    shared: Arc<Shared>,
    pub(super) replica: Arc<Replica>,
    link: Arc<Link>,
    pub(super) picked_at: Instant,
    deadline: Option<Instant>,
    is_probe: bool,
    has_begun: bool,
    has_ended: bool,
    /// None if nobody will read it.
    span: Option<AttemptSpan>,
}

impl Ticket {
    /// Begins to count.
    pub(super) fn new(
        shared: &Arc<Shared>,
        picked: Picked,
        link: Arc<Link>,
        deadline: Option<Instant>,
        picked_at: Instant,
        span: Option<AttemptSpan>,
    ) -> Self {
        picked.replica.entered();
        link.begin();
        Self {
            shared: Arc::clone(shared),
            is_probe: picked.is_probe(),
            replica: picked.replica,
            link,
            picked_at,
            deadline,
            has_begun: false,
            has_ended: false,
            span,
        }
    }

    pub(super) fn link(&self) -> &Arc<Link> {
        &self.link
    }

    /// The first byte of the answer's body, or its end, is here.
    fn begun(&mut self) {
        if self.has_begun {
            return;
        }
        self.has_begun = true;
        let now = Instant::now();
        let latency = now.saturating_duration_since(self.picked_at);
        self.replica.latencies.record(now, latency);
        self.replica.decayed.observe(now, millis(latency));
    }

    /// It ended with a status in headers or trailers.
    pub(super) fn answered(&mut self, headers: &HeaderMap) {
        if let Some(report) = headers.get(LOAD_REPORT) {
            self.replica
                .weight
                .report(Instant::now(), report.as_bytes());
        }
        // Whoever ends a call without a status broke its word.
        let code = status(headers).unwrap_or(Code::Unknown);
        let outcome = Outcome::of(code);
        self.end_span(code, || message(headers));
        if outcome == Outcome::Fault {
            let message = message(headers).unwrap_or_default();
            self.replica
                .set_last_error(format!("{}: {message}", code.name()).into());
        }
        self.end(outcome);
    }

    /// It broke.
    pub(super) fn broke(&mut self, error: &CallError, code: Code) {
        self.end_span(code, || Some(error.to_string()));
        self.replica.set_last_error(error.to_string().into());
        self.end(Outcome::Fault);
    }

    /// It never reached the replica, whose link was gone already: that is told by the link, not by calls.
    pub(super) fn unsent(&mut self) {
        self.end_span(Code::Unavailable, || Some("it never left".to_owned()));
        self.end(Outcome::Neutral);
    }

    fn end_span(&mut self, code: Code, error: impl FnOnce() -> Option<String>) {
        if let Some(mut span) = self.span.take() {
            span.end(code, if code == Code::Ok { None } else { error() });
        }
    }

    fn end(&mut self, outcome: Outcome) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        self.replica.left();
        self.link.end();
        let now = Instant::now();
        match outcome {
            Outcome::Success => self.begun(),
            Outcome::Fault => {
                self.replica.failed();
                // A replica that fails at once would look like the fastest of all.
                let latency = now.saturating_duration_since(self.picked_at);
                let penalty = millis(latency).max(FAILURE_PENALTY_MS);
                self.replica.decayed.observe(now, penalty);
            }
            Outcome::Pressure | Outcome::Neutral => {}
        }
        if outcome != Outcome::Neutral {
            self.replica.window.record(now);
        }
        if outcome != Outcome::Neutral || self.is_probe {
            self.shared.ended(&self.replica, outcome, self.is_probe);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        self.link.reset();
        let now = Instant::now();
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            let error = || Some("a call's deadline passed".to_owned());
            self.end_span(Code::DeadlineExceeded, error);
            self.replica
                .set_last_error("a call's deadline passed".into());
            self.end(Outcome::Fault);
        } else {
            self.end(Outcome::Neutral);
        }
    }
}

/// What a replica said of a failure, as far as it's fit for a line.
fn message(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(GRPC_MESSAGE)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    Some(text.chars().take(200).collect())
}

/// The code of a status.
pub(super) fn code(status: &Status) -> Code {
    let number = u32::try_from(i32::from(status.code())).ok();
    number.and_then(Code::from_number).unwrap_or(Code::Unknown)
}

/// The status of a finished call; None where there is none yet.
pub(super) fn status(headers: &HeaderMap) -> Option<Code> {
    let value = headers.get(GRPC_STATUS)?.to_str().ok()?;
    let number: u32 = value.parse().ok()?;
    Some(Code::from_number(number).unwrap_or(Code::Unknown))
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// A replica's answer, whose failures have words.
pub(super) struct AnswerBody {
    inner: Incoming,
    ticket: Ticket,
    to_status: fn(&CallError) -> Status,
}

impl AnswerBody {
    pub(super) fn new(
        inner: Incoming,
        ticket: Ticket,
        to_status: fn(&CallError) -> Status,
    ) -> Self {
        Self {
            inner,
            ticket,
            to_status,
        }
    }
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let polled = ready!(Pin::new(&mut this.inner).poll_frame(cx));
        let ticket = &mut this.ticket;
        Poll::Ready(match polled {
            Some(Ok(frame)) => {
                match frame.trailers_ref() {
                    Some(trailers) => ticket.answered(trailers),
                    None => ticket.begun(),
                }
                Some(Ok(frame))
            }
            Some(Err(error)) => {
                let error = blame(&ticket.shared.component, &ticket.replica.name, &error);
                let status = (this.to_status)(&error);
                ticket.broke(&error, code(&status));
                Some(Err(status))
            }
            None => {
                // Does nothing if there was a status.
                ticket.answered(&HeaderMap::new());
                None
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
