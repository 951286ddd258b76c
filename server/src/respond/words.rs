//! Causes of the gateway in words and numbers: the code, the HTTP status, and a message that says what to do next.
//! A message may hold what the caller sent and what an operator configured, never what only the log should know.

use http::StatusCode;
use tonic::Code;
use wire::frame::FrameError;

use crate::gateway::GatewayError;
use crate::gateway::json::ElementError;
use crate::gateway::socket::HandshakeError;
use crate::schema::Messages;

const ACCEPTED: &str = "application/grpc over HTTP/2, application/grpc-web and \
    application/grpc-web-text over any version, each with or without +proto, and application/json";

/// The subprotocols of sockets.
const SPOKEN: &str = "gangplank.v1, grpc-websockets-multiplex and grpc-websockets";

/// How a stream is sent over plain HTTP.
const STREAM_REQUESTS: &str = "one JSON object to a line, with content-type: application/x-ndjson, \
    or an array of them, with content-type: application/json";

/// How a stream is answered over plain HTTP.
const STREAM_ANSWERS: &str = "this stream comes as application/x-ndjson (or application/jsonl), \
    application/json, or text/event-stream";

/// The gRPC code and the HTTP status of a cause.
pub(super) fn codes(cause: &GatewayError) -> (Code, StatusCode) {
    use StatusCode as Http;
    match cause {
        GatewayError::DeadlineExceeded { .. } | GatewayError::StreamIdle { .. } => {
            (Code::DeadlineExceeded, Http::GATEWAY_TIMEOUT)
        }
        GatewayError::Draining
        | GatewayError::NoReplica { .. }
        | GatewayError::TooManyInFlight { .. } => (Code::Unavailable, Http::SERVICE_UNAVAILABLE),
        GatewayError::ReplicaBroken { .. } => (Code::Unavailable, Http::BAD_GATEWAY),
        GatewayError::ReplicaReset { reason, .. } => reset(*reason),
        GatewayError::NotGrpc { http_status, .. } => (not_grpc(*http_status), Http::BAD_GATEWAY),
        GatewayError::Answer { .. }
        | GatewayError::AnswerCompressed { .. }
        | GatewayError::AnswerFrame { .. } => (Code::Internal, Http::BAD_GATEWAY),
        GatewayError::AnswerCount { .. } => (Code::Unimplemented, Http::BAD_GATEWAY),
        GatewayError::BodyTooLong { .. }
        | GatewayError::Element(ElementError::TooLong { .. })
        | GatewayError::Frame(FrameError::TooLong { .. }) => {
            (Code::ResourceExhausted, Http::PAYLOAD_TOO_LARGE)
        }
        GatewayError::BodyTooSlow { .. } => (Code::DeadlineExceeded, Http::REQUEST_TIMEOUT),
        GatewayError::RequestBroken { .. } => (Code::Cancelled, client_closed_request()),
        GatewayError::Handshake(error) => handshake(error),
        GatewayError::Element(_)
        | GatewayError::Frame(_)
        | GatewayError::HeaderBlock(_)
        | GatewayError::NoSocketPath
        | GatewayError::LastEventId { .. }
        | GatewayError::Path(_)
        | GatewayError::Text(_)
        | GatewayError::Timeout(_)
        | GatewayError::Transcode(_) => (Code::InvalidArgument, Http::BAD_REQUEST),
        GatewayError::HeadersTooLong { .. } | GatewayError::TooManyHeaders { .. } => (
            Code::ResourceExhausted,
            Http::REQUEST_HEADER_FIELDS_TOO_LARGE,
        ),
        GatewayError::TooManySocketCalls { .. } => {
            (Code::ResourceExhausted, Http::TOO_MANY_REQUESTS)
        }
        GatewayError::UriTooLong { .. } => (Code::ResourceExhausted, Http::URI_TOO_LONG),
        GatewayError::VerbNotAllowed { .. } => (Code::Unimplemented, Http::METHOD_NOT_ALLOWED),
        GatewayError::NeedsHttp2 => (Code::Unimplemented, Http::HTTP_VERSION_NOT_SUPPORTED),
        GatewayError::NoRoute { .. } => (Code::NotFound, Http::NOT_FOUND),
        // Not INTERNAL: gRPC's word for a lost outcome, which may well have been a success.
        GatewayError::NoStatus { .. } => (Code::Unknown, Http::BAD_GATEWAY),
        GatewayError::UnknownMethod { .. } | GatewayError::UnknownService { .. } => {
            (Code::Unimplemented, Http::NOT_FOUND)
        }
        GatewayError::ExtraMessage { .. }
        | GatewayError::NoMessage { .. }
        | GatewayError::UnknownCodec { .. } => (Code::Unimplemented, Http::NOT_IMPLEMENTED),
        GatewayError::NotAcceptable { .. } => (Code::Unimplemented, Http::NOT_ACCEPTABLE),
        GatewayError::NotJson { .. }
        | GatewayError::OnlyGrpc
        | GatewayError::UnsupportedContentType { .. } => {
            (Code::Unimplemented, Http::UNSUPPORTED_MEDIA_TYPE)
        }
    }
}

