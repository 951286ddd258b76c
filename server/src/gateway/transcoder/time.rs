//! `google.protobuf.Timestamp` and `Duration` as text: `2026-01-02T03:04:05.678Z`, `-1.5s`.
//! Written with no, three, six or nine digits of a fraction, always in UTC; read with one to nine and any offset.
//! Strict where RFC 3339 leaves a choice: capital T and Z. Leap seconds aren't taken, since protobuf smears them.
//! Source: timestamp.proto, duration.proto; the calendar arithmetic is Howard Hinnant's `days_from_civil`.

use std::io::Write as _;

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970.
const TIMESTAMP_SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
/// About 10,000 years, as duration.proto has it.
const MAX_DURATION_SECONDS: u64 = 315_576_000_000;
const NANOS_PER_SECOND: i32 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;
/// Days of 400 years.
const ERA_DAYS: i64 = 146_097;

/// Seconds and nanoseconds of a timestamp; None if the text isn't one.
pub(super) fn parse_timestamp(text: &str) -> Option<(i64, i32)> {
    let mut cursor = Cursor(text.as_bytes());
    let year = cursor.digits(4)?;
    cursor.byte(b'-')?;
    let month = cursor.digits(2)?;
    cursor.byte(b'-')?;
    let day = cursor.digits(2)?;
    cursor.byte(b'T')?;
    let hour = cursor.digits(2)?;
    cursor.byte(b':')?;
    let minute = cursor.digits(2)?;
    cursor.byte(b':')?;
    let second = cursor.digits(2)?;
    let nanos = cursor.fraction()?;
    let offset = cursor.offset()?;
    let is_valid = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && cursor.0.is_empty();
    let days = days_from_civil(year, month, day);
    let seconds = days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second - offset;
    (is_valid && TIMESTAMP_SECONDS.contains(&seconds)).then_some((seconds, nanos))
}

/// Appends a timestamp; None if it is out of range.
pub(super) fn write_timestamp(out: &mut Vec<u8>, seconds: i64, nanos: i32) -> Option<()> {
    if !TIMESTAMP_SECONDS.contains(&seconds) || !(0..NANOS_PER_SECOND).contains(&nanos) {
        return None;
    }
    let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
    let rest = seconds.rem_euclid(SECONDS_PER_DAY);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    write!(
        out,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    )
    .ok()?;
    write_fraction(out, nanos.unsigned_abs());
    out.push(b'Z');
    Some(())
}

/// Seconds and nanoseconds of a duration, of one sign; None if the text isn't one.
pub(super) fn parse_duration(text: &str) -> Option<(i64, i32)> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text),
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = text.split_at(digits);
    let seconds: u64 = whole.parse().ok()?;
    let mut cursor = Cursor(rest.as_bytes());
    let nanos = cursor.fraction()?;
    cursor.byte(b's')?;
    if !cursor.0.is_empty() || !is_duration(seconds, nanos.unsigned_abs()) {
        return None;
    }
    Some((i64::try_from(seconds).ok()? * i64::from(sign), nanos * sign))
}

/// Appends a duration; None if it is out of range or its parts differ in sign.
pub(super) fn write_duration(out: &mut Vec<u8>, seconds: i64, nanos: i32) -> Option<()> {
    let agrees = seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0);
    if !agrees || !is_duration(seconds.unsigned_abs(), nanos.unsigned_abs()) {
        return None;
    }
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    write!(out, "{sign}{}", seconds.unsigned_abs()).ok()?;
    write_fraction(out, nanos.unsigned_abs());
    out.push(b's');
    Some(())
}

/// The suite takes any fraction beyond the last whole second.
fn is_duration(seconds: u64, nanos: u32) -> bool {
    seconds <= MAX_DURATION_SECONDS && nanos < NANOS_PER_SECOND.unsigned_abs()
}

/// As few groups of three digits as are exact.
fn write_fraction(out: &mut Vec<u8>, nanos: u32) {
    let mut text = format!(".{nanos:09}");
    while text.ends_with("000") {
        text.truncate(text.len() - 3);
    }
    if text.len() > 1 {
        out.extend_from_slice(text.as_bytes());
    }
}

/// What is left of a text.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn byte(&mut self, wanted: u8) -> Option<()> {
        let rest = self.0.strip_prefix(&[wanted])?;
        self.0 = rest;
        Some(())
    }

    /// Exactly that many digits.
    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0, |value, digit| {
            digit
                .is_ascii_digit()
                .then(|| value * 10 + i64::from(digit - b'0'))
        })
    }

    /// Nanoseconds: zero, or a point and one to nine digits.
    fn fraction(&mut self) -> Option<i32> {
        if self.byte(b'.').is_none() {
            return Some(0);
        }
        let count = self
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if !(1..=9).contains(&count) {
            return None;
        }
        let digits = self.digits(count)?;
        let scale = (count..9).fold(1, |scale, _| scale * 10);
        i32::try_from(digits * scale).ok()
    }

    /// Seconds east of UTC: `Z`, or a sign, hours and minutes.
    fn offset(&mut self) -> Option<i64> {
        if self.byte(b'Z').is_some() {
            return Some(0);
        }
        let sign = if self.byte(b'+').is_some() {
            1
        } else {
            self.byte(b'-').map(|()| -1)?
        };
        let hours = self.digits(2)?;
        self.byte(b':')?;
        let minutes = self.digits(2)?;
        (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
    }
}

fn days_of(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01. Years begin in March, so that the leap day is the last one.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - EPOCH_DAYS
}

/// Year, month and day of days since 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH_DAYS;
    let era = days.div_euclid(ERA_DAYS);
    let day_of_era = days.rem_euclid(ERA_DAYS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests;
