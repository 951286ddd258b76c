//! A JSON request's body on its way to one gRPC message. It is read only when somebody inside asks for it, so the deadline,
//! the limit of calls in flight and the drain hold for slow callers too.
//! Fails with the status of what is wrong: too long, no JSON, or not the method's message; `pace` sees to slow ones.
//! Where the method takes a stream and the route a body, `incoming_stream` reads it instead.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{header, request};
use http_body::Frame;
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use wire::frame::{self, PREFIX_BYTES};

use super::elements::Elements;
use super::incoming_stream::IncomingStream;
use super::{Asked, Config, refusal};
use crate::gateway::GatewayError;
use crate::gateway::server_timing::{Side, Stopwatch};
use crate::gateway::settle::Outcome;
use crate::gateway::transcoder::TranscodeError;

/// What of a request isn't its body, and makes messages of that.
pub(super) struct Source {
    asked: Asked,
    query: Option<String>,
    content_type: Option<String>,
    /// Where a fault is noted: the handlers of our own services hand on its code only.
    outcome: Outcome,
    stopwatch: Stopwatch,
    config: Config,
}

impl Source {
    /// Of the request with this head; the query may be less than its URI's.
    pub(super) fn new(
        head: &request::Parts,
        query: Option<String>,
        asked: Asked,
        outcome: Outcome,
        config: Config,
    ) -> Self {
        let content_type = head.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        Self {
            asked,
            query,
            content_type: content_type.map(str::to_owned),
            outcome,
            stopwatch: head
                .extensions
                .get()
                .cloned()
                .unwrap_or_else(Stopwatch::start),
            config,
        }
    }

    /// The gRPC body that the request's body becomes.
    pub(super) fn body(self, body: Body) -> Body {
        let limit = self.config.limits.max_body_bytes;
        match refusal::layout(&self.asked.binding, self.content_type.as_deref()) {
            Some(layout) => {
                let elements = Elements::new(layout, limit);
                Body::new(IncomingStream::new(self, elements, body))
            }
            None => Body::new(Incoming::new(self, body)),
        }
    }

    /// Refuses a body that came without a content type, unless any will do.
    pub(super) fn judge_type(&self) -> Result<(), GatewayError> {
        let binding = &self.asked.binding;
        if self.content_type.is_some() || binding.rule.takes_any_body() {
            return Ok(());
        }
        Err(GatewayError::NotJson {
            content_type: None,
            takes: binding.method.requests(),
        })
    }

    /// A message in its frame.
    pub(super) fn message(&self, body: &[u8]) -> Result<Bytes, TranscodeError> {
        let message = self.asked.binding.rule.request(
            &self.asked.values,
            self.query.as_deref(),
            self.content_type.as_deref(),
            body,
            &self.config.limits.json,
        )?;
        let mut bytes = BytesMut::with_capacity(PREFIX_BYTES + message.len());
        // A message is hardly longer than its JSON, which is within a limit of 32 bits.
        let len = u32::try_from(message.len()).unwrap_or(u32::MAX);
        bytes.put_slice(&frame::prefix(0, len));
        bytes.put(message);
        Ok(bytes.freeze())
    }

    /// The status of what is wrong with the request.
    pub(super) fn failed(&self, error: &GatewayError) -> Status {
        self.outcome.fails_by(error);
        (self.config.to_status)(error)
    }
}

/// One frame, made of a whole body.
struct Incoming {
    /// None once the frame has been given.
    inner: Option<Body>,
    source: Source,
    read: BytesMut,
}

impl Incoming {
    fn new(source: Source, body: Body) -> Self {
        Self {
            inner: Some(body),
            source,
            read: BytesMut::new(),
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), GatewayError>> {
        while let Some(inner) = &mut self.inner {
            match ready!(http_body::Body::poll_frame(Pin::new(inner), cx)) {
                Some(Ok(frame)) => {
                    let data = frame.into_data().unwrap_or_default();
                    let limit = self.source.config.limits.max_body_bytes;
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
    fn transcode(&self) -> Result<Bytes, GatewayError> {
        if !self.read.is_empty() {
            self.source.judge_type()?;
        }
        let begun = Instant::now();
        let message = self.source.message(&self.read)?;
        let message_bytes = message.len() - PREFIX_BYTES;
        self.source
            .stopwatch
            .transcoded(Side::Request, begun, self.read.len(), message_bytes);
        Ok(message)
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
        let frame = frame.map(Frame::data);
        Poll::Ready(Some(frame.map_err(|error| self.source.failed(&error))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_none()
    }
}
