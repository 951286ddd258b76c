//! The body of a streamed answer: JSON in the caller's form, each message sent as it comes.
//! An error after the first message is a last part of its own, `{"error":…}`, and the body breaks off behind it:
//! a stream that just ended would look whole. Of `google.api.HttpBody`, the bytes themselves.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use tokio::time::{Instant, Sleep, sleep};
use tonic::Status;

use super::form::{Form, KEEP_ALIVE, Place};
use super::frames::{Frames, Next};
use super::{Answering, is_ok, resume};

/// How long a stream of events is silent before a comment says that it's still there: well within what proxies wait.
pub(super) const QUIET: Duration = Duration::from_secs(15);

/// How long the last line of a failed stream has to leave before the body breaks off, which throws away what is still
/// buffered. A caller that reads slower than this misses the line, but not that the stream broke.
const LAST_LINE_GRACE: Duration = Duration::from_millis(100);

/// Messages, until the stream's status.
pub(super) struct Stream {
    answering: Answering,
    next: Step,
    frames: Frames,
    /// None for raw bytes, which have none.
    form: Option<Form>,
    /// Fires when events have been missing for long; only events have it.
    quiet: Option<Pin<Box<Sleep>>>,
}

/// What the body does next.
enum Step {
    First(Bytes),
    /// Nothing has come for long already.
    Silent,
    Read,
    /// The error has been told; break off once that has left.
    Break(String, Pin<Box<Sleep>>),
    End,
}

impl Stream {
    /// `first`, then what `frames` bring.
    pub(super) fn new(
        answering: Answering,
        first: Bytes,
        frames: Frames,
        form: Option<Form>,
    ) -> Self {
        Self::begin(answering, Step::First(first), frames, form)
    }

    /// Events, none of which has come in time.
    pub(super) fn silent(answering: Answering, frames: Frames) -> Self {
        Self::begin(answering, Step::Silent, frames, Some(Form::Events))
    }

    fn begin(answering: Answering, next: Step, frames: Frames, form: Option<Form>) -> Self {
        Self {
            answering,
            next,
            frames,
            form,
            quiet: (form == Some(Form::Events)).then(|| Box::pin(sleep(QUIET))),
        }
    }

    /// The next message as it's sent.
    fn message(&mut self, body: Bytes, place: Place) -> Bytes {
        if let Some(quiet) = &mut self.quiet {
            quiet.as_mut().reset(Instant::now() + QUIET);
        }
        let Some(form) = self.form else {
            return body;
        };
        let has_id = form == Form::Events && self.answering.can_resume;
        let id = has_id.then(|| resume::id(&body)).flatten();
        form.message(&body, place, id.as_deref())
    }

    /// A comment if nothing has come for long.
    fn poll_quiet(&mut self, cx: &mut Context<'_>) -> Poll<Bytes> {
        let Some(quiet) = &mut self.quiet else {
            return Poll::Pending;
        };
        ready!(quiet.as_mut().poll(cx));
        quiet.as_mut().reset(Instant::now() + QUIET);
        Poll::Ready(KEEP_ALIVE)
    }

    /// The error as the last part, if the body has parts.
    fn fail(&mut self, trailers: &http::HeaderMap) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let failure = self.answering.failure(trailers, None);
        let broken = format!(
            "the stream ended with {}: {}",
            failure.code.name(),
            failure.message
        );
        let Some(form) = self.form else {
            self.next = Step::End;
            return Poll::Ready(Some(Err(Status::aborted(broken))));
        };
        self.next = Step::Break(broken, Box::pin(sleep(LAST_LINE_GRACE)));
        let body = (self.answering.config.to_json)(&failure);
        Poll::Ready(Some(Ok(Frame::data(form.error(body.as_bytes())))))
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
                let first = self.message(body, Place::First);
                return Poll::Ready(Some(Ok(Frame::data(first))));
            }
            Step::Silent => return Poll::Ready(Some(Ok(Frame::data(KEEP_ALIVE)))),
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
        let Poll::Ready(next) = self.frames.poll_next(cx) else {
            let comment = ready!(self.poll_quiet(cx));
            return Poll::Ready(Some(Ok(Frame::data(comment))));
        };
        let error = match next {
            Ok(Next::Message(message)) => match self.answering.write(&message) {
                Ok(answer) => {
                    let later = self.message(answer.body, Place::Later);
                    return Poll::Ready(Some(Ok(Frame::data(later))));
                }
                Err(error) => error,
            },
            Ok(Next::Trailers(trailers)) if is_ok(&trailers) => {
                self.next = Step::End;
                let end = self.form.map(|form| form.end(true)).unwrap_or_default();
                let end = (!end.is_empty()).then(|| Ok(Frame::data(end)));
                return Poll::Ready(end);
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
