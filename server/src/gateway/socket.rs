//! Sockets of browsers (WebSocket): the handshake, and calls on a socket in the three subprotocols of `wire::socket`.
//! Each call is made into a gRPC-Web request and handed to the very layers that any other call passes, so that routes,
//! deadlines, limits, metadata, traces, errors and the drain are the same; only the bytes around it differ.
//! Nothing is read of a socket before its handshake is answered with 101. The socket is then served by the task of the
//! connection that it came by (`Handoff`), and ends with it.
//! Browsers send cookies and no preflight with a handshake, so a page's origin is checked here.
//! Doesn't negotiate compression, nor sockets over HTTP/2 (RFC 8441). Sources: RFC 6455; `docs/websocket.md`.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use hyper::upgrade::OnUpgrade;
use tonic::body::Body;
use tower::Service;
use tower::util::BoxCloneSyncService;
use wire::socket::{PATH, Subprotocol};

use super::admit::ResponseFuture;
use super::origin::AllowedOrigins;
use super::{GatewayError, Request, Response, ToStatus};
use handshake::Accepted;

pub use handshake::HandshakeError;
pub use session::Session;

mod call;
mod calls;
mod credit;
mod handshake;
mod heartbeat;
mod inbox;
mod session;

/// All layers of a server, as a call on a socket passes them.
pub type Layers = BoxCloneSyncService<Request, Response, Infallible>;

/// The subprotocol that a call came by; an extension of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried(pub Subprotocol);

/// The limits on one socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketLimits {
    /// Open calls.
    pub max_calls: u32,
    /// A peer that says nothing for so long is asked for a sign of life, and is gone after two more of it.
    pub silence: Duration,
    /// One message of a call, in bytes.
    pub max_message_bytes: u32,
    /// A header block, in bytes.
    pub max_header_bytes: usize,
    /// A socket without a call is ended after this.
    pub idle_timeout: Duration,
    /// How long a socket that is being closed may take.
    pub close_timeout: Duration,
}

/// What sockets are told from outside.
#[derive(Clone)]
pub struct Config {
    /// Pages that may open sockets, besides the server's own.
    pub origins: AllowedOrigins,
    /// Headers of a handshake that go along with each of its calls.
    pub forwarded: Arc<[HeaderName]>,
    /// The limits on each.
    pub limits: SocketLimits,
    /// Words a call that isn't made.
    pub to_status: ToStatus,
    /// Words a handshake that is refused.
    pub refuse: fn(&GatewayError) -> Response,
}

/// Where a connection finds the socket that it has become; an extension of requests that ask for an upgrade.
#[derive(Clone, Default)]
pub struct Handoff(Arc<Mutex<Option<Handed>>>);

/// A socket whose 101 is on its way.
pub struct Handed {
    /// Resolves once the connection speaks HTTP no more.
    pub upgrade: OnUpgrade,
    /// What to do on it then.
    pub session: Session,
}

impl Handoff {
    /// The socket, if the handshake was accepted.
    pub fn take(&self) -> Option<Handed> {
        let mut handed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        handed.take()
    }

    fn give(&self, handed: Handed) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(handed);
    }
}

/// Answers handshakes; hands the rest on as it is.
#[derive(Clone)]
pub struct Sockets<S> {
    config: Config,
    inner: S,
}

impl<S> Sockets<S> {
    /// Takes sockets whose calls are served by `inner`.
    pub fn new(config: Config, inner: S) -> Self {
        Self { config, inner }
    }
}

impl<S> Sockets<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
{
    /// The 101, or why there is none.
    fn open(&self, mut request: Request, handoff: &Handoff) -> Response {
        let (parts, body) = request.into_parts();
        let accepted = match handshake::check(&parts, &self.config.origins) {
            Ok(accepted) => accepted,
            Err(error) => return (self.config.refuse)(&GatewayError::Handshake(error)),
        };
        request = Request::from_parts(parts, body);
        let session = Session {
            subprotocol: accepted.subprotocol,
            path: request.uri().path().to_owned(),
            headers: named(request.headers(), &self.config.forwarded),
            layers: Layers::new(self.inner.clone()),
            limits: self.config.limits,
            to_status: self.config.to_status,
        };
        let upgrade = hyper::upgrade::on(&mut request);
        handoff.give(Handed { upgrade, session });
        switching(accepted)
    }
}

/// Those of `headers` that are named.
fn named(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let mut found = HeaderMap::new();
    for name in names {
        for value in headers.get_all(name) {
            found.append(name.clone(), value.clone());
        }
    }
    found
}

/// The answer after which the connection is a socket.
fn switching(accepted: Accepted) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accepted.key);
    headers.insert(
        header::SEC_WEBSOCKET_PROTOCOL,
        HeaderValue::from_static(accepted.subprotocol.name()),
    );
    response
}

impl<S> Service<Request> for Sockets<S>
where
    // Boxed as the layer inside has it, so that this one costs other requests nothing.
    S: Service<
            Request,
            Response = Response,
            Error = Infallible,
            Future = ResponseFuture<Infallible>,
        > + Clone
        + Send
        + Sync
        + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<Infallible>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        // Only a connection that can become a socket leaves one.
        if let Some(handoff) = request.extensions_mut().remove::<Handoff>()
            && handshake::is_asked(&request)
        {
            let response = self.open(request, &handoff);
            return Box::pin(async { Ok(response) });
        }
        if request.uri().path() == PATH && request.method() != Method::OPTIONS {
            let error = GatewayError::Handshake(HandshakeError::NotASocket);
            let response = (self.config.refuse)(&error);
            return Box::pin(async { Ok(response) });
        }
        self.inner.call(request)
    }
}

#[cfg(test)]
mod tests;
