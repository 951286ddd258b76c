//! The room that accepts every dialect: grpc, grpc-web, grpc-web-text, json, and those of sockets.
//! A request is classified first; then each layer does one thing: trace, CORS, translation, one status per call,
//! limits, admission, deadline. `app` stacks them. Inside the translation everything speaks plain gRPC.
//! Layers fail with `GatewayError` and never word an answer; where an answer must change in mid-stream,
//! `app` hands them the function that turns the error into a status.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tonic::Status;
use tonic::body::Body;
use wire::base64::Base64Error;
use wire::frame::FrameError;
use wire::timeout::TimeoutError;

use crate::schema::Messages;

pub mod admit;
pub mod classify;
pub mod cors;
pub mod deadline;
pub mod discard;
pub mod forward;
pub mod grpc_web;
pub mod guarded;
pub mod head;
pub mod in_flight;
pub mod json;
pub mod message_limit;
pub mod metadata;
pub mod openapi;
pub mod origin;
pub mod pace;
pub mod parting;
pub mod route;
pub mod server_timing;
pub mod settle;
pub mod socket;
pub mod table;
pub mod template;
pub mod trace;
pub mod transcoder;

/// What every layer takes.
pub type Request = http::Request<Body>;
/// What every layer answers.
pub type Response = http::Response<Body>;
/// How `app` lets a layer word an error without knowing the words.
pub type ToStatus = fn(&GatewayError) -> Status;

