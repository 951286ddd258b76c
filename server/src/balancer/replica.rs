//! One replica: its connection, made again with back-off whenever it is lost, and what is known of it.
//! The task that keeps the connection belongs to the pool and ends with it.
//! hyper's handshake doesn't wait for the replica's own preface, so that a port that isn't HTTP/2 is found out a moment
//! later, when the connection ends; the back-off goes on growing then.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwapOption;
use http::uri::Authority;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::connection::{self, Sender};
use super::endpoint::Endpoint;

/// The first pause after a lost connection or a failed attempt.
const MIN_BACKOFF: Duration = Duration::from_millis(50);
/// The longest pause: how late a replica that came back may be noticed.
const MAX_BACKOFF: Duration = Duration::from_secs(2);

/// Whether a replica can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// No attempt has ended yet.
    Starting,
    /// There is a connection.
    Ready {
        /// When it was made, by the wall clock.
        since: SystemTime,
    },
    /// There is none; the next attempt is on its way.
    Unreachable {
        /// Why the last attempt or connection ended.
        error: Arc<str>,
    },
}

/// A replica as it is at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The replica's name.
    pub name: Arc<str>,
    /// Where it listens.
    pub endpoint: Endpoint,
    /// Whether it can be reached.
    pub health: Health,
    /// How many connections have been made to it: a new one may be to another program.
    pub connections: u64,
    /// Why the last attempt or connection ended; kept while the next one holds.
    pub last_error: Option<Arc<str>>,
    /// Calls that it is answering.
    pub in_flight: u64,
    /// Calls that it was given since the start.
    pub total: u64,
}

/// One replica and its counters.
#[derive(Debug)]
pub(super) struct Replica {
    pub(super) name: Arc<str>,
    pub(super) endpoint: Endpoint,
    pub(super) authority: Authority,
    sender: ArcSwapOption<Sender>,
    health: watch::Sender<Health>,
    last_error: ArcSwapOption<Arc<str>>,
    connections: AtomicU64,
    in_flight: AtomicU64,
    total: AtomicU64,
    clock: fn() -> SystemTime,
}

impl Replica {
    /// Without a connection yet. None if the endpoint can't be an authority, which its parser excludes.
    pub(super) fn new(
        name: Arc<str>,
        endpoint: Endpoint,
        clock: fn() -> SystemTime,
    ) -> Option<Self> {
        Some(Self {
            name,
            authority: endpoint.authority()?,
            endpoint,
            sender: ArcSwapOption::empty(),
            health: watch::Sender::new(Health::Starting),
            last_error: ArcSwapOption::empty(),
            connections: AtomicU64::new(0),
            in_flight: AtomicU64::new(0),
            total: AtomicU64::new(0),
            clock,
        })
    }

    /// The connection; None while there is none.
    pub(super) fn sender(&self) -> Option<Sender> {
        let sender = self.sender.load();
        sender
            .as_deref()
            .filter(|sender| !sender.is_closed())
            .cloned()
    }

    /// To wait for a change of its health.
    pub(super) fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// Counts a call until the guard is dropped.
    pub(super) fn start(self: &Arc<Self>) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        self.total.fetch_add(1, Ordering::Relaxed);
        InFlight(Arc::clone(self))
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            name: Arc::clone(&self.name),
            endpoint: self.endpoint.clone(),
            health: self.health.borrow().clone(),
            connections: self.connections.load(Ordering::Relaxed),
            last_error: self.last_error.load().as_deref().cloned(),
            in_flight: self.in_flight.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
        }
    }

    /// Keeps a connection for as long as the task lives; `changed` is told of each one made or lost.
    pub(super) async fn keep_connected(
        self: Arc<Self>,
        component: Arc<str>,
        changed: Arc<watch::Sender<()>>,
    ) {
        let mut backoff = MIN_BACKOFF;
        loop {
            let error = match connection::open(&self.endpoint).await {
                Err(error) => error,
                Ok((sender, driver)) => {
                    let started = Instant::now();
                    self.ready(&component, sender);
                    changed.send_replace(());
                    let ended = driver.await;
                    self.sender.store(None);
                    // One that ends at once isn't a replica's; only one that held begins anew.
                    if started.elapsed() > MAX_BACKOFF {
                        backoff = MIN_BACKOFF;
                    }
                    ended.map_or_else(
                        |error| format!("{}: {}", self.endpoint, chain(&error)),
                        |()| format!("{}: the connection was closed", self.endpoint),
                    )
                }
            };
            self.lost(&component, error);
            changed.send_replace(());
            sleep(backoff).await;
            backoff = (backoff * 2).min(MAX_BACKOFF);
        }
    }

    fn ready(&self, component: &str, sender: Sender) {
        self.sender.store(Some(Arc::new(sender)));
        self.connections.fetch_add(1, Ordering::Relaxed);
        let since = (self.clock)();
        self.health.send_replace(Health::Ready { since });
        let replica = &*self.name;
        info!(
            component,
            replica, "connected to replica {replica} of {component}"
        );
    }

    /// Logs the first of a row of failures only.
    fn lost(&self, component: &str, error: String) {
        let error: Arc<str> = error.into();
        self.last_error.store(Some(Arc::new(Arc::clone(&error))));
        let unreachable = Health::Unreachable {
            error: Arc::clone(&error),
        };
        let before = self.health.send_replace(unreachable);
        if !matches!(before, Health::Unreachable { .. }) {
            warn!(
                component,
                replica = &*self.name,
                error.cause = &*error,
                "no connection to replica {}: {error}",
                self.name
            );
        }
    }
}

/// An error with what caused it, since hyper's own text is only its topmost part.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// One call on a replica, until it is dropped.
#[derive(Debug)]
pub(super) struct InFlight(Arc<Replica>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}
