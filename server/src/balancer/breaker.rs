//! When a replica is taken out because its calls fail, and when it is let in again: a state machine without a clock,
//! without chance and without knowledge of others.
//! Two rules, each of them enough: so many failures in a row, for one that is dead; a low share of successes in the last ten
//! seconds, for one that fails now and then. Both work with two replicas, unlike comparisons of many (xDS's success rate
//! needs five hosts). A replica is out for a time that doubles each time and has some chance in it; then one call probes it.
//! The caller decides whether an ejection may be: the last replica is spared.
//! Sources: Linkerd's circuit breaking (7 in a row; 1 s to 60 s, jitter 0.5); OpenTelemetry's list of server faults.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;
use wire::code::Code;

/// The numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Failures in a row that eject.
    pub max_in_a_row: u32,
    /// The share of successes below which a replica is ejected.
    pub min_success: f64,
    /// Calls in the window below which its share says nothing.
    pub min_calls: u32,
    /// How long the first ejection lasts.
    pub min_ejection: Duration,
    /// How long the longest lasts.
    pub max_ejection: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_in_a_row: 7,
            min_success: 0.6,
            min_calls: 20,
            min_ejection: Duration::from_secs(1),
            max_ejection: Duration::from_mins(1),
        }
    }
}

/// How a call ended, as far as its replica is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was answered, if only to say that the caller is wrong.
    Success,
    /// The replica failed it.
    Fault,
    /// The replica had too much to do: counts for the share, not for the row.
    Pressure,
    /// It says nothing about the replica.
    Neutral,
}

impl Outcome {
    /// Of a call that ended with that code. UNIMPLEMENTED is the schema's fault, whatever the list says of it.
    pub(super) fn of(code: Code) -> Self {
        match code {
            Code::Unknown
            | Code::DeadlineExceeded
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss => Self::Fault,
            Code::ResourceExhausted => Self::Pressure,
            Code::Canceled => Self::Neutral,
            _ => Self::Success,
        }
    }
}

/// Why a replica is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    InARow { failures: u32 },
    Share { failures: u32, calls: u32 },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InARow { failures } => write!(f, "{failures} failures in a row"),
            Self::Share { failures, calls } => write!(
                f,
                "{failures} of {calls} calls failed in {} s",
                WINDOW.as_secs()
            ),
        }
    }
}

/// What should be done about a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Eject(Reason),
}

/// Whether a replica is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Closed,
    /// It should be out, but was the last one.
    Spared {
        reason: Reason,
    },
    Ejected {
        reason: Reason,
        until: Instant,
    },
    /// One call is on its way.
    Probing {
        reason: Reason,
    },
}

/// Over which the share is counted: as many buckets of a second.
const WINDOW: Duration = Duration::from_secs(BUCKETS as u64);
const BUCKETS: usize = 10;
/// In for so long, and the next ejection is a first one again.
const FORGIVEN: Duration = Duration::from_mins(1);
/// A probe whose call never ends holds nobody up for longer than this.
const PROBE_LIMIT: Duration = Duration::from_secs(30);

/// One replica's state.
#[derive(Debug)]
pub(super) struct Breaker {
    config: Config,
    state: State,
    in_a_row: u32,
    window: [Bucket; BUCKETS],
    /// When the numbers of the buckets begin.
    started: Option<Instant>,
    /// Ejections one after the other, without a good time between.
    ejections: u32,
    /// When it was let in, or taken on probation, the last time.
    since: Option<Instant>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    number: usize,
    calls: u32,
    failures: u32,
}