/// Why a request isn't served as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// A component's message isn't what its schema says, or is over a limit of JSON.
    #[error("the answer of {method} of component {component}: {error}")]
    Answer {
        /// The full name of the method.
        method: Arc<str>,
        /// The component.
        component: Arc<str>,
        /// What is wrong with it.
        error: transcoder::TranscodeError,
    },
    /// A component compressed a message that is to become JSON, although nothing was offered.
    #[error("component {component} compressed its answer")]
    AnswerCompressed {
        /// The component.
        component: Arc<str>,
    },
    /// The method answers exactly one message, and didn't.
    #[error("{method} of component {component} didn't answer with exactly one message")]
    AnswerCount {
        /// The full name of the method.
        method: Arc<str>,
        /// The component.
        component: Arc<str>,
    },
    /// A component's answer isn't a stream of frames, or one is over the limit.
    #[error("the answer of component {component}: {error}")]
    AnswerFrame {
        /// The component.
        component: Arc<str>,
        /// What is wrong with it.
        error: FrameError,
    },
    /// The request's body is over the limit.
    #[error("a body of more than {limit} bytes")]
    BodyTooLong {
        /// The limit, in bytes.
        limit: u32,
    },
    /// Nothing of the request's body came for too long.
    #[error("nothing of the request came for {} s", limit.as_secs())]
    BodyTooSlow {
        /// The limit.
        limit: Duration,
    },
    /// The request's body broke off, or its sender reset it.
    #[error("the request broke off: {cause}")]
    RequestBroken {
        /// What the HTTP library says.
        cause: String,
    },
    /// The connection to the replica broke with the call on it.
    #[error("replica {replica} of component {component}: {cause}")]
    ReplicaBroken {
        /// The component.
        component: Arc<str>,
        /// The replica's name.
        replica: Arc<str>,
        /// What the HTTP library says.
        cause: String,
    },
    /// The replica reset the call.
    #[error("replica {replica} of component {component} reset the call: {reason}")]
    ReplicaReset {
        /// The component.
        component: Arc<str>,
        /// The replica's name.
        replica: Arc<str>,
        /// HTTP/2's error code.
        reason: h2::Reason,
    },
    /// A replica was called in another dialect than gRPC.
    #[error("a replica speaks gRPC only")]
    OnlyGrpc,
    /// No replica of the component can be reached.
    #[error("no ready replica of component {component}")]
    NoReplica {
        /// The component.
        component: Arc<str>,
        /// Why the last one can't be reached; None if there is none.
        last_error: Option<Arc<str>>,
    },
    /// The component answered, but not in gRPC.
    #[error("component {component} answered HTTP {http_status} without a gRPC status")]
    NotGrpc {
        /// The component.
        component: Arc<str>,
        /// The replica's name.
        replica: Arc<str>,
        /// What it said.
        http_status: StatusCode,
        /// What it called it; None if it didn't.
        content_type: Option<String>,
    },
    /// No file, no route and no method has this path.
    #[error("nothing is served at {path}")]
    NoRoute {
        /// The path asked for.
        path: String,
        /// A path that would be served and differs little.
        hint: Option<String>,
        /// True if the admin paths, which explain routes, are on this listener.
        is_explained: bool,
    },
    /// The path is known, but not with this verb.
    #[error("{verb} on a path that takes {}", allow.join(", "))]
    VerbNotAllowed {
        /// The verb used.
        verb: http::Method,
        /// The verbs that the path takes.
        allow: Vec<String>,
    },
    /// The path isn't in the one form that routing and policy see.
    #[error("{0}")]
    Path(route::PathError),
    /// JSON, a query or a message that can't be turned into the other form.
    #[error(transparent)]
    Transcode(#[from] transcoder::TranscodeError),
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
    /// The request's body isn't a stream of JSON messages.
    #[error(transparent)]
    Element(#[from] json::ElementError),
    /// The request's body isn't a stream of frames, or one frame is over the limit.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A WebSocket isn't opened.
    #[error(transparent)]
    Handshake(#[from] socket::HandshakeError),
    /// A header block that opens a call on a socket can't be read.
    #[error("the header block: {0}")]
    HeaderBlock(wire::trailers::TrailersError),
    /// The headers together are over the limit.
    #[error("headers of {bytes} bytes exceed the limit of {limit}")]
    HeadersTooLong {
        /// Names and values together, in bytes.
        bytes: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// Where a stream should be resumed is no place in it.
    #[error("last-event-id {value:?} where {expected} is taken")]
    LastEventId {
        /// The header's value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A body came for a method that takes JSON, under another content type.
    #[error("content type {content_type:?} where JSON is taken")]
    NotJson {
        /// The content type sent; None if there was none.
        content_type: Option<String>,
        /// How many messages it may hold.
        takes: Messages,
    },
    /// The caller wants the answer in none of the forms that there are.
    #[error("accept {accept:?} names no form of the answer")]
    NotAcceptable {
        /// What it wants.
        accept: String,
        /// How many messages the answer may hold.
        answers: Messages,
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
    /// A header block on a socket with many calls doesn't say which method is called.
    #[error("no {} in the header block", wire::socket::PATH_HEADER)]
    NoSocketPath,
    /// An answer ended without a status; ours to mend.
    #[error("the answer of component {component} ended without a status")]
    NoStatus {
        /// The component.
        component: Arc<str>,
    },
    /// Nothing moved on a stream for too long, in either direction.
    #[error("nothing moved on the stream for {} s", limit.as_secs())]
    StreamIdle {
        /// The limit.
        limit: Duration,
    },
    /// The request's body is in text mode and isn't base64.
    #[error(transparent)]
    Text(#[from] Base64Error),
    /// The request has more header fields than the limit allows.
    #[error("{count} header fields exceed the limit of {limit}")]
    TooManyHeaders {
        /// How many there are.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// As many requests as the limit allows are being served already.
    #[error("{limit} requests are in flight already")]
    TooManyInFlight {
        /// The limit, in requests.
        limit: u32,
    },
    /// As many calls as the limit allows are open on the socket already.
    #[error("{limit} calls are open on this socket already")]
    TooManySocketCalls {
        /// The limit, in calls.
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

impl GatewayError {
    /// The error that a status was worded from; None if it is somebody else's.
    pub fn behind(status: &Status) -> Option<&Self> {
        status.source()?.downcast_ref()
    }

    /// What ended a request's body: our own finding if one of our layers said so, else the sender.
    pub fn of_request(status: &Status) -> Self {
        let cause = || status.message().to_owned();
        Self::behind(status)
            .cloned()
            .unwrap_or_else(|| Self::RequestBroken { cause: cause() })
    }
}

#[cfg(test)]
mod tests;
