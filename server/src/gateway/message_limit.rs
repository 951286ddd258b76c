//! Bounds each message of a request by its prefix, before any of the payload is buffered, and how many there are:
//! exactly one for unary and server-streaming methods. An empty message is one.
//! It stands between the translation and whoever reads the messages, so one rule holds for every dialect and component;
//! components' own checks come later and differ. The body fails with a `tonic::Status`,
//! which tonic and `forward` pass on as the call's outcome.
//! Doesn't decompress: compressed requests aren't offered.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;
use tower::Service;
use wire::frame::PrefixScanner;

use super::classify::Call;
use super::server_timing::Stopwatch;
use super::settle::Outcome;
use super::{GatewayError, Request, Response, ToStatus};
use crate::schema::{Messages, Method};

/// The limits on a request's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageLimits {
    /// One message, in bytes.
    pub max_message_bytes: u32,
}

/// Watches the request bodies of calls.
#[derive(Clone, Debug)]
pub struct LimitMessages<S> {
    limits: MessageLimits,
    to_status: ToStatus,
    inner: S,
}

impl<S> LimitMessages<S> {
    /// Guards `inner`.
    pub fn new(limits: MessageLimits, to_status: ToStatus, inner: S) -> Self {
        Self {
            limits,
            to_status,
            inner,
        }
    }
}

impl<S: Service<Request, Response = Response>> Service<Request> for LimitMessages<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Some(call) = request.extensions().get::<Call>() else {
            return self.inner.call(request);
        };
        let is_one = |method: &Arc<Method>| method.requests() == Messages::One;
        let only = call
            .method
            .as_ref()
            .is_some_and(is_one)
            .then(|| Arc::clone(&call.name));
        let is_stream = call
            .method
            .as_ref()
            .is_some_and(|method| method.is_stream());
        let counted = request.extensions().get::<Outcome>().cloned();
        let counted = counted.filter(|_| is_stream);
        let stopwatch = Stopwatch::of(&request);
        if only.is_none() {
            stopwatch.received();
        }
        let scanner = PrefixScanner::new(self.limits.max_message_bytes);
        let to_status = self.to_status;
        self.inner.call(request.map(|inner| {
            Body::new(LimitedBody {
                inner,
                scanner,
                only,
                counted,
                stopwatch,
                has_ended: false,
                to_status,
            })
        }))
    }
}

struct LimitedBody {
    inner: Body,
    scanner: PrefixScanner,
    /// The method's full name if it takes exactly one message.
    only: Option<Arc<str>>,
    /// Where there may be many messages.
    counted: Option<Outcome>,
    stopwatch: Stopwatch,
    /// True once the body has ended or failed.
    has_ended: bool,
    to_status: ToStatus,
}

impl LimitedBody {
    /// Judges the next bytes.
    fn pass(&mut self, bytes: &[u8]) -> Result<(), GatewayError> {
        let scanned = self.scanner.scan(bytes);
        if let Some(counted) = &self.counted {
            counted.has_received(self.scanner.frames());
        }
        // Before the size, so that the outcome doesn't depend on how the body was cut.
        match &self.only {
            Some(method) if self.scanner.frames() > 1 => Err(GatewayError::ExtraMessage {
                method: method.to_string(),
            }),
            _ => Ok(scanned?),
        }
    }

    /// Judges the end. A frame that is cut short is the reader's to tell.
    fn end(&mut self) -> Result<(), GatewayError> {
        if self.scanner.finish().is_err() {
            return Ok(());
        }
        if let Some(method) = &self.only
            && self.scanner.frames() == 0
        {
            let method = method.to_string();
            return Err(GatewayError::NoMessage { method });
        }
        self.stopwatch.received();
        Ok(())
    }
}

impl http_body::Body for LimitedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        let polled = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        let data = match &polled {
            Some(Ok(frame)) => frame.data_ref(),
            Some(Err(_)) | None => None,
        };
        self.has_ended = data.is_none();
        let judged = match (data, &polled) {
            (Some(bytes), _) => self.pass(bytes),
            (None, Some(Err(_))) => Ok(()),
            (None, _) => self.end(),
        };
        Poll::Ready(match judged {
            Ok(()) => polled,
            Err(error) => {
                self.has_ended = true;
                Some(Err((self.to_status)(&error)))
            }
        })
    }

    /// Only once the end has been judged: a reader that is told sooner wouldn't ask for it.
    fn is_end_stream(&self) -> bool {
        self.has_ended
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
