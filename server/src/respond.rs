//! The one place where a cause becomes an outcome: code, public message, and the answer in the caller's terms.
//! Blame decides: the caller's bytes, `INVALID_ARGUMENT`; a limit, `RESOURCE_EXHAUSTED` or `UNAVAILABLE` and its number;
//! ours, `INTERNAL` with a bland message and the cause in the log. Calls get a gRPC status, which the translation
//! outside turns into their dialect; plain HTTP gets a status line and a sentence.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderValue, StatusCode, header};
use http_body_util::Full;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};
use tower::Service;
use tracing::error;
use wire::frame::FrameError;

use crate::gateway::classify::Call;
use crate::gateway::{GatewayError, Request, Response};
use crate::services::my_service::{GreetError, MAX_NAME_CHARS};

const ACCEPTED: &str = "application/grpc over HTTP/2, application/grpc-web and \
    application/grpc-web-text over any version, each with or without +proto";

/// Words MyService's errors: each names its field, in `google.rpc.BadRequest` too.
pub fn greet(cause: &GreetError) -> Status {
    let field = cause.field();
    let description = match cause {
        GreetError::EmptyName => {
            format!("must be 1 to {MAX_NAME_CHARS} characters after trimming; it is empty")
        }
        GreetError::NameTooLong { chars } => {
            format!("must be 1 to {MAX_NAME_CHARS} characters after trimming; it is {chars}")
        }
        GreetError::UnknownLanguage { number } => format!("has no value of number {number}"),
    };
    let message = format!("{field} {description}");
    let details = ErrorDetails::with_bad_request_violation(field, description);
    Status::with_error_details(Code::InvalidArgument, message, details)
}

/// Words the gateway's errors for a call.
pub fn gateway(cause: &GatewayError) -> Status {
    let (code, http_status) = codes(cause);
    if http_status == StatusCode::INTERNAL_SERVER_ERROR {
        error!(error.cause = %cause, "a call failed inside the server: {cause}");
    }
    Status::new(code, message(cause))
}

/// The gRPC code and the HTTP status of a cause.
fn codes(cause: &GatewayError) -> (Code, StatusCode) {
    match cause {
        GatewayError::DeadlineExceeded { .. } => {
            (Code::DeadlineExceeded, StatusCode::GATEWAY_TIMEOUT)
        }
        GatewayError::Draining | GatewayError::TooManyInFlight { .. } => {
            (Code::Unavailable, StatusCode::SERVICE_UNAVAILABLE)
        }
        GatewayError::Frame(FrameError::TooLong { .. }) => {
            (Code::ResourceExhausted, StatusCode::PAYLOAD_TOO_LARGE)
        }
        GatewayError::Frame(_) | GatewayError::Text(_) | GatewayError::Timeout(_) => {
            (Code::InvalidArgument, StatusCode::BAD_REQUEST)
        }
        GatewayError::HeadersTooLong { .. } => (
            Code::ResourceExhausted,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        ),
        GatewayError::UriTooLong { .. } => (Code::ResourceExhausted, StatusCode::URI_TOO_LONG),
        GatewayError::MethodNotAllowed { .. } => {
            (Code::Unimplemented, StatusCode::METHOD_NOT_ALLOWED)
        }
        GatewayError::NeedsHttp2 => (Code::Unimplemented, StatusCode::HTTP_VERSION_NOT_SUPPORTED),
        // Not INTERNAL: gRPC's word for a lost outcome, which may well have been a success.
        GatewayError::NoStatus => (Code::Unknown, StatusCode::INTERNAL_SERVER_ERROR),
        GatewayError::ExtraMessage { .. }
        | GatewayError::NoMessage { .. }
        | GatewayError::UnknownCodec { .. }
        | GatewayError::UnknownMethod { .. }
        | GatewayError::UnknownService { .. } => (Code::Unimplemented, StatusCode::NOT_IMPLEMENTED),
        GatewayError::UnsupportedContentType { .. } => {
            (Code::Unimplemented, StatusCode::UNSUPPORTED_MEDIA_TYPE)
        }
    }
}

/// The public message of a cause.
fn message(cause: &GatewayError) -> String {
    match cause {
        GatewayError::DeadlineExceeded { .. }
        | GatewayError::HeadersTooLong { .. }
        | GatewayError::UnknownMethod { .. }
        | GatewayError::UnknownService { .. }
        | GatewayError::UriTooLong { .. } => cause.to_string(),
        GatewayError::ExtraMessage { method } => {
            format!("{method} takes exactly one message; the request carries more")
        }
        GatewayError::NoMessage { method } => {
            format!("{method} takes exactly one message; the request carries none")
        }
        GatewayError::Text(error) => {
            format!("the request is not base64, which text mode needs: {error}")
        }
        GatewayError::Draining => "the server is about to end; call again elsewhere".to_owned(),
        GatewayError::Frame(FrameError::TooLong { announced, limit }) => {
            format!("message of {announced} bytes exceeds the limit of {limit} bytes")
        }
        GatewayError::Frame(error) => format!("the request is not a stream of messages: {error}"),
        GatewayError::MethodNotAllowed { verb } => format!("RPCs are called by POST, not {verb}"),
        GatewayError::NeedsHttp2 => "gRPC needs HTTP/2; over HTTP/1 use gRPC-Web \
            (content type application/grpc-web)"
            .to_owned(),
        GatewayError::NoStatus => "the answer ended without a status".to_owned(),
        GatewayError::TooManyInFlight { limit } => {
            format!("the server is at its limit of {limit} requests in flight; try again")
        }
        GatewayError::Timeout(None) => "grpc-timeout: not ASCII".to_owned(),
        GatewayError::Timeout(Some(error)) => format!("grpc-timeout: {error}"),
        GatewayError::UnknownCodec { content_type } => {
            format!("no codec for content type {content_type}; messages are protobuf (+proto)")
        }
        GatewayError::UnsupportedContentType { content_type } => {
            let found = content_type.as_deref().unwrap_or("none");
            format!("unsupported content type ({found}); this path takes {ACCEPTED}")
        }
    }
}

fn answer(cause: &GatewayError, is_call: bool) -> Response {
    if is_call {
        return gateway(cause).into_http();
    }
    let (_, http_status) = codes(cause);
    let mut response = text(http_status, message(cause));
    if let GatewayError::MethodNotAllowed { .. } = cause {
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// The answer to a call whose handler panicked. The panic itself has been printed by then; callers don't see it.
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    error!("a handler panicked");
    Status::internal("internal error").into_http()
}

fn text(http_status: StatusCode, mut text: String) -> Response {
    text.push('\n');
    let mut response = Response::new(Body::new(Full::from(text)));
    *response.status_mut() = http_status;
    let headers = response.headers_mut();
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, plain);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Answers in place of a layer that failed.
#[derive(Clone, Debug)]
pub struct Respond<S> {
    inner: S,
}

impl<S> Respond<S> {
    /// Words the failures of `inner`.
    pub fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Service<Request> for Respond<S>
where
    S: Service<Request, Response = Response, Error = GatewayError>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // The layers inside are always ready: they refuse instead of waiting.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let is_call = request.extensions().get::<Call>().is_some();
        let response = self.inner.call(request);
        Box::pin(async move {
            Ok(response
                .await
                .unwrap_or_else(|cause| answer(&cause, is_call)))
        })
    }
}

#[cfg(test)]
mod tests;
