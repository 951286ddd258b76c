//! One of a replica's connections while it is open, as calls use it.
//! A link wears out: HTTP/2 counts streams that were reset while their frames were on the way, over the life of a
//! connection, and ends it with every call at 1,024 (h2's cap against CVE-2023-44487 and its kin). Callers that leave cause
//! such resets, so a link is replaced well before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hyper::body::Incoming;
use tokio::sync::Notify;
use tonic::body::Body;

use super::connection::Sender;
use super::line::Line;

/// Resets after which a link is replaced: half of h2's cap.
const MAX_RESETS: u32 = 512;

/// What became of a request that didn't get an answer's head.
pub(super) type Unanswered = hyper::client::conn::TrySendError<http::Request<Body>>;

/// A connection that takes calls.
#[derive(Debug)]
pub(super) struct Link {
    sender: Sender,
    pub(super) line: Arc<Line>,
    calls: AtomicU32,
    resets: AtomicU32,
    /// Told once it should be replaced.
    worn_out: Notify,
}

impl Link {
    pub(super) fn new(sender: Sender, line: Arc<Line>) -> Self {
        Self {
            sender,
            line,
            calls: AtomicU32::new(0),
            resets: AtomicU32::new(0),
            worn_out: Notify::new(),
        }
    }

    /// False once it is lost, or its peer said goodbye.
    pub(super) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Calls on it.
    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    pub(super) fn sender(&self) -> Sender {
        self.sender.clone()
    }

    /// Sends a request; one that never left comes back with the error.
    pub(super) async fn send(
        &self,
        request: http::Request<Body>,
    ) -> Result<http::Response<Incoming>, Unanswered> {
        self.sender.clone().try_send_request(request).await
    }

    pub(super) fn begin(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn end(&self) {
        self.calls.fetch_sub(1, Ordering::Relaxed);
    }

    /// A call on it was given up while it went on.
    pub(super) fn reset(&self) {
        if self.resets.fetch_add(1, Ordering::Relaxed) + 1 == MAX_RESETS {
            self.worn_out.notify_one();
        }
    }

    /// Returns once it should be replaced.
    pub(super) async fn worn_out(&self) {
        self.worn_out.notified().await;
    }
}
