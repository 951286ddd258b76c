//! Answers of MyService as frames, made by hand, so that they can be cut, bent and pasted.

use bytes::Bytes;
use prost::Message as _;
use proto::myservice::v1::SayHelloResponse;
use wire::frame::{FLAG_TRAILERS, Frame};

/// The lines of a trailer frame that says OK.
pub(crate) const OK: &str = "grpc-status: 0\r\n";
/// The greeting in [`whole`].
pub(crate) const GREETING: &str = "Hello, World!";

/// A proper answer: the greeting, then OK.
pub(crate) fn whole() -> Bytes {
    [message(GREETING), trailers(OK)].concat().into()
}

/// A frame with a greeting in it.
pub(crate) fn message(greeting: &str) -> Bytes {
    let response = SayHelloResponse {
        message: greeting.to_owned(),
        replica: "replica-0".to_owned(),
        served_at: None,
    };
    frame(0, &response.encode_to_vec())
}

/// A trailer frame with these lines.
pub(crate) fn trailers(lines: &str) -> Bytes {
    frame(FLAG_TRAILERS, lines.as_bytes())
}

/// A frame with any flags.
pub(crate) fn frame(flags: u8, payload: &[u8]) -> Bytes {
    Frame {
        flags,
        payload: Bytes::copy_from_slice(payload),
    }
    .encode()
}
