//! Numbers of a trace as text: times short enough to be compared, and exact ones beside them.

use super::Value;
use crate::model::decimal::fixed;
use crate::model::number_text::value_text;
use crate::model::time::{format_millis, format_timestamp};

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const NANOS_PER_MICRO: f64 = 1e3;
const NANOS_PER_MILLI: f64 = 1e6;
/// Where the time of day begins in a timestamp, and where it ends with milliseconds.
const DATE: usize = 11;
const TIME_OF_DAY: usize = 23;

/// Returns a duration with the precision a reader can use: `640 ns`, `12.3 µs`, `3.8 ms`, `2.35 s`.
pub fn duration(nanos: i64) -> String {
    let size = precise(nanos).abs();
    let text = match size {
        _ if size < NANOS_PER_MICRO => format!("{} ns", fixed(size, 0)),
        _ if size < 100.0 * NANOS_PER_MICRO => format!("{} µs", fixed(size / NANOS_PER_MICRO, 1)),
        _ if size < NANOS_PER_MILLI => format!("{} µs", fixed(size / NANOS_PER_MICRO, 0)),
        _ => format_millis(size / NANOS_PER_MILLI),
    };
    if nanos < 0 {
        format!("−{text}")
    } else {
        text
    }
}

/// Returns the same with a sign in any case.
pub fn signed(nanos: i64) -> String {
    if nanos < 0 {
        duration(nanos)
    } else {
        format!("+{}", duration(nanos))
    }
}

/// Returns a duration to the nanosecond, in milliseconds: `12.345678 ms`.
pub fn exact(nanos: i64) -> String {
    let size = nanos.unsigned_abs();
    let fraction = format!("{:06}", size % 1_000_000);
    let fraction = fraction.trim_end_matches('0');
    let sign = if nanos < 0 { "−" } else { "" };
    match fraction {
        "" => format!("{sign}{} ms", size / 1_000_000),
        _ => format!("{sign}{}.{fraction} ms", size / 1_000_000),
    }
}

/// Returns a point in time as RFC 3339 in UTC.
pub fn timestamp(nanos: i64) -> String {
    let fraction = i32::try_from(nanos.rem_euclid(NANOS_PER_SECOND)).unwrap_or(0);
    format_timestamp(nanos.div_euclid(NANOS_PER_SECOND), fraction).unwrap_or_default()
}

/// Returns the time of day in UTC, to the millisecond.
pub fn time_of_day(nanos: i64) -> String {
    let millis = nanos.div_euclid(1_000_000);
    // One nanosecond more keeps all digits; they are cut off again.
    let text = timestamp(millis.saturating_mul(1_000_000).saturating_add(1));
    text.get(DATE..TIME_OF_DAY).unwrap_or_default().to_owned()
}

/// Returns an attribute's value as text.
pub fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Real(number) => value_text(wire::fields::Value::Double(*number)),
        Value::Flag(flag) => flag.to_string(),
    }
}

/// Returns a number of nanoseconds for arithmetic that needs no last digit.
#[expect(
    clippy::cast_precision_loss,
    reason = "what is drawn and rounded needs no more than 15 digits"
)]
pub fn precise(nanos: i64) -> f64 {
    nanos as f64
}

#[cfg(test)]
mod tests;
