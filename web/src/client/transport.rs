//! The seam between the generated client and the browser's fetch: a tower `Service`.
//!
//! tonic-web-wasm-client does the fetching; this wrapper tells an observer what goes out.
//! Dropping the response future or body aborts the fetch.

use std::rc::Rc;
use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic_web_wasm_client::Client;

/// Told the path of each request, such as `/pkg.Service/Method`, before it leaves.
pub type Observer = Rc<dyn Fn(&str)>;

/// A gRPC-Web transport to one server.
#[derive(Clone)]
pub struct Transport {
    inner: Client,
    observer: Observer,
}

impl Transport {
    /// Returns a transport that calls `base_url` and tells `observer` of each request.
    pub fn new(base_url: String, observer: Observer) -> Self {
        Self {
            inner: Client::new(base_url),
            observer,
        }
    }
}

impl Service<http::Request<Body>> for Transport {
    type Response = <Client as Service<http::Request<Body>>>::Response;
    type Error = <Client as Service<http::Request<Body>>>::Error;
    type Future = <Client as Service<http::Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        (self.observer)(request.uri().path());
        self.inner.call(request)
    }
}
