//! Turns away what `classify` found unservable. It stands inside the translation,
//! so that a refusal reaches the caller in its own dialect, and after the limits, so that refusals are bounded too.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tower::Service;

use super::classify::Refused;
use super::{GatewayError, Request, Response};

/// A boxed future of this room's layers.
pub(super) type ResponseFuture<E = GatewayError> =
    Pin<Box<dyn Future<Output = Result<Response, E>> + Send>>;

/// Serves what isn't refused.
#[derive(Clone, Debug)]
pub struct Admit<S> {
    inner: S,
}

impl<S> Admit<S> {
    /// Guards `inner`.
    pub fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Service<Request> for Admit<S>
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
        match request.extensions_mut().remove::<Refused>() {
            Some(Refused(error)) => Box::pin(async { Err(error) }),
            None => Box::pin(self.inner.call(request)),
        }
    }
}
