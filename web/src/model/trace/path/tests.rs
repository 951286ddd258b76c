//! Paths through chains, siblings that overlap, and children that end too late.

use super::super::Span;
use super::super::tests::span;
use super::super::tree::parents;
use super::*;

const MILLI: i64 = 1_000_000;

fn read(spans: &[Span]) -> (Tree, Vec<Times>) {
    let times: Vec<Times> = spans.iter().map(|span| (span.start, span.end())).collect();
    let starts: Vec<i64> = spans.iter().map(|span| span.start).collect();
    (Tree::of(spans, &parents(spans), &starts), times)
}

#[track_caller]
fn check(spans: &[Span], expected: &[(&str, i64, i64)]) {
    let (tree, times) = read(spans);
    let path = critical(&tree, &times);
    let told: Vec<_> = path
        .iter()
        .map(|own| (&*spans[own.span].id, own.from / MILLI, own.to / MILLI))
        .collect();
    assert_eq!(told, expected);
    // It has no holes, and nothing is on it twice.
    for pair in path.windows(2) {
        assert_eq!(pair[0].to, pair[1].from);
    }
}

#[test]
fn parent_works_before_between_and_after_its_children() {
    let spans = [
        span("root", "", "x", 0, 100),
        span("one", "root", "x", 10, 30),
        span("two", "root", "x", 50, 90),
        span("deep", "two", "x", 60, 90),
    ];
    let expected = [
        ("root", 0, 10),
        ("one", 10, 30),
        ("root", 30, 50),
        ("two", 50, 60),
        ("deep", 60, 90),
        ("root", 90, 100),
    ];
    check(&spans, &expected);
}

#[test]
fn sibling_that_goes_on_beside_the_last_one_holds_nobody_up() {
    let spans = [
        span("root", "", "x", 0, 100),
        span("slow", "root", "x", 10, 90),
        span("beside", "root", "x", 20, 80),
        span("before", "root", "x", 2, 8),
    ];
    let expected = [
        ("root", 0, 2),
        ("before", 2, 8),
        ("root", 8, 10),
        ("slow", 10, 90),
        ("root", 90, 100),
    ];
    check(&spans, &expected);
}

#[test]
fn child_that_ends_late_or_begins_early_is_cut_to_its_parent() {
    let spans = [
        span("root", "", "x", 10, 100),
        span("late", "root", "x", 50, 130),
        span("deep", "late", "x", 60, 120),
        span("early", "root", "x", 0, 40),
        span("outside", "root", "x", 140, 150),
    ];
    let expected = [
        ("early", 10, 40),
        ("root", 40, 50),
        ("late", 50, 60),
        ("deep", 60, 100),
    ];
    check(&spans, &expected);
}

#[test]
fn longest_orphan_is_the_top_where_there_is_no_root() {
    let spans = [span("a", "gone", "x", 0, 5), span("b", "gone", "x", 3, 20)];
    check(&spans, &[("b", 3, 20)]);
    let (tree, times) = read(&[]);
    assert!(critical(&tree, &times).is_empty());
}

#[test]
fn own_time_is_what_no_child_covers() {
    let spans = [
        span("root", "", "x", 0, 100),
        span("one", "root", "x", 10, 40),
        span("two", "root", "x", 30, 60),
        span("late", "root", "x", 95, 140),
        span("leaf", "one", "x", 10, 40),
    ];
    let (tree, times) = read(&spans);
    let own: Vec<i64> = own_times(&tree, &times)
        .iter()
        .map(|own| own / MILLI)
        .collect();
    assert_eq!(own, [45, 0, 30, 45, 30]);
}
