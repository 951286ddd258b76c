//! Reads on what an HTTP/1 caller still sends when its request is refused, and throws it away; then answers.
//! Such a client reads no answer while it writes: closing on it would show as a reset, not as a status.
//! HTTP/2 can answer and stop the sender at the same time, so nothing is discarded there; nor is it for a caller
//! who waits for `100 Continue`, since the answer is what keeps it from sending.
//! A body is left over if its reader dropped it before the answer's head; one that is still being read isn't touched.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Version, header};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::time::timeout;
use tonic::Status;
use tonic::body::Body;
use tower::Service;

use super::admit::ResponseFuture;
use super::{Request, Response};

/// How far a refused body is read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiscardLimits {
    /// Together, in bytes.
    pub max_bytes: u64,
    /// How long nothing may come before the answer is given anyway.
    pub max_pause: Duration,
}

impl DiscardLimits {
    async fn discard(self, mut body: Body) {
        let mut left = self.max_bytes;
        while left > 0
            && let Ok(Some(Ok(frame))) = timeout(self.max_pause, body.frame()).await
        {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            left = left.saturating_sub(u64::try_from(bytes).unwrap_or(u64::MAX));
        }
    }
}

/// Lets refused callers finish.
#[derive(Clone, Debug)]
pub struct Discard<S> {
    limits: DiscardLimits,
    inner: S,
}

impl<S> Discard<S> {
    /// Reads on what `inner` leaves of a request.
    pub fn new(limits: DiscardLimits, inner: S) -> Self {
        Self { limits, inner }
    }
}

impl<S> Service<Request> for Discard<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.version() >= Version::HTTP_2 || request.headers().contains_key(header::EXPECT) {
            return Box::pin(self.inner.call(request));
        }
        let limits = self.limits;
        let rest = Rest::default();
        let back = rest.clone();
        let response = self.inner.call(request.map(|body| {
            Body::new(Lent {
                inner: Some(body),
                back,
            })
        }));
        Box::pin(async move {
            let response = response.await;
            if let Some(body) = rest.take() {
                limits.discard(body).await;
            }
            response
        })
    }
}

/// Where an unread body comes back to.
#[derive(Clone, Debug, Default)]
struct Rest(Arc<Mutex<Option<Body>>>);

impl Rest {
    fn give(&self, body: Body) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
    }

    fn take(&self) -> Option<Body> {
        let mut rest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rest.take()
    }
}

/// A body that comes back if it is dropped before its end.
struct Lent {
    /// None once it has ended or failed.
    inner: Option<Body>,
    back: Rest,
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(body) = self.inner.take() {
            self.back.give(body);
        }
    }
}

impl http_body::Body for Lent {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(inner) = &mut self.inner else {
            return Poll::Ready(None);
        };
        let polled = ready!(Pin::new(inner).poll_frame(cx));
        if !matches!(&polled, Some(Ok(_))) {
            self.inner = None;
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.inner
            .as_ref()
            .is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let inner = self.inner.as_ref();
        inner.map_or(SizeHint::with_exact(0), http_body::Body::size_hint)
    }
}

#[cfg(test)]
mod tests;
