//! Sentences with numbers in them, in both languages.

use super::*;
use crate::model::trace::Kind;
use crate::model::trace::compare::{Change, Grown};

const MILLI: i64 = 1_000_000;

fn told(clock: &Clock) -> [String; 2] {
    [Locale::En, Locale::Zh].map(|locale| (TraceWords::of(locale).clock)(clock))
}

#[test]
fn correction_is_told_with_its_uncertainty() {
    let clock = Clock {
        source: "gangplank".to_owned(),
        by: "page".to_owned(),
        step: 1_800_000,
        offset: 1_800_000,
        low: Some(1_400_000),
        high: Some(2_200_000),
        is_corrected: true,
    };
    let [en, zh] = told(&clock);
    let expected = "gangplank's clock is 1.8 ms ahead of page's, ± 400 µs. Its spans are drawn that much earlier.";
    assert_eq!(en, expected);
    assert_eq!(
        zh,
        "gangplank 的时钟比 page 的快 1.8 ms（± 400 µs），它的 span 已按此提前绘制。"
    );
    let behind = Clock {
        step: -3 * MILLI,
        low: None,
        high: Some(-3 * MILLI),
        ..clock
    };
    let [en, zh] = told(&behind);
    assert!(en.contains("3.0 ms behind page's, or more"), "{en}");
    assert!(zh.contains("慢 3.0 ms 或更多"), "{zh}");
}

#[test]
fn clock_that_nothing_ties_is_told_as_such() {
    let clock = Clock {
        source: "elsewhere".to_owned(),
        ..Clock::default()
    };
    for told in told(&clock) {
        assert!(told.contains("elsewhere"), "{told}");
    }
}

#[test]
fn outcome_names_the_one_that_worked_longer() {
    let change = Change {
        name: "SayHello".to_owned(),
        kind: Kind::Server,
        attempt: 0,
        sources: ["replica-0".to_owned(), "replica-1".to_owned()],
        depth: 1,
        took: [MILLI, 301 * MILLI],
        own: [MILLI, 301 * MILLI],
    };
    let outcome = Outcome {
        changes: vec![
            Change {
                own: [0, 0],
                ..change.clone()
            },
            change,
        ],
        grown: Grown::Chain,
        own: Some(1),
        guess: Some(1),
    };
    let told = (TraceWords::of(Locale::En).grown)(&outcome);
    let expected = "2 of 2 bars grew. SayHello of replica-1 worked 300 ms longer by itself; the others mostly waited for it.";
    assert_eq!(told, expected);
    let told = (TraceWords::of(Locale::Zh).grown)(&outcome);
    assert!(
        told.contains("replica-1 的 SayHello 自身多花了 300 ms"),
        "{told}"
    );
}

#[test]
fn shares_of_the_critical_path_are_told_in_order() {
    let shares = [
        ("replica-1".to_owned(), 8 * MILLI),
        ("page".to_owned(), MILLI),
    ];
    let told = (TraceWords::of(Locale::En).shares)("9.0 ms", &shares);
    assert_eq!(
        told,
        "Critical path: of 9.0 ms, 8.0 ms in replica-1, 1.0 ms in page."
    );
}
