//! Bounds a request's head: the target and the headers together.
//! The HTTP library has bounds of its own, but answers them by itself, without CORS, so that a page can't read why;
//! these are tighter and speak first.

use std::task::{Context, Poll};

use tower::Service;

use super::admit::ResponseFuture;
use super::{GatewayError, Request, Response};

/// The limits on a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// Path and query, in bytes.
    pub max_uri_bytes: usize,
    /// Names and values of all headers together, in bytes.
    pub max_header_bytes: usize,
    /// Header fields; each value of a repeated name counts.
    pub max_headers: usize,
}

impl HeadLimits {
    fn check(self, request: &Request) -> Result<(), GatewayError> {
        let uri = request.uri();
        let bytes = uri.path().len() + uri.query().map_or(0, |query| query.len() + 1);
        if bytes > self.max_uri_bytes {
            return Err(GatewayError::UriTooLong {
                bytes,
                limit: self.max_uri_bytes,
            });
        }
        let headers = request.headers().iter();
        let bytes = headers
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        if bytes > self.max_header_bytes {
            return Err(GatewayError::HeadersTooLong {
                bytes,
                limit: self.max_header_bytes,
            });
        }
        let count = request.headers().len();
        if count > self.max_headers {
            return Err(GatewayError::TooManyHeaders {
                count,
                limit: self.max_headers,
            });
        }
        Ok(())
    }
}

/// Serves requests whose head is within the limits.
#[derive(Clone, Debug)]
pub struct LimitHead<S> {
    limits: HeadLimits,
    inner: S,
}

impl<S> LimitHead<S> {
    /// Guards `inner`.
    pub fn new(limits: HeadLimits, inner: S) -> Self {
        Self { limits, inner }
    }
}

impl<S> Service<Request> for LimitHead<S>
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

    fn call(&mut self, request: Request) -> Self::Future {
        match self.limits.check(&request) {
            Ok(()) => Box::pin(self.inner.call(request)),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }
}

#[cfg(test)]
mod tests;
