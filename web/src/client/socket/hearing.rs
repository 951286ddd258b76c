//! The answer of a call over a socket, part by part, to exactly one end.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::AbortHandle;
use wire::percent;
use wire::socket::Answer;
use wire::trailers::Trailers;

use super::line::Way;
use crate::client::tap::Tap;
use crate::model::record::Lines;

/// What HTTP says of a connection that became a WebSocket.
const SWITCHED: u16 = 101;

/// Whoever listens to an answer. Dropped before its end, it gives the call up.
pub(super) struct Hearing {
    way: Way,
    saying: AbortHandle,
    tap: Tap,
    is_over: bool,
}

impl Hearing {
    pub(super) fn new(way: Way, saying: AbortHandle, tap: Tap) -> Self {
        Self {
            way,
            saying,
            tap,
            is_over: false,
        }
    }

    /// Returns the next part; the last one is trailers with a status, made here if the server gave none. None behind it.
    pub(super) fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<Option<Answer>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let part = match self.way.poll_part(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(part) => part.unwrap_or_else(|| Answer::Trailers(self.own_trailers())),
        };
        match &part {
            Answer::Headers(block) => self.tap.responded(SWITCHED, lines(block)),
            Answer::Frame(_) => self.tap.message(),
            Answer::Trailers(block) => {
                self.tap.trailers(lines(block));
                self.is_over = true;
                self.tap.ended(false);
            }
        }
        Poll::Ready(Some(part))
    }

    /// The status of a call whose answer has none.
    fn own_trailers(&self) -> Trailers {
        let ended = self.way.ended();
        let pair = |name: &str, value: String| (name.to_owned(), Bytes::from(value));
        Trailers {
            pairs: vec![
                pair("grpc-status", ended.code.number().to_string()),
                pair("grpc-message", percent::encode(&ended.message)),
            ],
        }
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        self.saying.abort();
        if !self.is_over {
            self.tap.ended(true);
        }
        // Whoever is still saying something holds the call as well.
        self.way.give_up();
    }
}

fn lines(block: &Trailers) -> Lines {
    let text = |value: &Bytes| String::from_utf8_lossy(value).into_owned();
    let pairs = block.pairs.iter();
    pairs
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}
