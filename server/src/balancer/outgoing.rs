//! A request on its way out: kept as often as it may be needed, and fitted to the replica that gets it.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::uri::{Scheme, Uri};
use http::{HeaderMap, HeaderName, HeaderValue, request};
use http_body::Frame;
use tonic::body::Body;
use wire::traceparent::TraceParent;

use super::policy;
use super::replica::Replica;
use crate::balance::Policy;

const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");
const TRACEPARENT: HeaderName = HeaderName::from_static(wire::traceparent::TRACEPARENT);

/// The request as often as it's needed.
pub(super) enum Outgoing {
    /// Once; None once it is gone.
    Once(Option<http::Request<Body>>),
    Again(request::Parts, Bytes),
}

impl Outgoing {
    pub(super) fn new(request: http::Request<Body>, message: Option<Bytes>) -> Self {
        match message {
            None => Self::Once(Some(request)),
            Some(message) => Self::Again(request.into_parts().0, message),
        }
    }

    pub(super) fn next(&mut self) -> Option<http::Request<Body>> {
        match self {
            Self::Once(request) => request.take(),
            Self::Again(head, message) => {
                let body = Body::new(Whole(Some(message.clone())));
                Some(http::Request::from_parts(head.clone(), body))
            }
        }
    }

    /// A request that never left is as good as new.
    pub(super) fn put_back(&mut self, unsent: http::Request<Body>) {
        if let Self::Once(request) = self {
            *request = Some(unsent);
        }
    }

    pub(super) fn has_next(&self) -> bool {
        !matches!(self, Self::Once(None))
    }

    pub(super) fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::Once(request) => request.as_ref().map(http::Request::headers),
            Self::Again(head, _) => Some(&head.headers),
        }
    }
}

/// All of a request's bytes. Of no known length, since hyper would make a `content-length` of it, which components
/// would see as metadata.
struct Whole(Option<Bytes>);

impl http_body::Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }
}

/// HTTP/2 wants an absolute URI; the replica is its own authority.
pub(super) fn address(request: &mut http::Request<Body>, replica: &Replica) {
    let mut parts = std::mem::take(request.uri_mut()).into_parts();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(replica.authority.clone());
    // Can't fail: a request's URI has a path.
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

/// Tells the replica what is left of the deadline.
pub(super) fn set_timeout(headers: &mut HeaderMap, left: Duration) {
    if let Ok(value) = HeaderValue::from_str(&wire::timeout::format(left)) {
        headers.insert(GRPC_TIMEOUT, value);
    }
}

/// Tells the replica which span called it.
pub(super) fn set_traceparent(headers: &mut HeaderMap, context: TraceParent) {
    if let Ok(value) = HeaderValue::from_bytes(&context.encode()) {
        headers.insert(TRACEPARENT, value);
    }
}

/// What `ring_hash` goes by; None with any other policy, or without the header.
pub(super) fn key(policy: &Policy, headers: Option<&HeaderMap>) -> Option<u64> {
    let Policy::RingHash { header } = policy else {
        return None;
    };
    let value = headers?.get(header)?;
    Some(policy::hash(value.as_bytes()))
}

#[cfg(test)]
mod tests;
