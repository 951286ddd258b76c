//! A response body that holds something until its last frame: a permit, a count.
//! "Served" means that the body ended, not that the head was sent; streams would escape every limit otherwise.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

/// A body that drops `guard` when it ends, fails, or is dropped.
#[derive(Debug)]
pub struct Guarded<G> {
    inner: Body,
    guard: Option<G>,
}

impl<G: Send + Unpin + 'static> Guarded<G> {
    /// Wraps `inner`; an empty body lets go at once.
    pub fn wrap(inner: Body, guard: G) -> Body {
        Body::new(Self {
            inner,
            guard: Some(guard),
        })
    }
}

impl<G: Unpin> http_body::Body for Guarded<G> {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        let goes_on = matches!(&polled, Some(Ok(frame)) if frame.is_data());
        // Readers may stop at the last frame and never ask for the None behind it.
        if !goes_on || self.inner.is_end_stream() {
            self.guard = None;
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
