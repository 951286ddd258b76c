//! Signs of life: a peer that says nothing is asked for one, and is gone if it gives none for two more intervals.
//! Whatever comes counts. While the session itself has stopped reading, silence says nothing, but a ping still finds
//! out whether the connection is gone. The clock is tokio's.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How many intervals without an answer end a socket.
const MAX_MISSED: u32 = 2;

/// When the peer was last heard.
#[derive(Debug)]
pub(super) struct Heard(Mutex<State>);

#[derive(Clone, Copy, Debug)]
struct State {
    last: Instant,
    /// How often; the clock may stand still in between.
    count: u64,
    /// True while nobody listens.
    is_paused: bool,
}

impl Heard {
    /// Just now.
    pub(super) fn new() -> Self {
        Self(Mutex::new(State {
            last: Instant::now(),
            count: 0,
            is_paused: false,
        }))
    }

    /// Something came.
    pub(super) fn note(&self) {
        self.update(State::note);
    }

    /// Nobody listens from now on, until `resume`.
    pub(super) fn pause(&self) {
        self.update(|state| state.is_paused = true);
    }

    /// Somebody listens again.
    pub(super) fn resume(&self) {
        self.update(|state| {
            state.is_paused = false;
            state.note();
        });
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn state(&self) -> State {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn note(&mut self) {
        self.last = Instant::now();
        self.count = self.count.wrapping_add(1);
    }
}

/// Asks by `ping` after each interval of silence; returns once the peer is gone.
pub(super) async fn until_gone(heard: &Heard, interval: Duration, mut ping: impl FnMut()) {
    let mut missed = 0;
    let mut asked = heard.state();
    loop {
        let seen = heard.state();
        if seen.count != asked.count {
            missed = 0;
        }
        sleep_until(seen.last.max(asked.last) + interval).await;
        let now = heard.state();
        if now.count != seen.count {
            continue;
        }
        if missed >= MAX_MISSED && !now.is_paused {
            return;
        }
        ping();
        missed += 1;
        asked = State {
            last: Instant::now(),
            ..now
        };
    }
}
