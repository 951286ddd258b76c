//! Colors come from `web/style/tokens.css` alone: a color written elsewhere has no dark twin,
//! and nobody checked its contrast. Looks for `#hex` and color functions in the values of
//! declarations; selectors such as `#add` are no colors. `color-mix()` of tokens is allowed.
//! Names such as `white` aren't looked for.

use super::Finding;
use super::tree::{Source, line_at};

/// Where styles lie, and the one file that may define colors.
const FOLDER: &str = "web/style/";
const TOKENS: &str = "web/style/tokens.css";

const FUNCTIONS: [&str; 11] = [
    "color(",
    "hsl(",
    "hsla(",
    "hwb(",
    "lab(",
    "lch(",
    "oklab(",
    "oklch(",
    "rgb(",
    "rgba(",
    "device-cmyk(",
];

/// Findings for color literals outside the tokens.
pub(super) fn literals(source: &Source<'_>) -> Vec<Finding> {
    let concerns = source.path.starts_with(FOLDER) && source.has_extension("css");
    if !concerns || source.path == TOKENS {
        return Vec::new();
    }
    let code = without_comments_and_strings(source.text);
    let finding = |(offset, literal): (usize, &str)| {
        let what = format!(
            "`{literal}` is a color outside tokens.css: name it there, \
             where light and dark stand side by side"
        );
        Finding::new(source.path, line_at(source.text, offset), what)
    };
    let mut found: Vec<_> = values(&code)
        .flat_map(|value| colors(&code, value))
        .collect();
    found.sort_unstable();
    found.into_iter().map(finding).collect()
}

/// From and to, in bytes.
type Range = (usize, usize);

/// The values of declarations: what stands behind the first colon of a statement that a `;` or
/// `}` ends.
fn values(code: &str) -> impl Iterator<Item = Range> {
    let mut start = 0;
    code.match_indices(['{', '}', ';'])
        .chain([(code.len(), "}")])
        .filter_map(move |(end, mark)| {
            let statement = start;
            start = (end + 1).min(code.len());
            let colon = code[statement..end].find(':')?;
            (mark != "{").then_some((statement + colon + 1, end))
        })
}

/// The colors in one value, with their offsets in the file.
fn colors(code: &str, (start, end): Range) -> Vec<(usize, &str)> {
    let value = &code[start..end];
    let starts_word = |offset: usize| {
        !value[..offset].ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let functions = FUNCTIONS.iter().flat_map(|name| value.match_indices(name));
    let functions = functions.filter(|(offset, _)| starts_word(*offset));
    let hex = value.match_indices('#').filter_map(|(offset, _)| {
        let rest = &value[offset + 1..];
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let is_hex = rest[..length].chars().all(|c| c.is_ascii_hexdigit());
        // `url(#name)` points into a picture.
        let is_color =
            is_hex && matches!(length, 3 | 4 | 6 | 8) && !value[..offset].ends_with("url(");
        is_color.then(|| (offset, &value[offset..=offset + length]))
    });
    functions
        .chain(hex)
        .map(|(offset, literal)| (start + offset, literal))
        .collect()
}

/// The text with spaces for comments and for what stands in quotes; offsets stay.
fn without_comments_and_strings(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find(['/', '"', '\'']) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let length = if from.starts_with("/*") {
            from.find("*/").map_or(from.len(), |end| end + 2)
        } else if let Some(after) = from.strip_prefix('/') {
            out.push('/');
            rest = after;
            continue;
        } else {
            let quote = &from[..1];
            from[1..].find(quote).map_or(from.len(), |end| end + 2)
        };
        out.extend(
            from[..length]
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
        );
        rest = &from[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
