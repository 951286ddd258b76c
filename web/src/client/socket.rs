//! The WebSocket transport: calls of all kinds over one socket.
//!
//! Not part of gRPC-Web: the server must speak `gangplank.v1` (`docs/websocket.md`), a component needn't. Both sides
//! speak at any time. Each call is written down by a tap. Whatever goes wrong ends a call with a status in its trailers,
//! so that there's one place to look for how it ended.
//! `service` is the tower seam under a generated client; a bundle, for which the types of HTTP are too large, takes the
//! parts of an answer as they are, by `exchange`.

mod exchange;
mod hearing;
mod line;
mod service;
mod speech;

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;
use futures_util::future::abortable;
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::spawn_local;
use wire::content_type::Dialect;
use wire::socket::{PATH, Subprotocol};

pub use service::SocketBody;
pub use speech::Speech;

use self::hearing::Hearing;
use self::line::Line;
use self::speech::Saying;
use super::tap::Tap;
use crate::model::record::{Lines, SUBPROTOCOL};

/// Calls to one server over one WebSocket, opened with the first of them; clones share it.
#[derive(Clone)]
pub struct SocketTransport {
    // A browser has one thread; the wrappers panic if that ever changes.
    shared: SendWrapper<Rc<Shared>>,
    tap: SendWrapper<Option<Tap>>,
}

struct Shared {
    base_url: String,
    line: RefCell<Option<Line>>,
}

impl SocketTransport {
    /// Returns a transport that calls `base_url` (scheme and authority, no slash at the end).
    pub fn new(base_url: &str) -> Self {
        Self {
            shared: SendWrapper::new(Rc::new(Shared {
                base_url: base_url.to_owned(),
                line: RefCell::default(),
            })),
            tap: SendWrapper::new(None),
        }
    }

    /// Returns the same transport, whose next call is written down by `tap`.
    #[must_use]
    pub fn tapped(&self, tap: Tap) -> Self {
        Self {
            tap: SendWrapper::new(Some(tap)),
            ..self.clone()
        }
    }

    /// Begins a call of the method at `path`, with metadata and what is said to it.
    fn begin(&self, path: &str, metadata: Lines, said: impl Saying, tap: Tap) -> Hearing {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let own = [
            ("content-type", Dialect::GrpcWeb.content_type()),
            ("x-grpc-web", "1"),
        ];
        let headers = own.map(pair).into_iter().chain(metadata);
        let headers: Lines = tap.traced(headers.collect());
        let url = format!("{}{path}", self.shared.base_url);
        let handshake = pair((SUBPROTOCOL, Subprotocol::Gangplank.name()));
        let shown = [handshake].into_iter().chain(headers.clone()).collect();
        tap.requested(&url, path, shown, Bytes::new());
        let way = self.line().call(path, headers, tap.clone());
        let (saying, abort) = abortable(speech::say_all(said, way.clone(), tap.clone()));
        spawn_local(async move {
            // Ends early once nobody listens to the answer any more.
            let _ = saying.await;
        });
        Hearing::new(way, abort, tap)
    }

    /// Returns the socket that new calls go over: the one that's there, unless it is gone or going.
    fn line(&self) -> Line {
        let mut line = self.shared.line.borrow_mut();
        match &*line {
            Some(line) if line.takes_calls() => line.clone(),
            _ => {
                // `http` becomes `ws`, `https` becomes `wss`.
                let base_url = &self.shared.base_url;
                let rest = base_url.strip_prefix("http").unwrap_or(base_url);
                line.insert(Line::open(&format!("ws{rest}{PATH}"))).clone()
            }
        }
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
