//! Scales and labels.

use super::{LogScale, spread};

#[test]
fn scale_reaches_from_below_the_lowest_to_above_the_highest() {
    let scale = LogScale::of([30.0, 3.0, 90.0]).unwrap();
    assert_eq!(
        scale,
        LogScale {
            low: 2.0,
            high: 100.0
        }
    );
    assert!(scale.position(2.0).abs() < 1e-9);
    assert!((scale.position(100.0) - 1.0).abs() < 1e-9);
    assert!((scale.position(200_f64.sqrt()) - 0.5).abs() < 1e-9);
}

#[test]
fn scale_needs_values_above_zero() {
    assert_eq!(LogScale::of([]), None);
    assert_eq!(LogScale::of([0.0, -1.0]), None);
    assert!(LogScale::of([7.0]).is_some());
}

#[test]
fn ticks_are_few_and_round() {
    let check = |values: [f64; 2], expected: &[f64]| {
        let ticks = LogScale::of(values).unwrap().ticks();
        assert_eq!(ticks.len(), expected.len(), "{ticks:?}");
        let pairs = ticks.iter().zip(expected);
        assert!(
            pairs.clone().all(|(a, b)| (a / b - 1.0).abs() < 1e-9),
            "{ticks:?}"
        );
    };
    check([3.0, 90.0], &[2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
    check([1.0, 9_000.0], &[1.0, 10.0, 100.0, 1_000.0, 10_000.0]);
}

#[test]
fn labels_that_would_overlap_move_down_in_order() {
    assert_eq!(spread(&[50.0, 10.0, 12.0], 5.0), [50.0, 10.0, 15.0]);
    assert_eq!(spread(&[1.0, 1.0, 1.0], 2.0), [1.0, 3.0, 5.0]);
}
