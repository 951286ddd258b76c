//! Hands a call to the replicas of its component, frames unread, and gives back the answer as it comes.
//! A method that takes one message is picked for only once that is here, as far as it's short: until then no replica could
//! begin, what is refused for its body never opens a stream, and what a replica fails can be sent to another one. Streams go out at once, since the component may speak first.
//! Whoever stops, stops the other: a caller that leaves resets the replica's stream, a request that turns out bad ends
//! the call with its own error (`link`). An answer that isn't gRPC is an error that says what came instead;
//! redirects are such answers and are never followed. Source: gRPC PROTOCOL-HTTP2.md.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method as Verb, StatusCode, Uri, header, response};
use http_body_util::BodyExt as _;
use tokio::time::Instant;
use tonic::body::Body;
use wire::content_type::{ContentType, Dialect};

use super::admit::ResponseFuture;
use super::classify::Call;
use super::deadline::ExpiresAt;
use super::server_timing::Stopwatch;
use super::{GatewayError, Request, Response, ToStatus, metadata};
use crate::schema::{Messages, Method};
use crate::telemetry::scope::OpenSpan;
use link::{Download, Link, Upload};

mod link;

/// Reaches replicas: takes a request, answers with `AnsweredBy`. A function rather than a tower service,
/// which would have to be cloned for each call.
pub type Replicas = Arc<dyn Fn(Target, Request) -> ResponseFuture + Send + Sync>;

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
/// The longest request that is held until it's whole, in bytes; Linkerd's bound for calls that it makes again.
const MAX_HELD_BYTES: usize = 64 * 1024;

/// Whom a call is for, and how it may be carried there.
#[derive(Clone, Debug)]
pub struct Target {
    /// The component's name.
    pub component: Arc<str>,
    /// The replicas that have the method; None if all do.
    pub replicas: Option<Arc<[Arc<str>]>>,
    /// All bytes of the request's body, where they are known, so that it can be sent again; its own is empty then.
    pub message: Option<Bytes>,
    /// True if calling the method twice is as good as once.
    pub is_idempotent: bool,
    /// When the caller stops waiting.
    pub deadline: Option<Instant>,
    /// The method's full name.
    pub method: Arc<str>,
    /// What the call is made in; None if it is traced nowhere.
    pub span: Option<OpenSpan>,
}

/// Who was picked; an extension of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredBy {
    /// The replica's name.
    pub replica: Arc<str>,
    /// When the request was handed to it.
    pub picked_at: Instant,
}

/// Forwards calls.
#[derive(Clone)]
pub struct Forward {
    replicas: Replicas,
    /// Headers that JSON callers may pass on besides the usual ones.
    also: Arc<[HeaderName]>,
    /// The longest time in which nothing moves on a stream, in either direction.
    max_idle: Duration,
    to_status: ToStatus,
}

impl Forward {
    /// Forwards to `replicas`.
    pub fn new(
        replicas: Replicas,
        also: Arc<[HeaderName]>,
        max_idle: Duration,
        to_status: ToStatus,
    ) -> Self {
        Self {
            replicas,
            also,
            max_idle,
            to_status,
        }
    }

