//! One HTTP/2 connection to a replica: opened within a bound, driven by a task of the replica's own.
//! hyper is used as it is rather than through tonic's channel: that one says it is ready when it isn't,
//! hides its load, and has no knob for the reset cap of HTTP/2.
//! There are no HTTP/2 pings: servers end connections whose clients ping more often than every five minutes
//! (gRPC proposal A8). `pulse` finds dead connections by a call instead.

use std::sync::Arc;
use std::time::Duration;

use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::time::timeout;
use tonic::body::Body;

use super::endpoint::Endpoint;
use super::line::{Line, Wire};

/// Time for TCP and the HTTP/2 preface. Replicas are near; one that takes longer is as good as gone.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// What a replica may send on one stream before it is read, in bytes: what the API server buffers for a slow caller.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
/// The same for a whole connection, in bytes: all of one connection's callers together.
const CONNECTION_WINDOW_BYTES: u32 = 4 * 1024 * 1024;
/// What waits to be sent on one stream while the replica doesn't read, in bytes.
const MAX_SEND_BUFFER_BYTES: usize = 256 * 1024;
/// Headers of one answer, in bytes: twice what callers may send, since trailers carry error details.
const MAX_HEADER_LIST_BYTES: u32 = 32 * 1024;

/// Sends requests on the connection; clones share it.
pub(super) type Sender = http2::SendRequest<Body>;
/// Takes requests to the connection until it takes no more: it is lost, or its peer said goodbye. Calls go on without.
pub(super) type Driver = http2::Connection<TokioIo<Wire>, Body, TokioExecutor>;

/// A connection that was made.
pub(super) struct Opened {
    pub(super) sender: Sender,
    pub(super) driver: Driver,
    pub(super) line: Arc<Line>,
}

/// Opens a connection. Fails with what a person should read.
pub(super) async fn open(endpoint: &Endpoint) -> Result<Opened, String> {
    let line = Arc::<Line>::default();
    let opening = async {
        let stream = endpoint
            .connect()
            .await
            .map_err(|error| error.to_string())?;
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_send_buf_size(MAX_SEND_BUFFER_BYTES)
            .max_header_list_size(MAX_HEADER_LIST_BYTES);
        let wire = Wire::new(stream, Arc::clone(&line));
        let opened = builder.handshake(TokioIo::new(wire)).await;
        opened.map_err(|error| error.to_string())
    };
    match timeout(CONNECT_TIMEOUT, opening).await {
        Ok(Ok((sender, driver))) => Ok(Opened {
            sender,
            driver,
            line,
        }),
        Ok(Err(error)) => Err(format!("{endpoint}: {error}")),
        Err(_) => Err(format!(
            "{endpoint}: no connection within {} s",
            CONNECT_TIMEOUT.as_secs()
        )),
    }
}
