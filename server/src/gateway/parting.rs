//! Streams over HTTP/1.1 take their connection with them: it is closed behind the answer.
//! Whoever leaves in mid-stream closes it anyway, but browsers would rather keep it: Chromium goes on reading an aborted
//! answer for up to 5 s, in case it ends, and meanwhile the handler runs on and one of the page's six connections is
//! taken. A connection that can't be used again is closed at once. Streams are long, so that a new one costs little.
//! Source: Chromium's `HttpResponseBodyDrainer`; seen in its connections before this was here.

use std::task::{Context, Poll};

use futures_util::future::Either;
use http::{HeaderValue, Version, header};
use http_body::Body as _;
use tower::Service;

use super::admit::ResponseFuture;
use super::classify::Call;
use super::{Request, Response};
use crate::schema::Messages;

/// Ends connections with streams.
#[derive(Clone, Debug)]
pub struct Parting<S> {
    inner: S,
}

impl<S> Parting<S> {
    /// Goes by what `Classify` found, so that must stand outside.
    pub fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Service<Request> for Parting<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Either<S::Future, ResponseFuture<S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let parts = parts(&request);
        let response = self.inner.call(request);
        if !parts {
            return Either::Left(response);
        }
        Either::Right(Box::pin(async move {
            let mut response = response.await?;
            // A refusal is over as soon as it's sent.
            if response.body().size_hint().exact().is_none() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok(response)
        }))
    }
}

/// True for a call whose answer may go on, where a connection carries one call at a time.
fn parts(request: &Request) -> bool {
    let method = request
        .extensions()
        .get::<Call>()
        .and_then(|call| call.method.as_ref());
    request.version() <= Version::HTTP_11
        && method.is_some_and(|method| method.responses() == Messages::Many)
}
