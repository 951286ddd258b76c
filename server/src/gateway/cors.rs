//! CORS for every answer, also those made by limits, deadlines and refusals: a page that can't read an error
//! sees "Failed to fetch" instead. No credentials are ever allowed, so the answer to any allowed page is the same.
//! Source: Fetch standard, "CORS protocol"; what gRPC-Web needs, gRPC PROTOCOL-WEB.md.

use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower::{Layer as _, Service};
use tower_http::cors::{AllowHeaders, AllowOrigin, Cors, CorsLayer};
use wire::content_type::Dialect;

use super::admit::ResponseFuture;
use super::classify::Call;
use super::origin::AllowedOrigins;
use super::{Request, Response};

/// How long a browser may reuse a preflight. Chrome caps at two hours.
const MAX_AGE: Duration = Duration::from_hours(2);
/// What a page may read of an answer besides the safelisted headers. Components' own metadata isn't known here;
/// in gRPC-Web it travels in the trailer frame, which needs no exposure.
const EXPOSED: [HeaderName; 11] = [
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::ALLOW,
    header::RETRY_AFTER,
    HeaderName::from_static("grpc-status"),
    HeaderName::from_static("grpc-message"),
    HeaderName::from_static("grpc-status-details-bin"),
    HeaderName::from_static("grpc-encoding"),
    HeaderName::from_static("grpc-accept-encoding"),
    HeaderName::from_static("server-timing"),
    HeaderName::from_static("traceparent"),
];
/// What an answer, or what may be done with it, depends on.
const VARY: [HeaderName; 3] = [
    header::ORIGIN,
    header::ACCESS_CONTROL_REQUEST_METHOD,
    header::ACCESS_CONTROL_REQUEST_HEADERS,
];
const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");

/// Answers preflights and lets the allowed pages read all other answers.
#[derive(Clone)]
pub struct CrossOrigin<S> {
    origins: AllowedOrigins,
    cors: Cors<S>,
    inner: S,
}

impl<S: Clone> CrossOrigin<S> {
    /// Opens `inner` to `origins`.
    pub fn new(origins: AllowedOrigins, inner: S) -> Self {
        let allowed = origins.clone();
        let cors = CorsLayer::new()
            .allow_origin(AllowOrigin::predicate(move |origin, _| {
                allowed.allows(origin)
            }))
            .allow_methods([
                Method::DELETE,
                Method::GET,
                Method::HEAD,
                Method::OPTIONS,
                Method::PATCH,
                Method::POST,
                Method::PUT,
            ])
            // Metadata names are the application's own, so what an allowed page asks for is granted.
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers(EXPOSED)
            .vary(VARY)
            .max_age(MAX_AGE);
        Self {
            origins,
            cors: cors.layer(inner.clone()),
            inner,
        }
    }
}

/// What tower-http adds to every answer that isn't a preflight's.
fn open(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    let values = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone()),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, list(&EXPOSED)),
        (header::VARY, list(&VARY)),
        (TIMING_ALLOW_ORIGIN, origin),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            headers.append(name, value);
        }
    }
}

/// None can't be: names of headers are values of headers.
fn list(names: &[HeaderName]) -> Option<HeaderValue> {
    let names: Vec<_> = names.iter().map(HeaderName::as_str).collect();
    names.join(", ").parse().ok()
}

impl<S> Service<Request> for CrossOrigin<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
    S::Error: 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.cors.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let origin = request.headers().get(header::ORIGIN);
        let origin = origin.filter(|origin| self.origins.allows(origin)).cloned();
        // Pages can't speak plain gRPC, and its callers read none of it.
        let call = request.extensions().get::<Call>();
        if call.is_some_and(|call| call.dialect == Dialect::Grpc) && origin.is_none() {
            return Box::pin(self.inner.call(request));
        }
        // tower-http takes every OPTIONS for a preflight; one that isn't asks what a path takes.
        let is_preflight = request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if request.method() == Method::OPTIONS && !is_preflight {
            let response = self.inner.call(request);
            return Box::pin(async move {
                let mut response = response.await?;
                open(response.headers_mut(), origin);
                Ok(response)
            });
        }
        let response = self.cors.call(request);
        Box::pin(async move {
            let mut response = response.await?;
            if let Some(origin) = origin {
                // Without it the browser hides how long the phases of a cross-origin call took.
                response.headers_mut().insert(TIMING_ALLOW_ORIGIN, origin);
            }
            Ok(response)
        })
    }
}
