//! How fast a replica is and how often it fails, kept in atomics: one decayed number to pick by, quantiles and rates to show.
//! Clocks are passed in. Concurrent calls may lose each other's update of the decayed number or of a window's turn; what is
//! lost is one sample of many. Counters that must be exact are kept elsewhere.
//! Sources: Finagle's peak EWMA; `HdrHistogram` for buckets that grow with the value.

use std::array;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// After this time an old measurement counts for a third: long enough to bridge a pause, short enough that a replica that
/// was slow is tried again soon.
const DECAY: Duration = Duration::from_secs(10);
/// What a replica is taken for that hasn't answered yet, or not for long, in milliseconds. Zero would make it the best of
/// all for every caller at once; as much as a neighbor takes over a fast network, and it would never be tried.
const DEFAULT_MS: f64 = 0.1;
/// What a failure counts for at least, in milliseconds: a replica that fails at once must not look like the fastest one.
pub(super) const FAILURE_PENALTY_MS: f64 = 1_000.0;

/// A mean that follows peaks at once and forgets them slowly.
#[derive(Debug)]
pub(super) struct Decayed {
    created: Instant,
    /// A float's bits.
    value: AtomicU64,
    /// In microseconds from `created`.
    updated: AtomicU64,
}

impl Decayed {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            created: now,
            value: AtomicU64::new(DEFAULT_MS.to_bits()),
            updated: AtomicU64::new(0),
        }
    }

    /// Takes a measurement in.
    pub(super) fn observe(&self, now: Instant, millis: f64) {
        let at = micros_since(self.created, now);
        let updated = self.updated.swap(at, Ordering::Relaxed);
        let value = f64::from_bits(self.value.load(Ordering::Relaxed));
        let kept = kept(at.saturating_sub(updated));
        let mean = value * kept + millis * (1.0 - kept);
        self.value
            .store(mean.max(millis).to_bits(), Ordering::Relaxed);
    }

    /// What it is worth now: without measurements it goes back to where it began.
    pub(super) fn read(&self, now: Instant) -> f64 {
        let at = micros_since(self.created, now);
        let kept = kept(at.saturating_sub(self.updated.load(Ordering::Relaxed)));
        let value = f64::from_bits(self.value.load(Ordering::Relaxed));
        value * kept + DEFAULT_MS * (1.0 - kept)
    }
}

/// The share that an old value keeps after that time.
fn kept(micros: u64) -> f64 {
    (-Duration::from_micros(micros).as_secs_f64() / DECAY.as_secs_f64()).exp()
}

fn micros_since(start: Instant, now: Instant) -> u64 {
    let micros = now.saturating_duration_since(start).as_micros();
    u64::try_from(micros).unwrap_or(u64::MAX)
}

/// How long a window looks back, in seconds; half of what a histogram does.
const SECONDS: usize = 10;
/// Buckets of each power of two: a bucket is at most a sixteenth of its values wide, and its middle is within 3.2 % of them.
const STEPS: usize = 16;
/// Powers of two from 16 µs to 134 s; what is outside goes to the ends.
const POWERS: usize = 24;
const BUCKETS: usize = STEPS * POWERS;

/// Latencies of the last ten to twenty seconds.
#[derive(Debug)]
pub(super) struct Histogram {
    created: Instant,
    halves: [Half; 2],
}

#[derive(Debug)]
struct Half {
    /// Which stretch of time it is of, counted from `created`.
    epoch: AtomicUsize,
    buckets: Box<[AtomicU32]>,
}

impl Histogram {
    pub(super) fn new(now: Instant) -> Self {
        let half = |number| Half {
            epoch: AtomicUsize::new(number),
            buckets: (0..BUCKETS).map(|_| AtomicU32::new(0)).collect(),
        };
        Self {
            created: now,
            halves: [half(0), half(1)],
        }
    }

