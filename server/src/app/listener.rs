//! Takes connections until the server is told to end, and waits for them afterwards.
//! An accept error never ends the loop: most concern one peer, and running out of descriptors passes.
//! Every connection is a task of one set, bounded by `max_connections`, so nothing outlives the server.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use super::Stack;
use super::connection::{self, Phase};
use crate::config::Limits;
use crate::gateway::trace::Cut;

/// How long to wait before accepting again when the system has no descriptors left.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(100);

/// The connections of a server, from the first to the last. Dropping it cuts those that are left.
pub(super) struct OpenConnections {
    tasks: JoinSet<()>,
    phase: watch::Sender<Phase>,
    cut: Cut,
}

impl OpenConnections {
    /// None yet. `cut` is told before any of them is cut.
    pub(super) fn new(cut: Cut) -> Self {
        Self {
            tasks: JoinSet::new(),
            phase: watch::Sender::new(Phase::Serving),
            cut,
        }
    }

    /// Serves whoever connects until `shutdown` is done; then closes the port.
    pub(super) async fn accept(
        &mut self,
        listener: TcpListener,
        stack: Stack,
        limits: Limits,
        shutdown: impl Future<Output = ()>,
    ) {
        let builder = connection::builder(&limits);
        let slots = Arc::new(Semaphore::new(limits.max_connections));
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = self.tasks.join_next() => {}
                (slot, stream) = next(&listener, &slots) => {
                    let serving = connection::serve(
                        builder.clone(), stream, stack.clone(), limits, self.phase.subscribe(),
                    );
                    self.tasks.spawn(async move {
                        serving.await;
                        drop(slot);
                    });
                }
            }
        }
    }

    /// Tells HTTP/2 connections, one by one within that time, to open no more streams.
    pub(super) async fn say_goodbye(&mut self, within: Duration) {
        self.phase.send_replace(Phase::Draining { within });
        if !self.tasks.is_empty() {
            sleep(within).await;
        }
    }

    /// Lets calls finish until `calls_done`, then closes the connections; cuts what is left after `limit`.
    /// True if nothing had to be cut.
    pub(super) async fn close(
        mut self,
        calls_done: impl Future<Output = ()>,
        limit: Duration,
    ) -> bool {
        let all_closed = async {
            calls_done.await;
            self.phase.send_replace(Phase::Closing);
            while self.tasks.join_next().await.is_some() {}
        };
        if timeout(limit, all_closed).await.is_ok() {
            return true;
        }
        warn!(
            connections.open = self.tasks.len(),
            "the drain ran out of time: {} connections are cut",
            self.tasks.len()
        );
        self.cut.begin();
        self.tasks.shutdown().await;
        false
    }
}

impl Drop for OpenConnections {
    fn drop(&mut self) {
        // The tasks are aborted right after this.
        self.cut.begin();
    }
}

/// The next connection and the slot that it takes. Canceling it loses at most a pause, never a connection.
async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, TcpStream) {
    // The semaphore is never closed, so there is always a slot in the end.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Frames are written whole, so waiting for more bytes would only delay them.
                if let Err(error) = stream.set_nodelay(true) {
                    debug!(error.cause = %error, "a connection left before it was served");
                }
                return (slot, stream);
            }
            Err(error) if is_of_one_peer(&error) => {}
            Err(error) => {
                warn!(error.cause = %error, "can't accept connections: {error}");
                sleep(ACCEPT_BACKOFF).await;
            }
        }
    }
}

/// True for errors that say nothing about the next connection.
fn is_of_one_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests;
