//! The body of an answer in gRPC-Web: the frames as they are, then the trailers as one trailer frame.
//! In text mode each piece that comes is padded and sent at once, so that no message waits for the next.
//! If the answer breaks off within a frame, a trailer frame would be read as the rest of it: then the body fails too.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderMap;
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;
use wire::content_type::Dialect;
use wire::frame::{self, FLAG_TRAILERS, PREFIX_BYTES, PrefixScanner};
use wire::text::TextEncoder;

/// A body without HTTP trailers. Dropping it drops the answer inside, which cancels the call.
pub(super) struct Answer {
    /// None once the trailer frame has been given.
    inner: Option<Body>,
    /// Knows whether a frame is open; bounds nothing, since answers are ours.
    borders: PrefixScanner,
    /// None if the answer is binary.
    text: Option<TextEncoder>,
}

impl Answer {
    /// Puts `inner` into `dialect`, which is one of gRPC-Web's.
    pub(super) fn new(inner: Body, dialect: Dialect) -> Self {
        Self {
            inner: Some(inner),
            borders: PrefixScanner::new(u32::MAX),
            text: (dialect == Dialect::GrpcWebText).then(TextEncoder::new),
        }
    }

    /// As the dialect has it.
    fn encode(&mut self, bytes: Bytes) -> Bytes {
        let Some(encoder) = &mut self.text else {
            return bytes;
        };
        let chars = bytes.len().div_ceil(3).saturating_add(1).saturating_mul(4);
        let mut text = BytesMut::with_capacity(chars);
        encoder.feed(&bytes, &mut text);
        encoder.flush(&mut text);
        text.freeze()
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        while let Some(inner) = &mut self.inner {
            let Some(frame) = ready!(Pin::new(inner).poll_frame(cx)).transpose()? else {
                // Out of reach behind `settle`, which never ends without trailers.
                self.inner = None;
                break;
            };
            let bytes = match frame.into_data() {
                Ok(bytes) => {
                    // Can't fail: no length is over the bound.
                    let _ = self.borders.scan(&bytes);
                    bytes
                }
                Err(frame) => {
                    self.inner = None;
                    if self.borders.finish().is_err() {
                        let cut = Status::data_loss("the answer broke off within a message");
                        return Poll::Ready(Some(Err(cut)));
                    }
                    trailer_frame(&frame.into_trailers().unwrap_or_default())
                }
            };
            let bytes = self.encode(bytes);
            if !bytes.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_none()
    }
}

/// Names are in lower case and values legal by their types; values of one name keep their order.
fn trailer_frame(trailers: &HeaderMap) -> Bytes {
    let lines = trailers.iter();
    let block =
        wire::trailers::encode(lines.map(|(name, value)| (name.as_str(), value.as_bytes())));
    let len = u32::try_from(block.len()).unwrap_or(u32::MAX);
    let mut bytes = BytesMut::with_capacity(PREFIX_BYTES.saturating_add(block.len()));
    bytes.put_slice(&frame::prefix(FLAG_TRAILERS, len));
    bytes.put_slice(&block);
    bytes.freeze()
}
