//! The life of one socket: it reads, writes, and listens for signs of life at the same time, until one of them ends.
//! One task reads and one future writes what all calls send, from a bounded queue, so that a peer that reads slowly holds
//! its calls back. Whatever ends it drops all calls at once, by which their handlers learn that their caller left;
//! then the goodbye, bounded in time. A drain says go away, and closes once no call is open.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use http::HeaderMap;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::Error as SocketFailure;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tracing::debug;
use wire::frame::PREFIX_BYTES;
use wire::socket::{
    CLOSE_GOING_AWAY, CLOSE_NORMAL, CLOSE_PROTOCOL, CLOSE_TOO_LONG, CLOSE_UNSUPPORTED,
    ClientMessage, ID_BYTES, ServerMessage, Subprotocol,
};

use super::call::Outgoing;
use super::calls::Calls;
use super::credit::Grants;
use super::heartbeat::{Heard, until_gone};
use super::{Layers, SocketLimits};
use crate::gateway::ToStatus;

/// Messages that wait to be written. With credit each is at most 16 KiB, else what a replica sends at once.
const MAX_WAITING: usize = 16;
/// RFC 6455's code for an error of ours.
const CLOSE_INTERNAL: u16 = 1011;
/// How long a peer that is told goodbye may pause while it still sends: the discard of refused bodies has the same.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// What one socket is.
pub struct Session {
    /// As it was chosen.
    pub subprotocol: Subprotocol,
    /// The handshake's path.
    pub path: String,
    /// The handshake's headers that go along with each call.
    pub headers: HeaderMap,
    /// What serves the calls.
    pub layers: Layers,
    /// The limits on it.
    pub limits: SocketLimits,
    /// Words a call that isn't made.
    pub to_status: ToStatus,
}

/// Why a socket ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// We say so: the code and why.
    Ours(u16, &'static str),
    /// We have said so already.
    Said,
    /// The peer said so.
    Theirs,
    /// The connection broke, or nobody is there.
    Broken,
}

impl Session {
    /// Serves a socket to its end. `draining` resolves when no more calls are to be opened, `closing` when all are done.
    pub async fn run<I>(
        self,
        io: I,
        draining: impl Future<Output = ()>,
        closing: impl Future<Output = ()>,
    ) where
        I: AsyncRead + AsyncWrite + Send + Unpin,
    {
        let limits = self.limits;
        let subprotocol = self.subprotocol;
        let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config(&limits)));
        let (mut sink, stream) = socket.await.split();
        let (outgoing, queue) = mpsc::channel(MAX_WAITING);
        let heard = Heard::new();
        let grants = Grants::new();
        let mut reader = Reader {
            stream,
            calls: Calls::new(self, outgoing.clone(), grants.clone()),
            outgoing: outgoing.clone(),
            heard: &heard,
            subprotocol,
            limits,
            is_leaving: false,
            may_close: false,
        };
        let mut beats = 0_u64;
        let ping = || {
            beats = beats.wrapping_add(1);
            let ping = match subprotocol {
                Subprotocol::Gangplank => {
                    Outgoing::Message(ServerMessage::Ping(beats.to_be_bytes()))
                }
                Subprotocol::Single | Subprotocol::Multiplex => Outgoing::Ping,
            };
            // If the queue is full, the socket is, and has something to tell a peer who reads.
            let _ = outgoing.try_send(ping);
        };
        let end = tokio::select! {
            end = reader.run(draining, closing) => end,
            end = write(&mut sink, queue, subprotocol) => end,
            () = grant(&grants, &outgoing) => Closing::Broken,
            () = until_gone(&heard, limits.silence, ping) => {
                Closing::Ours(CLOSE_GOING_AWAY, "no sign of life")
            }
        };
        debug!(socket.end = ?end, "a socket ended");
        let Reader { stream, .. } = reader;
        // Past it the connection is dropped, whatever the peer does.
        let _ = timeout(limits.close_timeout, goodbye(sink, stream, end)).await;
    }
}

/// One message of a call, and what stands before it.
fn config(limits: &SocketLimits) -> WebSocketConfig {
    let message = usize::try_from(limits.max_message_bytes).unwrap_or(usize::MAX);
    let longest = message.max(limits.max_header_bytes);
    let longest = longest.saturating_add(ID_BYTES + 1 + PREFIX_BYTES);
    WebSocketConfig::default()
        .max_message_size(Some(longest))
        .max_frame_size(Some(longest))
}

