//! Integers and floats as JSON spells them.

use super::NumberError::{Fraction, Grammar, Range};
use super::{NumberError, float, integer, length};

#[track_caller]
fn check(text: &str, expected: Result<i64, NumberError>) {
    assert_eq!(integer::<i64>(text), expected, "{text}");
}

#[test]
fn integers_may_have_points_and_exponents() {
    for (text, expected) in [
        ("0", 0),
        ("-0", 0),
        ("-0.0e5", 0),
        ("7", 7),
        ("1.0", 1),
        ("1e2", 100),
        ("1E+2", 100),
        ("-12.50e1", -125),
        ("1500e-2", 15),
        ("0e999999999999999999999", 0),
        ("9007199254740993.0", 9_007_199_254_740_993),
        ("922337203685477580.7e1", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        check(text, Ok(expected));
    }
}

#[test]
fn fractions_are_no_integers() {
    for text in ["1.5", "1e-1", "0.1", "10e-2", "1e-999999999999999999999"] {
        check(text, Err(Fraction));
    }
}

#[test]
fn numbers_beyond_the_type_are_refused() {
    for text in [
        "9223372036854775808",
        "1e19",
        "1e999999999999999999999",
        "123456789012345678901234567890",
    ] {
        check(text, Err(Range));
    }
    assert_eq!(integer::<u64>("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(integer::<u64>("18446744073709551616"), Err(Range));
    assert_eq!(integer::<u64>("-1"), Err(Range));
    assert_eq!(integer::<i32>("2147483648"), Err(Range));
}

#[test]
fn text_outside_the_grammar_is_no_number() {
    for text in [
        "", "+1", "01", "-01", "1 ", " 1", "1.", ".5", "1e", "1e+", "0x1", "1_0", "-", "--1", "NaN",
    ] {
        check(text, Err(Grammar));
    }
}

#[test]
fn length_ends_where_the_number_does() {
    for (text, expected) in [
        ("12,", Some(2)),
        ("01", Some(1)),
        ("-1.5e3]", Some(6)),
        ("x", None),
        ("1.x", None),
    ] {
        assert_eq!(length(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn floats_are_finite_unless_named() {
    assert_eq!(float::<f64>("-Infinity"), Ok(f64::NEG_INFINITY));
    assert!(float::<f32>("NaN").unwrap().is_nan());
    assert_eq!(float::<f64>("1e308"), Ok(1e308));
    assert_eq!(float::<f64>("-0").unwrap().to_bits(), (-0.0_f64).to_bits());
    assert_eq!(float::<f64>("1e309"), Err(Range));
    assert_eq!(float::<f32>("3.5e38"), Err(Range));
    for text in ["inf", "nan", "infinity", "+1", "1.", ""] {
        assert_eq!(float::<f64>(text), Err(Grammar), "{text}");
    }
}
