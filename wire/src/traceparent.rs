//! `traceparent`: which trace a call belongs to, and which span asked for it.
//! Shape: `00-TRACE-SPAN-FLAGS` in lower-case hexadecimal digits, 32 for the trace, 16 for the span, 2 for flags.
//! Later versions may have more behind the flags, which is skipped; `ff` is no version. All zeros is no trace and no span.
//! Ids are made by whoever begins a span; nothing here is random. Source: W3C Trace Context, level 2, section 3.2.

use std::fmt;

/// The header's name, and the key in gRPC metadata.
pub const TRACEPARENT: &str = "traceparent";
/// The header that travels along with it; opaque but for its size.
pub const TRACESTATE: &str = "tracestate";

/// Flag: the caller records its spans.
const SAMPLED: u8 = 1;
/// Flag: the right half of the trace's id is random.
const RANDOM: u8 = 2;
/// How many digits each part of a value has.
const VERSION_DIGITS: usize = 2;
const TRACE_DIGITS: usize = 32;
const SPAN_DIGITS: usize = 16;
const FLAG_DIGITS: usize = 2;
/// How long a value of version 00 is, in bytes: its digits, and three dashes.
pub const VALUE_BYTES: usize = 55;

/// Names one trace; never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(u128);

/// Names one span of a trace; never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId(u64);

/// What a `traceparent` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    /// The trace.
    pub trace_id: TraceId,
    /// The span that the call is made in.
    pub span_id: SpanId,
    /// Whether the caller records its spans, so that the callee may as well.
    pub is_sampled: bool,
}

impl TraceId {
    /// None for zero.
    pub fn new(id: u128) -> Option<Self> {
        (id != 0).then_some(Self(id))
    }

    /// 32 lower-case hexadecimal digits, not all of them zero.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = digits(text.as_bytes(), TRACE_DIGITS)?;
        Self::new(digits)
    }

    /// The number.
    pub fn get(self) -> u128 {
        self.0
    }
}

impl SpanId {
    /// None for zero.
    pub fn new(id: u64) -> Option<Self> {
        (id != 0).then_some(Self(id))
    }

    /// 16 lower-case hexadecimal digits, not all of them zero.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = digits(text.as_bytes(), SPAN_DIGITS)?;
        Self::new(u64::try_from(digits).ok()?)
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

/// 32 digits.
impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// 16 digits.
impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl TraceParent {
    /// Reads a header's value; None for whatever isn't one.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let (version, rest) = field(value, VERSION_DIGITS)?;
        let (trace, rest) = field(rest?, TRACE_DIGITS)?;
        let (span, rest) = field(rest?, SPAN_DIGITS)?;
        let (flags, rest) = field(rest?, FLAG_DIGITS)?;
        let is_version = version != 0xff && (version != 0 || rest.is_none());
        if !is_version {
            return None;
        }
        Some(Self {
            trace_id: TraceId::new(trace)?,
            span_id: SpanId::new(u64::try_from(span).ok()?)?,
            is_sampled: flags & u128::from(SAMPLED) != 0,
        })
    }

    /// Writes a header's value, of version 00. The trace's id is taken for random.
    pub fn encode(self) -> [u8; VALUE_BYTES] {
        let flags = if self.is_sampled {
            SAMPLED | RANDOM
        } else {
            RANDOM
        };
        let mut value = [b'0'; VALUE_BYTES];
        let (_, rest) = value.split_at_mut(VERSION_DIGITS);
        let rest = write_field(rest, TRACE_DIGITS, self.trace_id.0);
        let rest = write_field(rest, SPAN_DIGITS, self.span_id.0.into());
        write_field(rest, FLAG_DIGITS, flags.into());
        value
    }
}

/// A header's value, of version 00. The trace's id is taken for random.
impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.encode()).unwrap_or_default())
    }
}

/// A number of so many digits, and what follows the dash behind it; None there if it's the last.
fn field(text: &[u8], count: usize) -> Option<(u128, Option<&[u8]>)> {
    let (number, rest) = text.split_at_checked(count)?;
    let number = digits(number, count)?;
    match rest.split_first() {
        None => Some((number, None)),
        Some((b'-', rest)) => Some((number, Some(rest))),
        Some(_) => None,
    }
}

/// Writes a dash and so many digits of a number; returns what is behind them.
fn write_field(text: &mut [u8], count: usize, number: u128) -> &mut [u8] {
    let Some((dash, rest)) = text.split_first_mut() else {
        return &mut [];
    };
    *dash = b'-';
    let count = count.min(rest.len());
    let (digits, rest) = rest.split_at_mut(count);
    let mut left = number;
    for digit in digits.iter_mut().rev() {
        // Four bits are one digit.
        let value = u8::try_from(left & 0xf).unwrap_or_default();
        *digit = match value {
            0..=9 => b'0'.wrapping_add(value),
            _ => b'a'.wrapping_add(value).wrapping_sub(10),
        };
        left >>= 4;
    }
    rest
}

/// Exactly so many lower-case hexadecimal digits, at most 32.
fn digits(text: &[u8], count: usize) -> Option<u128> {
    if text.len() != count {
        return None;
    }
    text.iter().try_fold(0_u128, |number, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte.wrapping_sub(b'0'),
            b'a'..=b'f' => byte.wrapping_sub(b'a').wrapping_add(10),
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}

#[cfg(test)]
mod tests;
