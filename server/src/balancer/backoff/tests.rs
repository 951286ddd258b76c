//! Claims about pauses.

use std::time::Duration;

use super::{Backoff, part};

#[test]
fn pauses_double_up_to_a_bound() {
    let mut backoff = Backoff::connect();
    let pauses: Vec<_> = (0..8).map(|_| backoff.next(0).as_millis()).collect();
    assert_eq!(pauses, [50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
}

#[test]
fn chance_adds_up_to_half() {
    let whole = Duration::from_secs(2);
    assert_eq!(part(whole, 0), Duration::ZERO);
    let most = part(whole, u64::MAX);
    assert!(most < whole && most > whole.mul_f64(0.999), "{most:?}");
    let mut backoff = Backoff::connect();
    assert!(backoff.next(u64::MAX) < Duration::from_millis(75));
}