impl Breaker {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            state: State::Closed,
            in_a_row: 0,
            window: [Bucket::default(); BUCKETS],
            started: None,
            ejections: 0,
            since: None,
        }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// A call ended. The verdict is a wish: `eject` or `spare` follows.
    pub(super) fn record(&mut self, now: Instant, outcome: Outcome) -> Option<Verdict> {
        match outcome {
            Outcome::Neutral => return None,
            Outcome::Success => {
                self.in_a_row = 0;
                if matches!(self.state, State::Spared { .. }) {
                    self.state = State::Closed;
                }
            }
            Outcome::Fault => self.in_a_row += 1,
            Outcome::Pressure => {}
        }
        self.count(now, outcome != Outcome::Success);
        // Calls that were on their way when it was taken out tell nothing new.
        if !matches!(self.state, State::Closed | State::Spared { .. })
            || outcome == Outcome::Success
        {
            return None;
        }
        self.judge(now).map(Verdict::Eject)
    }

    fn judge(&self, now: Instant) -> Option<Reason> {
        if self.in_a_row >= self.config.max_in_a_row {
            let failures = self.in_a_row;
            return Some(Reason::InARow { failures });
        }
        let (calls, failures) = self.counted(now);
        let successes = f64::from(calls - failures);
        let is_low = successes < f64::from(calls) * self.config.min_success;
        (calls >= self.config.min_calls && is_low).then_some(Reason::Share { failures, calls })
    }

    /// Takes it out; `draw` is the chance in how long.
    pub(super) fn eject(&mut self, now: Instant, reason: Reason, draw: u64) {
        if self.since.is_some_and(|since| now >= since + FORGIVEN) {
            self.ejections = 0;
        }
        let until = now + self.ejection(draw);
        self.ejections = self.ejections.saturating_add(1);
        self.forget();
        self.state = State::Ejected { reason, until };
    }

    /// Lets it in all the same, since it is the last one. It is judged anew from here.
    pub(super) fn spare(&mut self, reason: Reason) {
        self.forget();
        self.state = State::Spared { reason };
    }

    /// True if a call may find out whether it has recovered.
    pub(super) fn may_probe(&self, now: Instant) -> bool {
        match self.state {
            State::Ejected { until, .. } => now >= until,
            State::Probing { .. } => self.since.is_some_and(|since| now >= since + PROBE_LIMIT),
            State::Closed | State::Spared { .. } => false,
        }
    }

    /// Takes the one probe; false if another call has it.
    pub(super) fn start_probe(&mut self, now: Instant) -> bool {
        if !self.may_probe(now) {
            return false;
        }
        if let State::Ejected { reason, .. } | State::Probing { reason } = self.state {
            self.state = State::Probing { reason };
            self.since = Some(now);
        }
        true
    }

    /// The probe ended: it's in again, or out for longer. A probe that says nothing may be made again at once.
    pub(super) fn probe_ended(&mut self, now: Instant, outcome: Outcome, draw: u64) {
        let State::Probing { reason } = self.state else {
            return;
        };
        match outcome {
            Outcome::Success => {
                self.forget();
                self.state = State::Closed;
                self.since = Some(now);
            }
            Outcome::Fault | Outcome::Pressure => self.eject(now, reason, draw),
            Outcome::Neutral => self.state = State::Ejected { reason, until: now },
        }
    }

    /// Doubled each time, and up to half as much again.
    fn ejection(&self, draw: u64) -> Duration {
        let doubled = self
            .config
            .min_ejection
            .saturating_mul(1 << self.ejections.min(16));
        let base = doubled.min(self.config.max_ejection);
        base + super::backoff::part(base / 2, draw)
    }

    fn forget(&mut self) {
        self.in_a_row = 0;
        self.window = [Bucket::default(); BUCKETS];
    }

    fn count(&mut self, now: Instant, is_failure: bool) {
        let number = self.number(now);
        let bucket = &mut self.window[number % BUCKETS];
        if bucket.number != number {
            *bucket = Bucket {
                number,
                ..Bucket::default()
            };
        }
        bucket.calls += 1;
        bucket.failures += u32::from(is_failure);
    }

    fn counted(&self, now: Instant) -> (u32, u32) {
        let started = self.started.unwrap_or(now);
        let number = second(started, now);
        let current = self.window.iter();
        let current = current.filter(|bucket| bucket.number + BUCKETS > number);
        current.fold((0, 0), |(calls, failures), bucket| {
            (calls + bucket.calls, failures + bucket.failures)
        })
    }

    fn number(&mut self, now: Instant) -> usize {
        let started = *self.started.get_or_insert(now);
        second(started, now)
    }
}

/// From 1 on, so that an empty bucket is of no second.
fn second(started: Instant, now: Instant) -> usize {
    let seconds = now.saturating_duration_since(started).as_secs();
    usize::try_from(seconds).unwrap_or(usize::MAX / 2) + BUCKETS
}

#[cfg(test)]
mod tests;
