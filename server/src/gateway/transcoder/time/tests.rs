//! Times and durations both ways, and at their edges.

use super::{parse_duration, parse_timestamp, write_duration, write_timestamp};

type Write = fn(&mut Vec<u8>, i64, i32) -> Option<()>;

#[track_caller]
fn check(write: Write, (seconds, nanos): (i64, i32), expected: Option<&str>) {
    let mut out = Vec::new();
    let written = write(&mut out, seconds, nanos).map(|()| String::from_utf8(out).unwrap());
    assert_eq!(written.as_deref(), expected);
}

#[test]
fn timestamps_go_both_ways() {
    for (text, value) in [
        ("1970-01-01T00:00:00Z", (0, 0)),
        ("0001-01-01T00:00:00Z", (-62_135_596_800, 0)),
        (
            "9999-12-31T23:59:59.999999999Z",
            (253_402_300_799, 999_999_999),
        ),
        ("2000-02-29T12:00:00.100Z", (951_825_600, 100_000_000)),
        ("1969-12-31T23:59:59.000001Z", (-1, 1_000)),
        ("2100-03-01T00:00:00Z", (4_107_542_400, 0)),
    ] {
        assert_eq!(parse_timestamp(text), Some(value), "{text}");
        check(write_timestamp, value, Some(text));
    }
}

#[test]
fn every_day_of_a_leap_cycle_goes_both_ways() {
    for day in -365_250..146_097 {
        let mut out = Vec::new();
        write_timestamp(&mut out, day * 86_400, 0).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(parse_timestamp(&text), Some((day * 86_400, 0)), "{text}");
    }
}

#[test]
fn timestamps_come_with_any_offset() {
    for (text, value) in [
        ("1970-01-01T01:30:00+01:30", (0, 0)),
        ("1969-12-31T19:00:00.5-05:00", (0, 500_000_000)),
        ("1970-01-01T00:00:00-00:00", (0, 0)),
    ] {
        assert_eq!(parse_timestamp(text), Some(value), "{text}");
    }
}

#[test]
fn text_that_is_no_time_is_refused() {
    for text in [
        "",
        "1970-01-01",
        "1970-01-01t00:00:00Z",
        "1970-01-01T00:00:00z",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:00",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.0123456789Z",
        "1970-01-01T00:00:00Zx",
        "1970-01-01T00:00:00+24:00",
        "1970-01-01T00:00:60Z",
        "1970-01-01T24:00:00Z",
        "1970-13-01T00:00:00Z",
        "1970-00-01T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "+970-01-01T00:00:00Z",
    ] {
        assert_eq!(parse_timestamp(text), None, "{text}");
    }
}

#[test]
fn timestamps_out_of_range_have_no_text() {
    for value in [
        (-62_135_596_801, 0),
        (253_402_300_800, 0),
        (0, -1),
        (0, 1_000_000_000),
    ] {
        check(write_timestamp, value, None);
    }
}

#[test]
fn durations_go_both_ways() {
    for (text, value) in [
        ("0s", (0, 0)),
        ("1.500s", (1, 500_000_000)),
        ("-1.500s", (-1, -500_000_000)),
        ("-0.000000001s", (0, -1)),
        ("315576000000.999999999s", (315_576_000_000, 999_999_999)),
    ] {
        assert_eq!(parse_duration(text), Some(value), "{text}");
        check(write_duration, value, Some(text));
    }
    assert_eq!(parse_duration("3.5s"), Some((3, 500_000_000)));
}

#[test]
fn text_that_is_no_duration_is_refused() {
    for text in [
        "",
        "s",
        "1",
        "1h",
        "1.s",
        ".5s",
        "+1s",
        "--1s",
        "1.0000000001s",
        "1 s",
        "1s ",
        "315576000001s",
    ] {
        assert_eq!(parse_duration(text), None, "{text}");
    }
}

#[test]
fn durations_of_two_signs_have_no_text() {
    for value in [
        (1, -1),
        (-1, 1),
        (0, 1_000_000_000),
        (315_576_000_001, 0),
        (i64::MIN, 0),
        (0, i32::MIN),
    ] {
        check(write_duration, value, None);
    }
}
