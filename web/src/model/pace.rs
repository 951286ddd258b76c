//! Spaces calls evenly: how many are due at a moment, while only so many may be open at once.
//!
//! What couldn't begin in time is left out rather than caught up in a burst: the achieved rate says so.

/// A pause that's longer than this, in milliseconds, isn't made up for.
const MAX_LATE_MILLIS: f64 = 100.0;

/// When the next call is due.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pace {
    next: f64,
}

impl Pace {
    /// Returns how many calls begin now, at most `room`; times are milliseconds of one clock.
    pub fn due(&mut self, now: f64, per_second: u32, room: u64) -> u64 {
        let step = 1_000.0 / f64::from(per_second.max(1));
        if now - self.next > MAX_LATE_MILLIS.max(step) {
            self.next = now;
        }
        let mut calls = 0;
        while self.next <= now {
            if calls == room {
                self.next = now + step;
                break;
            }
            calls += 1;
            self.next += step;
        }
        calls
    }
}

#[cfg(test)]
mod tests;
