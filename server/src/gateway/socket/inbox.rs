//! The request body of one call: what has come by the socket and not been read by the component.
//! Never more than a window: with credit, a peer that sends beyond it is told so; without, the session stops reading
//! the socket until there is room. Bytes are joined as they come, so that many short messages cost no more than one.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use http_body::Frame;
use tokio::sync::Notify;
use tonic::Status;
use wire::socket::{CALL_CREDIT_BYTES, CallId, Window};

use super::credit::Grants;

/// How much may wait where there is no credit, in bytes: the window of those that have it.
const MAX_WAITING_BYTES: usize = CALL_CREDIT_BYTES as usize;

/// Where the session puts what comes for a call; clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Inbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Told when bytes were read, and when nobody will read any more.
    read: Notify,
    id: CallId,
    /// None where the subprotocol has no credit.
    grants: Option<Grants>,
}

#[derive(Debug)]
struct State {
    waiting: BytesMut,
    /// The peer has sent its last byte.
    has_ended: bool,
    /// Nobody reads any more.
    is_abandoned: bool,
    window: Window,
    waker: Option<Waker>,
}

/// The peer sent more than it had credit for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OverCredit;

impl Inbox {
    /// An empty one, and the body that reads it.
    pub(super) fn new(id: CallId, grants: Option<Grants>) -> (Self, Upload) {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                waiting: BytesMut::new(),
                has_ended: false,
                is_abandoned: false,
                window: Window::new(CALL_CREDIT_BYTES),
                waker: None,
            }),
            read: Notify::new(),
            id,
            grants,
        });
        (Self(Arc::clone(&shared)), Upload(shared))
    }

    /// Puts what came; bytes behind the end, or for nobody, are dropped.
    pub(super) fn put(&self, bytes: &[u8]) -> Result<(), OverCredit> {
        let Shared { grants, .. } = &*self.0;
        let mut state = self.0.state();
        let is_over = grants.as_ref().is_some_and(|grants| {
            let has_credit = grants.receive(bytes.len());
            let is_over = !state.window.receive(bytes.len()) || !has_credit;
            if is_over || state.is_abandoned || state.has_ended {
                grants.use_up(bytes.len());
            }
            is_over
        });
        if is_over {
            return Err(OverCredit);
        }
        if state.is_abandoned || state.has_ended {
            return Ok(());
        }
        state.waiting.extend_from_slice(bytes);
        state.wake();
        Ok(())
    }

    /// The peer half-closed.
    pub(super) fn end(&self) {
        let mut state = self.0.state();
        state.has_ended = true;
        state.wake();
    }

    /// Waits until there is room for more.
    pub(super) async fn room(&self) {
        loop {
            let mut read = std::pin::pin!(self.0.read.notified());
            // Before looking, so that reading can't fall in between.
            read.as_mut().enable();
            if self.has_room() {
                return;
            }
            read.await;
        }
    }

    /// True while less than a window waits.
    pub(super) fn has_room(&self) -> bool {
        let state = self.0.state();
        state.is_abandoned || state.waiting.len() < MAX_WAITING_BYTES
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// Reads an inbox. Dropping it gives its bytes' room back to the socket.
#[derive(Debug)]
pub(super) struct Upload(Arc<Shared>);

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Shared {
            read, id, grants, ..
        } = &*self.0;
        let mut state = self.0.state();
        if state.waiting.is_empty() {
            if state.has_ended {
                return Poll::Ready(None);
            }
            state.waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let bytes = state.waiting.split().freeze();
        if let Some(grants) = grants {
            grants.use_up(bytes.len());
            if let Some(granted) = state.window.use_up(bytes.len())
                && !state.has_ended
            {
                grants.grant(*id, granted);
            }
        }
        read.notify_one();
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        let state = self.0.state();
        state.has_ended && state.waiting.is_empty()
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_abandoned = true;
        let left = std::mem::take(&mut state.waiting).len();
        if let Some(grants) = &self.0.grants {
            grants.use_up(left);
            grants.forget(self.0.id);
        }
        self.0.read.notify_one();
    }
}
