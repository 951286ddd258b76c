//! The body of a request in text mode, decoded as it comes; padding may stand anywhere.
//! What came before a fault is handed on first, so that the outcome doesn't depend on how the text was cut.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;
use wire::base64::Base64Error;
use wire::text::TextDecoder;

use super::super::{GatewayError, ToStatus};

/// A body that fails with the status of `GatewayError::Text` if it isn't base64 to the end.
pub(super) struct Text {
    /// None once the body has ended or failed.
    inner: Option<Body>,
    decoder: TextDecoder,
    to_status: ToStatus,
}

impl Text {
    /// Decodes `inner`.
    pub(super) fn new(inner: Body, to_status: ToStatus) -> Self {
        Self {
            inner: Some(inner),
            decoder: TextDecoder::new(),
            to_status,
        }
    }

    fn decode(&mut self, text: &[u8]) -> Result<Bytes, Base64Error> {
        let mut bytes = BytesMut::with_capacity(text.len().div_ceil(4).saturating_mul(3));
        match self.decoder.feed(text, &mut bytes) {
            // The decoder says it again at the next chunk or at the end.
            Err(_) if !bytes.is_empty() => Ok(bytes.freeze()),
            outcome => outcome.map(|()| bytes.freeze()),
        }
    }

    fn fail(&mut self, error: Base64Error) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.inner = None;
        let status = (self.to_status)(&GatewayError::Text(error));
        Poll::Ready(Some(Err(status)))
    }
}

impl http_body::Body for Text {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        while let Some(inner) = &mut self.inner {
            let polled = ready!(Pin::new(inner).poll_frame(cx));
            let frame = match polled.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(text))) => match self.decode(&text) {
                    // Not a whole group yet.
                    Ok(bytes) if bytes.is_empty() => continue,
                    Ok(bytes) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                    Err(error) => return self.fail(error),
                },
                Some(Ok(Err(trailers))) => Some(Ok(trailers)),
                Some(Err(status)) => Some(Err(status)),
                None => None,
            };
            // The end, unless a group is open. A body that failed says why by itself.
            return match (frame, self.decoder.finish()) {
                (Some(Err(status)), _) => {
                    self.inner = None;
                    Poll::Ready(Some(Err(status)))
                }
                (_, Err(error)) => self.fail(error),
                (frame, Ok(())) => {
                    self.inner = None;
                    Poll::Ready(frame)
                }
            };
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_none()
    }
}
