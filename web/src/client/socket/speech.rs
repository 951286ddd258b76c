//! What is said to a call, for as long as it goes on.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use send_wrapper::SendWrapper;

use super::line::Way;
use crate::client::tap::Tap;

/// Somebody who says frames, one after the other.
pub(super) trait Saying: 'static {
    /// Returns the next bytes of frames; none once all is said, an error if the rest can't be said.
    fn poll_said(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Interrupted>>>;
}

/// What was said isn't all of it, and mustn't look complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interrupted;

/// Frames that are said bit by bit. Clones say them to the same call.
#[derive(Clone)]
pub struct Speech {
    // A browser has one thread; the wrapper panics if that ever changes.
    state: SendWrapper<Rc<RefCell<State>>>,
}

#[derive(Default)]
struct State {
    /// As many as a reader typed: they leave as fast as the server takes them.
    frames: VecDeque<Bytes>,
    is_closed: bool,
    waker: Option<Waker>,
}

impl Default for Speech {
    fn default() -> Self {
        Self {
            state: SendWrapper::new(Rc::default()),
        }
    }
}

impl Speech {
    /// Returns a speech that is over; what a call begins with is all of it.
    pub fn said() -> Self {
        let speech = Self::default();
        speech.close();
        speech
    }

    /// Says whole frames.
    pub fn say(&self, frames: Bytes) {
        self.change(|state| state.frames.push_back(frames));
    }

    /// Says frames before all others, if there are any.
    pub(super) fn say_first(&self, frames: Bytes) {
        if !frames.is_empty() {
            self.change(|state| state.frames.push_front(frames));
        }
    }

    /// Says no more.
    pub fn close(&self) {
        self.change(|state| state.is_closed = true);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.borrow_mut();
        change(&mut state);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Saying for Speech {
    fn poll_said(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Interrupted>>> {
        let mut state = self.state.borrow_mut();
        match state.frames.pop_front() {
            Some(frames) => Poll::Ready(Some(Ok(frames))),
            None if state.is_closed => Poll::Ready(None),
            None => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Sends what is said as it comes, and then that there is no more.
pub(super) async fn say_all(mut said: impl Saying, way: Way, tap: Tap) {
    loop {
        match poll_fn(|cx| said.poll_said(cx)).await {
            Some(Ok(bytes)) => {
                tap.said(&bytes);
                way.send(bytes).await;
            }
            Some(Err(Interrupted)) => return way.give_up(),
            None => return way.half_close(),
        }
    }
}
