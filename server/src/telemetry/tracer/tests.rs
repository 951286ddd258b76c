//! Which traces are recorded.

use std::time::SystemTime;

use wire::traceparent::TraceId;

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
