//! The one place where a cause becomes an outcome: code, public message, and the answer in the caller's terms.
//! Blame decides: the caller's bytes, `INVALID_ARGUMENT`; a limit, `RESOURCE_EXHAUSTED` or `UNAVAILABLE` and its number;
//! ours, `INTERNAL` with a bland message and the cause in the log. Calls get a gRPC status, which the translation
//! outside turns into their dialect; JSON, and plain HTTP, get the error model of `failure_json`. Numbers and sentences
//! are in `words`.

use std::any::Any;
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::Full;
use prost_reflect::DescriptorPool;
use serde::Serialize;
use serde_json::Value;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};
use tower::Service;
use tracing::error;
use wire::traceparent::TraceId;

use crate::balancer::CallError;
use crate::gateway::classify::Call;
use crate::gateway::json::{ElementError, Failure, HttpFailure};
use crate::gateway::socket::HandshakeError;
use crate::gateway::{GatewayError, Request, Response, transcoder};
use crate::services::my_service::{GreetError, MAX_NAME_CHARS, MAX_TEXT_CHARS};
use words::{codes, message};

mod words;

/// When it may be worth trying again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Words MyService's errors: each names its field, in `google.rpc.BadRequest` too.
pub fn greet(cause: &GreetError) -> Status {
    let (number, cause) = match cause {
        GreetError::Message { number, error } => (Some(number), &**error),
        cause => (None, cause),
    };
    let description = match cause {
        GreetError::EmptyName => {
            format!("must be 1 to {MAX_NAME_CHARS} characters after trimming; it is empty")
        }
        GreetError::NameTooLong { chars } => {
            format!("must be 1 to {MAX_NAME_CHARS} characters after trimming; it is {chars}")
        }
        GreetError::EmptyText => {
            format!("must be 1 to {MAX_TEXT_CHARS} characters after trimming; it is empty")
        }
        GreetError::TextTooLong { chars } => {
            format!("must be 1 to {MAX_TEXT_CHARS} characters after trimming; it is {chars}")
        }
        GreetError::UnknownLanguage { number } => format!("has no value of number {number}"),
        GreetError::Broken => {
            return Status::unavailable(
                "this replica has been broken on purpose, by gangplank.v1.ChaosService",
            );
        }
        GreetError::Forgotten { .. } | GreetError::Unknown { .. } => {
            return Status::out_of_range(format!("{cause}; begin anew, with past"));
        }
        GreetError::TooManyNames | GreetError::Message { .. } => {
            return Status::resource_exhausted(format!("{cause}; greet them in several calls"));
        }
    };
    let field = cause.field().unwrap_or_default();
    let message = match number {
        Some(number) => format!("message {number}: {field} {description}"),
        None => format!("{field} {description}"),
    };
    let details = ErrorDetails::with_bad_request_violation(field, description);
    Status::with_error_details(Code::InvalidArgument, message, details)
}

/// Words what a component's replica did to a call in mid-answer.
pub fn replica(cause: &CallError) -> Status {
    gateway(&call_error(cause.clone()))
}

/// The balancer's findings in the gateway's terms.
pub fn call_error(cause: CallError) -> GatewayError {
    match cause {
        CallError::NoReplica {
            component,
            last_error,
        } => GatewayError::NoReplica {
            component,
            last_error,
        },
        CallError::Reset {
            component,
            replica,
            reason,
        } => GatewayError::ReplicaReset {
            component,
            replica,
            reason,
        },
        CallError::Broken {
            component,
            replica,
            cause,
        } => GatewayError::ReplicaBroken {
            component,
            replica,
            cause,
        },
    }
}

/// Words the gateway's errors for a call. The cause stays with the status, for those who see it again inside.
pub fn gateway(cause: &GatewayError) -> Status {
    let (code, http_status) = codes(cause);
    if http_status == StatusCode::INTERNAL_SERVER_ERROR {
        error!(error.cause = %cause, "a call failed inside the server: {cause}");
    }
    let mut status = match details(cause) {
        Some(details) => Status::with_error_details(code, message(cause), details),
        None => Status::new(code, message(cause)),
    };
    status.set_source(Arc::new(cause.clone()));
    status
}

/// What a program reads: which field, which component, when to try again.
fn details(cause: &GatewayError) -> Option<ErrorDetails> {
    let mut details = ErrorDetails::new();
    let misfit = match cause {
        GatewayError::Element(ElementError::Misfit { error, .. })
        | GatewayError::Transcode(error) => Some(error),
        _ => None,
    };
    if let Some(error) = misfit {
        let field = error.field().unwrap_or_default();
        details.add_bad_request_violation(field, message(cause));
    }
    if let Some((reason, component, replica)) = blamed(cause) {
        let replica = replica.map(|replica| ("replica".to_owned(), replica.to_string()));
        let component = ("component".to_owned(), component.to_string());
        details.set_error_info(
            reason,
            "gangplank",
            std::iter::once(component)
                .chain(replica)
                .collect::<HashMap<_, _>>(),
        );
    }
    if retry_after(cause) {
        details.set_retry_info(Some(RETRY_AFTER));
    }
    let has_any = details.has_bad_request_violations()
        || details.error_info().is_some()
        || details.retry_info().is_some();
    has_any.then_some(details)
}

