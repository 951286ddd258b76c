//! Frames of gRPC and gRPC-Web: a 5-byte prefix, then the payload.
//! Prefix = flags (1 byte; bit 0 compressed, bit 7 gRPC-Web trailers) + length (u32, big-endian, bytes).
//! Decoding is push-style and does no I/O: feed chunks as they arrive, take whole frames out.
//! Decompression isn't done here; callers read the flag. Whether a dialect may carry a trailer frame
//! at all is the caller's rule too. Source: gRPC PROTOCOL-HTTP2.md and PROTOCOL-WEB.md.

mod decoder;
mod scanner;

use bytes::Bytes;
use std::fmt;

pub use decoder::FrameDecoder;
pub use scanner::PrefixScanner;

/// Length of a prefix, in bytes.
pub const PREFIX_BYTES: usize = 5;
/// Flag of a payload that is compressed with the call's `grpc-encoding`.
pub const FLAG_COMPRESSED: u8 = 0x01;
/// Flag of a gRPC-Web frame whose payload is a trailer block.
pub const FLAG_TRAILERS: u8 = 0x80;

/// One frame with its whole payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first byte of the prefix: `FLAG_COMPRESSED`, `FLAG_TRAILERS`, both or none.
    pub flags: u8,
    /// What follows the prefix: a message or a trailer block, maybe compressed, maybe empty.
    pub payload: Bytes,
}

impl Frame {
    /// True for the gRPC-Web frame that ends a stream.
    pub fn is_trailers(&self) -> bool {
        self.flags & FLAG_TRAILERS != 0
    }

    /// True if the payload must be decompressed before it is read.
    pub fn is_compressed(&self) -> bool {
        self.flags & FLAG_COMPRESSED != 0
    }

    /// Encodes prefix and payload. Copies the payload; to avoid that, send `prefix` and the payload one after the other.
    /// A payload beyond 4 GiB, which no prefix can announce, is cut there.
    pub fn encode(&self) -> Bytes {
        let len = u32::try_from(self.payload.len()).unwrap_or(u32::MAX);
        let announced = usize::try_from(len).unwrap_or(usize::MAX);
        let payload = self.payload.get(..announced).unwrap_or(&self.payload);
        [&prefix(self.flags, len), payload].concat().into()
    }
}

/// The prefix of a payload of `len` bytes.
pub fn prefix(flags: u8, len: u32) -> [u8; PREFIX_BYTES] {
    let [a, b, c, d] = len.to_be_bytes();
    [flags, a, b, c, d]
}

/// Why a stream of frames can't be read on. Every variant is final: the border of the next frame is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Bytes came after the trailer frame, which ends a stream.
    AfterTrailers,
    /// Flags other than `FLAG_COMPRESSED` and `FLAG_TRAILERS` are set; most often the body isn't gRPC at all.
    ReservedFlags {
        /// The byte found.
        flags: u8,
    },
    /// A prefix announces more than the limit. Raised before the payload arrives.
    TooLong {
        /// The prefix's length, in bytes.
        announced: u32,
        /// The limit on a payload, in bytes.
        limit: u32,
    },
    /// The stream ended within a frame.
    Truncated {
        /// How many bytes of the prefix, or else of the payload, didn't come.
        missing: u32,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AfterTrailers => f.write_str("bytes after the trailer frame"),
            Self::ReservedFlags { flags } => write!(f, "reserved frame flags 0x{flags:02x}"),
            Self::TooLong { announced, limit } => {
                write!(f, "frame of {announced} bytes exceeds the limit of {limit}")
            }
            Self::Truncated { missing } => {
                write!(f, "stream ended {missing} bytes before the end of a frame")
            }
        }
    }
}

impl std::error::Error for FrameError {}

#[cfg(test)]
mod tests;
