//! Timeouts: both directions, the limits of eight digits, and rounding.

use super::{TimeoutError, format, parse};
#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn every_unit_is_read() {
    let table = [
        ("2H", Duration::from_hours(2)),
        ("3M", Duration::from_mins(3)),
        ("15S", Duration::from_secs(15)),
        ("250m", Duration::from_millis(250)),
        ("7u", Duration::from_micros(7)),
        ("00000009n", Duration::from_nanos(9)),
        ("0S", Duration::ZERO),
        ("99999999H", Duration::from_hours(99_999_999)),
    ];
    for (text, timeout) in table {
        assert_eq!(parse(text), Ok(timeout), "{text}");
    }
}

#[test]
fn malformed_timeouts_name_their_fault() {
    let table = [
        ("", TimeoutError::UnknownUnit { unit: None }),
        ("5", TimeoutError::UnknownUnit { unit: Some('5') }),
        ("5s", TimeoutError::UnknownUnit { unit: Some('s') }),
        ("5秒", TimeoutError::UnknownUnit { unit: Some('秒') }),
        ("S", TimeoutError::NotDigits),
        ("-5S", TimeoutError::NotDigits),
        ("+5S", TimeoutError::NotDigits),
        (" 5S", TimeoutError::NotDigits),
        ("1.5S", TimeoutError::NotDigits),
        ("123456789n", TimeoutError::TooManyDigits { digits: 9 }),
    ];
    for (text, error) in table {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn formatting_picks_a_readable_unit() {
    let table = [
        (Duration::ZERO, "0n"),
        (Duration::from_secs(15), "15S"),
        (Duration::from_hours(1), "1H"),
        (Duration::from_secs(90), "90S"),
        (Duration::from_millis(1_500), "1500m"),
        (Duration::from_nanos(1), "1n"),
        (Duration::from_nanos(99_999_999), "99999999n"),
    ];
    for (timeout, text) in table {
        assert_eq!(format(timeout), text);
    }
}

#[test]
fn formatting_rounds_up_when_digits_run_out() {
    assert_eq!(format(Duration::from_nanos(100_000_001)), "100001u");
    assert_eq!(format(Duration::from_millis(100_000_001)), "100001S");
    assert_eq!(format(Duration::MAX), "99999999H");
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn a_formatted_timeout_is_never_shorter(seconds in 0..99_999_999_u64 * 3_600, nanos in 0..1_000_000_000_u32) {
        let timeout = Duration::new(seconds, nanos);
        let read = parse(&format(timeout)).unwrap();
        prop_assert!(read >= timeout);
        // The unit that fits has 7 or 8 digits, so rounding adds little.
        prop_assert!(read.saturating_sub(timeout) <= timeout / 1_000_000 + Duration::from_nanos(1));
    }

    #[test]
    fn every_legal_text_survives(value in 0..=99_999_999_u64, unit in "[HMSmun]") {
        let timeout = parse(&format!("{value}{unit}")).unwrap();
        prop_assert_eq!(parse(&format(timeout)), Ok(timeout));
    }
}