    /// One call of `method`.
    pub async fn call(&self, request: Request, method: &Method) -> Result<Response, GatewayError> {
        let stopwatch = Stopwatch::of(&request);
        let call = request.extensions().get::<Call>();
        let dialect = call.map_or(Dialect::Grpc, |call| call.dialect);
        let (head, body) = request.into_parts();
        let Sending {
            body,
            link,
            message,
        } = match method.requests() {
            Messages::One => one(body).await?,
            Messages::Many => upload(None, body),
        };
        let arrived = Instant::now();
        let headers = metadata::outgoing(&head.headers, dialect, &self.also);
        let request = outgoing(method, headers, body)?;
        let target = Target {
            component: Arc::clone(&method.component),
            replicas: method.replicas.clone(),
            message,
            is_idempotent: method.is_idempotent,
            deadline: head.extensions.get().map(|ExpiresAt(at)| *at),
            method: Arc::clone(&method.name),
            span: head.extensions.get().cloned(),
        };
        let response = (self.replicas)(target, request);
        let link = link.or_else(|| method.is_stream().then(Arc::default));
        let response = match &link {
            None => response.await?,
            Some(link) => tokio::select! {
                biased;
                fault = link.fault() => return Err(fault),
                response = response => response?,
                idle = link.idle(self.max_idle), if method.is_stream() => return Err(idle),
            },
        };
        let (mut head, body) = response.into_parts();
        let answered_by = head.extensions.remove::<AnsweredBy>();
        if let Some(AnsweredBy { replica, picked_at }) = &answered_by {
            stopwatch.picked(&method.component, arrived, *picked_at);
            stopwatch.answered(Some(replica));
        }
        judge(&head, method, answered_by)?;
        metadata::incoming(&mut head.headers);
        let body = match link {
            None => body,
            Some(link) => {
                let max_idle = method.is_stream().then_some(self.max_idle);
                Body::new(Download::new(body, link, max_idle, self.to_status))
            }
        };
        Ok(Response::from_parts(head, body))
    }
}

/// The request as a component gets it.
fn outgoing(method: &Method, headers: HeaderMap, body: Body) -> Result<Request, GatewayError> {
    let unknown = || GatewayError::UnknownMethod {
        method: method.name.to_string(),
    };
    // The name of a descriptor, not what the caller wrote: routing and policy see the same form.
    let path = Uri::try_from(format!("/{}", method.name)).map_err(|_| unknown())?;
    let mut request = Request::new(body);
    *request.method_mut() = Verb::POST;
    *request.uri_mut() = path;
    *request.headers_mut() = headers;
    Ok(request)
}

/// A request's body on its way to a component.
struct Sending {
    body: Body,
    /// Ties it to the answer while it may still fail.
    link: Option<Arc<Link>>,
    /// All of it, if it's all here.
    message: Option<Bytes>,
}

/// Waits for all of it, as far as it's short: then the call can be made again if a replica fails it, and nothing is left to
/// watch. A long one is sent as it comes.
async fn one(mut body: Body) -> Result<Sending, GatewayError> {
    let mut held = Bytes::new();
    while held.len() <= MAX_HELD_BYTES {
        let Some(frame) = body.frame().await else {
            return Ok(whole(held));
        };
        let frame = frame.map_err(|status| GatewayError::of_request(&status))?;
        let more = frame.into_data().unwrap_or_default();
        held = if held.is_empty() {
            more
        } else {
            [held, more].concat().into()
        };
    }
    Ok(upload(Some(held), body))
}

fn whole(bytes: Bytes) -> Sending {
    Sending {
        body: Body::empty(),
        link: None,
        message: Some(bytes),
    }
}

fn upload(first: Option<Bytes>, rest: Body) -> Sending {
    let link = Arc::<Link>::default();
    Sending {
        body: Body::new(Upload::new(first, rest, Arc::clone(&link))),
        link: Some(link),
        message: None,
    }
}

/// A status decides, whatever else the head says; without one it must at least be gRPC.
fn judge(
    head: &response::Parts,
    method: &Method,
    answered_by: Option<AnsweredBy>,
) -> Result<(), GatewayError> {
    if head.headers.contains_key(GRPC_STATUS) {
        return Ok(());
    }
    let content_type = head.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let family = content_type.as_deref().and_then(ContentType::parse);
    let is_grpc = family.is_some_and(|family| family.dialect == Dialect::Grpc);
    if head.status == StatusCode::OK && is_grpc {
        return Ok(());
    }
    Err(GatewayError::NotGrpc {
        component: Arc::clone(&method.component),
        replica: answered_by.map_or_else(|| "".into(), |by| by.replica),
        http_status: head.status,
        content_type: content_type.map(Cow::into_owned),
    })
}

#[cfg(test)]
mod tests;
