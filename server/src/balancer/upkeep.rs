//! Keeps a replica connected: one task for each of its possible connections, owned by the pool.
//! The first connection is always kept; others are made while calls are many. A lost one is made again with back-off and
//! jitter, so that many API servers don't come back at the same moment; one that a peer ends in order, after it held for a
//! while, is made again at once. A worn-out one is replaced while calls go on.
//! hyper's handshake doesn't wait for the replica's own preface, so that a port that isn't HTTP/2 is found out a moment
//! later, when the connection ends; the back-off goes on growing then.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::backoff::Backoff;
use super::connection::{self, Opened};
use super::link::Link;
use super::replica::{MAX_LINKS, Replica};
use super::shared::Shared;
use super::{health, pulse};
use crate::balance::Health;

/// A connection that held for so long was a good one: its end is news, not one more failure.
const GOOD: Duration = Duration::from_secs(2);

/// Starts the tasks; they end when the set is dropped.
pub(super) fn spawn(shared: &Arc<Shared>, replica: &Arc<Replica>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for slot in 0..MAX_LINKS {
        let keeper = Keeper {
            shared: Arc::clone(shared),
            replica: Arc::clone(replica),
            slot,
        };
        tasks.spawn(keeper.run());
    }
    tasks
}

/// Keeps one connection.
struct Keeper {
    shared: Arc<Shared>,
    replica: Arc<Replica>,
    slot: usize,
}

impl Keeper {
    async fn run(self) {
        let mut backoff = Backoff::connect();
        loop {
            self.wanted().await;
            let began = Instant::now();
            let (error, was_open) = match connection::open(&self.replica.endpoint).await {
                Err(error) => (error, false),
                Ok(opened) => (self.hold(opened).await, true),
            };
            self.lost(&error);
            if was_open && began.elapsed() > GOOD {
                backoff = Backoff::connect();
                continue;
            }
            sleep(backoff.next(self.shared.draw())).await;
        }
    }

    /// Returns once the connection should be there.
    async fn wanted(&self) {
        while self.slot > 0 && !self.replica.wants_link(self.slot) {
            let mut busy = std::pin::pin!(self.replica.busy.notified());
            // Before looking, so that a call can't fall in between.
            busy.as_mut().enable();
            if !self.replica.wants_link(self.slot) {
                busy.await;
            }
        }
    }

    /// Lets calls use the connection, and its successors, until one is lost; says why.
    async fn hold(&self, opened: Opened) -> String {
        let (mut opened, mut is_first) = (opened, true);
        loop {
            let Opened {
                sender,
                driver,
                line,
            } = opened;
            let link = Arc::new(Link::new(sender, line));
            let mut driving = JoinSet::new();
            driving.spawn(driver);
            self.made(&link, is_first);
            is_first = false;
            tokio::select! {
                ended = driving.join_next() => return match ended {
                    Some(Ok(Err(error))) => format!("{}: {}", self.replica.endpoint, chain(&error)),
                    _ => format!("{}: the connection was closed", self.replica.endpoint),
                },
                error = pulse::lost(&self.replica, &link, self.shared.pulse) => {
                    link.line.cut();
                    return error;
                }
                () = self.follow_health(&link) => {}
                () = link.worn_out() => {}
            }
            // The old one takes calls until the new one is there; those on it go on to their end.
            opened = match connection::open(&self.replica.endpoint).await {
                Ok(opened) => opened,
                Err(error) => return error,
            };
        }
    }

    /// Never returns; one connection of a replica speaks for all.
    async fn follow_health(&self, link: &Arc<Link>) {
        if self.slot > 0 {
            return std::future::pending().await;
        }
        let tell = |is_serving| {
            if self.replica.set_serving(is_serving) {
                let (replica, component) = (&*self.replica.name, &*self.shared.component);
                let word = if is_serving {
                    "serves again"
                } else {
                    "doesn't serve"
                };
                info!(
                    component,
                    replica, "replica {replica} of {component} {word}"
                );
                self.shared.refresh();
            }
        };
        health::follow(&self.replica, link, tell).await;
    }

    fn made(&self, link: &Arc<Link>, is_first: bool) {
        self.replica.set_link(self.slot, Some(Arc::clone(link)));
        if self.slot > 0 || !is_first {
            return;
        }
        let since = (self.shared.clock)();
        self.replica
            .reached(Instant::now(), Health::Ready { since });
        let (replica, component) = (&*self.replica.name, &*self.shared.component);
        info!(
            component,
            replica, "connected to replica {replica} of {component}"
        );
        self.shared.refresh();
    }

    /// Logs the first of a row of failures only.
    fn lost(&self, error: &str) {
        self.replica.set_link(self.slot, None);
        if self.slot > 0 {
            return;
        }
        let error: Arc<str> = error.into();
        self.replica.set_last_error(Arc::clone(&error));
        let unreachable = Health::Unreachable {
            error: Arc::clone(&error),
        };
        let before = self.replica.health.send_replace(unreachable);
        if !matches!(before, Health::Unreachable { .. }) {
            warn!(
                component = &*self.shared.component,
                replica = &*self.replica.name,
                error.cause = &*error,
                "no connection to replica {}: {error}",
                self.replica.name
            );
        }
        self.shared.refresh();
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
