//! A component's gRPC answer, taken apart into its messages and its status.
//! A message must be plain protobuf: no compression is offered to components on behalf of JSON callers, and what is
//! flagged as anything else would be read as what it isn't.
//! OK counts only at the border of a frame: an answer that broke off within a message isn't whole, whatever is said of it.
//! Another status stands as it is, since it says already that the answer isn't whole.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use tonic::body::Body;
use wire::frame::{FLAG_COMPRESSED, Frame, FrameDecoder, FrameError};

use super::{BodyLimits, is_ok};
use crate::gateway::GatewayError;

/// A gRPC answer, taken apart.
#[derive(Debug)]
pub(super) struct Frames {
    body: Body,
    decoder: FrameDecoder,
    component: Arc<str>,
}

/// What comes next in an answer.
#[derive(Debug)]
pub(super) enum Next {
    Message(Bytes),
    Trailers(HeaderMap),
}

impl Frames {
    /// Reads `body`, which must be settled.
    pub(super) fn new(body: Body, limits: &BodyLimits, component: &Arc<str>) -> Self {
        Self {
            body,
            decoder: FrameDecoder::new(limits.max_answer_bytes),
            component: Arc::clone(component),
        }
    }

    /// Waits for the next message, or the end.
    pub(super) async fn next(&mut self) -> Result<Next, GatewayError> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    /// What `next` waits for.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Next, GatewayError>> {
        loop {
            match self.decoder.next_frame() {
                Ok(Some(frame)) => return Poll::Ready(self.message(frame)),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Err(self.bad(error))),
            }
            let frame = ready!(http_body::Body::poll_frame(Pin::new(&mut self.body), cx));
            match frame.map(|frame| frame.map(http_body::Frame::into_data)) {
                Some(Ok(Ok(chunk))) => self.decoder.feed(chunk),
                Some(Ok(Err(frame))) => {
                    let trailers = frame.into_trailers().unwrap_or_default();
                    return Poll::Ready(self.end(trailers));
                }
                // Out of reach behind `settle`, which ends every answer with trailers.
                Some(Err(_)) | None => {
                    let component = Arc::clone(&self.component);
                    return Poll::Ready(Err(GatewayError::NoStatus { component }));
                }
            }
        }
    }
    fn message(&self, frame: Frame) -> Result<Next, GatewayError> {
        match frame.flags {
            0 => Ok(Next::Message(frame.payload)),
            FLAG_COMPRESSED => Err(GatewayError::AnswerCompressed {
                component: Arc::clone(&self.component),
            }),
            // Trailer frames are gRPC-Web's; in gRPC their flag is reserved.
            flags => Err(self.bad(FrameError::ReservedFlags { flags })),
        }
    }

    fn end(&self, trailers: HeaderMap) -> Result<Next, GatewayError> {
        match self.decoder.finish() {
            Err(error) if is_ok(&trailers) => Err(self.bad(error)),
            Ok(()) | Err(_) => Ok(Next::Trailers(trailers)),
        }
    }

    fn bad(&self, error: FrameError) -> GatewayError {
        let component = Arc::clone(&self.component);
        GatewayError::AnswerFrame { component, error }
    }
}
