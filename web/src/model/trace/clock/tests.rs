//! Clocks that agree, clocks that don't, and spans that tell nothing about them.

use super::super::tests::{retried, span};
use super::super::tree::parents;
use super::*;

const MILLI: i64 = 1_000_000;

fn clocks(spans: &[Span]) -> Vec<Clock> {
    align(spans, &parents(spans)).0
}

#[test]
fn equal_clocks_are_left_alone_and_the_bounds_are_told() {
    let spans = [span("c", "", "page", 0, 10), span("s", "c", "server", 3, 6)];
    let [page, server] = &clocks(&spans)[..] else {
        panic!("two sources")
    };
    assert!(!page.is_tied() && page.offset == 0);
    assert!(server.is_tied() && !server.is_corrected && server.offset == 0);
    assert_eq!(
        (server.low, server.high),
        (Some(-4 * MILLI), Some(3 * MILLI))
    );
    assert_eq!(server.uncertainty(), Some(4 * MILLI));
}

#[test]
fn clock_ahead_is_taken_back_by_the_middle_of_what_is_possible() {
    // The server's span can only have been 3 to 6 of the page's time if its clock is 97 to 104 ms ahead.
    let spans = [
        span("c", "", "page", 0, 10),
        span("s", "c", "server", 104, 107),
    ];
    let server = &clocks(&spans)[1];
    assert_eq!(
        (server.low, server.high),
        (Some(97 * MILLI), Some(104 * MILLI))
    );
    assert_eq!(server.offset, 100 * MILLI + MILLI / 2);
    assert_eq!(server.uncertainty(), Some(3 * MILLI + MILLI / 2));
}

#[test]
fn clock_behind_is_put_forward() {
    let spans = [
        span("c", "", "page", 50, 60),
        span("s", "c", "server", 4, 10),
    ];
    assert_eq!(clocks(&spans)[1].offset, -48 * MILLI);
}

#[test]
fn offsets_add_up_down_the_tree() {
    let spans = retried();
    let clocks = clocks(&spans);
    let told: Vec<_> = clocks
        .iter()
        .map(|clock| (&*clock.source, &*clock.by, clock.offset))
        .collect();
    // The server's is 98 to 106 ms ahead of the page's; those of the replicas agree with the server's.
    let expected = [
        ("page", "", 0),
        ("gangplank", "page", 102 * MILLI),
        ("replica-1", "gangplank", 102 * MILLI),
        ("replica-0", "gangplank", 102 * MILLI),
    ];
    let mut sorted = told.clone();
    sorted.sort_by_key(|(source, ..)| expected.iter().position(|own| own.0 == *source));
    assert_eq!(sorted, expected);
}

#[test]
fn all_calls_of_a_source_narrow_the_same_bounds() {
    let spans = [
        span("root", "", "page", 0, 100),
        span("one", "root", "page", 0, 10),
        span("two", "root", "page", 20, 24),
        span("s1", "one", "server", 1_000, 1_004),
        span("s2", "two", "server", 1_021, 1_024),
    ];
    let server = &clocks(&spans)[1];
    assert_eq!(
        (server.low, server.high),
        (Some(1_000 * MILLI), Some(1_000 * MILLI))
    );
    assert_eq!(server.uncertainty(), Some(0));
}

#[test]
fn calls_that_contradict_each_other_leave_the_first_one() {
    let spans = [
        span("one", "", "page", 0, 10),
        span("s1", "one", "server", 100, 105),
        span("two", "one", "page", 5, 6),
        span("s2", "two", "server", 400, 401),
    ];
    let server = &clocks(&spans)[1];
    assert_eq!(
        (server.low, server.high),
        (Some(95 * MILLI), Some(100 * MILLI))
    );
}

#[test]
fn server_that_outlives_a_caller_who_gave_up_tells_only_its_beginning() {
    let spans = [
        span("c", "", "page", 0, 10),
        span("s", "c", "server", 2, 40),
    ];
    let server = &clocks(&spans)[1];
    assert_eq!((server.low, server.offset), (None, 0));
    assert_eq!(server.uncertainty(), None);
    let early = [
        span("c", "", "page", 5, 10),
        span("s", "c", "server", 2, 40),
    ];
    assert_eq!(clocks(&early)[1].offset, -3 * MILLI);
}

#[test]
fn end_noted_a_little_late_is_no_sign_of_another_clock() {
    let mut spans = [
        span("c", "", "gangplank", 0, 10),
        span("s", "c", "replica-0", 2, 10),
    ];
    spans[1].duration += MILLI / 2;
    assert!(!clocks(&spans)[1].is_corrected);
    spans[0].start -= 1;
    spans[0].duration += 1;
    assert!(!clocks(&spans)[1].is_corrected);
}

#[test]
fn consumer_may_come_as_late_as_it_likes() {
    let mut spans = [
        span("c", "", "page", 0, 10),
        span("s", "c", "queue", 5_000, 5_001),
    ];
    spans[1].kind = Kind::Consumer;
    assert_eq!(clocks(&spans)[1].offset, 0);
}

#[test]
fn source_that_nothing_ties_to_the_others_is_drawn_as_it_came() {
    let spans = [
        span("c", "", "page", 0, 10),
        span("s", "gone", "server", 900, 901),
    ];
    let server = &clocks(&spans)[1];
    assert!(!server.is_tied() && server.offset == 0);
    assert_eq!(server.uncertainty(), None);
}

#[test]
fn no_numbers_overflow() {
    let mut spans = [span("c", "", "page", 0, 0), span("s", "c", "server", 0, 0)];
    spans[0].start = i64::MIN;
    spans[0].duration = i64::MAX;
    spans[1].start = i64::MAX;
    spans[1].duration = i64::MAX;
    assert_eq!(clocks(&spans).len(), 2);
    assert!(clocks(&[]).is_empty());
}
