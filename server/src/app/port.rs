//! One port and what answers there: taken first, served by a task of its own, drained when told.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::info;

use super::listener::OpenConnections;
use super::rooms::Rooms;
use super::{BindError, Stack};
use crate::config::Limits;
use crate::telemetry::export::Exporter;

/// Over which a drain spreads its goodbyes: callers that all came back elsewhere at one moment would be a burst of
/// handshakes. Calls are taken until a connection has been told.
const GOODBYES: Duration = Duration::from_millis(200);

/// How long spans may be sent behind the last call, in any case: a drain that had to cut calls is the one to look at.
const MIN_FLUSH: Duration = Duration::from_secs(1);
/// And at most, however long the drain may take: a collector that doesn't answer is waited for.
const MAX_FLUSH: Duration = Duration::from_secs(5);

/// A port that was taken; nobody is answered yet.
pub(super) struct Port {
    listener: TcpListener,
    local_addr: SocketAddr,
}

impl Port {
    /// Takes it; `flag` is what chose it.
    pub(super) async fn bind(listen: SocketAddr, flag: &'static str) -> Result<Self, BindError> {
        let to_error = |source| BindError::Listen {
            listen,
            flag,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(to_error)?;
        let local_addr = listener.local_addr().map_err(to_error)?;
        Ok(Self {
            listener,
            local_addr,
        })
    }

    pub(super) fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves until `shutdown` is done; then drains `rooms`, whose calls in flight get up to `drain_timeout`.
    /// True if they all ended in time.
    pub(super) async fn serve(
        self,
        stack: Stack,
        rooms: Rooms,
        limits: Limits,
        drain_timeout: Duration,
        shutdown: impl Future<Output = ()>,
    ) -> bool {
        let mut open = OpenConnections::new(rooms.cut.clone());
        open.accept(self.listener, stack, limits, shutdown).await;
        rooms.withdraw();
        let goodbyes = GOODBYES.min(drain_timeout / 4);
        open.say_goodbye(goodbyes).await;
        rooms.refuse();
        open.close(
            rooms.in_flight.idle(),
            drain_timeout.saturating_sub(goodbyes),
        )
        .await
    }
}

/// A port that is served by a task. Dropping it cuts what is left.
pub(super) struct Running {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<bool>,
}

impl Running {
    /// Serves `port` by a task.
    pub(super) fn spawn(
        port: Port,
        stack: Stack,
        rooms: Rooms,
        limits: Limits,
        drain_timeout: Duration,
    ) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let serving = port.serve(stack, rooms, limits, drain_timeout, shutdown);
        Self {
            stop: Some(stop),
            task: tokio::spawn(serving),
        }
    }

    /// Drains it, and returns when that is done.
    pub(super) async fn stop(mut self) {
        drop(self.stop.take());
        // It fails only if the task panicked, and then it has ended too.
        let _ = (&mut self.task).await;
    }
}

impl Running {
    /// Ends it at once, with the calls that it has; returns when its port is free.
    pub(super) async fn cut(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The end of a process, once for all of its ports.
pub(super) struct Drain {
    timeout: Duration,
    began: OnceLock<Instant>,
}

impl Drain {
    /// Takes at most that long.
    pub(super) fn new(timeout: Duration) -> Self {
        let began = OnceLock::new();
        Self { timeout, began }
    }

    /// Tells the log when the process is told to end.
    pub(super) async fn begin(&self, shutdown: impl Future<Output = ()>) {
        shutdown.await;
        let _ = self.began.set(Instant::now());
        info!(drain.timeout_ms = self.timeout.as_millis(), "draining");
    }

    /// Sends the spans that wait, those of the last calls among them, in what is left of the time.
    pub(super) async fn flush(&self, exporter: Option<Exporter>) {
        let Some(exporter) = exporter else {
            return;
        };
        let taken = self.began.get().map(Instant::elapsed);
        let left = self.timeout.saturating_sub(taken.unwrap_or_default());
        exporter.finish(left.clamp(MIN_FLUSH, MAX_FLUSH)).await;
    }
}
