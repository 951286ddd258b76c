//! The body of a streamed answer: one JSON object per line, each sent as it comes.
//! An error after the first line is a last line of its own, `{"error":…}`, and the body breaks off behind it:
//! a stream that just ended would look whole. Of `google.api.HttpBody`, the bytes themselves. Source: ndjson-spec.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderValue;
use http_body::Frame;
use tokio::time::{Sleep, sleep};
use tonic::Status;

use super::frames::{Frames, Next};
use super::{Answering, is_ok};

/// What streamed JSON is called.
pub(super) const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-ndjson");

/// How long the last line of a failed stream has to leave before the body breaks off, which throws away what is still
/// buffered. A caller that reads slower than this misses the line, but not that the stream broke.
const LAST_LINE_GRACE: Duration = Duration::from_millis(100);

/// Lines, until the stream's status.
pub(super) struct Stream {
    answering: Answering,
    next: Step,
    frames: Frames,
    /// False for raw bytes, which have no lines.
    is_json: bool,
}

/// What the body does next.
enum Step {
    First(Bytes),
    Read,
    /// The error has been told; break off once that has left.
    Break(String, Pin<Box<Sleep>>),
    End,
}

impl Stream {
    /// `first`, then what `frames` bring.
    pub(super) fn new(answering: Answering, first: Bytes, frames: Frames, is_json: bool) -> Self {
        let next = Step::First(first);
        Self {
            answering,
            next,
            frames,
            is_json,
        }
    }

    fn line(&self, body: Bytes) -> Bytes {
        if !self.is_json {
            return body;
        }
        let mut line = BytesMut::with_capacity(body.len() + 1);
        line.put(body);
        line.put_u8(b'\n');
        line.freeze()
    }

    /// The last line, if lines are what the body has.
    fn fail(&mut self, trailers: &http::HeaderMap) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let failure = self.answering.failure(trailers, None);
        let broken = format!(
            "the stream ended with {}: {}",
            failure.code.name(),
            failure.message
        );
        if !self.is_json {
            self.next = Step::End;
            return Poll::Ready(Some(Err(Status::aborted(broken))));
        }
        self.next = Step::Break(broken, Box::pin(sleep(LAST_LINE_GRACE)));
        let body = (self.answering.config.to_json)(&failure).into();
        Poll::Ready(Some(Ok(Frame::data(self.line(body)))))
    }
}

impl http_body::Body for Stream {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match std::mem::replace(&mut self.next, Step::Read) {
            Step::First(body) => {
                return Poll::Ready(Some(Ok(Frame::data(self.line(body)))));
            }
            Step::Break(broken, mut grace) => {
                if grace.as_mut().poll(cx).is_pending() {
                    self.next = Step::Break(broken, grace);
                    return Poll::Pending;
                }
                self.next = Step::End;
                return Poll::Ready(Some(Err(Status::aborted(broken))));
            }
            Step::End => {
                self.next = Step::End;
                return Poll::Ready(None);
            }
            Step::Read => {}
        }
        let error = match ready!(self.frames.poll_next(cx)) {
            Ok(Next::Message(message)) => match self.answering.write(&message) {
                Ok(answer) => {
                    return Poll::Ready(Some(Ok(Frame::data(self.line(answer.body)))));
                }
                Err(error) => error,
            },
            Ok(Next::Trailers(trailers)) if is_ok(&trailers) => {
                self.next = Step::End;
                return Poll::Ready(None);
            }
            Ok(Next::Trailers(trailers)) => return self.fail(&trailers),
            Err(error) => error,
        };
        let trailers = self.answering.overruled(&error);
        self.fail(&trailers)
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.next, Step::End)
    }
}
