//! Lines of a hex view: offsets, and runs of bytes with one owner each.

use std::ops::Range;

use super::wire_view::{Role, WireView};

/// One line of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexLine {
    /// Offset of its first byte.
    pub offset: usize,
    /// Runs from left to right.
    pub runs: Vec<Run>,
}

/// Bytes of one owner within one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The bytes in hex, a space between two.
    pub text: String,
    /// The row that owns them.
    pub row: usize,
    /// What they do.
    pub role: Role,
    /// The color of their row.
    pub hue: u8,
}

/// Returns the first `shown` bytes of a body as lines of `per_line` bytes.
pub fn hex_lines(view: &WireView, body: &[u8], per_line: usize, shown: usize) -> Vec<HexLine> {
    let end = shown.min(body.len());
    let mut lines: Vec<HexLine> = Vec::new();
    for leaf in view.leaves.iter().take_while(|leaf| leaf.range.start < end) {
        let hue = view.rows.get(leaf.row).map_or(0, |row| row.hue);
        for range in pieces(leaf.range.start..leaf.range.end.min(end), per_line) {
            let run = Run {
                text: hex(&body[range.clone()]),
                row: leaf.row,
                role: leaf.role,
                hue,
            };
            let offset = range.start - range.start % per_line;
            match lines.last_mut() {
                Some(line) if line.offset == offset => line.runs.push(run),
                _ => lines.push(HexLine {
                    offset,
                    runs: vec![run],
                }),
            }
        }
    }
    lines
}

/// Returns bytes in hex with a space between two.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (position, byte) in bytes.iter().enumerate() {
        if position > 0 {
            text.push(' ');
        }
        push_hex(&mut text, *byte);
    }
    text
}

/// Adds the two digits of a byte.
pub fn push_hex(text: &mut String, byte: u8) {
    for digit in [byte >> 4, byte & 0x0f] {
        text.push(char::from_digit(u32::from(digit), 16).unwrap_or('?'));
    }
}

/// Cuts a range at the borders of lines.
fn pieces(range: Range<usize>, per_line: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        let end = (start - start % per_line + per_line).min(range.end);
        let piece = start..end;
        start = end;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests;
