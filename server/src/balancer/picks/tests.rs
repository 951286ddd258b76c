//! The ring keeps the latest and counts all.

use std::sync::Arc;
use std::time::SystemTime;

use super::{KEPT, Picks};
use crate::balance::PickReason;

fn picks(count: u64) -> Picks {
    let picks = Picks::default();
    let replica: Arc<str> = "a".into();
    for number in 1..=count {
        let attempt = if number % 10 == 0 { 2 } else { 1 };
        picks.note(&replica, PickReason::Turn, attempt, SystemTime::UNIX_EPOCH);
    }
    picks
}

#[test]
fn the_latest_are_kept_and_all_are_counted() {
    let picks = picks(1_000);
    let kept = picks.since(0);
    assert_eq!(
        (kept.len(), picks.total(), picks.retries()),
        (KEPT, 1_000, 100)
    );
    assert_eq!(kept[0].number, 1_000 - KEPT as u64 + 1);
    assert_eq!(kept[KEPT - 1].number, 1_000);
}

#[test]
fn a_reader_that_comes_again_gets_each_pick_once() {
    let picks = picks(30);
    let numbers: Vec<_> = picks.since(27).iter().map(|pick| pick.number).collect();
    assert_eq!(numbers, [28, 29, 30]);
    assert!(picks.since(30).is_empty());
}
