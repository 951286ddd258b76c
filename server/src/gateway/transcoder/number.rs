//! Numbers as text, exactly: the grammar of JSON, and integers that may be written `1.0`, `1e2` or `"7"`.
//! Integers never pass through floating point, so that 64 bits survive whatever the spelling.
//! Quoted numbers follow the same grammar: no plus sign, no leading zeros, no white space.
//! Source: RFC 8259, section 6; ProtoJSON's rules on int32 to double.

/// Why a text isn't the number that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// Not a number at all.
    Grammar,
    /// A number with a fraction.
    Fraction,
    /// Beyond the type.
    Range,
}

/// How many bytes at the start of the text are a JSON number; None if it doesn't start with one.
pub(super) fn length(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        text[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let is_at = |at: usize, wanted: &[u8]| text.get(at).is_some_and(|byte| wanted.contains(byte));
    let start = usize::from(is_at(0, b"-"));
    let mut end = match (is_at(start, b"0"), digits(start)) {
        (_, 0) => return None,
        (true, _) => start + 1,
        (false, count) => start + count,
    };
    if is_at(end, b".") {
        match digits(end + 1) {
            0 => return None,
            count => end += 1 + count,
        }
    }
    if is_at(end, b"eE") {
        let sign = usize::from(is_at(end + 1, b"+-"));
        match digits(end + 1 + sign) {
            0 => return None,
            count => end += 1 + sign + count,
        }
    }
    Some(end)
}

/// The integer that the text spells.
pub(super) fn integer<T: TryFrom<i128>>(text: &str) -> Result<T, NumberError> {
    if length(text.as_bytes()) != Some(text.len()) {
        return Err(NumberError::Grammar);
    }
    let exact = match text.parse::<i64>() {
        Ok(small) => i128::from(small),
        Err(_) => decimal(text)?,
    };
    T::try_from(exact).map_err(|_| NumberError::Range)
}

/// Digits with a point and an exponent, moved together; no more than 20 of them fit into 64 bits.
fn decimal(text: &str) -> Result<i128, NumberError> {
    const MAX_DIGITS: usize = 20;
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (is_negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => (true, mantissa),
        None => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(0);
    }
    // An exponent that no i64 holds is far out of range, either way.
    let is_small = exponent.starts_with('-');
    let Ok(exponent) = exponent.parse::<i64>() else {
        return Err(if is_small {
            NumberError::Fraction
        } else {
            NumberError::Range
        });
    };
    let fraction_digits = i64::try_from(fraction.len()).map_err(|_| NumberError::Range)?;
    let shift = exponent.saturating_sub(fraction_digits);
    let significant = digits.trim_end_matches('0');
    let zeros = i64::try_from(digits.len() - significant.len()).map_err(|_| NumberError::Range)?;
    let zeros = usize::try_from(zeros.saturating_add(shift)).map_err(|_| {
        if shift > 0 {
            NumberError::Range
        } else {
            NumberError::Fraction
        }
    })?;
    if zeros.saturating_add(significant.len()) > MAX_DIGITS {
        return Err(NumberError::Range);
    }
    let value = significant.bytes().map(|digit| i128::from(digit - b'0'));
    let value = value
        .chain(std::iter::repeat_n(0, zeros))
        .fold(0, |value, digit| value * 10 + digit);
    Ok(if is_negative { -value } else { value })
}

/// A floating point number that JSON can spell, or one of the three that it can't, by name.
pub(super) trait Float: std::str::FromStr + Copy {
    const NAN: Self;
    const INFINITY: Self;
    const NEG_INFINITY: Self;
    fn is_finite(self) -> bool;
}

impl Float for f32 {
    const NAN: Self = f32::NAN;
    const INFINITY: Self = f32::INFINITY;
    const NEG_INFINITY: Self = f32::NEG_INFINITY;
    fn is_finite(self) -> bool {
        self.is_finite()
    }
}

impl Float for f64 {
    const NAN: Self = f64::NAN;
    const INFINITY: Self = f64::INFINITY;
    const NEG_INFINITY: Self = f64::NEG_INFINITY;
    fn is_finite(self) -> bool {
        self.is_finite()
    }
}

/// The nearest floating point number; `NaN`, `Infinity` and `-Infinity` by name only.
pub(super) fn float<F: Float>(text: &str) -> Result<F, NumberError> {
    match text {
        "NaN" => return Ok(F::NAN),
        "Infinity" => return Ok(F::INFINITY),
        "-Infinity" => return Ok(F::NEG_INFINITY),
        _ if length(text.as_bytes()) != Some(text.len()) => return Err(NumberError::Grammar),
        _ => {}
    }
    match text.parse::<F>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(NumberError::Range),
    }
}

#[cfg(test)]
mod tests;
