//! One connection, from its first byte to its close: HTTP/1 or HTTP/2, told apart by the preface.
//! It ends by itself when the peer leaves, when it has been quiet for too long, or when the server drains.
//! While draining, HTTP/2 is told within a moment, each connection at its own, to open no more streams; HTTP/1 stays open until the last call is done,
//! so that a balancer on a kept-alive connection can still read that the server isn't ready.
//! A connection that becomes a WebSocket goes on in the same task, and holds its place like any other.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderValue, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tonic::body::Body;
use tower::Service as _;
use tracing::debug;

use super::{Stack, random};
use crate::config::limits::{self, Limits};
use crate::gateway::Response;
use crate::gateway::guarded::Guarded;
use crate::gateway::socket::{Handed, Handoff};

/// How far the server is on its way to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Connections and calls are taken.
    Serving,
    /// Calls in flight go on, and soon no new ones are taken.
    Draining {
        /// Until when every HTTP/2 connection is told, from the beginning of the drain.
        within: Duration,
    },
    /// Nothing is in flight: connections close.
    Closing,
}

/// Sets the bounds of both versions; the builder serves any number of connections.
pub(super) fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .keep_alive(true)
        .header_read_timeout(limits.header_timeout)
        .max_headers(limits::HTTP1_MAX_HEADERS)
        .max_buf_size(limits::HTTP1_MAX_BUFFER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.max_streams)
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
    phase: watch::Receiver<Phase>,
) {
    let handoff = Handoff::default();
    speak_http(builder, stream, stack, limits, phase.clone(), &handoff).await;
    if let Some(Handed { upgrade, session }) = handoff.take()
        && let Ok(upgraded) = upgrade.await
    {
        let reached = async |mut phase: watch::Receiver<Phase>, at_least: fn(&Phase) -> bool| {
            // An error says that the server is gone, so that it's reached too.
            let _ = phase.wait_for(at_least).await;
        };
        let draining = reached(phase.clone(), |phase| *phase != Phase::Serving);
        let closing = reached(phase, |phase| *phase == Phase::Closing);
        let upgraded = TokioIo::new(upgraded);
        session.run(upgraded, draining, closing).await;
    }
}

/// Serves requests until the connection ends, or becomes a socket.
async fn speak_http(
    builder: Builder<TokioExecutor>,
    stream: TcpStream,
    stack: Stack,
    limits: Limits,
    mut phase: watch::Receiver<Phase>,
    handoff: &Handoff,
) {
    let activity = Arc::new(Activity::new());
    let seen = Arc::clone(&activity);
    let phase_of_answers = phase.clone();
    // One copy of all layers for each connection, not for each request.
    let stack = Mutex::new(stack);
    let offered = handoff.clone();
    let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let mut request = request.map(Body::new);
        if request.headers().contains_key(header::UPGRADE) {
            request.extensions_mut().insert(offered.clone());
        }
        let version = request.version();
        let busy = Busy::start(Arc::clone(&seen), version);
        // Its layers are always ready: they refuse instead of waiting.
        let answering = stack
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .call(request);
        answer(answering, version, busy, phase_of_answers.clone())
    });
    let mut connection =
        std::pin::pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
    loop {
        let told = tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    debug!(error.cause = %error, "a connection broke");
                }
                return;
            }
            () = unused(&activity, &limits) => Phase::Closing,
            changed = phase.changed() => changed.map_or(Phase::Closing, |()| *phase.borrow()),
        };
        match told {
            Phase::Closing => break,
            Phase::Draining { within } if activity.is_http2.load(Ordering::Relaxed) => {
                tokio::select! {
                    _ = connection.as_mut() => return,
                    () = sleep(by_chance(within)) => connection.as_mut().graceful_shutdown(),
                }
            }
            Phase::Draining { .. } | Phase::Serving => {}
        }
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection => {}
        () = idle_for(&activity, limits.close_timeout) => {
            debug!("a connection was cut: its peer didn't let it close");
        }
    }
}

/// Any time up to that one.
fn by_chance(within: Duration) -> Duration {
    let micros = u64::try_from(within.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(random() % micros.saturating_add(1))
}

/// One answer. On HTTP/1 a draining server says in it that the connection ends.
async fn answer(
    answering: impl Future<Output = Result<Response, Infallible>>,
    version: Version,
    busy: Busy,
    phase: watch::Receiver<Phase>,
) -> Result<Response, Infallible> {
    let response = answering.await?;
    let mut response = response.map(|body| Guarded::wrap(body, busy));
    let is_socket = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if version < Version::HTTP_2 && !is_socket && *phase.borrow() != Phase::Serving {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// What goes on on a connection.
#[derive(Debug)]
struct Activity {
    in_flight: AtomicUsize,
    /// True once a request has come.
    is_used: AtomicBool,
    /// True once a request has come by HTTP/2.
    is_http2: AtomicBool,
    /// When the latest request ended; at first, when the connection began.
    last_end: Mutex<Instant>,
    /// Told when the first request comes, and when none is in flight any more.
    turned: Notify,
}

impl Activity {
    fn new() -> Self {
        Self {
            in_flight: AtomicUsize::new(0),
            is_used: AtomicBool::new(false),
            is_http2: AtomicBool::new(false),
            last_end: Mutex::new(Instant::now()),
            turned: Notify::new(),
        }
    }

    /// Returns at the next turn after `has_turned` was false.
    async fn turn(&self, has_turned: impl Fn(&Self) -> bool) {
        let mut turned = std::pin::pin!(self.turned.notified());
        // Before looking, so that a turn can't fall in between.
        turned.as_mut().enable();
        if !has_turned(self) {
            turned.await;
        }
    }

    fn last_end(&self) -> Instant {
        *self.last_end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_idle(&self) -> bool {
        self.in_flight.load(Ordering::SeqCst) == 0
    }
}

/// Counts one request until its answer's body ends.
struct Busy(Arc<Activity>);

impl Busy {
    fn start(activity: Arc<Activity>, version: Version) -> Self {
        activity.in_flight.fetch_add(1, Ordering::SeqCst);
        activity
            .is_http2
            .store(version == Version::HTTP_2, Ordering::Relaxed);
        if !activity.is_used.swap(true, Ordering::SeqCst) {
            activity.turned.notify_waiters();
        }
        Self(activity)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        *self
            .0
            .last_end
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if self.0.in_flight.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.turned.notify_waiters();
        }
    }
}

/// Returns once a connection has sent no first request in time, or none for long after one.
async fn unused(activity: &Activity, limits: &Limits) {
    let used = activity.turn(|activity| activity.is_used.load(Ordering::SeqCst));
    if timeout(limits.header_timeout, used).await.is_err() {
        return;
    }
    idle_for(activity, limits.idle_timeout).await;
}

/// Returns once nothing has been in flight for that long, from now on.
async fn idle_for(activity: &Activity, limit: Duration) {
    let mut quiet_since = Instant::now();
    loop {
        activity.turn(Activity::is_idle).await;
        quiet_since = quiet_since.max(activity.last_end());
        let due = quiet_since + limit;
        if Instant::now() >= due {
            return;
        }
        // Whether a request came meanwhile is looked at then, so that requests needn't tell.
        sleep_until(due).await;
    }
}
