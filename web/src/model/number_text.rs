//! Scalars as protobuf's text and JSON write them.

use wire::fields::Value;

/// Returns a scalar as protobuf's text and JSON write it, without quotes.
pub fn value_text(value: Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Double(value) => float_text(value),
        Value::Float(value) => single_text(value),
        Value::Signed(value) => value.to_string(),
        Value::Unsigned(value) => value.to_string(),
    }
}

/// Returns a single-precision float in the shortest form that reads back the same.
fn single_text(value: f32) -> String {
    if !value.is_finite() {
        return float_text(f64::from(value));
    }
    #[cfg(target_arch = "wasm32")]
    return shortest_single(value);
    #[cfg(not(target_arch = "wasm32"))]
    value.to_string()
}

/// Tries more and more digits until the float is met again; nine always do.
#[cfg(target_arch = "wasm32")]
fn shortest_single(value: f32) -> String {
    let number = js_sys::Number::from(f64::from(value));
    let texts = (1..=9).filter_map(|digits| number.to_precision(digits).ok()?.as_string());
    let mut numbers = texts.map(|text| js_sys::parse_float(&text));
    let is_same = |wide: &f64| js_sys::Math::fround(*wide).to_bits() == value.to_bits();
    float_text(numbers.find(is_same).unwrap_or(f64::from(value)))
}

/// Returns a float in the shortest form that reads back the same, as ProtoJSON wants it.
///
/// A browser has that conversion already; the standard library's would weigh on the first load.
fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    #[cfg(target_arch = "wasm32")]
    return js_sys::Number::from(value)
        .to_string_with_radix(10)
        .map_or_else(|_| String::new(), String::from);
    #[cfg(not(target_arch = "wasm32"))]
    value.to_string()
}

#[cfg(test)]
mod tests;
