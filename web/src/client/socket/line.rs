//! One WebSocket and the calls on it, by `gangplank.v1`: ids, credit both ways, heartbeats, and exactly one end each.
//!
//! Events of the browser change the state and wake whoever waits; nothing is held for a call beyond its window.

mod events;

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use wasm_bindgen::JsValue;
use web_sys::WebSocket;
use wire::code::Code;
use wire::frame::{FLAG_TRAILERS, PREFIX_BYTES};
use wire::socket::{
    Answer, AnswerDecoder, CALL_CREDIT_BYTES, CallId, ClientMessage, Credit, HeaderBlock,
    SOCKET_CREDIT_BYTES, Scope, Subprotocol, Window,
};

use self::events::Events;
use crate::client::tap::Tap;
use crate::client::transport::MAX_MESSAGE_BYTES;
use crate::model::record::Lines;

/// The most that one message carries of a request, in bytes: others have their turn between.
const MAX_PIECE_BYTES: u32 = 16 * 1024;
/// Says that a socket didn't open. Browsers don't tell pages why.
const NOT_OPENED: &str = "the WebSocket couldn't be opened: nothing there speaks gangplank.v1, or this page's origin isn't allowed";
/// Says that an open one is gone.
const LOST: &str = "the WebSocket was closed before the call's end";

/// A socket; clones are the same one. It's closed with the last of them.
#[derive(Clone)]
pub(super) struct Line {
    inner: Rc<Inner>,
}

struct Inner {
    web: WebSocket,
    state: RefCell<State>,
    events: RefCell<Option<Events>>,
}

struct State {
    phase: Phase,
    /// Few enough to be looked through.
    calls: Vec<Call>,
    next_id: Option<CallId>,
    /// What may be sent over all calls.
    credit: Credit,
    window: Window,
}

enum Phase {
    /// With what waits to be sent.
    Opening(Vec<Bytes>),
    Open,
    /// The server takes no new calls here.
    Going,
    Gone,
}

/// A call's side of the state, until its handle is dropped.
struct Call {
    id: CallId,
    decoder: AnswerDecoder,
    window: Window,
    credit: Credit,
    /// Bytes of the header block that are still to come, which go without credit; none until its length is known.
    head_left: Option<usize>,
    over: Over,
    reader: Option<Waker>,
    writer: Option<Waker>,
    tap: Tap,
}

/// Whether more of an answer comes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Over {
    /// It may.
    Not,
    /// The server has sent the last of it.
    Said,
    /// It ended without the server's own end.
    Broken(Ended),
}

/// How a call ended, where its answer doesn't say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) code: Code,
    pub(super) message: String,
}

impl Line {
    /// Opens a socket. Calls may begin at once; what they say waits until it's open.
    pub(super) fn open(url: &str) -> Self {
        let web = WebSocket::new_with_str(url, Subprotocol::Gangplank.name());
        // Refused only for an address that no base URL makes; such a line is gone from the start.
        let (web, phase) = match web {
            Ok(web) => (web, Phase::Opening(Vec::new())),
            Err(_) => (JsValue::NULL.into(), Phase::Gone),
        };
        let state = State {
            phase,
            calls: Vec::new(),
            next_id: Some(CallId::FIRST),
            credit: Credit::new(SOCKET_CREDIT_BYTES),
            window: Window::new(SOCKET_CREDIT_BYTES),
        };
        let inner = Rc::new(Inner {
            web,
            state: RefCell::new(state),
            events: RefCell::new(None),
        });
        if inner.state.borrow().phase.is_usable() {
            *inner.events.borrow_mut() = Some(Events::follow(&inner));
        }
        Self { inner }
    }

    /// Returns whether a new call can go over it.
    pub(super) fn takes_calls(&self) -> bool {
        let state = self.inner.state.borrow();
        matches!(state.phase, Phase::Opening(_) | Phase::Open) && state.next_id.is_some()
    }

