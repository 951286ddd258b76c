//! One trace, read as a whole.

use super::super::tests::{retried, span};
use super::*;

const MILLI: i64 = 1_000_000;

#[test]
fn spans_of_all_sources_nest_on_the_common_clock() {
    let spans = retried();
    let reading = Reading::of(&spans);
    for (place, node) in reading.tree.nodes.iter().enumerate() {
        let Some(parent) = node.parent else { continue };
        let (outer, inner) = (reading.times[parent], reading.times[place]);
        assert!(
            outer.0 <= inner.0 && inner.1 <= outer.1,
            "{}",
            spans[place].id
        );
    }
    assert_eq!(reading.duration(), 31 * MILLI);
    assert_eq!(reading.top().map(|top| &*spans[top].id), Some("root"));
}

#[test]
fn critical_path_adds_up_to_the_root() {
    let reading = Reading::of(&retried());
    assert_eq!(reading.on_path.iter().sum::<i64>(), 31 * MILLI);
    let shares = reading.shares();
    assert_eq!(
        shares.iter().map(|(_, share)| share).sum::<i64>(),
        31 * MILLI
    );
    assert_eq!(shares[0].0, "page");
    assert_eq!(reading.attempts(), 2);
}

#[test]
fn trace_is_whole_once_nothing_is_missing() {
    let mut trace = Trace {
        spans: retried(),
        ..Trace::default()
    };
    assert!(trace.is_whole());
    let all = trace.spans.clone();
    for missing in ["root", "p", "s", "c", "a1", "a2", "r2"] {
        trace.spans.retain(|span| span.id != missing);
        assert!(!trace.is_whole(), "without {missing}");
        trace.spans.clone_from(&all);
    }
    trace.spans.retain(|span| span.id != "r1");
    assert!(trace.is_whole(), "one that failed may have reached nobody");
    assert!(!Trace::default().is_whole());
}

#[test]
fn nothing_is_read_out_of_nothing() {
    assert_eq!(Reading::of(&[]), Reading::default());
    let reading = Reading::of(&[span("a", "gone", "x", 3, 4)]);
    assert_eq!((reading.start, reading.end), (3 * MILLI, 4 * MILLI));
}
