//! The latest decisions of a balancer, for whoever asks why: a ring of bounded length.
//! A lock is held for the time of one push; it is never held across a wait.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::balance::{Pick, PickReason};

/// How many picks are kept: the page shows half of them.
const KEPT: usize = 200;

/// The ring and the counters.
#[derive(Debug, Default)]
pub(super) struct Picks {
    ring: Mutex<Ring>,
    retries: AtomicU64,
}

#[derive(Debug, Default)]
struct Ring {
    total: u64,
    latest: VecDeque<Pick>,
}

impl Picks {
    /// Notes a decision.
    pub(super) fn note(
        &self,
        replica: &Arc<str>,
        reason: PickReason,
        attempt: u32,
        picked_at: SystemTime,
    ) {
        if attempt > 1 {
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
        let mut ring = self.ring();
        ring.total += 1;
        if ring.latest.len() == KEPT {
            ring.latest.pop_front();
        }
        let number = ring.total;
        ring.latest.push_back(Pick {
            number,
            picked_at,
            replica: Arc::clone(replica),
            reason,
            attempt,
        });
    }

    /// Those after the pick of that number, oldest first, as far as they are kept.
    pub(super) fn since(&self, number: u64) -> Vec<Pick> {
        let ring = self.ring();
        let latest = ring.latest.iter().filter(|pick| pick.number > number);
        latest.cloned().collect()
    }

    /// How many there were.
    pub(super) fn total(&self) -> u64 {
        self.ring().total
    }

    /// How many of them were for a call that another replica had failed.
    pub(super) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
