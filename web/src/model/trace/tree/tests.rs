//! Trees out of spans in any order, with parts missing, and with rings.

use super::super::tests::{retried, span};
use super::*;

fn tree(spans: &[Span]) -> Tree {
    let starts: Vec<i64> = spans.iter().map(|span| span.start).collect();
    Tree::of(spans, &parents(spans), &starts)
}

fn names<'a>(spans: &'a [Span], places: &[usize]) -> Vec<&'a str> {
    places.iter().map(|place| &*spans[*place].id).collect()
}

#[test]
fn parents_come_before_children_and_siblings_by_time() {
    let spans = retried();
    let tree = tree(&spans);
    let expected = ["root", "p", "s", "c", "a1", "r1", "a2", "r2"];
    assert_eq!(names(&spans, &tree.order), expected);
    let depths: Vec<usize> = tree
        .order
        .iter()
        .map(|place| tree.nodes[*place].depth)
        .collect();
    assert_eq!(depths, [0, 1, 2, 3, 4, 5, 4, 5]);
    assert!(!tree.has_orphans());
}

#[test]
fn attempts_are_counted_in_the_order_of_time() {
    let spans = retried();
    let tree = tree(&spans);
    let attempts = tree.order.iter().map(|place| tree.nodes[*place].attempt);
    assert_eq!(attempts.collect::<Vec<_>>(), [0, 0, 0, 0, 1, 0, 2, 0]);
}

#[test]
fn orphans_stand_on_top_behind_the_roots() {
    let spans = [
        span("b", "gone", "x", 0, 5),
        span("root", "", "x", 1, 9),
        span("child", "b", "x", 1, 2),
    ];
    let tree = tree(&spans);
    assert_eq!(names(&spans, &tree.order), ["root", "b", "child"]);
    assert!(tree.has_orphans() && tree.nodes[0].is_orphan && !tree.nodes[2].is_orphan);
}

#[test]
fn ring_is_cut_and_nothing_is_lost() {
    let spans = [
        span("a", "c", "x", 0, 1),
        span("b", "a", "x", 1, 2),
        span("c", "b", "x", 2, 3),
        span("self", "self", "x", 3, 4),
        span("below", "b", "x", 4, 5),
    ];
    let tree = tree(&spans);
    let mut order = tree.order.clone();
    order.sort_unstable();
    assert_eq!(order, [0, 1, 2, 3, 4]);
    assert_eq!(tree.tops.len(), 2);
    assert!(tree.tops.iter().all(|top| tree.nodes[*top].is_orphan));
}

#[test]
fn closed_span_hides_all_below_it() {
    let spans = retried();
    let tree = tree(&spans);
    let closed = |id: &str| spans.iter().map(|span| span.id == id).collect::<Vec<_>>();
    let seen = |id: &str| names(&spans, &tree.seen(&closed(id)));
    assert_eq!(seen("c"), ["root", "p", "s", "c"]);
    assert_eq!(seen("a1"), ["root", "p", "s", "c", "a1", "a2", "r2"]);
    assert_eq!(seen("root"), ["root"]);
    assert_eq!(seen("r2").len(), 8);
}

#[test]
fn chain_of_ten_thousand_is_walked() {
    let ids: Vec<String> = (0..10_000).map(|place| format!("{place:016x}")).collect();
    let spans: Vec<Span> = ids
        .iter()
        .enumerate()
        .map(|(place, id)| {
            span(
                id,
                place.checked_sub(1).map_or("", |up| &ids[up]),
                "x",
                0,
                1,
            )
        })
        .collect();
    let tree = tree(&spans);
    assert_eq!(tree.nodes[9_999].depth, 9_999);
}
