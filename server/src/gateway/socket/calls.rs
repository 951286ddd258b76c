//! The open calls of one socket: a task each, at most `max_calls`, all of them ended when this is dropped.
//! What comes for a call that is over is dropped in silence, since the peer may not have known.

use std::collections::HashMap;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tonic::body::Body;
use tower::Service as _;
use wire::code::Code;
use wire::socket::{CLOSE_PROTOCOL, CallId, CreditError, Scope, ServerMessage, Subprotocol};

use super::call::{Answers, Call, Outgoing, request};
use super::credit::{Grants, Purse, SocketPurse};
use super::inbox::Inbox;
use super::session::{Closing, Session};
use crate::gateway::GatewayError;

/// The open calls.
pub(super) struct Calls {
    session: Session,
    outgoing: mpsc::Sender<Outgoing>,
    tasks: JoinSet<CallId>,
    open: HashMap<CallId, Open>,
    purse: SocketPurse,
    grants: Grants,
    /// True once a call was opened; a socket for one call takes no other.
    is_used: bool,
}

struct Open {
    inbox: Inbox,
    /// None where the subprotocol has no credit.
    purse: Option<Purse>,
    task: AbortHandle,
}

impl Calls {
    pub(super) fn new(session: Session, outgoing: mpsc::Sender<Outgoing>, grants: Grants) -> Self {
        Self {
            session,
            outgoing,
            tasks: JoinSet::new(),
            open: HashMap::new(),
            purse: SocketPurse::new(),
            grants,
            is_used: false,
        }
    }

    /// True while no call is open.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// True once a call was opened.
    pub(super) fn is_used(&self) -> bool {
        self.is_used
    }

    /// Waits for the next call to end; for ever while none is open. Canceling it loses nothing.
    pub(super) async fn ended(&mut self) -> Result<(), JoinError> {
        match self.tasks.join_next_with_id().await {
            None => std::future::pending().await,
            Some(Ok((task, id))) => {
                // The id may name another call by now, if this one was reset.
                if self
                    .open
                    .get(&id)
                    .is_some_and(|open| open.task.id() == task)
                {
                    self.open.remove(&id);
                }
                Ok(())
            }
            Some(Err(error)) if error.is_cancelled() => Ok(()),
            Some(Err(error)) => Err(error),
        }
    }

    /// Opens a call, or answers why it isn't opened.
    pub(super) async fn open(&mut self, id: CallId, block: Bytes) -> Result<(), Closing> {
        let is_second = self.is_used && !self.session.subprotocol.has_ids();
        if is_second || self.open.contains_key(&id) {
            return Err(Closing::Ours(CLOSE_PROTOCOL, "the call is open already"));
        }
        self.is_used = true;
        let Session {
            subprotocol,
            path,
            headers,
            layers,
            limits,
            to_status,
        } = &mut self.session;
        let has_credit = *subprotocol == Subprotocol::Gangplank;
        let purse = has_credit.then(|| self.purse.call());
        let answers = Answers {
            id,
            outgoing: self.outgoing.clone(),
            purse: purse.clone(),
            subprotocol: *subprotocol,
        };
        let limit = limits.max_calls;
        let is_full = self.open.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let request = if is_full {
            Err(GatewayError::TooManySocketCalls { limit })
        } else {
            request(*subprotocol, path, headers, &block, limits.max_header_bytes)
        };
        let request = match request {
            Ok(request) => request,
            Err(error) => {
                answers.refuse(&to_status(&error)).await;
                return Ok(());
            }
        };
        let (inbox, upload) = Inbox::new(id, has_credit.then(|| self.grants.clone()));
        let call = Call {
            // One copy of all layers for each socket; they are always ready, and refuse instead of waiting.
            answering: layers.call(request.map(|_| Body::new(upload))),
            answers,
        };
        let task = self.tasks.spawn(call.run());
        let open = Open { inbox, purse, task };
        self.open.insert(id, open);
        Ok(())
    }

    /// Passes on what came for a call. Without credit, the inbox that it filled up is returned, to be waited for.
    pub(super) async fn data(&mut self, id: CallId, bytes: &[u8]) -> Option<Inbox> {
        let has_credit = self.session.subprotocol == Subprotocol::Gangplank;
        let Some(open) = self.open.get(&id) else {
            if has_credit && self.grants.receive(bytes.len()) {
                self.grants.use_up(bytes.len());
            }
            return None;
        };
        if open.inbox.put(bytes).is_err() {
            self.drop_call(id);
            let code = Code::ResourceExhausted;
            let reset = ServerMessage::Reset { id, code };
            let _ = self.outgoing.send(Outgoing::Message(reset)).await;
            return None;
        }
        (!has_credit && !open.inbox.has_room()).then(|| open.inbox.clone())
    }

    /// The peer has said all it had to say in a call.
    pub(super) fn half_close(&self, id: CallId) {
        if let Some(open) = self.open.get(&id) {
            open.inbox.end();
        }
    }

    /// Ends a call at once, as its peer's leaving would.
    pub(super) fn drop_call(&mut self, id: CallId) {
        if let Some(open) = self.open.remove(&id) {
            open.task.abort();
        }
    }

    /// The peer takes more.
    pub(super) fn grant(&self, scope: Scope, bytes: u32) -> Result<(), CreditError> {
        match scope {
            Scope::Socket => self.purse.grant(bytes),
            Scope::Call(id) => match self.open.get(&id).and_then(|open| open.purse.as_ref()) {
                Some(purse) => purse.grant(bytes),
                None => Ok(()),
            },
        }
    }
}
