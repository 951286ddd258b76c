//! Messages of both sides, one WebSocket message each, read and written in every subprotocol.
//! With ids: `id | LAST_BIT` (u32, big-endian), then the payload; without them the payload alone, of call `FIRST`.
//! What a subprotocol can't say is not written: then the call, or the socket, has to end instead.

use super::{
    CallId, GO_AWAY_ID, ID_BYTES, KIND_CREDIT, KIND_DATA, KIND_HALF_CLOSE, KIND_PING, KIND_PONG,
    KIND_RESET, LAST_BIT, SOCKET_ID, SocketError, Subprotocol,
};
use crate::code::Code;
use bytes::{Buf, BufMut, Bytes, BytesMut};

/// The lowest byte that a header block begins with: names are made of visible characters.
const MIN_NAME_BYTE: u8 = 0x21;
/// Length of what a heartbeat carries, in bytes.
const PING_BYTES: usize = 8;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientMessage {
    /// Opens a call.
    Open {
        /// The call.
        id: CallId,
        /// Its header block, for `HeaderBlock::parse`.
        block: Bytes,
        /// True if nothing follows; a half-close at once.
        is_last: bool,
    },
    /// The next bytes of a call's frames, cut anywhere.
    Data {
        /// The call.
        id: CallId,
        /// The bytes; they count against credit.
        bytes: Bytes,
        /// True if nothing follows; a half-close at once.
        is_last: bool,
    },
    /// The client has said all it had to say in a call.
    HalfClose {
        /// The call.
        id: CallId,
    },
    /// The client gives a call up. `gangplank.v1` only.
    Reset {
        /// The call.
        id: CallId,
        /// Why; usually `Canceled`. Numbers above 16 are `Unknown`.
        code: Code,
    },
    /// The server may send so many bytes more. `gangplank.v1` only.
    Credit {
        /// Where they are counted.
        scope: Scope,
        /// How many.
        bytes: u32,
    },
    /// Asks for a sign of life. `gangplank.v1` only.
    Ping([u8; PING_BYTES]),
    /// Gives one. `gangplank.v1` only.
    Pong([u8; PING_BYTES]),
    /// The client has read that no more calls are taken. Not in `grpc-websockets`.
    GoAwayRead,
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerMessage {
    /// The next bytes of a call's answer, for `AnswerDecoder`: header block, frames, trailer block, cut anywhere.
    Data {
        /// The call.
        id: CallId,
        /// The bytes; those of frames count against credit.
        bytes: Bytes,
        /// True if nothing follows. `grpc-websockets` has no mark for it: the socket closes.
        is_last: bool,
    },
    /// The server ends a call without a trailer block. `gangplank.v1` only.
    Reset {
        /// The call.
        id: CallId,
        /// Why. Numbers above 16 are `Unknown`.
        code: Code,
    },
    /// The client may send so many bytes more. `gangplank.v1` only.
    Credit {
        /// Where they are counted.
        scope: Scope,
        /// How many.
        bytes: u32,
    },
    /// Asks for a sign of life. `gangplank.v1` only.
    Ping([u8; PING_BYTES]),
    /// Gives one. `gangplank.v1` only.
    Pong([u8; PING_BYTES]),
    /// The server takes no more calls on this socket; open ones go on. Not in `grpc-websockets`.
    GoAway,
}

/// What credit is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One call.
    Call(CallId),
    /// All calls of the socket together.
    Socket,
}

impl Scope {
    fn id(self) -> u32 {
        match self {
            Self::Call(id) => id.number(),
            Self::Socket => SOCKET_ID,
        }
    }
}