    /// Opens a call of the method at `path`.
    pub(super) fn call(&self, path: &str, headers: Lines, tap: Tap) -> Way {
        let mut state = self.inner.state.borrow_mut();
        let id = state.next_id.unwrap_or_default();
        state.next_id = id.next();
        let is_gone = !state.phase.is_usable();
        state.calls.push(Call {
            id,
            decoder: AnswerDecoder::new(MAX_MESSAGE_BYTES),
            window: Window::new(CALL_CREDIT_BYTES),
            credit: Credit::new(CALL_CREDIT_BYTES),
            head_left: None,
            over: if is_gone {
                Over::Broken(Ended::unavailable(NOT_OPENED))
            } else {
                Over::Not
            },
            reader: None,
            writer: None,
            tap,
        });
        drop(state);
        let way = Way {
            handle: Rc::new(Handle {
                line: self.clone(),
                id,
            }),
        };
        let headers = headers.into_iter();
        let headers = headers.map(|(name, value)| (name, value.into()));
        let block = HeaderBlock {
            path: Some(path.trim_start_matches('/').to_owned()),
            headers: headers.collect(),
        };
        self.inner.post(&ClientMessage::Open {
            id,
            block: block.encode(),
            is_last: false,
        });
        way
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.state.borrow().phase.is_usable() {
            // Nothing is lost: each call on it holds it.
            let _ = self.web.close();
        }
    }
}

impl Inner {
    /// Sends a message, or keeps it until the socket is open. None is sent on one that's gone.
    fn post(&self, message: &ClientMessage) {
        let Some(bytes) = message.encode(Subprotocol::Gangplank) else {
            return;
        };
        match &mut self.state.borrow_mut().phase {
            Phase::Opening(waiting) => waiting.push(bytes),
            Phase::Open | Phase::Going => self.send(&bytes),
            Phase::Gone => {}
        }
    }

    fn send(&self, bytes: &[u8]) {
        // Refused only while the socket isn't open; then its end is about to be told.
        let _ = self.web.send_with_u8_array(bytes);
    }

    /// Ends every call that isn't over, and wakes all.
    fn lose(&self) {
        let mut state = self.state.borrow_mut();
        let message = match std::mem::replace(&mut state.phase, Phase::Gone) {
            Phase::Opening(_) => NOT_OPENED,
            Phase::Open | Phase::Going | Phase::Gone => LOST,
        };
        for call in &mut state.calls {
            call.end(Over::Broken(Ended::unavailable(message)));
        }
    }
}

impl State {
    fn call(&mut self, id: CallId) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.id == id)
    }
}

impl Phase {
    fn is_usable(&self) -> bool {
        !matches!(self, Self::Gone)
    }
}

impl Ended {
    pub(super) fn unavailable(message: &str) -> Self {
        Self {
            code: Code::Unavailable,
            message: message.to_owned(),
        }
    }
}

impl Call {
    /// Takes in bytes of the answer; returns how many of them count against credit.
    fn receive(&mut self, bytes: Bytes, is_last: bool) -> usize {
        if self.head_left.is_none()
            && let Some(&[a, b, c, d]) = bytes.get(1..PREFIX_BYTES)
        {
            let announced = usize::try_from(u32::from_be_bytes([a, b, c, d]));
            let head = announced.unwrap_or(usize::MAX).saturating_add(PREFIX_BYTES);
            self.head_left = Some(head);
        }
        let free = self.head_left.unwrap_or(usize::MAX).min(bytes.len());
        self.head_left = self.head_left.map(|left| left - free);
        let body = bytes.slice(free..);
        // So does the trailer block, which is whole in one message.
        let is_block = is_last && body.first() == Some(&FLAG_TRAILERS);
        let count = if is_block { 0 } else { body.len() };
        // A server that overdraws only fills memory that is bounded by its message limit anyway.
        let _ = self.window.receive(count);
        if !body.is_empty() {
            // A tap of a stream keeps what it has room for.
            let _ = self.tap.chunk(body);
        }
        self.decoder.feed(bytes);
        self.wake();
        count
    }

    fn grant(&mut self) -> Option<u32> {
        self.window.use_up(self.decoder.take_used())
    }

    fn end(&mut self, over: Over) {
        if self.over == Over::Not {
            self.over = over;
        }
        self.wake();
    }

    fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()]
            .into_iter()
            .flatten()
        {
            waker.wake();
        }
    }
}

