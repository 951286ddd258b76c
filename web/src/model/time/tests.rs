//! Durations and timestamps as text.

use super::{format_millis, format_timestamp};

#[test]
fn duration_keeps_the_digits_a_reader_can_use() {
    assert_eq!(format_millis(0.424), "0.42 ms");
    assert_eq!(format_millis(3.84), "3.8 ms");
    assert_eq!(format_millis(128.4), "128 ms");
    assert_eq!(format_millis(2_345.0), "2.35 s");
}

#[track_caller]
fn check(seconds: i64, nanos: i32, expected: &str) {
    assert_eq!(format_timestamp(seconds, nanos).as_deref(), Some(expected));
}

#[test]
fn timestamp_has_as_many_digits_as_it_needs_in_threes() {
    check(0, 0, "1970-01-01T00:00:00Z");
    check(1_795_377_588, 50_000_000, "2026-11-22T19:59:48.050Z");
    check(951_782_400, 1_000, "2000-02-29T00:00:00.000001Z");
    check(-1, 999_999_999, "1969-12-31T23:59:59.999999999Z");
}

#[test]
fn first_and_last_second_of_a_timestamp_are_exact() {
    check(-62_135_596_800, 0, "0001-01-01T00:00:00Z");
    check(253_402_300_799, 0, "9999-12-31T23:59:59Z");
}

#[test]
fn moment_outside_the_range_has_no_text() {
    assert_eq!(format_timestamp(253_402_300_800, 0), None);
    assert_eq!(format_timestamp(-62_135_596_801, 0), None);
    assert_eq!(format_timestamp(0, -1), None);
    assert_eq!(format_timestamp(0, 1_000_000_000), None);
}
