//! Which traces are recorded.

use std::time::{Duration, SystemTime};

use tokio::time::{Instant, advance};
use wire::traceparent::TraceId;

use super::limit::Limit;
use super::{Config, RANDOM_VALUES, Tracer};
use crate::telemetry::store::Store;

fn tracer(ratio: f64, store: Option<Store>) -> Tracer {
    Tracer::new(Config {
        source: "gangplank".into(),
        store,
        exporter: None,
        ratio,
        random: || 7,
        now: || SystemTime::UNIX_EPOCH,
    })
}

fn id(random: u64) -> TraceId {
    TraceId::new(1 << 64 | u128::from(random)).expect("not zero")
}

#[test]
fn the_share_is_taken_of_the_random_half() {
    let half = tracer(0.5, Some(Store::new(1_000)));
    assert!(!half.samples(id(0)));
    assert!(!half.samples(id(RANDOM_VALUES / 2 - 1)));
    assert!(half.samples(id(RANDOM_VALUES / 2)));
    // What is above it doesn't count.
    assert!(!half.samples(id(RANDOM_VALUES)));
}

#[test]
fn all_and_nothing_are_exact() {
    let (all, none) = (
        tracer(1.0, Some(Store::new(1_000))),
        tracer(0.0, Some(Store::new(1_000))),
    );
    for random in [0, 1, RANDOM_VALUES - 1] {
        assert!(all.samples(id(random)), "{random}");
        assert!(!none.samples(id(random)), "{random}");
    }
}

#[test]
fn what_nobody_could_read_is_not_recorded() {
    assert!(!tracer(1.0, None).samples(id(RANDOM_VALUES - 1)));
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_recorded_evenly() {
    let limit = Limit::new(10);
    let taken = |calls: u32| (0..calls).filter(|_| limit.takes(Instant::now())).count();
    assert_eq!(taken(100), 10, "a burst of one second");
    for _ in 0..5 {
        advance(Duration::from_millis(100)).await;
        assert_eq!(taken(100), 1);
    }
    advance(Duration::from_mins(1)).await;
    assert_eq!(
        taken(100),
        10,
        "a minute of rest is no more than a second's worth"
    );
    assert_eq!(limit.beyond(), 700 - 25);
}

#[tokio::test(start_paused = true)]
async fn limits_of_nothing_and_of_everything_hold() {
    let (nothing, everything) = (Limit::new(0), Limit::new(u32::MAX));
    let now = Instant::now();
    assert!(!nothing.takes(now));
    assert!((0..10_000).all(|_| everything.takes(now)));
}

#[tokio::test(start_paused = true)]
async fn traces_that_callers_began_have_a_limit_of_their_own() {
    let limited = tracer(1.0, Some(Store::new(1_000))).limited(1);
    let now = Instant::now();
    assert!(limited.records(id(1), false, now));
    assert!(!limited.records(id(1), false, now));
    assert!(limited.records(id(1), true, now));
    assert!(!limited.records(id(1), true, now));
    let replica = limited.of("replica-0");
    assert!((0..10).all(|_| replica.records(id(1), true, now)));
}