/// A call on a line: what is said to it and heard of it. It's given up when the last clone goes before its end.
#[derive(Clone)]
pub(super) struct Way {
    handle: Rc<Handle>,
}

struct Handle {
    line: Line,
    id: CallId,
}

impl Way {
    /// Says bytes of frames, as fast as credit allows; returns early once the call is over.
    pub(super) async fn send(&self, mut bytes: Bytes) {
        while !bytes.is_empty() {
            let wanted = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            let granted = poll_fn(|cx| self.poll_credit(cx, wanted.min(MAX_PIECE_BYTES))).await;
            let Some(granted) = granted else { return };
            self.post(&ClientMessage::Data {
                id: self.handle.id,
                bytes: bytes.split_to(granted.min(bytes.len())),
                is_last: false,
            });
        }
    }

    /// Says that nothing more is said.
    pub(super) fn half_close(&self) {
        if !self.is_over() {
            self.post(&ClientMessage::HalfClose { id: self.handle.id });
        }
    }

    /// Gives the call up.
    pub(super) fn give_up(&self) {
        self.handle.give_up();
    }

    /// Returns the next part of the answer; none at an end that isn't in the answer, which [`Way::ended`] tells.
    pub(super) fn poll_part(&self, cx: &mut Context<'_>) -> Poll<Option<Answer>> {
        let mut state = self.handle.line.inner.state.borrow_mut();
        let Some(call) = state.call(self.handle.id) else {
            return Poll::Ready(None);
        };
        let part = match call.decoder.next_part() {
            Ok(Some(part)) => part,
            Ok(None) if call.over == Over::Not => {
                call.reader = Some(cx.waker().clone());
                let grant = call.grant();
                drop(state);
                self.grant(grant);
                return Poll::Pending;
            }
            Ok(None) | Err(_) => return Poll::Ready(None),
        };
        let grant = call.grant();
        drop(state);
        self.grant(grant);
        Poll::Ready(Some(part))
    }

    /// Returns how the call ended, where its answer doesn't say so itself.
    pub(super) fn ended(&self) -> Ended {
        let mut state = self.handle.line.inner.state.borrow_mut();
        let call = state.call(self.handle.id);
        if let Some(Over::Broken(ended)) = call.as_ref().map(|call| &call.over) {
            return ended.clone();
        }
        let error = call.and_then(|call| call.decoder.finish().err());
        let message = error.map_or_else(|| LOST.to_owned(), |error| error.to_string());
        Ended {
            code: Code::Internal,
            message,
        }
    }

    fn poll_credit(&self, cx: &mut Context<'_>, wanted: u32) -> Poll<Option<usize>> {
        let mut state = self.handle.line.inner.state.borrow_mut();
        let State { calls, credit, .. } = &mut *state;
        let Some(call) = calls.iter_mut().find(|call| call.id == self.handle.id) else {
            return Poll::Ready(None);
        };
        if call.over != Over::Not {
            return Poll::Ready(None);
        }
        let granted = call.credit.take(wanted.min(credit.available()));
        if granted == 0 {
            call.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        credit.take(granted);
        Poll::Ready(Some(usize::try_from(granted).unwrap_or(usize::MAX)))
    }

    fn is_over(&self) -> bool {
        let mut state = self.handle.line.inner.state.borrow_mut();
        let call = state.call(self.handle.id);
        call.is_none_or(|call| call.over != Over::Not)
    }

    fn grant(&self, bytes: Option<u32>) {
        if let Some(bytes) = bytes {
            let scope = Scope::Call(self.handle.id);
            self.post(&ClientMessage::Credit { scope, bytes });
        }
    }

    fn post(&self, message: &ClientMessage) {
        self.handle.line.inner.post(message);
    }
}

impl Handle {
    /// Forgets the call, and tells the server unless that has ended it.
    fn give_up(&self) {
        let inner = &self.line.inner;
        let mut state = inner.state.borrow_mut();
        let place = state.calls.iter().position(|call| call.id == self.id);
        let call = place.map(|place| state.calls.swap_remove(place));
        drop(state);
        if call.is_some_and(|call| call.over == Over::Not) {
            let code = Code::Canceled;
            inner.post(&ClientMessage::Reset { id: self.id, code });
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.give_up();
    }
}
