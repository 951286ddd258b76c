//! What is a request: a call in one of the dialects, or plain HTTP? Told from verb, path, content type and version.
//! The verdict travels as request extensions (`Call`, `Refused`), so that every later layer agrees on it;
//! a call gets its `Stopwatch` here, at the first thing that is done for it.
//! Nothing is answered here: the trace and CORS must wrap refusals too, and they come after.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Method, Version, header, request::Parts};
use tower::Service;
use wire::content_type::{Codec, ContentType, Dialect};

use super::catalog::{Catalog, Requests};
use super::server_timing::Stopwatch;
use super::{GatewayError, Request};

/// Most characters of a caller's text that an error repeats.
const MAX_ECHO_CHARS: usize = 200;

/// A request in a gRPC dialect: its answer is a gRPC status, whatever happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// How the call is put on HTTP.
    pub dialect: Dialect,
    /// Full name, `pkg.Service/Method`, as the caller wrote it.
    pub method: Arc<str>,
    /// How many messages the method takes; None if the catalog doesn't have it.
    /// Unknown names stay out of span names: callers could make up millions.
    pub requests: Option<Requests>,
}

/// Why `admit` will turn this request away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub GatewayError);

/// Marks each request with what it is.
#[derive(Clone, Debug)]
pub struct Classify<S> {
    catalog: Arc<Catalog>,
    inner: S,
}

impl<S> Classify<S> {
    /// Tells calls apart by the names in `catalog`.
    pub fn new(catalog: Arc<Catalog>, inner: S) -> Self {
        Self { catalog, inner }
    }
}

impl<S: Service<Request>> Service<Request> for Classify<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // Before the work, so that the time of classifying counts too.
        let stopwatch = Stopwatch::start();
        let (mut parts, body) = request.into_parts();
        let (call, refused) = classify(&parts, &self.catalog);
        if let Some(call) = call {
            parts.extensions.insert(call);
            parts.extensions.insert(stopwatch);
        }
        if let Some(error) = refused {
            parts.extensions.insert(Refused(error));
        }
        self.inner.call(Request::from_parts(parts, body))
    }
}

/// The verdict on one request head: the call if its answer must be a gRPC status, and why to refuse it, if so.
/// Neither means plain HTTP.
pub(super) fn classify(parts: &Parts, catalog: &Catalog) -> (Option<Call>, Option<GatewayError>) {
    let path = parts.uri.path();
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let family = content_type.as_deref().and_then(ContentType::parse);
    let name = rpc_name(path);
    let known_service = name.is_some_and(|(service, _)| catalog.has_service(service));
    if !known_service && (family.is_none() || (name.is_none() && parts.method != Method::POST)) {
        return (None, None);
    }
    if parts.method != Method::POST {
        return (
            None,
            Some(GatewayError::MethodNotAllowed {
                verb: parts.method.clone(),
            }),
        );
    }
    let Some(ContentType { dialect, codec }) = family else {
        let content_type = content_type.as_deref().map(echo);
        return (
            None,
            Some(GatewayError::UnsupportedContentType { content_type }),
        );
    };
    if dialect == Dialect::Grpc && parts.version < Version::HTTP_2 {
        return (None, Some(GatewayError::NeedsHttp2));
    }
    let requests = name.and_then(|(service, method)| catalog.requests(service, method));
    let method = echo(path.strip_prefix('/').unwrap_or(path));
    let refused = match (codec, name) {
        (Codec::Other, _) => {
            let content_type = content_type.as_deref().map(echo).unwrap_or_default();
            Some(GatewayError::UnknownCodec { content_type })
        }
        (Codec::Proto, _) if requests.is_some() => None,
        (Codec::Proto, Some((service, _))) if !known_service => {
            Some(GatewayError::UnknownService {
                service: echo(service),
            })
        }
        (Codec::Proto, _) => Some(GatewayError::UnknownMethod {
            method: method.clone(),
        }),
    };
    (
        Some(Call {
            dialect,
            method: method.into(),
            requests,
        }),
        refused,
    )
}

/// Service and method of `/pkg.Service/Method`; None for any other shape.
pub fn rpc_name(path: &str) -> Option<(&str, &str)> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    let is_name = |text: &str| !text.is_empty() && !text.contains('/');
    (is_name(service) && is_name(method)).then_some((service, method))
}

/// The caller's own text, cut to a length that is fit for a header and a log line.
fn echo(text: &str) -> String {
    text.chars().take(MAX_ECHO_CHARS).collect()
}
