//! What `accept` lists: media ranges and how much each is wanted. An absent or empty header takes anything.
//! Of ranges that fit, the most specific one counts, as RFC 9110 has it: `*/*, application/json;q=0` wants no JSON.

use http::{HeaderMap, header};

use super::form::JSON;

/// One media range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range<'a> {
    /// Without parameters, such as `text/*`.
    pub(super) essence: &'a str,
    /// The quality; 0 refuses, 1,000 is the most.
    pub(super) thousandths: u32,
}

impl<'a> Range<'a> {
    fn parse(range: &'a str) -> Self {
        let mut parts = range.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default();
        let quality = parts.find_map(|parameter| parameter.strip_prefix("q="));
        let thousandths = quality.map_or(1_000, thousandths);
        Self {
            essence,
            thousandths,
        }
    }

    pub(super) fn is(&self, essence: &str) -> bool {
        self.essence.eq_ignore_ascii_case(essence)
    }
}

/// What `accept` lists, as it's written, in its order.
pub(super) fn ranges(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::ACCEPT).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
}

/// The same, read.
pub(super) fn parsed(headers: &HeaderMap) -> impl Iterator<Item = Range<'_>> {
    ranges(headers).map(Range::parse)
}

/// True if an answer in JSON is taken.
pub(super) fn takes_json(headers: &HeaderMap) -> bool {
    if ranges(headers).next().is_none() {
        return true;
    }
    let of = |essence| parsed(headers).find(|range| range.is(essence));
    let range = [JSON, "application/*", "*/*"].into_iter().find_map(of);
    range.is_some_and(|range| range.thousandths > 0)
}

/// A quality such as `0.5`; 0 for what isn't one.
fn thousandths(quality: &str) -> u32 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let digits: String = format!("{fraction}000").chars().take(3).collect();
    let (whole, fraction) = (whole.parse::<u32>(), digits.parse::<u32>());
    let thousandths = whole.unwrap_or(0).saturating_mul(1_000) + fraction.unwrap_or(0);
    thousandths.min(1_000)
}

#[cfg(test)]
mod tests;
