//! Ends a request whose body stands still: a caller that sends one byte a minute would hold its place for days.
//! It holds for methods that take one message, in every dialect; a stream of messages may rest as long as it likes.
//! The clock runs while somebody waits for the body, not while the component is slow to take it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};
use tonic::Status;
use tonic::body::Body;
use tower::Service;

use super::classify::Call;
use super::{GatewayError, Request, Response, ToStatus};
use crate::schema::Messages;

/// Watches the request bodies of calls.
#[derive(Clone, Debug)]
pub struct Pace<S> {
    max_pause: Duration,
    to_status: ToStatus,
    inner: S,
}

impl<S> Pace<S> {
    /// Allows pauses of up to `max_pause`.
    pub fn new(max_pause: Duration, to_status: ToStatus, inner: S) -> Self {
        Self {
            max_pause,
            to_status,
            inner,
        }
    }
}

impl<S: Service<Request, Response = Response>> Service<Request> for Pace<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let call = request.extensions().get::<Call>();
        let method = call.and_then(|call| call.method.as_ref());
        if method.is_none_or(|method| method.requests() == Messages::Many) {
            return self.inner.call(request);
        }
        let (max_pause, to_status) = (self.max_pause, self.to_status);
        self.inner.call(request.map(|inner| {
            Body::new(Paced {
                inner,
                max_pause,
                pause: None,
                is_waiting: false,
                to_status,
            })
        }))
    }
}

struct Paced {
    inner: Body,
    max_pause: Duration,
    /// Made at the first wait, so that a body that is here already costs no timer.
    pause: Option<Pin<Box<Sleep>>>,
    /// True while the timer is running.
    is_waiting: bool,
    to_status: ToStatus,
}

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if let Poll::Ready(polled) = Pin::new(&mut this.inner).poll_frame(cx) {
            this.is_waiting = false;
            return Poll::Ready(polled);
        }
        let limit = this.max_pause;
        let pause = this.pause.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !this.is_waiting {
            pause.as_mut().reset(Instant::now() + limit);
            this.is_waiting = true;
        }
        ready!(pause.as_mut().poll(cx));
        Poll::Ready(Some(Err((this.to_status)(&GatewayError::BodyTooSlow {
            limit,
        }))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests;