/// The code of an answer that isn't gRPC, by its HTTP status.
fn not_grpc(http_status: StatusCode) -> Code {
    let code = wire::code::Code::from_http_status(http_status.as_u16());
    i32::try_from(code.number()).map_or(Code::Unknown, Code::from_i32)
}

/// No call has been made yet, so HTTP's status is what counts.
fn handshake(error: &HandshakeError) -> (Code, StatusCode) {
    match error {
        HandshakeError::NotASocket | HandshakeError::Version => {
            (Code::FailedPrecondition, StatusCode::UPGRADE_REQUIRED)
        }
        HandshakeError::Origin { .. } => (Code::PermissionDenied, StatusCode::FORBIDDEN),
        HandshakeError::Path { .. } => (Code::NotFound, StatusCode::NOT_FOUND),
        HandshakeError::Key | HandshakeError::Subprotocol { .. } => {
            (Code::InvalidArgument, StatusCode::BAD_REQUEST)
        }
    }
}

/// Source: gRPC PROTOCOL-HTTP2.md, "HTTP2 Transport Mapping".
fn reset(reason: h2::Reason) -> (Code, StatusCode) {
    match reason {
        h2::Reason::REFUSED_STREAM => (Code::Unavailable, StatusCode::SERVICE_UNAVAILABLE),
        h2::Reason::CANCEL => (Code::Cancelled, client_closed_request()),
        h2::Reason::ENHANCE_YOUR_CALM => (Code::ResourceExhausted, StatusCode::TOO_MANY_REQUESTS),
        h2::Reason::INADEQUATE_SECURITY => (Code::PermissionDenied, StatusCode::FORBIDDEN),
        _ => (Code::Internal, StatusCode::BAD_GATEWAY),
    }
}

/// nginx's 499, which gRPC gateways use for CANCELLED.
fn client_closed_request() -> StatusCode {
    StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST)
}

/// The public message of a cause.
pub(super) fn message(cause: &GatewayError) -> String {
    let message = of_limit(cause).or_else(|| of_component(cause));
    let message = message.or_else(|| of_head(cause));
    message.unwrap_or_else(|| of_request(cause))
}

/// A limit that was hit, and the flag that raises it.
fn of_limit(cause: &GatewayError) -> Option<String> {
    Some(match cause {
        GatewayError::BodyTooLong { limit } => {
            format!("the body exceeds the limit of {limit} bytes (--max-message-bytes)")
        }
        GatewayError::BodyTooSlow { limit } => format!(
            "nothing of the body came for {} s (--body-timeout)",
            limit.as_secs_f64()
        ),
        GatewayError::Element(ElementError::TooLong { number, limit }) => {
            format!("element {number}: exceeds the limit of {limit} bytes (--max-message-bytes)")
        }
        GatewayError::Frame(FrameError::TooLong { announced, limit }) => format!(
            "message of {announced} bytes exceeds the limit of {limit} bytes (--max-message-bytes)"
        ),
        GatewayError::HeadersTooLong { .. } => format!("{cause} (--max-header-bytes)"),
        GatewayError::TooManyHeaders { .. } => format!("{cause} (--max-headers)"),
        GatewayError::StreamIdle { .. } => format!("{cause} (--stream-idle-timeout)"),
        GatewayError::TooManyInFlight { limit } => format!(
            "the server is at its limit of {limit} requests in flight (--max-in-flight); try again"
        ),
        GatewayError::TooManySocketCalls { .. } => format!("{cause} (--max-socket-calls)"),
        GatewayError::UriTooLong { .. } => format!("{cause} (--max-uri-bytes)"),
        _ => return None,
    })
}

