//! Finds a replica that is still connected and no longer there: its process stands still, its host is gone without a goodbye.
//! While calls are on a link and nothing at all has been heard on it for an interval, the replica is asked for its health by
//! a call of its own; whatever it answers, "unimplemented" too, is a sign of life, and silence is the end of the link.
//! A link without calls is never asked. HTTP/2 pings would do the same, but for servers that punish them (`connection`).

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::health;
use super::link::Link;
use super::replica::Replica;

/// How patient to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// Silence on a link with calls after which the replica is asked.
    pub interval: Duration,
    /// How long it may take to answer.
    pub timeout: Duration,
}

impl Default for Pulse {
    /// Ten seconds as in Linkerd; five for the answer, since an event loop that is behind more than that answers nobody.
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
        }
    }
}

/// Returns once the link is dead, with what a person should read.
pub(super) async fn lost(replica: &Replica, link: &Link, pulse: Pulse) -> String {
    loop {
        let heard = link.line.heard_bytes();
        sleep(pulse.interval).await;
        let is_silent = || link.line.heard_bytes() == heard;
        if link.calls() == 0 || !is_silent() {
            continue;
        }
        let asked = timeout(pulse.timeout, health::check(replica, link)).await;
        if asked.is_err() && is_silent() {
            return format!(
                "{}: calls are open, and nothing was heard for {} ms",
                replica.endpoint,
                (pulse.interval + pulse.timeout).as_millis()
            );
        }
    }
}
