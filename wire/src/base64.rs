//! Base64 of whole values: `-bin` metadata, and bytes to copy or share.
//! Decoding takes both alphabets and both ways of ending, since peers send each of them;
//! encoding says which one it writes. White space isn't skipped.
//! Streams of gRPC-Web's text mode go through `text`. Source: RFC 4648, sections 4 and 5.

use std::fmt;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Why text isn't base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base64Error {
    /// A byte that belongs to neither alphabet, or stands where only padding may.
    IllegalByte {
        /// The byte.
        byte: u8,
        /// Its place, in bytes from the start.
        offset: usize,
    },
    /// Padding where a group can't end: before its third character.
    IllegalPadding {
        /// Its place, in bytes from the start.
        offset: usize,
    },
    /// The last group lacks characters.
    Truncated {
        /// How many characters it has: 1 to 3.
        leftover: usize,
    },
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IllegalByte { byte, offset } => {
                write!(f, "byte 0x{byte:02x} at {offset} is not base64")
            }
            Self::IllegalPadding { offset } => {
                write!(f, "base64 padding at {offset} comes too early")
            }
            Self::Truncated { leftover } => {
                write!(f, "base64 ends with a group of {leftover} characters")
            }
        }
    }
}

impl std::error::Error for Base64Error {}

/// Encodes in the standard alphabet with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for group in bytes.chunks(3) {
        text.extend(encode_group(group, STANDARD).map(|digit| char::from(digit.unwrap_or(b'='))));
    }
    text
}

/// Encodes in the standard alphabet without padding: the form for `-bin` metadata.
pub fn encode_unpadded(bytes: &[u8]) -> String {
    digits(bytes, STANDARD)
}

/// Encodes in the URL-safe alphabet without padding: the form for links.
pub fn encode_url(bytes: &[u8]) -> String {
    digits(bytes, URL_SAFE)
}

/// Decodes either alphabet, padded or not. Surplus bits in the last character are ignored.
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, Base64Error> {
    let text = text.as_ref();
    let mut bytes = Vec::with_capacity(text.len().div_ceil(4).saturating_mul(3));
    let mut group = Group::default();
    let mut ended = false;
    for (offset, &byte) in text.iter().enumerate() {
        if ended {
            return Err(Base64Error::IllegalByte { byte, offset });
        }
        if let Some(decoded) = group.push(byte, offset)? {
            ended = decoded.as_slice().len() < 3;
            bytes.extend_from_slice(decoded.as_slice());
        }
    }
    match group.characters() {
        0 => {}
        leftover @ 1 => return Err(Base64Error::Truncated { leftover }),
        leftover if group.is_padded() => return Err(Base64Error::Truncated { leftover }),
        _ => bytes.extend_from_slice(group.decoded().as_slice()),
    }
    Ok(bytes)
}

/// Four characters on their way to become up to three bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    /// Six bits for each digit so far, the first one highest.
    bits: u32,
    digits: u8,
    padding: u8,
}

/// One to three bytes.
pub(crate) struct Decoded {
    bytes: [u8; 3],
    len: u8,
}

impl Decoded {
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl Group {
    /// Takes one character; returns the bytes once the group has four. The offset is for errors only.
    pub(crate) fn push(&mut self, byte: u8, offset: usize) -> Result<Option<Decoded>, Base64Error> {
        match digit_value(byte) {
            Some(value) if self.padding == 0 => {
                self.bits = (self.bits << 6) | u32::from(value);
                self.digits = self.digits.saturating_add(1);
            }
            None if byte == b'=' && self.digits < 2 => {
                return Err(Base64Error::IllegalPadding { offset });
            }
            None if byte == b'=' => self.padding = self.padding.saturating_add(1),
            _ => return Err(Base64Error::IllegalByte { byte, offset }),
        }
        if self.characters() < 4 {
            return Ok(None);
        }
        let decoded = self.decoded();
        *self = Self::default();
        Ok(Some(decoded))
    }

    /// How many characters the group has, padding included: 0 to 3 between calls.
    pub(crate) fn characters(&self) -> usize {
        usize::from(self.digits.saturating_add(self.padding))
    }

    fn is_padded(&self) -> bool {
        self.padding > 0
    }

    /// The bytes that the digits so far make up; surplus bits are dropped.
    fn decoded(&self) -> Decoded {
        let missing = 4_u32.saturating_sub(u32::from(self.digits));
        let [_, a, b, c] = self
            .bits
            .checked_shl(missing.saturating_mul(6))
            .unwrap_or(0)
            .to_be_bytes();
        Decoded {
            bytes: [a, b, c],
            len: self.digits.saturating_sub(1),
        }
    }
}

/// The four digits of one to three bytes; None where padding stands.
fn encode_group(group: &[u8], alphabet: &[u8; 64]) -> [Option<u8>; 4] {
    let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
    let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    let digit = |shift: u32, needed: usize| {
        let value = usize::try_from((bits >> shift) & 0x3F).unwrap_or(0);
        if group.len() >= needed {
            alphabet.get(value).copied()
        } else {
            None
        }
    };
    [digit(18, 1), digit(12, 1), digit(6, 2), digit(0, 3)]
}

fn digits(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let groups = bytes
        .chunks(3)
        .flat_map(|group| encode_group(group, alphabet));
    groups.flatten().map(char::from).collect()
}

fn digit_value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte.wrapping_sub(b'A')),
        b'a'..=b'z' => Some(byte.wrapping_sub(b'a').wrapping_add(26)),
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0').wrapping_add(52)),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
