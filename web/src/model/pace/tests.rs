//! How many calls begin when, at an even pace, with too little room, and after a pause.

use super::Pace;

/// Calls begun within a second, looked at every `every` milliseconds.
fn in_a_second(per_second: u32, every: u32, room: u64) -> u64 {
    let mut pace = Pace::default();
    let start = 10_000;
    let looks = (start..start + 1_000).step_by(every as usize);
    looks
        .map(|now| pace.due(f64::from(now), per_second, room))
        .sum()
}

#[test]
fn calls_come_as_many_as_asked_for() {
    for rate in [1, 7, 40, 200] {
        assert_eq!(in_a_second(rate, 5, 4), u64::from(rate), "{rate}");
    }
}

#[test]
fn calls_are_spaced() {
    let mut pace = Pace::default();
    let begun: Vec<_> = (0..10)
        .map(|look| pace.due(f64::from(1_000 + look * 5), 40, 4))
        .collect();
    assert_eq!(begun, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
}

#[test]
fn no_more_begin_than_there_is_room() {
    let mut pace = Pace::default();
    assert_eq!(pace.due(1_000.0, 200, 4), 1);
    assert_eq!(pace.due(1_080.0, 200, 4), 4);
    // The rest of the backlog is left out.
    assert_eq!(pace.due(1_081.0, 200, 4), 0);
    assert_eq!(pace.due(1_086.0, 200, 0), 0);
}

#[test]
fn long_pause_is_not_made_up_for() {
    let mut pace = Pace::default();
    assert_eq!(pace.due(1_000.0, 200, 4), 1);
    assert_eq!(pace.due(60_000.0, 200, 4), 1);
}
