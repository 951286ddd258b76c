//! Steps in order, and which answer a run bears out.

use super::{Measured, Reveal, Step};
use crate::model::ledger::Row;

fn measured(picked: &[u64]) -> Measured {
    let row = |(place, picked): (usize, &u64)| Row {
        name: format!("replica-{place}"),
        picked: *picked,
        answered: *picked,
    };
    Measured {
        rows: picked.iter().enumerate().map(row).collect(),
        calls: picked.iter().sum(),
        ..Measured::default()
    }
}

#[track_caller]
fn check(step: Step, picked: &[u64], outcome: usize) {
    assert_eq!(step.outcome(&measured(picked)), outcome, "{picked:?}");
}

#[test]
fn fragment_names_the_same_step_again() {
    for step in Step::ALL {
        assert_eq!(Step::from_fragment(&step.fragment()), step);
    }
    assert_eq!(Step::from_fragment("#step-9"), Step::One);
    assert_eq!(Step::from_fragment(""), Step::One);
}

#[test]
fn walk_ends_at_both_ends() {
    assert_eq!(Step::One.beside(-1), None);
    assert_eq!(Step::One.beside(1), Some(Step::Three));
    assert_eq!(Step::Free.beside(1), None);
}

#[test]
fn lone_replica_answers_all() {
    check(Step::One, &[150], 0);
    let partly = Measured {
        calls: 200,
        ..measured(&[150])
    };
    assert_eq!(Step::One.outcome(&partly), 1);
    check(Step::One, &[], 2);
}

#[test]
fn three_are_even_uneven_or_one_has_none() {
    check(Step::Three, &[50, 50, 50], 0);
    check(Step::Three, &[100, 49, 1], 1);
    check(Step::Three, &[100, 50, 0], 2);
}

#[test]
fn slow_one_gets_its_share_some_or_none() {
    check(Step::Slow, &[60, 40, 50], 0);
    check(Step::Slow, &[70, 10, 70], 1);
    check(Step::Slow, &[75, 0, 75], 2);
}

#[test]
fn death_costs_none_a_few_or_many() {
    let failed = |errors| Measured {
        errors,
        ..measured(&[50, 40, 60])
    };
    for (errors, outcome) in [(0, 0), (1, 1), (15, 1), (16, 2)] {
        assert_eq!(Step::Dead.outcome(&failed(errors)), outcome, "{errors}");
    }
}

#[test]
fn pinned_calls_go_to_one() {
    check(Step::Pinned, &[75, 0, 0], 1);
    check(Step::Pinned, &[70, 5, 0], 2);
    check(Step::Pinned, &[25, 25, 25], 0);
}

#[test]
fn reveal_keeps_the_answer_and_the_outcome() {
    let reveal = Reveal::of(Step::Slow, measured(&[70, 10, 70]), Some(0));
    assert_eq!(
        (reveal.chosen, reveal.outcome),
        (Some(0), Step::Slow.usual())
    );
}
