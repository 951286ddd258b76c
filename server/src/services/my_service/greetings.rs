//! What was greeted: the latest greetings, and word of each new one to whoever watches.
//! The replicas of one process share it, as Kubernetes' API servers share etcd, so that a watch on one tells of all.
//! Versions are times in microseconds, raised where two would be the same: a replica that was started anew goes on above
//! those of its former life, so that a watch of then is told that it missed something.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::broadcast;

use super::GreetError;

/// How many greetings are kept.
pub const KEPT: usize = 4_096;
/// How many a watch may be behind; a slower one misses the oldest of them.
const MAX_BEHIND: usize = 1_024;

/// Something that was said.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Greeting {
    pub(super) version: u64,
    pub(super) message: String,
    pub(super) replica: Arc<str>,
    pub(super) made_at: SystemTime,
}

/// Where a watch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// With the latest so many.
    Past(usize),
    /// Behind that version.
    Behind(u64),
}

/// What a watch begins with.
pub(super) struct Watch {
    pub(super) past: VecDeque<Arc<Greeting>>,
    /// All up to this version is in `past`, or wasn't asked for.
    pub(super) version: u64,
    /// All behind it.
    pub(super) live: broadcast::Receiver<Arc<Greeting>>,
}

/// All greetings.
#[derive(Debug)]
pub struct Greetings {
    kept: Mutex<Kept>,
    live: broadcast::Sender<Arc<Greeting>>,
}

#[derive(Debug)]
struct Kept {
    greetings: VecDeque<Arc<Greeting>>,
    /// The newest version; before the first greeting, when it all began.
    newest: u64,
    /// The newest version that isn't here: what is behind it is whole.
    forgotten: u64,
}

impl Greetings {
    /// None yet.
    pub fn new(now: SystemTime) -> Self {
        let began = micros(now);
        Self {
            kept: Mutex::new(Kept {
                greetings: VecDeque::new(),
                newest: began,
                forgotten: began,
            }),
            live: broadcast::Sender::new(MAX_BEHIND),
        }
    }

    /// Takes one more, and tells whoever watches.
    pub(super) fn add(&self, message: String, replica: &Arc<str>, made_at: SystemTime) {
        let mut kept = self.kept();
        let version = micros(made_at).max(kept.newest.saturating_add(1));
        let greeting = Arc::new(Greeting {
            version,
            message,
            replica: Arc::clone(replica),
            made_at,
        });
        kept.newest = version;
        if kept.greetings.len() == KEPT
            && let Some(oldest) = kept.greetings.pop_front()
        {
            kept.forgotten = oldest.version;
        }
        kept.greetings.push_back(Arc::clone(&greeting));
        // Fails if nobody watches. Under the lock, so that all hear them in one order.
        let _ = self.live.send(greeting);
    }

    /// Begins a watch; nothing falls between what is kept and what comes.
    pub(super) fn watch(&self, start: Start) -> Result<Watch, GreetError> {
        let kept = self.kept();
        let skipped = match start {
            Start::Past(count) => kept.greetings.len().saturating_sub(count),
            Start::Behind(since_version) if since_version < kept.forgotten => {
                return Err(GreetError::Forgotten { since_version });
            }
            Start::Behind(since_version) if since_version > kept.newest => {
                return Err(GreetError::Unknown { since_version });
            }
            Start::Behind(version) => kept
                .greetings
                .partition_point(|greeting| greeting.version <= version),
        };
        Ok(Watch {
            past: kept.greetings.range(skipped..).cloned().collect(),
            version: kept.newest,
            live: self.live.subscribe(),
        })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn micros(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
