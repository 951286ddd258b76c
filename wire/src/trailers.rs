//! Trailer blocks: what a gRPC-Web trailer frame carries, as ordered pairs.
//! Shape: HTTP/1 header lines, `name:value` and CRLF each, no blank line at the end; repeats keep their order.
//! Reading is wider than writing: LF alone, capitals, space around the value, a last line without its end,
//! and blank lines at the end are accepted, since servers in the field write them.
//! Values stay bytes; percent-encoding is undone only by `status`, base64 of `-bin` values by nobody here.
//! Source: gRPC PROTOCOL-WEB.md; names and values as in RFC 9110, sections 5.5 and 5.6.2.

use crate::code::Code;
use crate::percent;
use bytes::{BufMut, Bytes, BytesMut};
use std::fmt;
use std::ops::Range;

/// Trailers of one call, in the order of the block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trailers {
    /// Name in lower case and value without the space around it.
    pub pairs: Vec<(String, Bytes)>,
}

/// One line of a block, with its place in it. All ranges count bytes from the start of the block;
/// `name_range` and `value_range` lie within `line_range`, which ends behind the line's CRLF or LF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailerLine {
    /// The name in lower case.
    pub name: String,
    /// The value without the space around it.
    pub value: Bytes,
    /// Where the name stands, without the colon.
    pub name_range: Range<usize>,
    /// Where the value stands; empty for an empty value.
    pub value_range: Range<usize>,
    /// The whole line. Lines follow each other without gaps from 0 on.
    pub line_range: Range<usize>,
}

/// Why a trailer block, or the status in it, can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrailersError {
    /// A line starts with white space, which once continued the line before.
    Folding {
        /// Start of the line, in bytes from the start of the block.
        offset: usize,
    },
    /// A name is empty or has a byte outside RFC 9110's tokens.
    IllegalName {
        /// Start of the line, in bytes from the start of the block.
        offset: usize,
    },
    /// `grpc-status` isn't a decimal number.
    IllegalStatus,
    /// A value has a control byte other than a tab.
    IllegalValue {
        /// Start of the line, in bytes from the start of the block.
        offset: usize,
    },
    /// A line has no colon; blank lines before the end are such lines.
    MissingColon {
        /// Start of the line, in bytes from the start of the block.
        offset: usize,
    },
    /// There is no `grpc-status`.
    MissingStatus,
}

impl fmt::Display for TrailersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folding { offset } => write!(f, "folded trailer line at byte {offset}"),
            Self::IllegalName { offset } => write!(f, "illegal trailer name at byte {offset}"),
            Self::IllegalStatus => f.write_str("grpc-status is not a number"),
            Self::IllegalValue { offset } => {
                write!(f, "illegal trailer value in the line at byte {offset}")
            }
            Self::MissingColon { offset } => {
                write!(f, "trailer line without a colon at byte {offset}")
            }
            Self::MissingStatus => f.write_str("trailers without grpc-status"),
        }
    }
}

impl std::error::Error for TrailersError {}

/// Parses a whole block; an empty block has no pairs.
pub fn parse(block: &[u8]) -> Result<Trailers, TrailersError> {
    let (lines, error) = lines(block);
    match error {
        Some(error) => Err(error),
        None => Ok(Trailers {
            pairs: lines
                .into_iter()
                .map(|line| (line.name, line.value))
                .collect(),
        }),
    }
}

/// Reads lines up to the end or the first faulty one, whose error comes along.
/// Bytes behind the last returned line are the faulty line and what follows it, or blank lines at the end.
pub fn lines(block: &[u8]) -> (Vec<TrailerLine>, Option<TrailersError>) {
    let mut lines = Vec::new();
    let mut offset = 0_usize;
    while let Some(rest) = block.get(offset..).filter(|rest| !is_blank(rest)) {
        let line_bytes = rest
            .split_inclusive(|byte| *byte == b'\n')
            .next()
            .unwrap_or(rest);
        match parse_line(line_bytes, offset) {
            Ok(line) => {
                offset = line.line_range.end;
                lines.push(line);
            }
            Err(error) => return (lines, Some(error)),
        }
    }
    (lines, None)
}

