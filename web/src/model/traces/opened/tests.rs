//! Moving about in an open trace, and a trace that grows meanwhile.

use super::*;

fn span(id: usize, parent: Option<usize>) -> Span {
    Span {
        id: format!("{id:016x}"),
        parent: parent.map(|own| format!("{own:016x}")).unwrap_or_default(),
        name: format!("span {id}"),
        start: i64::try_from(id).unwrap_or(0) * 1_000_000,
        duration: 1_000_000_000,
        source: "page".to_owned(),
        ..Span::default()
    }
}

/// 1 asks for 2 and 3, 3 for 4.
fn small() -> Trace {
    Trace {
        spans: vec![
            span(1, None),
            span(2, Some(1)),
            span(3, Some(1)),
            span(4, Some(3)),
        ],
        ..Trace::default()
    }
}

fn opened(trace: Trace) -> Opened {
    let mut opened = Opened::asked("x");
    opened.take(trace);
    opened
}

fn at(opened: &Opened) -> usize {
    opened.chosen + 1
}

#[test]
fn keys_walk_the_tree_as_the_treegrid_pattern_has_it() {
    let mut opened = opened(small());
    assert_eq!(at(&opened), 1);
    let mut go = |way, expected: (usize, usize)| {
        opened.go(way);
        assert_eq!((at(&opened), opened.rows.len()), expected, "{way:?}");
    };
    go(Move::By(1), (2, 4));
    go(Move::Out, (2, 4));
    go(Move::By(1), (3, 4));
    go(Move::Out, (4, 4));
    go(Move::In, (3, 4));
    go(Move::In, (3, 3));
    go(Move::In, (1, 3));
    go(Move::Last, (3, 3));
    go(Move::Out, (3, 4));
    go(Move::By(9), (4, 4));
    go(Move::First, (1, 4));
    go(Move::In, (1, 1));
    go(Move::By(1), (1, 1));
    go(Move::By(-9), (1, 1));
    go(Move::In, (1, 1));
}

#[test]
fn grown_trace_leaves_the_reader_where_they_were() {
    let mut opened = opened(small());
    opened.go(Move::Last);
    opened.toggle(2);
    opened.go(Move::By(-1));
    opened.look(|window, whole| window.zoomed(true, whole));
    let window = opened.window;
    let mut trace = small();
    trace.spans.insert(0, span(9, Some(2)));
    opened.take(trace);
    assert_eq!(opened.span().map(|span| &*span.name), Some("span 2"));
    assert!(opened.is_closed(3) && opened.rows.len() == 4);
    assert_eq!(opened.window, window);
}

#[test]
fn window_follows_a_trace_that_grows_unless_the_reader_chose_one() {
    let mut opened = opened(small());
    let whole = opened.window;
    let mut trace = small();
    trace.spans.push(span(900, Some(1)));
    opened.take(trace);
    assert!(opened.is_whole() && opened.window.to > whole.to);
    opened.look(|window, whole| window.zoomed(true, whole));
    assert!(!opened.is_whole());
}

#[test]
fn however_many_spans_few_rows_are_drawn_and_all_can_be_reached() {
    let spans = (0..5_000).map(|id| span(id, id.checked_sub(1).map(|_| 0)));
    let mut opened = opened(Trace {
        spans: spans.collect(),
        ..Trace::default()
    });
    assert_eq!((opened.rows.len(), opened.seen().len()), (ROWS, 5_000));
    opened.go(Move::Last);
    assert_eq!(
        (opened.from, opened.chosen_row()),
        (5_000 - ROWS, Some(ROWS - 1))
    );
    opened.scroll(-100);
    assert_eq!((opened.from, opened.chosen_row()), (4_800, None));
    opened.choose_row(0);
    assert_eq!(opened.chosen_row(), Some(0));
    opened.go(Move::First);
    assert_eq!(opened.from, 0);
    opened.scroll(-1);
    assert_eq!(opened.from, 0);
}

#[test]
fn nothing_can_be_done_with_a_trace_that_is_not_here() {
    let mut opened = Opened::asked("x");
    for way in [Move::By(1), Move::First, Move::Last, Move::In, Move::Out] {
        opened.go(way);
    }
    opened.toggle(3);
    opened.choose_row(3);
    opened.look_closer();
    assert!(opened.rows.is_empty() && opened.span().is_none() && !opened.is_here());
}
