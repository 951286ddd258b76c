//! `/livez` and `/readyz`, as Kubernetes asks them: 200 or 503, and a word of text; `?verbose` lists the checks.
//! Alive is whoever answers. Ready is whoever isn't draining. They stand outside the limits:
//! a server with all hands full is busy, not dead.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use tonic::body::Body;
use tower::Service;

/// What the probes tell; clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Probes {
    draining: Arc<AtomicBool>,
}

impl Probes {
    /// `/readyz` fails from now on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// The answer if this request is a probe.
    fn answer(&self, request: &Request<Body>) -> Option<Response<Body>> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return None;
        }
        let draining = match request.uri().path() {
            "/livez" => false,
            "/readyz" => self.draining.load(Ordering::Relaxed),
            _ => return None,
        };
        let status = if draining {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::OK
        };
        let text = match (request.uri().query(), draining) {
            (Some("verbose"), false) => "[+]serving ok\nok\n",
            (Some("verbose"), true) => "[-]serving failed: draining\nfailed\n",
            (_, false) => "ok\n",
            (_, true) => "draining\n",
        };
        let mut response = Response::new(Body::new(Full::from(text)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Some(response)
    }
}

/// Answers probes in front of another service.
#[derive(Clone, Debug)]
pub struct AnswerProbes<S> {
    probes: Probes,
    inner: S,
}

impl<S> AnswerProbes<S> {
    /// Hands on to `inner` what isn't a probe.
    pub fn new(probes: Probes, inner: S) -> Self {
        Self { probes, inner }
    }
}

impl<S> Service<Request<Body>> for AnswerProbes<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match self.probes.answer(&request) {
            Some(response) => Box::pin(async { Ok(response) }),
            None => Box::pin(self.inner.call(request)),
        }
    }
}
