//! How many calls may be made again: a share of all calls and a few per second besides, so that retries mend single failures
//! and don't double the load of a component that fails as a whole.
//! A bucket of tokens: a call puts in a fifth of one, a retry takes one; what isn't used is lost beyond ten seconds' worth.
//! Source: Finagle's and Linkerd's retry budgets (20 %, 10 per second).

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;

/// A token is so many units.
const TOKEN: u64 = 1_000;
/// What a call puts in: a fifth of a token.
const PER_CALL: u64 = 200;
/// Tokens that come by themselves each second: otherwise a quiet component would have no retries at all.
const PER_SECOND: u64 = 10 * TOKEN;
/// The most that is kept.
const MAX: u64 = 10 * PER_SECOND;

/// Tokens, in atomics: an update that is lost to another thread costs a fraction of a retry.
#[derive(Debug)]
pub(super) struct Budget {
    created: Instant,
    units: AtomicU64,
    /// Milliseconds from `created` up to which tokens have come by themselves.
    filled_ms: AtomicU64,
}

impl Budget {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            created: now,
            units: AtomicU64::new(PER_SECOND),
            filled_ms: AtomicU64::new(0),
        }
    }

    /// A call was made.
    pub(super) fn call(&self) {
        if self.units.load(Ordering::Relaxed) < MAX {
            self.units.fetch_add(PER_CALL, Ordering::Relaxed);
        }
    }

    /// Takes one retry; false if there is none left.
    pub(super) fn take(&self, now: Instant) -> bool {
        let millis = now.saturating_duration_since(self.created).as_millis();
        let millis = u64::try_from(millis).unwrap_or(u64::MAX);
        let filled = self.filled_ms.fetch_max(millis, Ordering::Relaxed);
        let came = millis.saturating_sub(filled) * PER_SECOND / 1_000;
        let taken = |units: u64| units.saturating_add(came).min(MAX).checked_sub(TOKEN);
        let taken = self
            .units
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken);
        taken.is_ok()
    }
}

#[cfg(test)]
mod tests;
