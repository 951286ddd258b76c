//! One hop slowed: which bars grow.

use super::super::tests::retried;
use super::*;

const MILLI: i64 = 1_000_000;

fn trace(spans: Vec<Span>) -> Trace {
    Trace {
        spans,
        ..Trace::default()
    }
}

/// The same call without the attempt that failed, the rest as long as asked for.
fn plain(added: i64, by: &[&str]) -> Trace {
    let mut spans = retried();
    spans.retain(|span| !matches!(&*span.id, "a1" | "r1"));
    for span in &mut spans {
        if by.contains(&&*span.id) {
            span.duration += added * MILLI;
        }
    }
    trace(spans)
}

const ALL: [&str; 6] = ["root", "p", "s", "c", "a2", "r2"];

#[test]
fn slow_replica_makes_all_bars_above_it_grow_and_works_longer_itself() {
    let changes = compare(&plain(0, &ALL), &plain(300, &ALL));
    assert_eq!(changes.len(), 6);
    assert_eq!(changes[0].name, "click: SayHello");
    assert!(changes.iter().all(|change| change.grew() == 300 * MILLI));
    let (grown, own) = grown(&changes, 150 * MILLI);
    assert_eq!((grown, own), (Grown::Chain, Some(5)));
    assert_eq!(changes[5].own_grew(), 300 * MILLI);
    assert_eq!(changes[4].own_grew(), 0);
}

#[test]
fn wait_in_front_of_the_replica_is_the_attempt_s_own() {
    let changes = compare(&plain(0, &ALL), &plain(300, &ALL[..5]));
    assert_eq!(grown(&changes, 150 * MILLI), (Grown::Chain, Some(4)));
}

#[test]
fn only_the_top_only_the_lowest_or_none() {
    let judge = |by: &[&str]| grown(&compare(&plain(0, &[]), &plain(300, by)), 150 * MILLI);
    assert_eq!(judge(&["root"]), (Grown::Topmost, Some(0)));
    assert_eq!(judge(&["r2"]), (Grown::Lowest, Some(5)));
    assert_eq!(judge(&[]), (Grown::Other, None));
    assert_eq!(grown(&[], 1), (Grown::Other, None));
}

#[test]
fn another_replica_is_the_same_bar() {
    let mut after = plain(0, &[]);
    for span in &mut after.spans {
        if span.source == "replica-1" {
            span.source = "replica-2".to_owned();
        }
    }
    let changes = compare(&plain(0, &[]), &after);
    assert_eq!(
        changes[5].sources,
        ["replica-1".to_owned(), "replica-2".to_owned()]
    );
}

#[test]
fn bars_that_only_one_has_are_left_out() {
    let changes = compare(&trace(retried()), &plain(0, &[]));
    assert_eq!(changes.len(), 6);
}