/// What a component did or is, where more is to be said than the cause itself does.
fn of_component(cause: &GatewayError) -> Option<String> {
    Some(match cause {
        GatewayError::AnswerFrame { component, error } => match error {
            FrameError::TooLong { announced, limit } => format!(
                "an answer of component {component} has {announced} bytes, over the limit of {limit} \
                 (--max-answer-bytes); call it by gRPC or gRPC-Web, which pass answers of any length"
            ),
            error => {
                format!("the answer of component {component} isn't a stream of messages: {error}")
            }
        },
        GatewayError::AnswerCompressed { component } => format!(
            "component {component} compressed its answer, which it wasn't asked to; \
             turn its compression off, or call it by a gRPC client that knows it"
        ),
        GatewayError::NoReplica {
            component,
            last_error,
        } => {
            let why = last_error.as_deref().map(|error| format!(" ({error})"));
            format!(
                "no ready replica of component {component}{}; try again once one is up",
                why.unwrap_or_default()
            )
        }
        GatewayError::NotGrpc {
            component,
            http_status,
            content_type,
            ..
        } => {
            let found = content_type.as_deref().unwrap_or("no content type");
            format!("component {component} answered HTTP {http_status} with {found}, not gRPC")
        }
        _ => return None,
    })
}

fn of_handshake(error: &HandshakeError) -> String {
    match error {
        HandshakeError::NotASocket => format!("{error}, with one of the subprotocols {SPOKEN}"),
        HandshakeError::Origin { .. } => {
            format!("{error}; the server is told to let them by --allow-origin")
        }
        HandshakeError::Path { .. } => format!(
            "{error}; open it at {}, or at the path of a method",
            wire::socket::PATH
        ),
        HandshakeError::Subprotocol { offered } => {
            let offered = offered.as_deref().unwrap_or("none");
            format!("sec-websocket-protocol offers {offered}; this server speaks {SPOKEN}")
        }
        HandshakeError::Key | HandshakeError::Version => error.to_string(),
    }
}

/// What a head says of the body, of the answer, or of a place in it, and what it can say.
fn of_head(cause: &GatewayError) -> Option<String> {
    Some(match cause {
        GatewayError::LastEventId { value, expected } => {
            format!("Last-Event-ID: `{value}` is no place to resume from; it must be {expected}")
        }
        GatewayError::NotAcceptable { accept, answers } => {
            let forms = match answers {
                Messages::One => "this answer is application/json",
                Messages::Many => STREAM_ANSWERS,
            };
            format!("accept: {accept} names no form that there is; {forms}")
        }
        GatewayError::NotJson {
            content_type,
            takes,
        } => {
            let found = content_type.as_deref().unwrap_or("of no content type");
            let wanted = match takes {
                Messages::One => "JSON, with content-type: application/json",
                Messages::Many => STREAM_REQUESTS,
            };
            format!("the body is {found}; send {wanted}")
        }
        GatewayError::UnknownCodec { content_type } => {
            format!("no codec for content type {content_type}; messages are protobuf (+proto)")
        }
        GatewayError::UnsupportedContentType { content_type } => {
            let found = content_type.as_deref().unwrap_or("none");
            format!("unsupported content type ({found}); this path takes {ACCEPTED}")
        }
        _ => return None,
    })
}

fn of_request(cause: &GatewayError) -> String {
    match cause {
        GatewayError::Draining => "the server is about to end; call again elsewhere".to_owned(),
        GatewayError::ExtraMessage { method } => {
            format!("{method} takes exactly one message; the request carries more")
        }
        GatewayError::Frame(error) => format!("the request is not a stream of messages: {error}"),
        GatewayError::Handshake(error) => of_handshake(error),
        GatewayError::NeedsHttp2 => "gRPC needs HTTP/2; over HTTP/1 use gRPC-Web \
            (content type application/grpc-web)"
            .to_owned(),
        GatewayError::OnlyGrpc => "this is a replica, which speaks gRPC over HTTP/2 only; \
            for gRPC-Web and JSON call the API server in front of it"
            .to_owned(),
        GatewayError::NoMessage { method } => {
            format!("{method} takes exactly one message; the request carries none")
        }
        GatewayError::NoRoute {
            path,
            hint,
            is_explained,
        } => match hint {
            Some(hint) => format!("nothing is served at {path}; there is a route for {hint}"),
            None if *is_explained => format!(
                "nothing is served at {path}; GET /openapi/v3 lists the routes, \
                 and GET /debug/routes?path={path} explains why none fits"
            ),
            None => format!("nothing is served at {path} on this listener"),
        },
        GatewayError::Text(error) => {
            format!("the request is not base64, which text mode needs: {error}")
        }
        GatewayError::Timeout(None) => "grpc-timeout: not ASCII".to_owned(),
        GatewayError::Timeout(Some(error)) => format!("grpc-timeout: {error}"),
        GatewayError::Transcode(error) => error.to_string(),
        GatewayError::VerbNotAllowed { verb, allow } => {
            format!("{verb} isn't taken here; use {}", allow.join(" or "))
        }
        _ => cause.to_string(),
    }
}