/// Encodes pairs as a block: lower-case names, CRLF after each line, no blank line at the end.
/// A pair whose name isn't a legal name is left out, and control bytes in a value become spaces:
/// either would let a value make lines of its own.
pub fn encode<N: AsRef<str>, V: AsRef<[u8]>>(pairs: impl IntoIterator<Item = (N, V)>) -> Bytes {
    let mut block = BytesMut::new();
    for (name, value) in pairs {
        let name = name.as_ref();
        if !is_name(name.as_bytes()) {
            continue;
        }
        block.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
        block.put_u8(b':');
        block.extend(
            value
                .as_ref()
                .iter()
                .map(|&byte| if is_value_byte(byte) { byte } else { b' ' }),
        );
        block.put_slice(b"\r\n");
    }
    block.freeze()
}

impl Trailers {
    /// The first value of a name, which must be given in lower case.
    pub fn value(&self, name: &str) -> Option<&Bytes> {
        self.pairs
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value)
    }

    /// Every value of a name, which must be given in lower case, in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Bytes> {
        self.pairs
            .iter()
            .filter(move |(own, _)| own == name)
            .map(|(_, value)| value)
    }

    /// Reads `grpc-status` and the decoded `grpc-message`, which is empty if absent.
    /// A number above 16 is `Code::Unknown`. Fails with `MissingStatus` or `IllegalStatus`.
    pub fn status(&self) -> Result<(Code, String), TrailersError> {
        let number = self
            .value("grpc-status")
            .ok_or(TrailersError::MissingStatus)?;
        if number.is_empty() || !number.iter().all(u8::is_ascii_digit) {
            return Err(TrailersError::IllegalStatus);
        }
        let code = std::str::from_utf8(number)
            .ok()
            .and_then(Code::parse)
            .unwrap_or(Code::Unknown);
        let message = self
            .value("grpc-message")
            .map(|text| percent::decode(&String::from_utf8_lossy(text)));
        Ok((code, message.unwrap_or_default()))
    }
}

/// `line_bytes` run to the end of the line, its LF included if there is one.
fn parse_line(line_bytes: &[u8], offset: usize) -> Result<TrailerLine, TrailersError> {
    let line = line_bytes.strip_suffix(b"\n").unwrap_or(line_bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if matches!(line.first(), Some(b' ' | b'\t')) {
        return Err(TrailersError::Folding { offset });
    }
    let colon = line.iter().position(|byte| *byte == b':');
    let colon = colon.ok_or(TrailersError::MissingColon { offset })?;
    let (name, after_name) = line.split_at_checked(colon).unwrap_or((line, &[]));
    let spaced = after_name.get(1..).unwrap_or_default();
    if !is_name(name) {
        return Err(TrailersError::IllegalName { offset });
    }
    if !spaced.iter().copied().all(is_value_byte) {
        return Err(TrailersError::IllegalValue { offset });
    }
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let value_start = spaced.iter().position(is_text).unwrap_or(0);
    let value_end = spaced
        .iter()
        .rposition(is_text)
        .map_or(0, |last| last.saturating_add(1));
    let value = spaced.get(value_start..value_end).unwrap_or_default();
    let spaced_offset = offset.saturating_add(colon).saturating_add(1);
    Ok(TrailerLine {
        name: name
            .iter()
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect(),
        value: Bytes::copy_from_slice(value),
        name_range: offset..offset.saturating_add(colon),
        value_range: spaced_offset.saturating_add(value_start)
            ..spaced_offset.saturating_add(value_end),
        line_range: offset..offset.saturating_add(line_bytes.len()),
    })
}

/// True if only line ends are left, the end of the block included.
fn is_blank(rest: &[u8]) -> bool {
    rest.iter().all(|byte| matches!(byte, b'\r' | b'\n'))
}

/// RFC 9110's token: one or more visible ASCII characters that aren't delimiters.
fn is_name(name: &[u8]) -> bool {
    let legal = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !name.is_empty() && name.iter().all(legal)
}

/// Visible ASCII, space, tab, and bytes from 0x80 on.
fn is_value_byte(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7F)
}

#[cfg(test)]
mod tests;
