//! Counts of both sides, through scaling, retries, restarts and another caller.

use wire::code::Code;

use super::{Ledger, Report, Row, Verdict, percent};
use crate::model::balance::{Balance, Pick, Replica};
use crate::model::components::ReplicaState;

/// A balance with these counters; the total is given, since replicas that are gone count in it.
fn told(counters: &[(&str, u64)], picks_total: u64) -> Balance {
    let replica = |(name, picks): &(&str, u64)| Replica {
        name: (*name).to_owned(),
        state: ReplicaState::Ready,
        state_reason: String::new(),
        is_spared: false,
        next_probe_millis: None,
        in_flight: 0,
        picks: *picks,
        per_second: 0.0,
        latencies: None,
    };
    Balance {
        replicas: counters.iter().map(replica).collect(),
        picks_total,
        ..Balance::default()
    }
}

fn row(name: &str, picked: u64, answered: u64) -> Row {
    Row {
        name: name.to_owned(),
        picked,
        answered,
    }
}

fn begun(base: &Balance) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.begin(base);
    ledger
}

fn answer(ledger: &mut Ledger, replica: &str, millis: f64) {
    ledger.call();
    ledger.answered(replica, millis);
}

#[test]
fn counts_begin_where_the_run_does() {
    let mut ledger = begun(&told(&[("a", 10), ("b", 20)], 30));
    answer(&mut ledger, "a", 1.0);
    answer(&mut ledger, "b", 1.0);
    ledger.observe(&told(&[("a", 11), ("b", 21)], 32), false);
    assert_eq!(ledger.rows(), [row("a", 1, 1), row("b", 1, 1)]);
    assert_eq!(ledger.verdict(false), Verdict::Equal(2));
    assert_eq!(ledger.verdict(true), Verdict::Counting);
}

#[test]
fn first_answer_is_a_base() {
    let mut ledger = Ledger::default();
    ledger.observe(&told(&[("a", 500)], 500), true);
    assert_eq!(ledger.rows(), [row("a", 0, 0)]);
    assert_eq!(ledger.verdict(false), Verdict::Nothing);
}

#[test]
fn older_answer_changes_nothing() {
    let mut ledger = begun(&told(&[("a", 10)], 10));
    ledger.observe(&told(&[("a", 15)], 15), false);
    ledger.observe(&told(&[("a", 12)], 12), false);
    ledger.observe(&told(&[("a", 16)], 16), false);
    assert_eq!(ledger.rows(), [row("a", 6, 0)]);
}

#[test]
fn server_that_began_anew_begins_the_run_anew() {
    let mut ledger = begun(&told(&[("a", 10)], 10));
    answer(&mut ledger, "a", 1.0);
    ledger.observe(&told(&[("a", 0)], 0), true);
    assert_eq!(ledger.verdict(false), Verdict::Nothing);
}

#[test]
fn replica_that_returns_counts_on() {
    let mut ledger = begun(&told(&[("a", 0), ("b", 0)], 0));
    ledger.observe(&told(&[("a", 5), ("b", 5)], 10), false);
    let mut scaled = told(&[("a", 9)], 16);
    let pick = |number, replica: &str| Pick {
        number,
        replica: replica.to_owned(),
        ..Pick::default()
    };
    scaled.picks = vec![pick(10, "b"), pick(11, "b"), pick(12, "a"), pick(16, "b")];
    ledger.observe(&scaled, false);
    ledger.observe(&told(&[("a", 9), ("b", 3)], 19), false);
    assert_eq!(ledger.rows(), [row("a", 9, 0), row("b", 10, 0)]);
    assert_eq!(ledger.picks(), 19);
}

#[test]
fn retries_explain_more_picks_than_calls() {
    let mut ledger = begun(&told(&[("a", 0), ("b", 0)], 0));
    answer(&mut ledger, "b", 1.0);
    answer(&mut ledger, "b", 1.0);
    let retried = Balance {
        retries_total: 1,
        ..told(&[("a", 1), ("b", 2)], 3)
    };
    ledger.observe(&retried, false);
    let expected = Verdict::Explained {
        picks: 3,
        retries: 1,
        calls: 2,
    };
    assert_eq!(ledger.verdict(false), expected);
}

#[test]
fn another_caller_makes_a_difference() {
    let mut ledger = begun(&told(&[("a", 0)], 0));
    answer(&mut ledger, "a", 1.0);
    ledger.observe(&told(&[("a", 3)], 3), false);
    assert_eq!(
        ledger.verdict(false),
        Verdict::Different { picks: 3, calls: 1 }
    );
}

#[test]
fn failed_call_is_counted_with_its_code_once() {
    let mut ledger = begun(&told(&[("a", 0)], 0));
    for _ in 0..2 {
        ledger.call();
        ledger.failed(Code::Unavailable, 1.0);
    }
    assert_eq!((ledger.errors(), ledger.open()), (2, 0));
    assert_eq!(ledger.codes(), ["UNAVAILABLE"]);
}

#[test]
fn percentiles_are_by_the_nearest_rank() {
    let mut ledger = begun(&told(&[("a", 0)], 0));
    assert_eq!(ledger.percentiles(), [None; 3]);
    for millis in 1..=100 {
        answer(&mut ledger, "a", f64::from(millis));
    }
    assert_eq!(ledger.percentiles(), [Some(50.0), Some(95.0), Some(99.0)]);
}

#[test]
fn calls_of_the_server_are_counted_like_the_page_s() {
    let mut ledger = begun(&told(&[("a", 0)], 0));
    let report = |calls: u64| Report {
        begun: calls,
        failed: 1,
        codes: vec!["UNAVAILABLE".to_owned()],
        answered: vec![("a".to_owned(), calls - 1)],
        p50: Some(2.0),
        p99: Some(9.0),
    };
    ledger.report(report(10));
    ledger.report(report(20));
    assert_eq!(ledger.rows(), [row("a", 0, 19)]);
    assert_eq!(ledger.percentiles(), [Some(2.0), None, Some(9.0)]);
    ledger.keep_report();
    ledger.report(report(5));
    assert_eq!(ledger.rows(), [row("a", 0, 23)]);
    assert_eq!((ledger.begun(), ledger.errors()), (25, 2));
    assert_eq!(ledger.codes(), ["UNAVAILABLE"]);
}

#[test]
fn rate_is_that_of_the_latest_samples() {
    let mut ledger = begun(&told(&[("a", 0)], 0));
    assert_eq!(ledger.rate(), None);
    for second in 0..20 {
        ledger.sample(f64::from(second) * 1e3);
        for _ in 0..second {
            answer(&mut ledger, "a", 1.0);
        }
    }
    // 12 to 18 calls were made in the seven seconds before the last sample.
    assert_eq!(ledger.rate(), Some(15.0));
}

#[test]
fn part_of_nothing_is_nothing() {
    assert!(percent(0, 0).abs() < f64::EPSILON);
    assert!((percent(1, 3) - 33.333).abs() < 0.001);
}
