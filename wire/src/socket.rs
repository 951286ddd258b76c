//! Calls on a WebSocket: three subprotocols, the bytes of their messages, and nothing that sends them.
//! A header block opens a call, frames follow it as a stream of bytes, a trailer block ends it:
//! - `grpc-websockets`: one call for each socket, which the URL names; messages are payloads as they are.
//! - `grpc-websockets-multiplex`: many calls; message = id (u32, big-endian; its top bit marks the side's last
//!   message of that call) + payload.
//! - `gangplank.v1`: the same, plus resets, credit and heartbeats, told by the payload's first byte (its kind).
//!
//! Payload of a client: a header block (lines as in `trailers`, no prefix), or kind + bytes. No header block begins with a
//! byte below 0x21, so the two are told apart without knowing which calls are open, late messages included.
//! Payload of a server: bytes of the answer, which is a header block and a trailer block framed with flags 0x80, and
//! the frames between them; behind the kind 0x00 in `gangplank.v1`.
//! Sources: improbable-eng/grpc-web's `websocket.ts`; Deephaven's `MultiplexedWebSocketServerStream`;
//! `docs/websocket.md` for the third.

use crate::frame::{FLAG_TRAILERS, PREFIX_BYTES, prefix};
use bytes::{BufMut, Bytes, BytesMut};
use std::fmt;

pub use answer::{Answer, AnswerDecoder, AnswerError};
pub use block::{BlockError, HeaderBlock};
pub use credit::{Credit, CreditError, Window};
pub use message::{ClientMessage, Scope, ServerMessage};

mod answer;
mod block;
mod credit;
mod message;

/// Where sockets with many calls are best opened; any method's path and `/` do as well.
pub const PATH: &str = "/gangplank/v1/socket";
/// In a header block, the method's full name, `pkg.Service/Method`; never passed on.
pub const PATH_HEADER: &str = "grpc-websockets-path";
/// Length of an id, in bytes.
pub const ID_BYTES: usize = 4;
/// Set in an id by the last message that a side sends for a call.
pub const LAST_BIT: u32 = 0x8000_0000;
/// The id of what concerns the whole socket: its credit and heartbeats.
pub const SOCKET_ID: u32 = 0x7FFF_FFFE;
/// The id by which a server says that it takes no more calls; a half-close of it says that this was read.
pub const GO_AWAY_ID: u32 = 0x7FFF_FFFF;

/// Bytes of a call follow.
pub const KIND_DATA: u8 = 0x00;
/// The client has sent its last message; nothing follows.
pub const KIND_HALF_CLOSE: u8 = 0x01;
/// The call is over at once; a code (1 byte, 0 to 16) follows.
pub const KIND_RESET: u8 = 0x02;
/// More bytes may be sent; how many (u32, big-endian) follows.
pub const KIND_CREDIT: u8 = 0x03;
/// Asks for a sign of life; 8 bytes follow, which come back.
pub const KIND_PING: u8 = 0x04;
/// Answers `KIND_PING`; its 8 bytes follow.
pub const KIND_PONG: u8 = 0x05;

/// What each side of a `gangplank.v1` call may send before it is granted more, in bytes of frames: gRPC's usual window.
pub const CALL_CREDIT_BYTES: u32 = 64 * 1024;
/// The same for all calls of a socket together: sixteen that stand still don't stop the others.
pub const SOCKET_CREDIT_BYTES: u32 = 1024 * 1024;

/// The socket ended as it should: a `grpc-websockets` call is over, or the peer closed.
pub const CLOSE_NORMAL: u16 = 1000;
/// The server is about to end, or the peer gave no sign of life.
pub const CLOSE_GOING_AWAY: u16 = 1001;
/// A message isn't one of the subprotocol's.
pub const CLOSE_PROTOCOL: u16 = 1002;
/// A text message came; all messages are binary.
pub const CLOSE_UNSUPPORTED: u16 = 1003;
/// A message is over the limit.
pub const CLOSE_TOO_LONG: u16 = 1009;

/// How calls are put on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subprotocol {
    /// `grpc-websockets`: one call for each socket.
    Single,
    /// `grpc-websockets-multiplex`: many calls, without resets and credit.
    Multiplex,
    /// `gangplank.v1`: many calls, with resets, credit and heartbeats.
    Gangplank,
}

impl Subprotocol {
    /// Every subprotocol, the best one first.
    pub const ALL: [Self; 3] = [Self::Gangplank, Self::Multiplex, Self::Single];

    /// As `sec-websocket-protocol` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "grpc-websockets",
            Self::Multiplex => "grpc-websockets-multiplex",
            Self::Gangplank => "gangplank.v1",
        }
    }

    /// The best subprotocol in a list of offers, which commas part; None if it has none of them. Names are case-sensitive.
    pub fn choose(offers: &str) -> Option<Self> {
        let is_offered = |known: &Self| offers.split(',').any(|name| name.trim() == known.name());
        Self::ALL.into_iter().find(is_offered)
    }

    /// True if a socket carries many calls, and messages begin with an id.
    pub fn has_ids(self) -> bool {
        self != Self::Single
    }
}

/// Shows the name.
impl fmt::Display for Subprotocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Names a call on its socket; clients count up from 0, and may leave ids out. 0 ≤ number < `SOCKET_ID`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(u32);

impl CallId {
    /// The first one, and the only one of a `grpc-websockets` socket.
    pub const FIRST: Self = Self(0);

    /// The id of that number; None from `SOCKET_ID` on.
    pub fn new(number: u32) -> Option<Self> {
        (number < SOCKET_ID).then_some(Self(number))
    }

    /// Its number.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The one after it; None behind the last, when a new socket is due.
    pub fn next(self) -> Option<Self> {
        Self::new(self.0.saturating_add(1))
    }
}

/// Why a message isn't one of its subprotocol. Ends the socket: what the peer meant can't be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketError {
    /// There is nothing behind the id, or not even a whole id.
    Empty {
        /// The message's length, in bytes.
        len: usize,
    },
    /// The subprotocol has no such kind, or not for that side.
    UnknownKind {
        /// The byte found.
        kind: u8,
    },
    /// A message of that kind has another length.
    WrongLength {
        /// The kind.
        kind: u8,
        /// The bytes behind it.
        len: usize,
    },
    /// The kind concerns a call and has an id that no call has, or the other way round.
    WrongId {
        /// The id, without its top bit.
        id: u32,
        /// The kind.
        kind: u8,
    },
}

impl fmt::Display for SocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { len } => write!(f, "message of {len} bytes without a payload"),
            Self::UnknownKind { kind } => write!(f, "unknown kind 0x{kind:02x}"),
            Self::WrongLength { kind, len } => {
                write!(f, "{len} bytes behind kind 0x{kind:02x}")
            }
            Self::WrongId { id, kind } => write!(f, "kind 0x{kind:02x} with id 0x{id:08x}"),
        }
    }
}

impl std::error::Error for SocketError {}

/// A header or trailer block as servers send it: flags 0x80, its length, the block.
/// A block beyond 4 GiB, which no prefix can announce, is cut there.
pub fn block_frame(block: &[u8]) -> Bytes {
    let len = u32::try_from(block.len()).unwrap_or(u32::MAX);
    let announced = usize::try_from(len).unwrap_or(usize::MAX);
    let mut frame = BytesMut::with_capacity(PREFIX_BYTES.saturating_add(block.len()));
    frame.put_slice(&prefix(FLAG_TRAILERS, len));
    frame.put_slice(block.get(..announced).unwrap_or(block));
    frame.freeze()
}

#[cfg(test)]
mod tests;