/// A reason for programs, the component that failed, and which of its replicas.
type Blamed<'a> = (&'static str, &'a Arc<str>, Option<&'a Arc<str>>);

fn blamed(cause: &GatewayError) -> Option<Blamed<'_>> {
    match cause {
        GatewayError::NoReplica { component, .. } => Some(("NO_READY_REPLICA", component, None)),
        GatewayError::ReplicaBroken {
            component, replica, ..
        } => Some(("REPLICA_BROKEN", component, Some(replica))),
        GatewayError::ReplicaReset {
            component, replica, ..
        } => Some(("REPLICA_RESET", component, Some(replica))),
        GatewayError::NotGrpc {
            component, replica, ..
        } => Some(("NOT_GRPC", component, Some(replica))),
        GatewayError::Answer { component, .. }
        | GatewayError::AnswerCompressed { component }
        | GatewayError::AnswerCount { component, .. }
        | GatewayError::AnswerFrame { component, .. }
        | GatewayError::NoStatus { component } => Some(("BAD_ANSWER", component, None)),
        _ => None,
    }
}

/// A call's outcome is a gRPC status, with what HTTP would say for those that come by JSON; all else is JSON at once.
fn answer(cause: &GatewayError, is_call: bool, trace_id: Option<TraceId>) -> Response {
    let http = http(cause);
    let status = gateway(cause);
    if is_call {
        let mut response = status.into_http();
        response.extensions_mut().insert(http);
        return response;
    }
    if let GatewayError::VerbNotAllowed {
        verb: Method::OPTIONS,
        ..
    } = cause
    {
        return options(http.headers);
    }
    failure(&Failure {
        code: code(&status),
        message: status.message().to_owned(),
        details: transcoder::details_json(status.details(), &DescriptorPool::new()),
        http: Some(http),
        trace_id,
    })
}

/// The answer to a plain request that failed outside all layers.
pub fn plain(cause: &GatewayError) -> Response {
    answer(cause, false, None)
}

/// OPTIONS asks what a path takes, and that is no error.
fn options(headers: HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    *response.headers_mut() = headers;
    response
}

/// What HTTP says of a cause: more than the code alone would.
pub fn http(cause: &GatewayError) -> HttpFailure {
    let (_, http_status) = codes(cause);
    HttpFailure {
        http_status,
        headers: headers(cause),
    }
}

/// What HTTP says in headers of its own.
fn headers(cause: &GatewayError) -> HeaderMap {
    let mut headers = HeaderMap::new();
    match cause {
        GatewayError::VerbNotAllowed { allow, .. } => {
            if let Ok(allow) = allow.join(", ").parse() {
                headers.insert(header::ALLOW, allow);
            }
        }
        GatewayError::Handshake(HandshakeError::NotASocket | HandshakeError::Version) => {
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            let version = HeaderValue::from_static("13");
            headers.insert(header::SEC_WEBSOCKET_VERSION, version);
        }
        _ if retry_after(cause) => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
    headers
}

/// True if the same call may well succeed in a second.
fn retry_after(cause: &GatewayError) -> bool {
    matches!(
        cause,
        GatewayError::Draining
            | GatewayError::NoReplica { .. }
            | GatewayError::TooManyInFlight { .. }
    )
}

/// A failure as HTTP has it: status line, and the error model in JSON.
pub fn failure(failure: &Failure) -> Response {
    let mut response = Response::new(Body::new(Full::from(failure_json(failure))));
    *response.status_mut() = http_status(failure);
    let headers = response.headers_mut();
    if let Some(http) = &failure.http {
        headers.clone_from(&http.headers);
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The error model in JSON:
/// `{"error":{"code":404,"status":"NOT_FOUND","message":…,"details":[…],"traceId":…}}`.
/// `code` is HTTP's, `status` gRPC's name. Source: AIP-193.
pub fn failure_json(failure: &Failure) -> String {
    let error = ErrorModel {
        code: http_status(failure).as_u16(),
        status: failure.code.name(),
        message: &failure.message,
        details: &failure.details,
        trace_id: failure.trace_id.map(|id| id.to_string()),
    };
    // Fails only for maps whose keys aren't text, and there is none.
    serde_json::to_string(&Model { error }).unwrap_or_default()
}

#[derive(Serialize)]
struct Model<'a> {
    error: ErrorModel<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorModel<'a> {
    code: u16,
    status: &'static str,
    message: &'a str,
    details: &'a [Value],
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
}

fn http_status(failure: &Failure) -> StatusCode {
    let own = failure.http.as_ref().map(|http| http.http_status);
    let mapped = || StatusCode::from_u16(failure.code.http_status()).ok();
    own.or_else(mapped)
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn code(status: &Status) -> wire::code::Code {
    let number = u32::try_from(i32::from(status.code())).ok();
    number
        .and_then(wire::code::Code::from_number)
        .unwrap_or(wire::code::Code::Unknown)
}

/// The answer to a call whose handler panicked. The panic itself has been printed by then; callers don't see it.
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    error!("a handler panicked");
    Status::internal("internal error").into_http()
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
        let trace_id = request.extensions().get().copied();
        let response = self.inner.call(request);
        Box::pin(async move {
            let response = response.await;
            Ok(response.unwrap_or_else(|cause| answer(&cause, is_call, trace_id)))
        })
    }
}

#[cfg(test)]
mod tests;