/// What the session's task holds.
struct Reader<'a, I> {
    stream: SplitStream<WebSocketStream<I>>,
    calls: Calls,
    outgoing: mpsc::Sender<Outgoing>,
    heard: &'a Heard,
    subprotocol: Subprotocol,
    limits: SocketLimits,
    /// True once the peer was told that no more calls are taken.
    is_leaving: bool,
    /// True once the socket ends as soon as no call is open.
    may_close: bool,
}

impl<I: AsyncRead + AsyncWrite + Unpin> Reader<'_, I> {
    async fn run(
        &mut self,
        draining: impl Future<Output = ()>,
        closing: impl Future<Output = ()>,
    ) -> Closing {
        let (mut draining, mut closing) = (pin!(draining), pin!(closing));
        let mut unused_since = Instant::now();
        loop {
            let is_idle = self.calls.is_empty();
            if self.may_close && is_idle {
                let why = "the server takes no more calls here";
                return self.close_as(CLOSE_GOING_AWAY, why).await;
            }
            let due = if self.is_leaving {
                unused_since + self.limits.close_timeout
            } else {
                unused_since + self.limits.idle_timeout
            };
            let step = tokio::select! {
                biased;
                () = &mut draining, if !self.is_leaving => self.leave().await,
                () = &mut closing, if !self.may_close => {
                    self.may_close = true;
                    Ok(())
                }
                ended = self.calls.ended() => {
                    unused_since = Instant::now();
                    ended.map_err(|_| Closing::Ours(CLOSE_INTERNAL, "internal error"))
                }
                message = self.stream.next() => self.take(message).await,
                () = sleep_until(due), if is_idle && self.is_leaving => {
                    self.may_close = true;
                    Ok(())
                }
                () = sleep_until(due), if is_idle && !self.is_leaving => {
                    unused_since = Instant::now();
                    self.leave().await
                }
            };
            if let Err(end) = step {
                return end;
            }
            if !self.subprotocol.has_ids() && self.calls.is_used() && self.calls.is_empty() {
                return self.close_as(CLOSE_NORMAL, "").await;
            }
        }
    }

    /// Tells the peer to open its next calls elsewhere.
    async fn leave(&mut self) -> Result<(), Closing> {
        self.is_leaving = true;
        if self.subprotocol.has_ids() {
            self.send(ServerMessage::GoAway).await
        } else {
            self.may_close = true;
            Ok(())
        }
    }

    /// Closes behind what the calls have sent, and waits for it to be written.
    async fn close_as(&mut self, code: u16, why: &'static str) -> Closing {
        match self.outgoing.send(Outgoing::Close(code, why)).await {
            // The writer ends the session once it's there.
            Ok(()) => std::future::pending().await,
            Err(_) => Closing::Broken,
        }
    }

    /// One event of the socket.
    async fn take(
        &mut self,
        message: Option<Result<Message, SocketFailure>>,
    ) -> Result<(), Closing> {
        self.heard.note();
        match message {
            None => Err(Closing::Broken),
            Some(Err(failure)) => Err(of(&failure)),
            Some(Ok(Message::Binary(bytes))) => self.handle(bytes).await,
            Some(Ok(Message::Text(_))) => {
                Err(Closing::Ours(CLOSE_UNSUPPORTED, "all messages are binary"))
            }
            Some(Ok(Message::Close(_))) => Err(Closing::Theirs),
            // Pings are answered by the library.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
        }
    }

    async fn handle(&mut self, bytes: Bytes) -> Result<(), Closing> {
        let Ok(message) = ClientMessage::decode(self.subprotocol, bytes) else {
            return Err(Closing::Ours(
                CLOSE_PROTOCOL,
                "not a message of the subprotocol",
            ));
        };
        match message {
            ClientMessage::Open { id, block, is_last } => {
                self.calls.open(id, block).await?;
                if is_last {
                    self.calls.half_close(id);
                }
            }
            ClientMessage::Data { id, bytes, is_last } => {
                let full = self.calls.data(id, &bytes).await;
                if is_last {
                    self.calls.half_close(id);
                }
                if let Some(inbox) = full {
                    self.heard.pause();
                    inbox.room().await;
                    self.heard.resume();
                }
            }
            ClientMessage::HalfClose { id } => self.calls.half_close(id),
            ClientMessage::Reset { id, .. } => self.calls.drop_call(id),
            ClientMessage::Credit { scope, bytes } => {
                if self.calls.grant(scope, bytes).is_err() {
                    return Err(Closing::Ours(CLOSE_PROTOCOL, "credit overflows"));
                }
            }
            ClientMessage::Ping(opaque) => self.send(ServerMessage::Pong(opaque)).await?,
            ClientMessage::Pong(_) => {}
            ClientMessage::GoAwayRead if self.is_leaving => self.may_close = true,
            ClientMessage::GoAwayRead => {
                return Err(Closing::Ours(CLOSE_PROTOCOL, "nobody was told to go away"));
            }
        }
        Ok(())
    }

    async fn send(&self, message: ServerMessage) -> Result<(), Closing> {
        let sent = self.outgoing.send(Outgoing::Message(message)).await;
        sent.map_err(|_| Closing::Broken)
    }
}

