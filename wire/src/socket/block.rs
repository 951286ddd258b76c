//! Header blocks: what opens a call, read and written.
//! Shape: HTTP/1 header lines, `name: value` and CRLF each, no blank line at the end, as in `trailers`.
//! Values of one name are joined by commas or repeated; neither is undone here.
//! The method's name is one of the lines where a socket carries many calls, and is told apart from the others.

use super::PATH_HEADER;
use crate::trailers::{self, TrailersError};
use bytes::Bytes;
use std::fmt;

/// What opens a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderBlock {
    /// The method's full name, `pkg.Service/Method`, without a slash in front; None where the URL names it.
    pub path: Option<String>,
    /// All other headers: name in lower case and value without the space around it, in the order of the block.
    pub headers: Vec<(String, Bytes)>,
}

/// Why a header block can't be read. It concerns one call, not its socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockError {
    /// A line isn't a header.
    Line(TrailersError),
    /// The block is over the limit; raised before any of it is read.
    TooLong {
        /// Its length, in bytes.
        bytes: usize,
        /// The limit, in bytes.
        limit: usize,
    },
}

impl fmt::Display for BlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(_) => f.write_str("malformed header block"),
            Self::TooLong { bytes, limit } => {
                write!(
                    f,
                    "header block of {bytes} bytes exceeds the limit of {limit}"
                )
            }
        }
    }
}

impl std::error::Error for BlockError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Line(error) => Some(error),
            Self::TooLong { .. } => None,
        }
    }
}

impl HeaderBlock {
    /// Reads a block of at most `max_bytes`. The first path counts; a slash in front of it is taken off.
    pub fn parse(block: &[u8], max_bytes: usize) -> Result<Self, BlockError> {
        if block.len() > max_bytes {
            return Err(BlockError::TooLong {
                bytes: block.len(),
                limit: max_bytes,
            });
        }
        let pairs = trailers::parse(block).map_err(BlockError::Line)?.pairs;
        let (paths, headers): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(name, _)| name == PATH_HEADER);
        let path = paths.first().map(|(_, value)| {
            let text = String::from_utf8_lossy(value);
            text.strip_prefix('/').unwrap_or(&text).to_owned()
        });
        Ok(Self { path, headers })
    }

    /// Writes a block, the path first. Illegal names and values are treated as `trailers::encode` does.
    pub fn encode(&self) -> Bytes {
        let path = self.path.as_ref();
        let path = path.map(|path| (PATH_HEADER, path.as_bytes()));
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_ref()));
        trailers::encode(path.into_iter().chain(headers))
    }
}
