//! Bounds each message of a request by its prefix, before any of the payload is buffered.
//! It stands between the translation and tonic, so one rule holds for every dialect; tonic's own check comes later
//! and says `OUT_OF_RANGE`. The body fails with a `tonic::Status`, which tonic passes on as the call's outcome.
//! Doesn't decompress: compressed requests aren't offered.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Version;
use http_body::{Body as _, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;
use tower::Service;
use wire::frame::PrefixScanner;

use super::classify::Call;
use super::{GatewayError, Request, Response, ToStatus};

/// The limits on a request's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageLimits {
    /// One message, in bytes.
    pub max_message_bytes: u32,
    /// How much of a refused HTTP/1 body is read and thrown away, in bytes.
    /// Such a client reads no answer while it writes; closing on it would show as a reset, not as a status.
    pub max_discarded_bytes: u64,
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
        if request.extensions().get::<Call>().is_none() {
            return self.inner.call(request);
        }
        // HTTP/2 can answer and stop the sender at the same time, so nothing needs discarding there.
        let http1 = request.version() < Version::HTTP_2;
        let discard_bytes = if http1 {
            self.limits.max_discarded_bytes
        } else {
            0
        };
        let state = State::Passing(PrefixScanner::new(self.limits.max_message_bytes));
        let to_status = self.to_status;
        self.inner.call(request.map(|inner| {
            Body::new(LimitedBody {
                inner,
                state,
                discard_bytes,
                to_status,
            })
        }))
    }
}

enum State {
    /// Every prefix so far was within the limit.
    Passing(PrefixScanner),
    /// One wasn't: the rest is thrown away, then the status is given.
    Discarding { left: u64, status: Status },
    /// The status has been given.
    Failed,
}

struct LimitedBody {
    inner: Body,
    state: State,
    discard_bytes: u64,
    to_status: ToStatus,
}

impl LimitedBody {
    fn scan(&mut self, bytes: &[u8]) {
        if let State::Passing(scanner) = &mut self.state
            && let Err(error) = scanner.scan(bytes)
        {
            let status = (self.to_status)(&GatewayError::Frame(error));
            self.state = State::Discarding {
                left: self.discard_bytes,
                status,
            };
        }
    }

    /// Throws bytes away until the body ends or the allowance is used up; then gives the status.
    fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        while let State::Discarding {
            left: left @ 1.., ..
        } = &mut self.state
        {
            match ready!(Pin::new(&mut self.inner).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    let bytes = frame.data_ref().map_or(0, Bytes::len);
                    *left = left.saturating_sub(u64::try_from(bytes).unwrap_or(u64::MAX));
                }
                Some(Err(_)) | None => *left = 0,
            }
        }
        match std::mem::replace(&mut self.state, State::Failed) {
            State::Discarding { status, .. } => Poll::Ready(Some(Err(status))),
            State::Passing(_) | State::Failed => Poll::Ready(None),
        }
    }
}

impl http_body::Body for LimitedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let State::Passing(_) = self.state {
            let polled = ready!(Pin::new(&mut self.inner).poll_frame(cx));
            if let Some(Ok(frame)) = &polled
                && let Some(bytes) = frame.data_ref()
            {
                self.scan(&bytes.clone());
            }
            if let State::Passing(_) = self.state {
                return Poll::Ready(polled);
            }
        }
        self.poll_discard(cx)
    }

    fn is_end_stream(&self) -> bool {
        match self.state {
            State::Passing(_) => self.inner.is_end_stream(),
            State::Discarding { .. } => false,
            State::Failed => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
