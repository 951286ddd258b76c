//! Claims about the order in which replicas are tried.

use super::*;

const NAMES: [&str; 3] = ["a", "b", "c"];

fn order(turn: &RoundRobin, eligible: Option<&[Arc<str>]>) -> Vec<usize> {
    turn.order(NAMES.into_iter(), eligible).collect()
}

#[test]
fn each_replica_is_first_in_its_turn_and_tried_once() {
    let turn = RoundRobin::default();
    for first in [0, 1, 2, 0, 1, 2] {
        let order = order(&turn, None);
        assert_eq!(order, [first, (first + 1) % 3, (first + 2) % 3]);
    }
}

#[test]
fn replicas_that_may_not_be_asked_are_left_out() {
    let turn = RoundRobin::default();
    let some: [Arc<str>; 2] = ["a".into(), "c".into()];
    assert_eq!(order(&turn, Some(&some)), [0, 2]);
    assert_eq!(order(&turn, Some(&some)), [2, 0]);
    assert!(order(&turn, Some(&[])).is_empty());
}

#[test]
fn two_methods_called_in_turn_meet_every_replica() {
    let turn = RoundRobin::default();
    let all: [Arc<str>; 3] = NAMES.map(Into::into);
    let mut shares = [0; 3];
    for _ in 0..30 {
        order(&turn, Some(&all[2..]));
        shares[order(&turn, Some(&all))[0]] += 1;
    }
    assert_eq!(shares, [10, 10, 10]);
}