/// What a failure of the library makes of the socket.
fn of(failure: &SocketFailure) -> Closing {
    match failure {
        SocketFailure::Capacity(_) => Closing::Ours(
            CLOSE_TOO_LONG,
            "a message exceeds the limit (--max-message-bytes)",
        ),
        SocketFailure::Utf8(_) => Closing::Ours(CLOSE_UNSUPPORTED, "all messages are binary"),
        SocketFailure::Protocol(_) => Closing::Ours(CLOSE_PROTOCOL, "not WebSocket"),
        _ => Closing::Broken,
    }
}

/// Tells the peer what it may send; never returns while the session lives.
async fn grant(grants: &Grants, outgoing: &mpsc::Sender<Outgoing>) {
    loop {
        let (scope, bytes) = grants.next().await;
        let message = ServerMessage::Credit { scope, bytes };
        if outgoing.send(Outgoing::Message(message)).await.is_err() {
            return;
        }
    }
}

/// Writes what comes, several messages at once if they are there; returns behind the close, or when the socket breaks.
async fn write<I: AsyncRead + AsyncWrite + Unpin>(
    sink: &mut SplitSink<WebSocketStream<I>, Message>,
    mut queue: mpsc::Receiver<Outgoing>,
    subprotocol: Subprotocol,
) -> Closing {
    while let Some(first) = queue.recv().await {
        let mut next = Some(first);
        while let Some(outgoing) = next {
            let message = match outgoing {
                Outgoing::Close(code, why) => {
                    let closed = sink.send(close(code, why)).await;
                    return closed.map_or(Closing::Broken, |()| Closing::Said);
                }
                Outgoing::Ping => Some(Message::Ping(Bytes::new())),
                // What a subprotocol can't say isn't sent to begin with.
                Outgoing::Message(message) => message.encode(subprotocol).map(Message::Binary),
            };
            if let Some(message) = message
                && sink.feed(message).await.is_err()
            {
                return Closing::Broken;
            }
            next = queue.try_recv().ok();
        }
        if sink.flush().await.is_err() {
            return Closing::Broken;
        }
    }
    Closing::Broken
}

fn close(code: u16, why: &'static str) -> Message {
    Message::Close(Some(CloseFrame {
        code: code.into(),
        reason: Utf8Bytes::from_static(why),
    }))
}

/// The close of both sides. Closing on a peer that still sends would show as a reset, so that is read on for a while.
async fn goodbye<I: AsyncRead + AsyncWrite + Unpin>(
    mut sink: SplitSink<WebSocketStream<I>, Message>,
    mut stream: SplitStream<WebSocketStream<I>>,
    end: Closing,
) {
    let said = match end {
        Closing::Ours(code, why) => sink.send(close(code, why)).await,
        Closing::Said => Ok(()),
        Closing::Theirs => sink.flush().await,
        Closing::Broken => return,
    };
    if said.is_err() {
        return;
    }
    // Ends by the peer's close, or by the error that the session ended with.
    while let Some(Ok(_)) = stream.next().await {}
    let Ok(mut socket) = stream.reunite(sink) else {
        return;
    };
    let mut rest = [0; 4096];
    if matches!(end, Closing::Ours(..)) {
        while let Ok(Ok(1..)) = timeout(MAX_PAUSE, socket.get_mut().read(&mut rest)).await {}
    }
}
