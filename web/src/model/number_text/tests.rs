//! Scalars as text, natively and in a browser alike.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use wire::fields::Value;

use super::value_text;

#[track_caller]
fn check(value: Value, expected: &str) {
    assert_eq!(value_text(value), expected);
}

#[test]
fn integers_are_exact_at_their_ends() {
    check(Value::Signed(i64::MIN), "-9223372036854775808");
    check(Value::Unsigned(u64::MAX), "18446744073709551615");
    check(Value::Bool(true), "true");
}

#[test]
fn floats_are_the_shortest_text_that_reads_back_the_same() {
    check(Value::Float(0.1), "0.1");
    check(Value::Double(0.1), "0.1");
    check(Value::Double(-2.5), "-2.5");
    check(Value::Float(16_777_216.0), "16777216");
}

#[test]
fn special_floats_have_protobufs_names() {
    check(Value::Double(f64::NAN), "NaN");
    check(Value::Float(f32::INFINITY), "Infinity");
    check(Value::Double(f64::NEG_INFINITY), "-Infinity");
}
