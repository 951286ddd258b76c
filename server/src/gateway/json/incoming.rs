//! A JSON request's body on its way to one gRPC message. It is read only when somebody inside asks for it, so the deadline,
//! the limit of calls in flight and the drain hold for slow callers too.
//! Fails with the status of what is wrong: too long, no JSON, or not the method's message; `pace` sees to slow ones.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{header, request};
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;
use wire::frame::{self, PREFIX_BYTES};

use super::{Asked, Config};
use crate::gateway::GatewayError;
use crate::gateway::settle::Outcome;

/// One frame, made of a whole body.
pub(super) struct Incoming {
    /// None once the frame has been given.
    inner: Option<Body>,
    asked: Asked,
    query: Option<String>,
    content_type: Option<String>,
    /// Where a fault is noted: the handlers of our own services hand on its code only.
    outcome: Outcome,
    config: Config,
    read: BytesMut,
}

impl Incoming {
    /// Of the request with this head; the query may be less than its URI's.
    pub(super) fn new(
        head: &request::Parts,
        query: Option<String>,
        body: Body,
        asked: Asked,
        outcome: Outcome,
        config: Config,
    ) -> Self {
        let content_type = head.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        Self {
            inner: Some(body),
            asked,
            query,
            content_type: content_type.map(str::to_owned),
            outcome,
            config,
            read: BytesMut::new(),
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), GatewayError>> {
        while let Some(inner) = &mut self.inner {
            match ready!(http_body::Body::poll_frame(Pin::new(inner), cx)) {
                Some(Ok(frame)) => {
                    let data = frame.into_data().unwrap_or_default();
                    let limit = self.config.limits.max_body_bytes;
                    let bytes = self.read.len().saturating_add(data.len());
                    if u32::try_from(bytes).is_ok_and(|bytes| bytes <= limit) {
                        self.read.put(data);
                        continue;
                    }
                    return Poll::Ready(Err(GatewayError::BodyTooLong { limit }));
                }
                Some(Err(status)) => return Poll::Ready(Err(GatewayError::of_request(&status))),
                None => self.inner = None,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// The message in its frame.
    fn transcode(&mut self) -> Result<Bytes, GatewayError> {
        let rule = &self.asked.binding.rule;
        if !self.read.is_empty() && self.content_type.is_none() && !rule.takes_any_body() {
            return Err(GatewayError::NotJson { content_type: None });
        }
        let message = rule.request(
            &self.asked.values,
            self.query.as_deref(),
            self.content_type.as_deref(),
            &self.read,
            &self.config.limits.json,
        )?;
        let mut bytes = BytesMut::with_capacity(PREFIX_BYTES + message.len());
        // A message is hardly longer than its JSON, which is within a limit of 32 bits.
        let len = u32::try_from(message.len()).unwrap_or(u32::MAX);
        bytes.put_slice(&frame::prefix(0, len));
        bytes.put(message);
        Ok(bytes.freeze())
    }
}

impl http_body::Body for Incoming {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.inner.is_none() {
            return Poll::Ready(None);
        }
        let read = ready!(self.poll_read(cx));
        self.inner = None;
        let frame = read.and_then(|()| self.transcode());
        Poll::Ready(Some(frame.map(Frame::data).map_err(|error| {
            self.outcome.fails_by(&error);
            (self.config.to_status)(&error)
        })))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_none()
    }
}
