//! The deadline field: text in milliseconds, empty for none.

use std::time::Duration;

/// Longest deadline the field takes, in milliseconds: gRPC's timeout text has eight digits.
pub const MAX_MILLIS: u32 = 99_999_999;

/// The text isn't a whole number from 1 to [`MAX_MILLIS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADeadline;

/// Returns the deadline a text means; white space around it is ignored, empty means none.
pub fn parse(text: &str) -> Result<Option<Duration>, NotADeadline> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotADeadline);
    }
    match text.parse() {
        Ok(millis @ 1..=MAX_MILLIS) => Ok(Some(Duration::from_millis(u64::from(millis)))),
        _ => Err(NotADeadline),
    }
}

#[cfg(test)]
mod tests;
