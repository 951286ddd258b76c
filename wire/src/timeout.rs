//! `grpc-timeout`: how long a call may take, as 1 to 8 digits and a unit (H, M, S, m, u, n).
//! Formatting rounds up, never down, so that a caller isn't cut off before its own deadline.
//! What a malformed value means is the caller's decision; no clock is read here.
//! Source: gRPC PROTOCOL-HTTP2.md, "Timeout".

use std::fmt;
use std::time::Duration;

/// Most digits that the wire allows.
const MAX_DIGITS: usize = 8;
/// The greatest value that fits in `MAX_DIGITS`.
const MAX_VALUE: u128 = 99_999_999;
/// Units from coarse to fine, each with its length in nanoseconds.
const UNITS: [(char, u128); 6] = [
    ('H', 3_600_000_000_000),
    ('M', 60_000_000_000),
    ('S', 1_000_000_000),
    ('m', 1_000_000),
    ('u', 1_000),
    ('n', 1),
];

/// Why a `grpc-timeout` value was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeoutError {
    /// The last character isn't one of H, M, S, m, u, n; None for an empty value.
    UnknownUnit {
        /// The character found there.
        unit: Option<char>,
    },
    /// What stands before the unit isn't a run of decimal digits.
    NotDigits,
    /// More than 8 digits.
    TooManyDigits {
        /// How many there were.
        digits: usize,
    },
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownUnit { unit: Some(unit) } => {
                write!(f, "timeout unit {unit:?} is not one of H, M, S, m, u, n")
            }
            Self::UnknownUnit { unit: None } => f.write_str("timeout is empty"),
            Self::NotDigits => f.write_str("timeout is not digits and a unit"),
            Self::TooManyDigits { digits } => {
                write!(
                    f,
                    "timeout of {digits} digits exceeds the limit of {MAX_DIGITS}"
                )
            }
        }
    }
}

impl std::error::Error for TimeoutError {}

/// Parses a `grpc-timeout` value; zero is legal and means that the deadline is now.
pub fn parse(text: &str) -> Result<Duration, TimeoutError> {
    let mut characters = text.chars();
    let unit = characters.next_back();
    let digits = characters.as_str();
    let in_unit: fn(u64) -> Duration = match unit {
        Some('H') => |value| Duration::from_secs(value.saturating_mul(3_600)),
        Some('M') => |value| Duration::from_secs(value.saturating_mul(60)),
        Some('S') => Duration::from_secs,
        Some('m') => Duration::from_millis,
        Some('u') => Duration::from_micros,
        Some('n') => Duration::from_nanos,
        _ => return Err(TimeoutError::UnknownUnit { unit }),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TimeoutError::NotDigits);
    }
    if digits.len() > MAX_DIGITS {
        return Err(TimeoutError::TooManyDigits {
            digits: digits.len(),
        });
    }
    let value = digits.parse().map_err(|_| TimeoutError::NotDigits)?;
    Ok(in_unit(value))
}

/// Formats a timeout: the coarsest unit that holds it exactly, else the finest that fits, rounded up.
/// Beyond 99,999,999 hours it says 99,999,999 hours.
pub fn format(timeout: Duration) -> String {
    let nanos = timeout.as_nanos();
    if nanos == 0 {
        return "0n".to_owned();
    }
    let in_unit = |(unit, unit_nanos): (char, u128)| (nanos.div_ceil(unit_nanos), unit, unit_nanos);
    let fits = |&(value, ..): &(u128, char, u128)| value <= MAX_VALUE;
    let exact = UNITS
        .into_iter()
        .map(in_unit)
        .filter(fits)
        .find(|(value, _, unit_nanos)| value.checked_mul(*unit_nanos) == Some(nanos));
    let (value, unit, _) = exact
        .or_else(|| UNITS.into_iter().rev().map(in_unit).find(fits))
        .unwrap_or((MAX_VALUE, 'H', 0));
    format!("{value}{unit}")
}

#[cfg(test)]
mod tests;
