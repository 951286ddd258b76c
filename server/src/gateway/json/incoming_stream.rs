//! A JSON request's body on its way to a stream of gRPC messages: each element becomes one message in its own frame, as
//! soon as it is here, and only when somebody inside asks for the next.
//! Messages that are here together go together: HTTP/2 receivers count small pieces that nobody has read yet, and end the
//! whole connection, with every other call on it, when they are too many.
//! What path and query say is in every message. It is tried before the first, so that its faults aren't an element's.
//! Fails with the status of what is wrong, and with which element; what came before it has been sent by then.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;

use super::elements::{ElementError, Elements};
use super::incoming::Source;
use crate::gateway::GatewayError;

/// How much goes together at least, if it's here: as much as an HTTP/2 frame holds by default.
const GATHERED_BYTES: usize = 16 * 1024;

/// One frame for each element.
pub(super) struct IncomingStream {
    /// None once it has ended or failed.
    inner: Option<Body>,
    source: Source,
    elements: Elements,
    /// What was found behind messages that go first.
    fault: Option<GatewayError>,
    /// True once what all messages have in common has been tried.
    has_begun: bool,
    /// True once the last frame or the error has been given.
    has_ended: bool,
}

impl IncomingStream {
    /// The messages of `source`, in `body` as `elements` cuts it.
    pub(super) fn new(source: Source, elements: Elements, body: Body) -> Self {
        Self {
            inner: Some(body),
            source,
            elements,
            fault: None,
            has_begun: false,
            has_ended: false,
        }
    }

    /// All messages that are here, up to a length.
    fn poll_gathered(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, GatewayError>>> {
        if let Some(fault) = self.fault.take() {
            return Poll::Ready(Some(Err(fault)));
        }
        let mut gathered = BytesMut::new();
        while gathered.len() < GATHERED_BYTES {
            let polled = self.poll_message(cx);
            if let Poll::Ready(Some(Ok(message))) = &polled {
                gathered.extend_from_slice(message);
                continue;
            }
            if gathered.is_empty() {
                return polled;
            }
            if let Poll::Ready(Some(Err(fault))) = polled {
                self.fault = Some(fault);
            }
            break;
        }
        Poll::Ready(Some(Ok(gathered.freeze())))
    }

    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, GatewayError>>> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.source.message(b"")?;
        }
        loop {
            match self.elements.next() {
                Ok(Some(element)) => return Poll::Ready(Some(self.message(&element))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(error.into()))),
            }
            let Some(inner) = &mut self.inner else {
                return Poll::Ready(None);
            };
            match ready!(http_body::Body::poll_frame(Pin::new(inner), cx)) {
                Some(Ok(frame)) => {
                    let chunk = frame.into_data().unwrap_or_default();
                    if !chunk.is_empty() {
                        self.source.judge_type()?;
                    }
                    self.elements.feed(chunk);
                }
                Some(Err(status)) => {
                    return Poll::Ready(Some(Err(GatewayError::of_request(&status))));
                }
                None => {
                    self.inner = None;
                    self.elements.end();
                }
            }
        }
    }

    fn message(&self, element: &[u8]) -> Result<Bytes, GatewayError> {
        let number = self.elements.count();
        let message = self.source.message(element);
        message.map_err(|error| ElementError::Misfit { number, error }.into())
    }
}

impl http_body::Body for IncomingStream {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        match ready!(self.poll_gathered(cx)) {
            Some(Ok(messages)) => Poll::Ready(Some(Ok(Frame::data(messages)))),
            Some(Err(error)) => {
                self.has_ended = true;
                self.inner = None;
                Poll::Ready(Some(Err(self.source.failed(&error))))
            }
            None => {
                self.has_ended = true;
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended
    }
}

#[cfg(test)]
mod tests;
