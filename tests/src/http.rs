//! One HTTP connection, held in the hand: which version it speaks, when it opens, what goes over it.
//! No pool, no redirects, no decompression, so that a test sees what the server really sends.

use std::convert::Infallible;
use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::request::Builder;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::patience::within;

/// What a request carries.
pub type Body = BoxBody<Bytes, Infallible>;

/// The version of HTTP a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.1: one request at a time.
    Http1,
    /// HTTP/2 by prior knowledge: many requests at a time.
    Http2,
}

impl Version {
    /// Both versions.
    pub const ALL: [Self; 2] = [Self::Http1, Self::Http2];
}

/// An open connection.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    sender: Sender,
}

#[derive(Debug)]
enum Sender {
    Http1(http1::SendRequest<Body>),
    Http2(http2::SendRequest<Body>),
}

/// A response that is awaited; abort it to abort the call.
pub type Pending = JoinHandle<Result<http::Response<Incoming>>>;

/// A whole response.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub http_status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it came: still compressed or in base64.
    pub body: Bytes,
    /// The trailers behind the body; empty if there were none.
    pub trailers: HeaderMap,
}

impl Connection {
    /// Connects to `address`.
    pub async fn open(address: SocketAddr, version: Version) -> Result<Self> {
        let stream = within("a connection", TcpStream::connect(address)).await??;
        Self::over(stream, version).await
    }

    /// Speaks over a socket that the test has opened, and may cut.
    pub async fn over(stream: TcpStream, version: Version) -> Result<Self> {
        let address = stream.peer_addr()?;
        stream.set_nodelay(true)?;
        let io = TokioIo::new(stream);
        let sender = match version {
            Version::Http1 => {
                let (sender, connection) = http1::handshake(io).await?;
                tokio::spawn(connection);
                Sender::Http1(sender)
            }
            Version::Http2 => {
                let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await?;
                tokio::spawn(connection);
                Sender::Http2(sender)
            }
        };
        Ok(Self { address, sender })
    }

    /// Begins a request to this connection's server, with target and host as its version wants them.
    pub fn request(&self, method: Method, path: &str) -> Builder {
        let builder = Request::builder().method(method);
        match self.sender {
            Sender::Http1(_) => builder
                .uri(path)
                .header(header::HOST, self.address.to_string()),
            Sender::Http2(_) => builder.uri(format!("http://{}{path}", self.address)),
        }
    }

    /// Puts a request on its way and returns without its response, which is awaited by a task.
    pub async fn start(&mut self, request: Request<Body>) -> Result<Pending> {
        let what = format!("the answer to {} {}", request.method(), request.uri());
        let response = match &mut self.sender {
            Sender::Http1(sender) => {
                sender.ready().await?;
                sender.send_request(request).boxed()
            }
            Sender::Http2(sender) => {
                sender.ready().await?;
                sender.send_request(request).boxed()
            }
        };
        Ok(tokio::spawn(async move {
            within(&what, response).await?.context(what)
        }))
    }

    /// Sends a request and waits for the head of the response.
    pub async fn send(&mut self, request: Request<Body>) -> Result<http::Response<Incoming>> {
        self.start(request).await?.await?
    }

    /// Sends a request and collects the whole response.
    pub async fn exchange(&mut self, request: Request<Body>) -> Result<Reply> {
        Reply::collect(self.send(request).await?).await
    }

    /// Sends a value as JSON, with `headers` besides.
    pub async fn send_json(
        &mut self,
        verb: Method,
        path: &str,
        headers: &[(&str, &str)],
        value: &Value,
    ) -> Result<Reply> {
        let request = with_headers(self.request(verb, path), headers);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.exchange(request.body(full(value.to_string()))?).await
    }

    /// Asks for a path with GET and `headers`.
    pub async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Result<Reply> {
        let request = with_headers(self.request(Method::GET, path), headers);
        self.exchange(request.body(empty())?).await
    }
}

impl Reply {
    /// Reads a response to its end.
    pub async fn collect(response: http::Response<Incoming>) -> Result<Self> {
        let (head, body) = response.into_parts();
        let collected = within("the body's end", body.collect()).await??;
        let trailers = collected.trailers().cloned().unwrap_or_default();
        let body = collected.to_bytes();
        Ok(Self {
            http_status: head.status,
            headers: head.headers,
            body,
            trailers,
        })
    }

    /// A header's value as text; None if it is missing.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Adds headers to a request.
pub fn with_headers(builder: Builder, headers: &[(&str, &str)]) -> Builder {
    headers.iter().fold(builder, |builder, (name, value)| {
        builder.header(*name, *value)
    })
}

/// A body of no bytes.
pub fn empty() -> Body {
    Empty::new().boxed()
}

/// A body of these bytes.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).boxed()
}
