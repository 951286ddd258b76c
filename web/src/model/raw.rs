//! A call given as path and bytes, as the buttons of "Break it" make.

use std::time::Duration;

use bytes::Bytes;

use super::wire_format::WireFormat;

/// A request to any method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRequest {
    /// `/pkg.Service/Method`.
    pub path: String,
    /// One pair of metadata.
    pub metadata: Option<(String, String)>,
    /// The encoded messages, each in its frame; one, unless the method takes a stream.
    pub frames: Bytes,
    /// Time the whole call may take; none means no deadline.
    pub deadline: Option<Duration>,
    /// Cancel after this many messages; none takes all that come.
    pub stop_after: Option<usize>,
    /// How the call is put on the wire.
    pub format: WireFormat,
}
