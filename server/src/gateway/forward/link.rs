//! What ties the two halves of a call in flight: the request's body on its way to the replica, and the answer's on its way back.
//! hyper sends the one from a task of its own, so neither half sees the other end. A fault of the request ends the answer
//! with that fault; an answer that is dropped cancels the rest of the request, which resets the replica's stream.
//! A stream has no total timeout, but one in which nothing moves in either direction for too long is ended.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tonic::Status;
use tonic::body::Body;

use crate::gateway::{GatewayError, ToStatus};

/// The state that both halves share.
#[derive(Debug, Default)]
pub(super) struct Link(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// What is wrong with the request.
    fault: Option<GatewayError>,
    /// True once nobody waits for the answer.
    is_canceled: bool,
    /// True once the request has been sent whole.
    is_sent: bool,
    /// When something of the request was sent last.
    sent_at: Option<Instant>,
    upload: Option<Waker>,
    download: Option<Waker>,
}

impl Link {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns once the request has turned out bad.
    pub(super) async fn fault(&self) -> GatewayError {
        std::future::poll_fn(|cx| self.poll_fault(cx)).await
    }

    fn poll_fault(&self, cx: &Context<'_>) -> Poll<GatewayError> {
        let mut state = self.state();
        if let Some(fault) = state.fault.take() {
            return Poll::Ready(fault);
        }
        if !state.is_sent {
            state.download = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    fn fail(&self, fault: GatewayError) {
        let mut state = self.state();
        state.fault = Some(fault);
        wake(state.download.take());
    }

    fn sent(&self) {
        self.state().is_sent = true;
    }

    fn cancel(&self) {
        let mut state = self.state();
        state.is_canceled = true;
        wake(state.upload.take());
    }

    /// Returns once nothing of the request has been sent for `limit`, from now on.
    pub(super) async fn idle(&self, limit: Duration) -> GatewayError {
        let mut moved = Instant::now();
        loop {
            sleep_until(moved + limit).await;
            let sent = self.state().sent_at.filter(|sent| *sent > moved);
            match sent {
                Some(sent) => moved = sent,
                None => return GatewayError::StreamIdle { limit },
            }
        }
    }

    fn moved(&self) {
        self.state().sent_at = Some(Instant::now());
    }

    /// True once canceled; registers to be woken for it otherwise.
    fn is_canceled(&self, cx: &Context<'_>) -> bool {
        let mut state = self.state();
        if !state.is_canceled {
            state.upload = Some(cx.waker().clone());
        }
        state.is_canceled
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// The request's body. Fails with an HTTP/2 CANCEL, which hyper turns into a reset of the stream.
pub(super) struct Upload {
    first: Option<Bytes>,
    /// None once it has ended or failed.
    rest: Option<Body>,
    link: Arc<Link>,
}

impl Upload {
    /// `first`, then `rest`.
    pub(super) fn new(first: Option<Bytes>, rest: Body, link: Arc<Link>) -> Self {
        Self {
            first,
            rest: Some(rest),
            link,
        }
    }

    fn end(&mut self) {
        self.rest = None;
        self.link.sent();
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        let this = &mut *self;
        let Some(rest) = &mut this.rest else {
            return Poll::Ready(None);
        };
        if this.link.is_canceled(cx) {
            this.end();
            return Poll::Ready(Some(Err(h2::Reason::CANCEL.into())));
        }
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        match ready!(Pin::new(rest).poll_frame(cx)) {
            Some(Ok(frame)) => {
                this.link.moved();
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(status)) => {
                this.link.fail(GatewayError::of_request(&status));
                this.rest = None;
                Poll::Ready(Some(Err(h2::Reason::CANCEL.into())))
            }
            None => {
                this.end();
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none()
    }
}

/// The answer's body while the request may still go on.
pub(super) struct Download {
    /// None once it has ended.
    inner: Option<Body>,
    link: Arc<Link>,
    idle: Option<Idle>,
    to_status: ToStatus,
}

/// Watches over a stream in which nothing moves.
struct Idle {
    limit: Duration,
    received_at: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Download {
    /// `inner`, until the request fails, or nothing moves for `max_idle`; None for an answer that may take its time.
    pub(super) fn new(
        inner: Body,
        link: Arc<Link>,
        max_idle: Option<Duration>,
        to_status: ToStatus,
    ) -> Self {
        let idle = max_idle.map(|limit| Idle {
            limit,
            received_at: Instant::now(),
            timer: Box::pin(sleep(limit)),
        });
        Self {
            inner: Some(inner),
            link,
            idle,
            to_status,
        }
    }
}

impl Idle {
    /// Ready once nothing has moved for too long. The timer runs on while frames pass, and is set anew only when it fires.
    fn poll(&mut self, link: &Link, cx: &mut Context<'_>) -> Poll<GatewayError> {
        while self.timer.as_mut().poll(cx).is_ready() {
            let moved = link
                .state()
                .sent_at
                .map_or(self.received_at, |sent| sent.max(self.received_at));
            let due = moved + self.limit;
            if due <= Instant::now() {
                let limit = self.limit;
                return Poll::Ready(GatewayError::StreamIdle { limit });
            }
            self.timer.as_mut().reset(due);
        }
        Poll::Pending
    }
}

impl http_body::Body for Download {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let Some(inner) = &mut this.inner else {
            return Poll::Ready(None);
        };
        if let Poll::Ready(fault) = this.link.poll_fault(cx) {
            this.inner = None;
            return Poll::Ready(Some(Err((this.to_status)(&fault))));
        }
        let polled = Pin::new(inner).poll_frame(cx);
        if let (Poll::Pending, Some(idle)) = (&polled, &mut this.idle)
            && let Poll::Ready(error) = idle.poll(&this.link, cx)
        {
            this.inner = None;
            return Poll::Ready(Some(Err((this.to_status)(&error))));
        }
        let polled = ready!(polled);
        if let Some(idle) = &mut this.idle {
            idle.received_at = Instant::now();
        }
        let goes_on = matches!(&polled, Some(Ok(frame)) if frame.is_data());
        if !goes_on {
            this.inner = None;
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.inner
            .as_ref()
            .is_none_or(http_body::Body::is_end_stream)
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.link.cancel();
    }
}
