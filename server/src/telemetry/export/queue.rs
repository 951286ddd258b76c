//! Groups of spans that wait to be sent: what one call left behind stays together. Bounded by spans; a group that doesn't fit
//! isn't taken, since the oldest may be part of a batch by the next moment.
//! Pushing is a few instructions under a lock, and wakes nobody but for a group that begins or completes a batch: at full
//! load a wake-up for each call would cost more than the push.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use super::Batches;
use crate::telemetry::span::Span;

/// What one call left behind.
pub(super) type Group = Arc<Vec<Span>>;

#[derive(Debug)]
pub(super) struct Queue {
    batches: Batches,
    waiting: Mutex<Waiting>,
    /// Spans in `waiting`, to be read without its lock; and those of the batch that is being sent, which are in memory too.
    spans: AtomicUsize,
    /// Told when a batch begins, and when it's complete.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    groups: VecDeque<Group>,
    spans: usize,
}

impl Queue {
    pub(super) fn new(batches: Batches) -> Self {
        Self {
            batches,
            waiting: Mutex::default(),
            spans: AtomicUsize::new(0),
            changed: Notify::new(),
        }
    }

    /// False if there is no room for all of them.
    pub(super) fn push(&self, group: &Group) -> bool {
        let count = group.len();
        let fits = |spans: usize| spans + count <= self.batches.max_queue;
        // Not exact, but the lock isn't needed to find the queue full, as it's most of the time once it is.
        if !fits(self.spans.load(Ordering::Relaxed)) {
            return false;
        }
        let mut waiting = self.waiting();
        if !fits(self.spans.load(Ordering::Relaxed)) {
            return false;
        }
        self.spans.fetch_add(count, Ordering::Relaxed);
        let before = waiting.spans;
        waiting.spans += count;
        let is_complete = |spans| spans >= self.batches.max_batch;
        let tells = before == 0 || !is_complete(before) && is_complete(waiting.spans);
        waiting.groups.push_back(Arc::clone(group));
        drop(waiting);
        if tells {
            self.changed.notify_one();
        }
        true
    }

    /// Spans that wait, those of the batch that is being sent included.
    pub(super) fn len(&self) -> usize {
        self.spans.load(Ordering::Relaxed)
    }

    /// The next batch, once it's complete, or its first span has waited for so long, or the process is about to end; None
    /// if nothing is left then. Its spans count until they are `done`.
    pub(super) async fn batch(&self, is_closing: &mut watch::Receiver<bool>) -> Option<Vec<Group>> {
        let mut due: Option<Instant> = None;
        loop {
            let waiting = self.waiting().spans;
            let is_last = *is_closing.borrow_and_update();
            let is_due = due.is_some_and(|due| due <= Instant::now());
            if waiting > 0 && (is_last || is_due || waiting >= self.batches.max_batch) {
                return Some(self.take());
            }
            if is_last {
                return None;
            }
            if waiting > 0 {
                due = due.or_else(|| Instant::now().checked_add(self.batches.delay));
            }
            let until_due = async {
                match due {
                    Some(due) => sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.changed.notified() => {}
                () = until_due => {}
                // Its sender outlives the task, or ends it.
                _ = is_closing.changed() => {}
            }
        }
    }

    /// A batch was sent, or given up.
    pub(super) fn done(&self, spans: usize) {
        self.spans.fetch_sub(spans, Ordering::Relaxed);
    }

    /// Whole groups, up to the size of a batch, and one at least.
    fn take(&self) -> Vec<Group> {
        let mut waiting = self.waiting();
        let mut groups = Vec::new();
        let mut spans = 0;
        while let Some(group) = waiting.groups.front() {
            if !groups.is_empty() && spans + group.len() > self.batches.max_batch {
                break;
            }
            spans += group.len();
            groups.extend(waiting.groups.pop_front());
        }
        waiting.spans -= spans;
        groups
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // A panic elsewhere can't leave it half changed.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
