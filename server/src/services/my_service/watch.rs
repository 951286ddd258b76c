//! A watch on greetings, in the manner of Kubernetes: what was, a bookmark, and then what comes.
//! Memory is bounded by what is kept for all: a reader that is slower than the greetings come is told how many it missed
//! and goes on with what is there, rather than being waited for. Bookmarks in quiet times keep the connection known as alive.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use proto::myservice::v1 as pb;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::timeout;
use tonic::Status;

use super::greetings::{Greeting, Start, Watch};
use super::{Config, GreetError};

/// How long it may be quiet before a bookmark comes.
const QUIET: Duration = Duration::from_secs(15);

impl Start {
    /// As a caller says it.
    pub(super) fn of(request: pb::WatchGreetingsRequest) -> Self {
        let pb::WatchGreetingsRequest {
            past,
            since_version,
        } = request;
        if since_version > 0 {
            Self::Behind(since_version)
        } else {
            Self::Past(usize::try_from(past).unwrap_or(usize::MAX))
        }
    }
}

/// Tells all of it, until the replica drains or is broken.
pub(super) fn tell(
    config: Config,
    watch: Watch,
) -> impl Stream<Item = Result<pb::Greeting, Status>> + Send {
    let Watch {
        past,
        version,
        live,
    } = watch;
    let draining = config.draining.clone();
    let telling = Telling {
        config,
        past,
        version,
        live,
        draining,
        has_caught_up: false,
        missed: 0,
        has_failed: false,
    };
    stream::unfold(telling, Telling::next)
}

struct Telling {
    config: Config,
    past: VecDeque<Arc<Greeting>>,
    /// All up to here has been told, once the past has.
    version: u64,
    live: broadcast::Receiver<Arc<Greeting>>,
    draining: watch::Receiver<bool>,
    /// The bookmark behind the past has been told.
    has_caught_up: bool,
    /// Left out since the last greeting.
    missed: u64,
    has_failed: bool,
}

impl Telling {
    async fn next(mut self) -> Option<(Result<pb::Greeting, Status>, Self)> {
        if self.has_failed {
            return None;
        }
        let next = self.advance().await;
        self.has_failed = next.is_err();
        Some((next, self))
    }

    async fn advance(&mut self) -> Result<pb::Greeting, Status> {
        if let Some(greeting) = self.past.pop_front() {
            return Ok(self.told(&greeting));
        }
        if !std::mem::replace(&mut self.has_caught_up, true) {
            return Ok(self.bookmark());
        }
        loop {
            let heard = tokio::select! {
                biased;
                Ok(_) = self.draining.wait_for(|is_draining| *is_draining) => {
                    return Err(self.config.drained.clone());
                }
                heard = timeout(QUIET, self.live.recv()) => heard,
            };
            if self.config.trouble.is_broken() {
                return Err((self.config.to_status)(&GreetError::Broken));
            }
            match heard {
                Err(_) => return Ok(self.bookmark()),
                Ok(Ok(greeting)) => return Ok(self.told(&greeting)),
                Ok(Err(RecvError::Lagged(missed))) => {
                    self.missed = self.missed.saturating_add(missed);
                }
                // Whoever adds greetings holds on to them as long as the replica lives.
                Ok(Err(RecvError::Closed)) => return Err(self.config.drained.clone()),
            }
        }
    }

    fn told(&mut self, greeting: &Greeting) -> pb::Greeting {
        self.version = self.version.max(greeting.version);
        pb::Greeting {
            version: greeting.version,
            message: greeting.message.clone(),
            replica: greeting.replica.to_string(),
            made_at: Some(greeting.made_at.into()),
            bookmark: false,
            missed: std::mem::take(&mut self.missed),
        }
    }

    fn bookmark(&self) -> pb::Greeting {
        pb::Greeting {
            version: self.version,
            replica: self.config.replica.to_string(),
            made_at: Some((self.config.now)().into()),
            bookmark: true,
            ..pb::Greeting::default()
        }
    }
}

#[cfg(test)]
mod tests;
