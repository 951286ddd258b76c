//! Claims about how many retries there are.

use std::time::Duration;

use tokio::time::Instant;

use super::Budget;

fn take_all(budget: &Budget, now: Instant) -> u32 {
    (0..1_000)
        .filter(|_| budget.take(now))
        .count()
        .try_into()
        .unwrap()
}

#[test]
fn a_quiet_component_has_ten_a_second() {
    let start = Instant::now();
    let budget = Budget::new(start);
    assert_eq!(take_all(&budget, start), 10);
    assert_eq!(take_all(&budget, start + Duration::from_millis(500)), 5);
    assert_eq!(take_all(&budget, start + Duration::from_hours(1)), 100);
}

#[test]
fn a_fifth_of_all_calls_may_be_made_again() {
    let start = Instant::now();
    let budget = Budget::new(start);
    assert_eq!(take_all(&budget, start), 10);
    for _ in 0..100 {
        budget.call();
    }
    assert_eq!(take_all(&budget, start), 20);
    assert!(!budget.take(start));
}
