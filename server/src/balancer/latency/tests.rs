//! Claims about what is remembered, and for how long.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;

use super::*;

fn after(start: Instant, millis: u64) -> Instant {
    start + Duration::from_millis(millis)
}

#[test]
fn a_peak_is_taken_at_once_and_forgotten_slowly() {
    let start = Instant::now();
    let decayed = Decayed::new(start);
    assert!((decayed.read(start) - DEFAULT_MS).abs() < 1e-9);
    decayed.observe(after(start, 10), 100.0);
    assert!((decayed.read(after(start, 10)) - 100.0).abs() < 1e-6);
    decayed.observe(after(start, 20), 2.0);
    assert!(
        decayed.read(after(start, 20)) > 99.0,
        "one fast answer isn't enough"
    );
    for step in 0..2_000 {
        decayed.observe(after(start, 20 + step * 20), 2.0);
    }
    assert!(decayed.read(after(start, 40_020)) < 5.0);
}

#[test]
fn without_calls_a_slow_replica_becomes_worth_a_try() {
    let start = Instant::now();
    let decayed = Decayed::new(start);
    decayed.observe(start, FAILURE_PENALTY_MS);
    let after_ten = decayed.read(after(start, 10_000));
    assert!((300.0..400.0).contains(&after_ten), "{after_ten}");
    assert!(decayed.read(after(start, 100_000)) < 1.1);
}

#[test]
fn percentiles_are_of_the_last_seconds_only() {
    let start = Instant::now();
    let histogram = Histogram::new(start);
    assert_eq!(histogram.percentiles(start), None);
    for millis in 1..=100 {
        histogram.record(start, Duration::from_millis(millis));
    }
    let near = |found: Duration, millis: f64| {
        let found = found.as_secs_f64() * 1_000.0;
        (found / millis - 1.0).abs() <= 0.04
    };
    let [p50, p95, p99] = histogram.percentiles(after(start, 15_000)).unwrap();
    assert!(
        near(p50, 50.0) && near(p95, 95.0) && near(p99, 99.0),
        "{p50:?} {p95:?} {p99:?}"
    );
    histogram.record(after(start, 15_000), Duration::from_millis(7));
    let [p50, ..] = histogram.percentiles(after(start, 21_000)).unwrap();
    assert!(near(p50, 7.0), "the first half is forgotten: {p50:?}");
    assert_eq!(histogram.percentiles(after(start, 31_000)), None);
}

#[test]
fn a_rate_is_of_whole_seconds() {
    let start = Instant::now();
    let window = Window::new(start);
    for call in 0..200 {
        window.record(after(start, call * 10));
    }
    assert!((window.rate(after(start, 2_500)) - 100.0).abs() < 1e-9);
    assert!((window.rate(after(start, 10_500)) - 20.0).abs() < 1e-9);
    assert!((window.rate(after(start, 11_500)) - 10.0).abs() < 1e-9);
    assert!(window.rate(after(start, 60_000)).abs() < 1e-9);
}

proptest! {
    #[test]
    fn a_bucket_is_near_its_values(micros in 16_u64..100_000_000) {
        let middle = middle_of(bucket_of(micros));
        // Within 4 %.
        prop_assert!(micros.abs_diff(middle) * 25 <= micros, "{micros} is told as {middle}");
    }

    #[test]
    fn longer_is_never_in_an_earlier_bucket(one: u64, other: u64) {
        let (short, long) = (one.min(other), one.max(other));
        prop_assert!(bucket_of(short) <= bucket_of(long));
        prop_assert!(bucket_of(long) < BUCKETS);
    }
}
