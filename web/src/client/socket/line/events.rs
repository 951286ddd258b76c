//! What the browser and the server tell a line: opened, messages, closed; and whether it's still alive.

use std::cell::Cell;
use std::rc::{Rc, Weak};

use bytes::Bytes;
use gloo_timers::future::TimeoutFuture;
use js_sys::{ArrayBuffer, Function, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BinaryType, Event, MessageEvent};
use wire::code::Code;
use wire::socket::{CallId, ClientMessage, Scope, ServerMessage, Subprotocol};

use super::{Ended, Inner, Over, Phase, State};
use crate::client::clock::now_millis;

/// How often silence is looked for, in milliseconds. A server pings whoever is silent, but not who speaks and isn't
/// answered.
const LOOK_MILLIS: u32 = 15_000;
/// How long a socket may be silent, in milliseconds, pings unanswered.
const MAX_SILENCE_MILLIS: f64 = 45_000.0;
/// What a ping carries; nobody tells one from another.
const PING: [u8; 8] = [0; 8];

/// The functions that the browser calls; taken away from it when dropped.
pub(super) struct Events {
    web: web_sys::WebSocket,
    _opened: Closure<dyn FnMut(Event)>,
    _said: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(Event)>,
}

impl Events {
    /// Follows a line's socket for as long as anybody holds the line.
    pub(super) fn follow(line: &Rc<Inner>) -> Self {
        let web = line.web.clone();
        web.set_binary_type(BinaryType::Arraybuffer);
        let told = Rc::downgrade(line);
        let opened = Closure::new(move |_| with(&told, Inner::opened));
        let told = Rc::downgrade(line);
        let heard_at = Rc::new(Cell::new(now_millis()));
        spawn_local(watch(told.clone(), Rc::clone(&heard_at)));
        let said = Closure::new(move |event: MessageEvent| {
            heard_at.set(now_millis());
            let message = event.data().dyn_into::<ArrayBuffer>();
            let message = message.map(|buffer| Bytes::from(Uint8Array::new(&buffer).to_vec()));
            with(&told, |line| match message {
                Ok(message) => line.heard(message),
                Err(_) => line.lose(),
            });
        });
        let told = Rc::downgrade(line);
        let closed = Closure::new(move |_| with(&told, Inner::lose));
        let function = |closure: &JsValue| Some(closure.clone().unchecked_into::<Function>());
        web.set_onopen(function(opened.as_ref()).as_ref());
        web.set_onmessage(function(said.as_ref()).as_ref());
        web.set_onclose(function(closed.as_ref()).as_ref());
        Self {
            web,
            _opened: opened,
            _said: said,
            _closed: closed,
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.web.set_onopen(None);
        self.web.set_onmessage(None);
        self.web.set_onclose(None);
    }
}

fn with(line: &Weak<Inner>, act: impl FnOnce(&Inner)) {
    if let Some(line) = line.upgrade() {
        act(&line);
    }
}

/// Pings a line that has fallen silent, and ends it if that helps nothing: a connection may be gone without a word.
async fn watch(line: Weak<Inner>, heard_at: Rc<Cell<f64>>) {
    loop {
        TimeoutFuture::new(LOOK_MILLIS).await;
        let Some(line) = line.upgrade() else { return };
        let silence = now_millis() - heard_at.get();
        if silence >= MAX_SILENCE_MILLIS {
            // Its calls end now; the browser may take its time over the closing handshake.
            let _ = line.web.close();
            return line.lose();
        }
        if silence >= f64::from(LOOK_MILLIS) {
            line.post(&ClientMessage::Ping(PING));
        }
    }
}

impl Inner {
    fn opened(&self) {
        let mut state = self.state.borrow_mut();
        if let Phase::Opening(waiting) = std::mem::replace(&mut state.phase, Phase::Open) {
            for message in &waiting {
                self.send(message);
            }
        }
    }

    fn heard(&self, message: Bytes) {
        if let Ok(message) = ServerMessage::decode(Subprotocol::Gangplank, message) {
            if let Some(answer) = self.take(message) {
                self.post(&answer);
            }
        } else {
            // What the server meant can't be known.
            let _ = self.web.close();
            self.lose();
        }
    }

    /// Takes a message in, and returns what is to be said to it.
    fn take(&self, message: ServerMessage) -> Option<ClientMessage> {
        let mut state = self.state.borrow_mut();
        match message {
            ServerMessage::Data { id, bytes, is_last } => state.receive(id, bytes, is_last),
            ServerMessage::Reset { id, code } => {
                let message = "the server gave the call up".to_owned();
                if let Some(call) = state.call(id) {
                    call.end(Over::Broken(Ended { code, message }));
                }
                None
            }
            ServerMessage::Credit { scope, bytes } => {
                state.grant(scope, bytes);
                None
            }
            ServerMessage::Ping(opaque) => Some(ClientMessage::Pong(opaque)),
            ServerMessage::Pong(_) => None,
            ServerMessage::GoAway => {
                state.phase = Phase::Going;
                Some(ClientMessage::GoAwayRead)
            }
        }
    }
}

impl State {
    fn receive(&mut self, id: CallId, bytes: Bytes, is_last: bool) -> Option<ClientMessage> {
        let counted = match self.call(id) {
            Some(call) => {
                let counted = call.receive(bytes, is_last);
                if is_last {
                    call.end(Over::Said);
                }
                counted
            }
            // Bytes of a call that was given up were on their way, and still count.
            None => bytes.len(),
        };
        // Calls have windows of their own, so that what they hold is no reason to stop the others.
        let _ = self.window.receive(counted);
        let scope = Scope::Socket;
        let granted = self.window.use_up(counted);
        granted.map(|bytes| ClientMessage::Credit { scope, bytes })
    }

    fn grant(&mut self, scope: Scope, bytes: u32) {
        let credit = match scope {
            Scope::Socket => Some(&mut self.credit),
            Scope::Call(id) => self.call(id).map(|call| &mut call.credit),
        };
        let is_too_much = credit.is_some_and(|credit| credit.grant(bytes).is_err());
        for call in &mut self.calls {
            if is_too_much {
                let message = "the server granted more than can be counted".to_owned();
                let code = Code::Internal;
                call.end(Over::Broken(Ended { code, message }));
            }
            call.wake();
        }
    }
}