impl ClientMessage {
    /// Reads one binary message.
    pub fn decode(subprotocol: Subprotocol, message: Bytes) -> Result<Self, SocketError> {
        let Parts {
            id,
            is_last,
            payload,
        } = Parts::split(subprotocol, message)?;
        // The payload says only what the id does already, and is left out by some.
        if id == GO_AWAY_ID && is_last {
            return Ok(Self::GoAwayRead);
        }
        let Some(&kind) = payload.first() else {
            return match subprotocol {
                Subprotocol::Single => Ok(Self::Open {
                    id: CallId::FIRST,
                    block: payload,
                    is_last,
                }),
                Subprotocol::Multiplex | Subprotocol::Gangplank => {
                    Err(SocketError::Empty { len: ID_BYTES })
                }
            };
        };
        let call = CallId::new(id).ok_or(SocketError::WrongId { id, kind });
        if kind >= MIN_NAME_BYTE {
            let id = call?;
            return Ok(Self::Open {
                id,
                block: payload,
                is_last,
            });
        }
        let rest = payload.slice(1..);
        match kind {
            KIND_DATA => Ok(Self::Data {
                id: call?,
                bytes: rest,
                is_last,
            }),
            KIND_HALF_CLOSE if rest.is_empty() => Ok(Self::HalfClose { id: call? }),
            KIND_HALF_CLOSE => Err(SocketError::WrongLength {
                kind,
                len: rest.len(),
            }),
            _ => Ok(match Control::decode(subprotocol, id, kind, &rest)? {
                Control::Reset(id, code) => Self::Reset { id, code },
                Control::Credit(scope, bytes) => Self::Credit { scope, bytes },
                Control::Ping(opaque) => Self::Ping(opaque),
                Control::Pong(opaque) => Self::Pong(opaque),
            }),
        }
    }

    /// Writes one binary message; None if the subprotocol can't say it.
    pub fn encode(&self, subprotocol: Subprotocol) -> Option<Bytes> {
        let (id, is_last, kind, rest) = match self {
            Self::Open { id, block, is_last } => (*id, *is_last, None, block),
            Self::Data { id, bytes, is_last } => (*id, *is_last, Some(KIND_DATA), bytes),
            Self::HalfClose { id } => (*id, true, Some(KIND_HALF_CLOSE), &Bytes::new()),
            Self::Reset { id, code } => return Control::Reset(*id, *code).encode(subprotocol),
            Self::Credit { scope, bytes } => {
                return Control::Credit(*scope, *bytes).encode(subprotocol);
            }
            Self::Ping(opaque) => return Control::Ping(*opaque).encode(subprotocol),
            Self::Pong(opaque) => return Control::Pong(*opaque).encode(subprotocol),
            Self::GoAwayRead => {
                let kind = Some(KIND_HALF_CLOSE);
                return subprotocol
                    .has_ids()
                    .then(|| joined(subprotocol, GO_AWAY_ID, true, kind, &[]));
            }
        };
        // Without ids the last message has no mark, so it mustn't be one that needs it.
        let loses_mark = is_last && !subprotocol.has_ids() && kind != Some(KIND_HALF_CLOSE);
        (!loses_mark).then(|| joined(subprotocol, id.number(), is_last, kind, rest))
    }
}

impl ServerMessage {
    /// Reads one binary message.
    pub fn decode(subprotocol: Subprotocol, message: Bytes) -> Result<Self, SocketError> {
        let Parts {
            id,
            is_last,
            payload,
        } = Parts::split(subprotocol, message)?;
        if id == GO_AWAY_ID {
            return Ok(Self::GoAway);
        }
        let of_call = |bytes: Bytes| {
            let kind = KIND_DATA;
            let id = CallId::new(id).ok_or(SocketError::WrongId { id, kind })?;
            Ok(Self::Data { id, bytes, is_last })
        };
        if subprotocol != Subprotocol::Gangplank {
            return of_call(payload);
        }
        let Some(&kind) = payload.first() else {
            return Err(SocketError::Empty { len: ID_BYTES });
        };
        let rest = payload.slice(1..);
        if kind == KIND_DATA {
            return of_call(rest);
        }
        Ok(match Control::decode(subprotocol, id, kind, &rest)? {
            Control::Reset(id, code) => Self::Reset { id, code },
            Control::Credit(scope, bytes) => Self::Credit { scope, bytes },
            Control::Ping(opaque) => Self::Ping(opaque),
            Control::Pong(opaque) => Self::Pong(opaque),
        })
    }

    /// Writes one binary message; None if the subprotocol can't say it.
    pub fn encode(&self, subprotocol: Subprotocol) -> Option<Bytes> {
        match self {
            Self::Data { id, bytes, is_last } => {
                let kind = (subprotocol == Subprotocol::Gangplank).then_some(KIND_DATA);
                Some(joined(subprotocol, id.number(), *is_last, kind, bytes))
            }
            Self::Reset { id, code } => Control::Reset(*id, *code).encode(subprotocol),
            Self::Credit { scope, bytes } => Control::Credit(*scope, *bytes).encode(subprotocol),
            Self::Ping(opaque) => Control::Ping(*opaque).encode(subprotocol),
            Self::Pong(opaque) => Control::Pong(*opaque).encode(subprotocol),
            Self::GoAway => subprotocol
                .has_ids()
                .then(|| joined(subprotocol, GO_AWAY_ID, false, None, &[])),
        }
    }
}

