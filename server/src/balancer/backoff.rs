//! Pauses between attempts: each twice as long as the one before, up to a bound, and by chance up to half as long again, so
//! that many who wait for the same thing don't come back at the same moment. Chance is passed in.

use std::time::Duration;

/// Pauses of one row of attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Backoff {
    next: Duration,
    max: Duration,
}

impl Backoff {
    /// Between attempts to connect. The longest is how late a replica that came back may be noticed.
    pub(super) fn connect() -> Self {
        Self {
            next: Duration::from_millis(50),
            max: Duration::from_secs(2),
        }
    }

    /// Between attempts of one call: short, since somebody waits.
    pub(super) fn retry() -> Self {
        Self {
            next: Duration::from_millis(10),
            max: Duration::from_millis(250),
        }
    }

    /// The next pause.
    pub(super) fn next(&mut self, draw: u64) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.max);
        pause + part(pause / 2, draw)
    }
}

/// By chance nothing to all of `whole`, in steps of a 65,536th.
pub(super) fn part(whole: Duration, draw: u64) -> Duration {
    let steps = u32::from(draw.to_be_bytes()[0]) << 8 | u32::from(draw.to_be_bytes()[1]);
    whole * steps / (1 << 16)
}

#[cfg(test)]
mod tests;
