//! Times as text: durations for people, timestamps as ProtoJSON writes them.

use super::decimal::fixed;

const SECONDS_PER_DAY: i64 = 86_400;
/// 9999-12-31T23:59:59Z, the last second a `google.protobuf.Timestamp` may name.
const LAST_SECOND: i64 = 253_402_300_799;
/// 0001-01-01T00:00:00Z, the first second a `google.protobuf.Timestamp` may name.
const FIRST_SECOND: i64 = -62_135_596_800;

/// Returns a duration with the precision a reader can use: `0.42 ms`, `3.8 ms`, `128 ms`, `2.35 s`.
pub fn format_millis(millis: f64) -> String {
    match millis {
        _ if millis < 1.0 => format!("{} ms", fixed(millis, 2)),
        _ if millis < 100.0 => format!("{} ms", fixed(millis, 1)),
        _ if millis < 1_000.0 => format!("{} ms", fixed(millis, 0)),
        _ => format!("{} s", fixed(millis / 1_000.0, 2)),
    }
}

/// Returns a timestamp as RFC 3339 in UTC with 0, 3, 6 or 9 digits, or none outside years 1 to 9999.
pub fn format_timestamp(seconds: i64, nanos: i32) -> Option<String> {
    if !(FIRST_SECOND..=LAST_SECOND).contains(&seconds) || !(0..1_000_000_000).contains(&nanos) {
        return None;
    }
    let (year, month, day) = civil_date(seconds.div_euclid(SECONDS_PER_DAY));
    let second = seconds.rem_euclid(SECONDS_PER_DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = match nanos {
        0 => String::new(),
        _ if nanos % 1_000_000 == 0 => format!(".{:03}", nanos / 1_000_000),
        _ if nanos % 1_000 == 0 => format!(".{:06}", nanos / 1_000),
        _ => format!(".{nanos:09}"),
    };
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
    ))
}

/// Returns year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
///
/// Years are counted from March so that the leap day is the last one of its year, in eras of 400
/// years (146,097 days). Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn civil_date(days_since_1970: i64) -> (i64, i64, i64) {
    let days = days_since_1970 + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests;
