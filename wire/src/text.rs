//! Text mode of gRPC-Web: the body's bytes in base64, as a stream.
//! The body is a run of base64 groups of four characters, and a writer may pad and flush at any point,
//! so padding in mid-stream is normal and groups and frames don't care for each other's borders.
//! Push-style both ways; whole groups pass at once, at most three characters or two bytes are held.
//! Source: gRPC PROTOCOL-WEB.md; alphabet of RFC 4648, section 4 (section 5 is read as well).

use crate::base64::{self, Base64Error, Group};
use bytes::BytesMut;

/// Decodes the body of one text mode stream; any split into chunks gives the same bytes and the same error.
#[derive(Clone, Debug, Default)]
pub struct TextDecoder {
    group: Group,
    /// Characters passed, for errors.
    offset: usize,
    failed: Option<Base64Error>,
}

impl TextDecoder {
    /// Starts a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends to `out` the bytes of every group that `chunk` completes.
    /// On an error `out` has the bytes of all groups before the faulty one; the error repeats at every further call.
    /// Offsets in errors count characters from the start of the stream.
    pub fn feed(&mut self, chunk: &[u8], out: &mut BytesMut) -> Result<(), Base64Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        for &byte in chunk {
            match self.group.push(byte, self.offset) {
                Ok(Some(decoded)) => out.extend_from_slice(decoded.as_slice()),
                Ok(None) => {}
                Err(error) => {
                    self.failed = Some(error.clone());
                    return Err(error);
                }
            }
            self.offset = self.offset.saturating_add(1);
        }
        Ok(())
    }

    /// Ends the stream: Ok at the border of a group, `Truncated` within one, or the error that `feed` gave.
    pub fn finish(&self) -> Result<(), Base64Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        match self.group.characters() {
            0 => Ok(()),
            leftover => Err(Base64Error::Truncated { leftover }),
        }
    }
}

/// Encodes the body of one text mode stream.
/// Bytes that don't fill a group are held until `flush`; flush after a frame that must not wait.
#[derive(Clone, Debug, Default)]
pub struct TextEncoder {
    /// Zero to two bytes.
    held: Vec<u8>,
}

impl TextEncoder {
    /// Starts a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends to `out` every group that `chunk` fills; the text doesn't depend on how the bytes are split.
    pub fn feed(&mut self, chunk: &[u8], out: &mut BytesMut) {
        let mut chunk = chunk;
        if !self.held.is_empty() {
            let wanted = 3_usize.saturating_sub(self.held.len()).min(chunk.len());
            let (first, rest) = chunk.split_at_checked(wanted).unwrap_or((chunk, &[]));
            self.held.extend_from_slice(first);
            if self.held.len() < 3 {
                return;
            }
            self.flush(out);
            chunk = rest;
        }
        let whole = chunk.len().saturating_sub(chunk.len() % 3);
        let (groups, rest) = chunk.split_at_checked(whole).unwrap_or((chunk, &[]));
        out.extend_from_slice(base64::encode(groups).as_bytes());
        self.held.extend_from_slice(rest);
    }

    /// Appends what is held, padded to a group; nothing if nothing is held. The stream may go on after it.
    pub fn flush(&mut self, out: &mut BytesMut) {
        out.extend_from_slice(base64::encode(&self.held).as_bytes());
        self.held.clear();
    }
}

#[cfg(test)]
mod tests;
