//! The room that accepts every dialect: grpc, grpc-web and grpc-web-text.
//! A request is classified first; then each layer does one thing: trace, CORS, translation, one status per call,
//! limits, admission, deadline. `app` stacks them. Inside the translation everything speaks plain gRPC.
//! Layers fail with `GatewayError` and never word an answer; where an answer must change in mid-stream,
//! `app` hands them the function that turns the error into a status.

use std::time::Duration;

use tonic::Status;
use tonic::body::Body;
use wire::base64::Base64Error;
use wire::frame::FrameError;
use wire::timeout::TimeoutError;

pub mod admit;
pub mod catalog;
pub mod classify;
pub mod cors;
pub mod deadline;
pub mod discard;
pub mod grpc_web;
pub mod guarded;
pub mod head;
pub mod in_flight;
pub mod message_limit;
pub mod origin;
pub mod server_timing;
pub mod settle;
pub mod trace;

/// What every layer takes.
pub type Request = http::Request<Body>;
/// What every layer answers.
pub type Response = http::Response<Body>;
/// How `app` lets a layer word an error without knowing the words.
pub type ToStatus = fn(&GatewayError) -> Status;

/// Why a request isn't served as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// The deadline passed before the call ended.
    #[error("the deadline of {} ms passed", timeout.as_millis())]
    DeadlineExceeded {
        /// What `grpc-timeout` asked for.
        timeout: Duration,
    },
    /// The server takes no more calls because it is about to end.
    #[error("the server is draining")]
    Draining,
    /// The method takes exactly one message and the request carries more.
    #[error("more than one message for {method}")]
    ExtraMessage {
        /// The full name of the method.
        method: String,
    },
    /// The request's body isn't a stream of frames, or one frame is over the limit.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The headers together are over the limit.
    #[error("headers of {bytes} bytes exceed the limit of {limit}")]
    HeadersTooLong {
        /// Names and values together, in bytes.
        bytes: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// An RPC path was asked with a verb other than POST.
    #[error("{verb} on an RPC path")]
    MethodNotAllowed {
        /// The verb used.
        verb: http::Method,
    },
    /// Plain gRPC came over HTTP/1: trailers, which carry the status, would be lost.
    #[error("grpc needs HTTP/2")]
    NeedsHttp2,
    /// The method takes exactly one message and the request ended without any.
    #[error("no message for {method}")]
    NoMessage {
        /// The full name of the method.
        method: String,
    },
    /// An answer ended without a status; ours to mend.
    #[error("the answer ended without a status")]
    NoStatus,
    /// The request's body is in text mode and isn't base64.
    #[error(transparent)]
    Text(#[from] Base64Error),
    /// As many requests as the limit allows are being served already.
    #[error("{limit} requests are in flight already")]
    TooManyInFlight {
        /// The limit, in requests.
        limit: u32,
    },
    /// `grpc-timeout` can't be read; None if it isn't ASCII at all.
    #[error("unreadable grpc-timeout")]
    Timeout(#[source] Option<TimeoutError>),
    /// The family is gRPC's, the message format isn't protobuf.
    #[error("unknown codec in content type {content_type}")]
    UnknownCodec {
        /// The content type sent.
        content_type: String,
    },
    /// The service is known, the method isn't.
    #[error("unknown method {method}")]
    UnknownMethod {
        /// The full name asked for.
        method: String,
    },
    /// No such service is served here.
    #[error("unknown service {service}")]
    UnknownService {
        /// The name asked for.
        service: String,
    },
    /// An RPC path was asked with a content type outside gRPC's family.
    #[error("unsupported content type {content_type:?}")]
    UnsupportedContentType {
        /// The content type sent; None if there was none.
        content_type: Option<String>,
    },
    /// The request target is over the limit.
    #[error("request target of {bytes} bytes exceeds the limit of {limit}")]
    UriTooLong {
        /// Path and query, in bytes.
        bytes: usize,
        /// The limit, in bytes.
        limit: usize,
    },
}

#[cfg(test)]
mod tests;
