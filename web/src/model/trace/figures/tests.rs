//! Numbers as text.

use super::*;

#[test]
fn duration_has_the_digits_a_reader_can_use() {
    for (nanos, expected) in [
        (0, "0 ns"),
        (640, "640 ns"),
        (12_345, "12.3 µs"),
        (123_456, "123 µs"),
        (3_800_000, "3.8 ms"),
        (128_000_000, "128 ms"),
        (2_350_000_000, "2.35 s"),
        (-1_800_000, "−1.8 ms"),
    ] {
        assert_eq!(duration(nanos), expected);
    }
    assert_eq!(signed(300_000_000), "+300 ms");
    assert_eq!(signed(-300_000_000), "−300 ms");
}

#[test]
fn exact_duration_loses_nothing() {
    for (nanos, expected) in [
        (0, "0 ms"),
        (1, "0.000001 ms"),
        (12_345_678, "12.345678 ms"),
        (12_300_000, "12.3 ms"),
        (-1_500_000, "−1.5 ms"),
        (i64::MAX, "9223372036854.775807 ms"),
        (i64::MIN, "−9223372036854.775808 ms"),
    ] {
        assert_eq!(exact(nanos), expected);
    }
}

#[test]
fn point_in_time_is_told_in_utc() {
    let time = 1_700_000_000_123_456_789;
    assert_eq!(timestamp(time), "2023-11-14T22:13:20.123456789Z");
    assert_eq!(time_of_day(time), "22:13:20.123");
    assert_eq!(time_of_day(1_700_000_000_000_000_000), "22:13:20.000");
    assert_eq!(time_of_day(-1), "23:59:59.999");
}

#[test]
fn values_are_told_as_they_are() {
    for (own, expected) in [
        (Value::Text("OK".to_owned()), "OK"),
        (Value::Number(i64::MIN), "-9223372036854775808"),
        (Value::Real(0.1), "0.1"),
        (Value::Real(f64::NAN), "NaN"),
        (Value::Flag(true), "true"),
    ] {
        assert_eq!(value(&own), expected);
    }
}
