//! What a trial tells.

use super::*;
use crate::model::trace::Span;

fn trace(took: i64) -> Trace {
    let span = |id: &str, parent: &str| Span {
        id: id.to_owned(),
        parent: parent.to_owned(),
        name: id.to_owned(),
        duration: took,
        ..Span::default()
    };
    Trace {
        spans: vec![span("call", ""), span("hop", "call")],
        ..Trace::default()
    }
}

#[test]
fn slow_hop_is_answered_by_what_was_measured() {
    let outcome = Outcome::of(&trace(5), &trace(5 + ADDED), Some(0));
    assert_eq!((outcome.answer(), outcome.own), (Some(1), Some(1)));
    assert!(outcome.changes.iter().all(Outcome::has_grown));
    assert_eq!(outcome.longest(), 5 + ADDED);
    let same = Outcome::of(&trace(5), &trace(6), None);
    assert_eq!((same.answer(), same.own), (None, None));
}

#[test]
fn next_trial_begins_anew_but_for_the_guess() {
    let mut trial = Trial {
        guess: Some(2),
        outcome: Some(Outcome::of(&trace(1), &trace(1), None)),
        stage: Stage::Failed,
        has_no_demo: true,
        ..Trial::default()
    };
    trial.begin(Act::Slow);
    assert!(trial.stage.is_busy() && trial.outcome.is_none() && trial.has_no_demo);
    assert_eq!((trial.act, trial.guess), (Some(Act::Slow), Some(2)));
}