    pub(super) fn record(&self, now: Instant, latency: Duration) {
        let epoch = self.epoch(now);
        let half = &self.halves[epoch % 2];
        if half.epoch.swap(epoch, Ordering::Relaxed) != epoch {
            for bucket in &half.buckets {
                bucket.store(0, Ordering::Relaxed);
            }
        }
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        half.buckets[bucket_of(micros)].fetch_add(1, Ordering::Relaxed);
    }

    /// p50, p95 and p99; None without a latency.
    pub(super) fn percentiles(&self, now: Instant) -> Option<[Duration; 3]> {
        let epoch = self.epoch(now);
        let current = |half: &&Half| half.epoch.load(Ordering::Relaxed) + 1 >= epoch;
        let halves: Vec<_> = self.halves.iter().filter(current).collect();
        let count = |bucket: usize| -> u64 {
            let counts = halves.iter().map(|half| &half.buckets[bucket]);
            counts
                .map(|count| u64::from(count.load(Ordering::Relaxed)))
                .sum()
        };
        let counts: Vec<u64> = (0..BUCKETS).map(count).collect();
        let total: u64 = counts.iter().sum();
        (total > 0).then(|| [50, 95, 99].map(|percent| quantile(&counts, total, percent)))
    }

    fn epoch(&self, now: Instant) -> usize {
        second(self.created, now) / SECONDS
    }
}

fn quantile(counts: &[u64], total: u64, percent: u64) -> Duration {
    let rank = (total * percent).div_ceil(100);
    let mut seen = 0;
    let bucket = counts.iter().position(|count| {
        seen += count;
        seen >= rank
    });
    Duration::from_micros(middle_of(bucket.unwrap_or(BUCKETS - 1)))
}

/// The first power's buckets are one microsecond wide.
fn bucket_of(micros: u64) -> usize {
    let micros = micros.max(STEPS as u64);
    let power = micros.ilog2() - STEPS.ilog2();
    // Below twice the number of steps.
    let step = usize::try_from(micros >> power).unwrap_or(STEPS) - STEPS;
    (power as usize * STEPS + step).min(BUCKETS - 1)
}

fn middle_of(bucket: usize) -> u64 {
    let (power, step) = (bucket / STEPS, bucket % STEPS);
    let low = ((STEPS + step) as u64) << power;
    low + (1 << power) / 2
}

/// Calls that ended and how many of them failed, second by second.
#[derive(Debug)]
pub(super) struct Window {
    created: Instant,
    seconds: [Second; SECONDS + 1],
}

#[derive(Debug, Default)]
struct Second {
    /// Which second it is of, counted from `created`.
    number: AtomicUsize,
    calls: AtomicU32,
}

impl Window {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            created: now,
            seconds: array::from_fn(|_| Second::default()),
        }
    }

    /// A call ended.
    pub(super) fn record(&self, now: Instant) {
        let number = second(self.created, now);
        let second = &self.seconds[number % (SECONDS + 1)];
        if second.number.swap(number, Ordering::Relaxed) != number {
            second.calls.store(0, Ordering::Relaxed);
        }
        second.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Calls per second over the last ten whole seconds, or as many as there have been.
    #[expect(clippy::cast_precision_loss, reason = "at most ten")]
    pub(super) fn rate(&self, now: Instant) -> f64 {
        let number = second(self.created, now);
        let whole = number.min(SECONDS);
        if whole == 0 {
            return 0.0;
        }
        let is_whole = |second: &&Second| {
            let of = second.number.load(Ordering::Relaxed);
            of < number && of + SECONDS >= number
        };
        let calls = self.seconds.iter().filter(is_whole);
        let calls: u32 = calls
            .map(|second| second.calls.load(Ordering::Relaxed))
            .sum();
        f64::from(calls) / whole as f64
    }
}

fn second(start: Instant, now: Instant) -> usize {
    let seconds = now.saturating_duration_since(start).as_secs();
    usize::try_from(seconds).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
