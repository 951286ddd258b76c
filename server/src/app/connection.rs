//! One connection, from its first byte to its close: HTTP/1 or HTTP/2, told apart by the preface.
//! It ends by itself when the peer leaves, when it has been quiet for too long, or when the server drains.
//! While draining, HTTP/2 is told at once to open no more streams; HTTP/1 stays open until the last call is done,
//! so that a balancer on a kept-alive connection can still read that the server isn't ready.

use std::convert::Infallible;
use std::time::Duration;

use http::{HeaderValue, Version, header};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tonic::body::Body;
use tower::ServiceExt as _;
use tracing::debug;

use super::Stack;
use crate::config::limits::{self, Limits};
use crate::gateway::guarded::Guarded;
use crate::gateway::{Request, Response};

/// How far the server is on its way to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Connections and calls are taken.
    Serving,
    /// Calls in flight go on, no new ones are taken.
    Draining,
    /// Nothing is in flight: connections close.
    Closing,
}

/// Sets the bounds of both versions; the builder serves any number of connections.
pub(super) fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .keep_alive(true)
        .header_read_timeout(limits::HTTP1_HEADER_READ_TIMEOUT)
        .max_headers(limits::HTTP1_MAX_HEADERS)
        .max_buf_size(limits::HTTP1_MAX_BUFFER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits::HTTP2_MAX_CONCURRENT_STREAMS)
        .max_pending_accept_reset_streams(limits::HTTP2_MAX_PENDING_ACCEPT_RESETS)
        .max_local_error_reset_streams(limits::HTTP2_MAX_LOCAL_ERROR_RESETS)
        .max_header_list_size(limits::HTTP2_MAX_HEADER_LIST_BYTES)
        .initial_stream_window_size(limits::HTTP2_STREAM_WINDOW_BYTES)
        .initial_connection_window_size(limits::HTTP2_CONNECTION_WINDOW_BYTES)
        .max_send_buf_size(limits::HTTP2_MAX_SEND_BUFFER_BYTES)
        .keep_alive_interval(limits::HTTP2_KEEPALIVE_INTERVAL)
        .keep_alive_timeout(limits::HTTP2_KEEPALIVE_TIMEOUT);
    builder
}

/// Serves one connection to its end.
pub(super) async fn serve(
    builder: Builder<TokioExecutor>,
    stream: TcpStream,
    stack: Stack,
    limits: Limits,
    mut phase: watch::Receiver<Phase>,
) {
    let (activity, mut seen) = watch::channel(Activity::default());
    let latest = activity.subscribe();
    let phase_of_answers = phase.clone();
    let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let request = request.map(Body::new);
        let busy = Busy::start(activity.clone(), request.version());
        answer(stack.clone(), request, busy, phase_of_answers.clone())
    });
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    loop {
        let told = tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    debug!(error.cause = %error, "a connection broke");
                }
                return;
            }
            () = unused(&mut seen, &limits) => Phase::Closing,
            changed = phase.changed() => changed.map_or(Phase::Closing, |()| *phase.borrow()),
        };
        match told {
            Phase::Closing => break,
            Phase::Draining if latest.borrow().is_http2 => connection.as_mut().graceful_shutdown(),
            Phase::Draining | Phase::Serving => {}
        }
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection => {}
        () = idle_for(&mut seen, limits.close_timeout) => {
            debug!("a connection was cut: its peer didn't let it close");
        }
    }
}

/// One answer. On HTTP/1 a draining server says in it that the connection ends.
async fn answer(
    stack: Stack,
    request: Request,
    busy: Busy,
    phase: watch::Receiver<Phase>,
) -> Result<Response, Infallible> {
    let version = request.version();
    let response = stack.oneshot(request).await?;
    let mut response = response.map(|body| Guarded::wrap(body, busy));
    if version < Version::HTTP_2 && *phase.borrow() != Phase::Serving {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// What goes on on a connection.
#[derive(Clone, Copy, Debug, Default)]
struct Activity {
    in_flight: usize,
    /// True once a request has come.
    is_used: bool,
    /// True once a request has come by HTTP/2.
    is_http2: bool,
}

/// Counts one request until its answer's body ends.
struct Busy(watch::Sender<Activity>);

impl Busy {
    fn start(activity: watch::Sender<Activity>, version: Version) -> Self {
        activity.send_modify(|activity| {
            activity.in_flight += 1;
            activity.is_used = true;
            activity.is_http2 = version == Version::HTTP_2;
        });
        Self(activity)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.send_modify(|activity| activity.in_flight -= 1);
    }
}

/// Returns once a connection has sent no first request in time, or none for long after one.
async fn unused(seen: &mut watch::Receiver<Activity>, limits: &Limits) {
    if !seen.borrow().is_used
        && timeout(limits.first_request_timeout, seen.changed())
            .await
            .is_err()
    {
        return;
    }
    idle_for(seen, limits.idle_timeout).await;
}

/// Returns once nothing has been in flight for that long.
async fn idle_for(seen: &mut watch::Receiver<Activity>, limit: Duration) {
    loop {
        let is_busy = seen.borrow_and_update().in_flight > 0;
        if is_busy {
            // The sender lives in the connection's service; without it nothing can be in flight.
            if seen.changed().await.is_err() {
                return;
            }
        } else if timeout(limit, seen.changed()).await.is_err() {
            return;
        }
    }
}
