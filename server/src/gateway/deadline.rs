//! `grpc-timeout` for the whole call: the answer's head, and its body to the last message.
//! At expiry the handler's future (or stream) is dropped and the call ends with the status for `DeadlineExceeded`,
//! in trailers if messages have been sent already. Tonic's own timer stops at the head and says CANCELLED.
//! The clock is tokio's. Source: gRPC PROTOCOL-HTTP2.md, "Timeout".

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};
use tonic::Status;
use tonic::body::Body;
use tower::Service;

use super::admit::ResponseFuture;
use super::classify::Call;
use super::{GatewayError, Request, Response, ToStatus};

const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// When a call's deadline passes; an extension of the request, for those who tell others what is left of it.
#[derive(Clone, Copy, Debug)]
pub struct ExpiresAt(pub Instant);

/// Holds calls to their deadline; plain HTTP has none.
#[derive(Clone, Debug)]
pub struct Deadline<S> {
    to_status: ToStatus,
    inner: S,
}

impl<S> Deadline<S> {
    /// Guards `inner`.
    pub fn new(to_status: ToStatus, inner: S) -> Self {
        Self { to_status, inner }
    }
}

impl<S> Service<Request> for Deadline<S>
where
    S: Service<Request, Response = Response, Error = GatewayError>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = GatewayError;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let header = request.headers().get(GRPC_TIMEOUT);
        let header = header.filter(|_| request.extensions().get::<Call>().is_some());
        let timeout = match header.map(parse) {
            None => return Box::pin(self.inner.call(request)),
            Some(Err(error)) => return Box::pin(async { Err(error) }),
            Some(Ok(timeout)) => timeout,
        };
        let expired = GatewayError::DeadlineExceeded { timeout };
        if timeout.is_zero() {
            return Box::pin(async { Err(expired) });
        }
        let status = (self.to_status)(&expired);
        let expires_at = Instant::now() + timeout;
        request.extensions_mut().insert(ExpiresAt(expires_at));
        let response = self.inner.call(request);
        Box::pin(async move {
            let mut timer = Box::pin(sleep_until(expires_at));
            let response = tokio::select! {
                biased;
                () = &mut timer => return Err(expired),
                response = response => response?,
            };
            Ok(response.map(|body| {
                Body::new(DeadlineBody {
                    inner: Some(body),
                    timer,
                    status,
                })
            }))
        })
    }
}

fn parse(value: &HeaderValue) -> Result<Duration, GatewayError> {
    let text = value.to_str().map_err(|_| GatewayError::Timeout(None))?;
    wire::timeout::parse(text).map_err(|error| GatewayError::Timeout(Some(error)))
}

/// A response body that ends with `status` when the timer fires.
struct DeadlineBody {
    /// None once the deadline has passed: dropping it ends the handler's stream.
    inner: Option<Body>,
    timer: Pin<Box<Sleep>>,
    status: Status,
}

impl http_body::Body for DeadlineBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let Some(inner) = &mut this.inner else {
            return Poll::Ready(None);
        };
        if this.timer.as_mut().poll(cx).is_pending() {
            return Pin::new(inner).poll_frame(cx);
        }
        this.inner = None;
        let mut trailers = HeaderMap::new();
        Poll::Ready(Some(
            this.status
                .add_header(&mut trailers)
                .map(|()| Frame::trailers(trailers)),
        ))
    }

    fn is_end_stream(&self) -> bool {
        self.inner
            .as_ref()
            .is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}
