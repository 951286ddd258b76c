//! Small decimal numbers as text, without the standard library's exact conversions.
//!
//! Those bring tables of powers that weigh ten kilobytes on the first load; a page that shows
//! milliseconds needs neither them nor their last digit.

/// Returns a number with so many digits behind the point, rounded; less than zero shows as zero.
pub fn fixed(value: f64, digits: u32) -> String {
    let scale = 10_u64.pow(digits);
    let scaled = rounded(value * precise(scale));
    if digits == 0 {
        return scaled.to_string();
    }
    let width = digits as usize;
    format!("{}.{:0width$}", scaled / scale, scaled % scale)
}

/// Returns the number a text of digits with at most one point means; at most 15 digits count.
pub fn parse(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || digits.len() > 15 {
        return None;
    }
    let places = u32::try_from(fraction.len()).ok()?;
    Some(precise(digits.parse().ok()?) / precise(10_u64.pow(places)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from float saturates, which is what a display wants"
)]
fn rounded(value: f64) -> u64 {
    value.round() as u64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers here stay far below 2^53"
)]
fn precise(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests;