/// A message before its payload is looked at.
struct Parts {
    /// Without the top bit.
    id: u32,
    is_last: bool,
    payload: Bytes,
}

impl Parts {
    fn split(subprotocol: Subprotocol, mut message: Bytes) -> Result<Self, SocketError> {
        if !subprotocol.has_ids() {
            return Ok(Self {
                id: CallId::FIRST.number(),
                is_last: false,
                payload: message,
            });
        }
        if message.len() < ID_BYTES {
            return Err(SocketError::Empty { len: message.len() });
        }
        let marked = message.get_u32();
        Ok(Self {
            id: marked & !LAST_BIT,
            is_last: marked & LAST_BIT != 0,
            payload: message,
        })
    }
}

/// What both sides of `gangplank.v1` can say besides bytes.
enum Control {
    Reset(CallId, Code),
    Credit(Scope, u32),
    Ping([u8; PING_BYTES]),
    Pong([u8; PING_BYTES]),
}

impl Control {
    fn decode(
        subprotocol: Subprotocol,
        id: u32,
        kind: u8,
        rest: &[u8],
    ) -> Result<Self, SocketError> {
        if subprotocol != Subprotocol::Gangplank {
            return Err(SocketError::UnknownKind { kind });
        }
        let wrong_id = SocketError::WrongId { id, kind };
        let len = rest.len();
        let wrong_length = SocketError::WrongLength { kind, len };
        match kind {
            KIND_RESET => {
                let id = CallId::new(id).ok_or(wrong_id)?;
                let &[number] = rest else {
                    return Err(wrong_length);
                };
                let code = Code::from_number(u32::from(number)).unwrap_or(Code::Unknown);
                Ok(Self::Reset(id, code))
            }
            KIND_CREDIT => {
                let scope = match CallId::new(id) {
                    Some(id) => Scope::Call(id),
                    None if id == SOCKET_ID => Scope::Socket,
                    None => return Err(wrong_id),
                };
                let bytes = rest.try_into().map_err(|_| wrong_length)?;
                Ok(Self::Credit(scope, u32::from_be_bytes(bytes)))
            }
            KIND_PING | KIND_PONG if id != SOCKET_ID => Err(wrong_id),
            KIND_PING => Ok(Self::Ping(rest.try_into().map_err(|_| wrong_length)?)),
            KIND_PONG => Ok(Self::Pong(rest.try_into().map_err(|_| wrong_length)?)),
            _ => Err(SocketError::UnknownKind { kind }),
        }
    }

    fn encode(&self, subprotocol: Subprotocol) -> Option<Bytes> {
        if subprotocol != Subprotocol::Gangplank {
            return None;
        }
        let write = |id, is_last, kind, rest: &[u8]| {
            Some(joined(subprotocol, id, is_last, Some(kind), rest))
        };
        match self {
            Self::Reset(id, code) => {
                let number = u8::try_from(code.number()).unwrap_or(u8::MAX);
                write(id.number(), true, KIND_RESET, &[number])
            }
            Self::Credit(scope, bytes) => {
                write(scope.id(), false, KIND_CREDIT, &bytes.to_be_bytes())
            }
            Self::Ping(opaque) => write(SOCKET_ID, false, KIND_PING, opaque),
            Self::Pong(opaque) => write(SOCKET_ID, false, KIND_PONG, opaque),
        }
    }
}

/// Puts a message together.
fn joined(
    subprotocol: Subprotocol,
    id: u32,
    is_last: bool,
    kind: Option<u8>,
    rest: &[u8],
) -> Bytes {
    let mut message =
        BytesMut::with_capacity(rest.len().saturating_add(ID_BYTES).saturating_add(1));
    if subprotocol.has_ids() {
        message.put_u32(if is_last { id | LAST_BIT } else { id });
    }
    if let Some(kind) = kind {
        message.put_u8(kind);
    }
    message.put_slice(rest);
    message.freeze()
}
