//! gRPC-Web ⇄ gRPC, in one place: everything inside speaks plain gRPC. The work is tonic-web's.
//! It matches four exact content types and one exact `accept`, so both are normalised first;
//! it also refuses whatever else comes over HTTP/1, so only gRPC-Web calls are led through it.
//! Limits of tonic-web 0.14: padding in the middle of a text body is refused (mended with issue 3).

use std::task::{Context, Poll};

use http::{HeaderMap, HeaderValue, header};
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer as _, Service};
use wire::content_type::{ContentType, Dialect};

use super::admit::ResponseFuture;
use super::classify::Call;
use super::{Request, Response};

/// Translates gRPC-Web calls for `inner`; hands the rest on as it is.
#[derive(Clone, Debug)]
pub struct Translate<S> {
    web: GrpcWebService<S>,
    inner: S,
}

impl<S: Clone> Translate<S>
where
    S: Service<Request, Response = Response>,
{
    /// Translates in front of `inner`.
    pub fn new(inner: S) -> Self {
        Self {
            web: GrpcWebLayer::new().layer(inner.clone()),
            inner,
        }
    }
}

impl<S> Service<Request> for Translate<S>
where
    S: Service<Request, Response = Response> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // The translated side holds a clone of the same service.
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        match request.extensions().get::<Call>().map(|call| call.dialect) {
            None | Some(Dialect::Grpc) => Box::pin(self.inner.call(request)),
            Some(dialect) => {
                normalise(request.headers_mut(), dialect);
                Box::pin(self.web.call(request))
            }
        }
    }
}

/// Writes content type and `accept` the one way tonic-web reads them.
fn normalise(headers: &mut HeaderMap, dialect: Dialect) {
    let accepted = accepted(headers).unwrap_or(dialect);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(dialect.content_type()),
    );
    headers.insert(
        header::ACCEPT,
        HeaderValue::from_static(accepted.content_type()),
    );
}

/// The first gRPC-Web dialect that `accept` names; None if it names none (absent, `*/*`): then the request is mirrored.
fn accepted(headers: &HeaderMap) -> Option<Dialect> {
    let values = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let ranges = values.flat_map(|value| value.split(','));
    ranges
        .filter_map(ContentType::parse)
        .map(|content_type| content_type.dialect)
        .find(|dialect| *dialect != Dialect::Grpc)
}
