//! Decimal text both ways.

use super::{fixed, parse};

#[test]
fn fixed_rounds_and_pads() {
    assert_eq!(fixed(0.424, 2), "0.42");
    assert_eq!(fixed(3.96, 1), "4.0");
    assert_eq!(fixed(2.05, 1), "2.1");
    assert_eq!(fixed(128.5, 0), "129");
    assert_eq!(fixed(-1.0, 2), "0.00");
    assert_eq!(fixed(f64::NAN, 1), "0.0");
}

#[test]
fn digits_with_a_point_are_a_number() {
    assert_eq!(parse("12"), Some(12.0));
    assert_eq!(parse("0.25"), Some(0.25));
    assert_eq!(parse(".5"), Some(0.5));
}

#[test]
fn anything_else_is_no_number() {
    for text in ["", ".", "-1", "1e3", "1.2.3", "NaN", "1234567890123456"] {
        assert_eq!(parse(text), None, "{text}");
    }
}
