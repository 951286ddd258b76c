//! How many calls are recorded in a second. A flood of calls would push each trace out of memory before anybody could read
//! it, and spend on that what calls need; a few of them, evenly spread, tell more.
//! Calls of callers in a trace have a limit of their own, so that a click on the page is recorded in the midst of a flood.
//! Source: the generic cell rate algorithm (ITU-T I.371), with a burst of one second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::telemetry::span::nanos;

const BURST: Duration = Duration::from_secs(1);

/// Takes a number of calls in a second, and counts those beyond.
#[derive(Debug)]
pub(super) struct Limit {
    since: Instant,
    /// What one call takes of a second, in nanoseconds.
    interval: u64,
    /// In nanoseconds from `since` on: when all that was taken so far would have been due, one at a time.
    due: AtomicU64,
    beyond: AtomicU64,
}

impl Limit {
    /// Of 0 a second, none is taken.
    pub(super) fn new(per_second: u32) -> Self {
        let second = nanos(Duration::from_secs(1));
        Self {
            since: Instant::now(),
            interval: second.checked_div(per_second.into()).unwrap_or(u64::MAX),
            due: AtomicU64::new(0),
            beyond: AtomicU64::new(0),
        }
    }

    /// True if one more is taken at `now`.
    pub(super) fn takes(&self, now: Instant) -> bool {
        let now = nanos(now.saturating_duration_since(self.since));
        let latest = now.saturating_add(nanos(BURST));
        let next = |due: u64| {
            let next = due.max(now).saturating_add(self.interval);
            (next <= latest).then_some(next)
        };
        // Nothing else hangs on it.
        let order = Ordering::Relaxed;
        let is_taken = self.due.fetch_update(order, order, next).is_ok();
        if !is_taken {
            self.beyond.fetch_add(1, order);
        }
        is_taken
    }

    /// Those that weren't taken.
    pub(super) fn beyond(&self) -> u64 {
        self.beyond.load(Ordering::Relaxed)
    }
}
