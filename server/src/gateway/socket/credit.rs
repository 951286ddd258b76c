//! Credit of one `gangplank.v1` socket, in both directions, shared by its calls.
//! `Purse` pays for what a call's answer sends, and waits while it is empty: only that call waits, the others go on.
//! `Grants` collects what requests have been read and may be sent anew; `Grants::next` is asked by the session.
//! The arithmetic is `wire`'s. Other subprotocols have no credit: there a full socket stops whoever writes to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use wire::socket::{
    CALL_CREDIT_BYTES, CallId, Credit, CreditError, SOCKET_CREDIT_BYTES, Scope, Window,
};

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a socket's answers may still send; clones are the same.
#[derive(Clone, Debug)]
pub(super) struct SocketPurse(Arc<SocketCredit>);

#[derive(Debug)]
struct SocketCredit {
    credit: Mutex<Credit>,
    /// Told at every grant, of the socket or of a call.
    granted: Notify,
}

impl SocketPurse {
    /// With the credit that a socket begins with.
    pub(super) fn new() -> Self {
        Self(Arc::new(SocketCredit {
            credit: Mutex::new(Credit::new(SOCKET_CREDIT_BYTES)),
            granted: Notify::new(),
        }))
    }

    /// Adds what the peer granted.
    pub(super) fn grant(&self, bytes: u32) -> Result<(), CreditError> {
        locked(&self.0.credit).grant(bytes)?;
        self.0.granted.notify_waiters();
        Ok(())
    }

    /// The purse of one more call.
    pub(super) fn call(&self) -> Purse {
        Purse {
            call: Arc::new(Mutex::new(Credit::new(CALL_CREDIT_BYTES))),
            socket: self.clone(),
        }
    }
}

/// What one call's answer may still send; clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Purse {
    call: Arc<Mutex<Credit>>,
    socket: SocketPurse,
}

impl Purse {
    /// Adds what the peer granted.
    pub(super) fn grant(&self, bytes: u32) -> Result<(), CreditError> {
        locked(&self.call).grant(bytes)?;
        self.socket.0.granted.notify_waiters();
        Ok(())
    }

    /// Pays for 1 to `wanted` bytes, and tells how many; waits while there is no credit. `wanted` is at least 1.
    pub(super) async fn pay(&self, wanted: u32) -> u32 {
        loop {
            let mut granted = std::pin::pin!(self.socket.0.granted.notified());
            // Before looking, so that a grant can't fall in between.
            granted.as_mut().enable();
            let paid = self.try_pay(wanted);
            if paid > 0 {
                return paid;
            }
            granted.await;
        }
    }

    fn try_pay(&self, wanted: u32) -> u32 {
        let mut call = locked(&self.call);
        let mut socket = locked(&self.socket.0.credit);
        let wanted = wanted.min(socket.available());
        socket.take(call.take(wanted))
    }
}

/// What may be granted to a peer; clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Grants(Arc<State>);

#[derive(Debug)]
struct State {
    due: Mutex<Due>,
    turned: Notify,
}

#[derive(Debug)]
struct Due {
    socket: Window,
    socket_bytes: u32,
    /// At most one entry for each open call.
    calls: BTreeMap<CallId, u32>,
}

impl Grants {
    /// With the window that a socket begins with.
    pub(super) fn new() -> Self {
        Self(Arc::new(State {
            due: Mutex::new(Due {
                socket: Window::new(SOCKET_CREDIT_BYTES),
                socket_bytes: 0,
                calls: BTreeMap::new(),
            }),
            turned: Notify::new(),
        }))
    }

    /// Notes what came for any call; false if the peer had no credit for it.
    #[must_use]
    pub(super) fn receive(&self, bytes: usize) -> bool {
        locked(&self.0.due).socket.receive(bytes)
    }

    /// Notes what needs no more room on the socket.
    pub(super) fn use_up(&self, bytes: usize) {
        let mut due = locked(&self.0.due);
        if let Some(granted) = due.socket.use_up(bytes) {
            due.socket_bytes = due.socket_bytes.saturating_add(granted);
            self.0.turned.notify_one();
        }
    }

    /// Notes what a call may send anew.
    pub(super) fn grant(&self, id: CallId, bytes: u32) {
        let mut due = locked(&self.0.due);
        let granted = due.calls.entry(id).or_default();
        *granted = granted.saturating_add(bytes);
        self.0.turned.notify_one();
    }

    /// Forgets what a call that is over might send.
    pub(super) fn forget(&self, id: CallId) {
        locked(&self.0.due).calls.remove(&id);
    }

    /// Waits for a grant to tell the peer.
    pub(super) async fn next(&self) -> (Scope, u32) {
        loop {
            if let Some(next) = self.try_next() {
                return next;
            }
            self.0.turned.notified().await;
        }
    }

    fn try_next(&self) -> Option<(Scope, u32)> {
        let mut due = locked(&self.0.due);
        if due.socket_bytes > 0 {
            return Some((Scope::Socket, std::mem::take(&mut due.socket_bytes)));
        }
        let (id, bytes) = due.calls.pop_first()?;
        Some((Scope::Call(id), bytes))
    }
}
