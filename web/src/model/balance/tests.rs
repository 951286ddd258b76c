//! Policies by key, marks, the ribbon, and what counts as a change of state.

use super::{Balance, Marks, Pick, Policy, RIBBON, Replica, Ribbon, mark_class};
use crate::model::components::ReplicaState;

fn replica(name: &str, state: ReplicaState) -> Replica {
    Replica {
        name: name.to_owned(),
        state,
        state_reason: String::new(),
        is_spared: false,
        next_probe_millis: None,
        in_flight: 0,
        picks: 0,
        per_second: 0.0,
        latencies: None,
    }
}

fn picked(numbers: impl IntoIterator<Item = u64>) -> Balance {
    let picks: Vec<_> = numbers
        .into_iter()
        .map(|number| Pick {
            number,
            ..Pick::default()
        })
        .collect();
    Balance {
        picks_total: picks.last().map_or(0, |pick| pick.number),
        picks,
        ..Balance::default()
    }
}

#[test]
fn key_names_the_same_policy_again() {
    for policy in Policy::ALL {
        assert_eq!(Policy::from_key(policy.key()), policy);
    }
    assert_eq!(Policy::from_key("fastest"), Policy::Unknown);
}

#[test]
fn mark_stays_when_others_come() {
    let mut marks = Marks::default();
    marks.add("a");
    marks.add("b");
    assert_eq!(
        [marks.get("a"), marks.get("b"), marks.get("c")],
        [Some(0), Some(1), None]
    );
}

#[test]
fn more_than_four_marks_differ() {
    let classes: Vec<_> = (0..8).map(mark_class).collect();
    for (place, class) in classes.iter().enumerate() {
        assert_eq!(classes.iter().position(|other| other == class), Some(place));
    }
}

#[test]
fn ribbon_takes_each_pick_once_and_keeps_the_latest() {
    let mut ribbon = Ribbon::default();
    ribbon.take(&picked(1..=3));
    ribbon.take(&picked(2..=4));
    assert_eq!(ribbon.len(), 4);
    ribbon.take(&picked(5..=200));
    assert_eq!(ribbon.len(), RIBBON);
    assert_eq!(ribbon.latest(0).map(|pick| pick.number), Some(200));
    assert_eq!(ribbon.latest(RIBBON - 1).map(|pick| pick.number), Some(101));
}

#[test]
fn ribbon_begins_anew_with_another_server() {
    let mut ribbon = Ribbon::default();
    ribbon.take(&picked(1..=50));
    ribbon.take(&picked(1..=2));
    assert_eq!(ribbon.len(), 2);
}

#[test]
fn counts_alone_are_no_change_of_state() {
    let one = |state| Balance {
        replicas: vec![replica("a", state)],
        ..Balance::default()
    };
    let busy = Balance {
        picks_total: 9,
        ..one(ReplicaState::Ready)
    };
    assert!(!busy.differs_in_state(&one(ReplicaState::Ready)));
    assert!(busy.differs_in_state(&one(ReplicaState::Ejected)));
    assert!(busy.differs_in_state(&Balance::default()));
    let ejected = one(ReplicaState::Ejected);
    let news: Vec<_> = ejected.news(&busy).map(|replica| replica.state).collect();
    assert_eq!(news, [ReplicaState::Ejected]);
}
