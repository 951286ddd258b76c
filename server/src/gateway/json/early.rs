//! An answer of events that is begun before anything of it is known: whoever hears nothing for long takes a stream for
//! dead, be it a proxy or an `EventSource`, which knows of it only once the head is there.
//! The price: from then on the HTTP status is 200, an error is a late one, and the component's metadata is left out
//! unless it has come.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Frame;
use tokio::time::{Sleep, sleep};
use tonic::Status;
use tonic::body::Body;

use super::stream::QUIET;
use crate::gateway::Response;
use crate::gateway::admit::ResponseFuture;

/// How long a head may be awaited.
pub(super) struct Patience(Option<Pin<Box<Sleep>>>);

impl Patience {
    /// As long as events may be silent, from now on.
    pub(super) fn limited() -> Self {
        Self(Some(Box::pin(sleep(QUIET))))
    }

    pub(super) fn endless() -> Self {
        Self(None)
    }

    /// None if it ran out first.
    pub(super) async fn wait<F: Future>(&mut self, future: F) -> Option<F::Output> {
        match &mut self.0 {
            None => Some(future.await),
            Some(timer) => tokio::select! {
                biased;
                output = future => Some(output),
                () = timer => None,
            },
        }
    }
}

/// The body of a response that isn't here yet; its head is lost.
pub(super) fn body(response: ResponseFuture<Infallible>) -> Body {
    Body::new(Late::Awaited(response))
}

enum Late {
    Awaited(ResponseFuture<Infallible>),
    Here(Body),
}

impl http_body::Body for Late {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        loop {
            match &mut *self {
                Self::Awaited(response) => {
                    let Ok(response) = ready!(response.as_mut().poll(cx));
                    *self = Self::Here(Response::into_body(response));
                }
                Self::Here(body) => return Pin::new(body).poll_frame(cx),
            }
        }
    }
}
