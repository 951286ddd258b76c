//! Passes over a stream of frames without holding any of it, and stops at a prefix over the limit.
//! For a hop that hands the bytes on as they are and must still bound what the reader behind it buffers.
//! Flags aren't judged: that is the reader's part.

use super::{FrameError, PREFIX_BYTES};

/// Follows the frame borders of one stream in a dozen bytes of memory.
#[derive(Clone, Debug)]
pub struct PrefixScanner {
    max_payload_bytes: u32,
    /// The bytes of the current prefix that came so far.
    prefix: [u8; PREFIX_BYTES],
    /// 0 ≤ filled ≤ `PREFIX_BYTES`.
    filled: usize,
    /// Bytes of the current payload still to come; 0 while a prefix is awaited.
    payload_left: u32,
    frames: u64,
    failed: Option<FrameError>,
}

impl PrefixScanner {
    /// Starts a stream whose payloads are at most `max_payload_bytes` long.
    pub fn new(max_payload_bytes: u32) -> Self {
        Self {
            max_payload_bytes,
            prefix: [0; PREFIX_BYTES],
            filled: 0,
            payload_left: 0,
            frames: 0,
            failed: None,
        }
    }

    /// Passes over the next bytes of the stream.
    /// Fails with `TooLong` as soon as a prefix announces more than the limit; that error repeats at every further call.
    pub fn scan(&mut self, mut chunk: &[u8]) -> Result<(), FrameError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        while let Some((&byte, after_byte)) = chunk.split_first() {
            if self.payload_left > 0 {
                let left = usize::try_from(self.payload_left).unwrap_or(usize::MAX);
                let passed = left.min(chunk.len());
                chunk = chunk.get(passed..).unwrap_or_default();
                let passed = u32::try_from(passed).unwrap_or(u32::MAX);
                self.payload_left = self.payload_left.saturating_sub(passed);
            } else {
                chunk = after_byte;
                self.take_prefix_byte(byte)?;
            }
        }
        Ok(())
    }

    /// How many frames have shown their whole prefix. A unary call has exactly one in each direction.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Ends the stream: Ok at the border of a frame, `Truncated` within one, or the error that `scan` gave.
    pub fn finish(&self) -> Result<(), FrameError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let missing = match self.filled {
            0 => self.payload_left,
            filled => u32::try_from(PREFIX_BYTES.saturating_sub(filled)).unwrap_or(u32::MAX),
        };
        if missing == 0 {
            Ok(())
        } else {
            Err(FrameError::Truncated { missing })
        }
    }

    fn take_prefix_byte(&mut self, byte: u8) -> Result<(), FrameError> {
        if let Some(slot) = self.prefix.get_mut(self.filled) {
            *slot = byte;
        }
        self.filled = self.filled.saturating_add(1);
        if self.filled < PREFIX_BYTES {
            return Ok(());
        }
        let [_, a, b, c, d] = self.prefix;
        let announced = u32::from_be_bytes([a, b, c, d]);
        self.filled = 0;
        if announced > self.max_payload_bytes {
            let error = FrameError::TooLong {
                announced,
                limit: self.max_payload_bytes,
            };
            self.failed = Some(error.clone());
            return Err(error);
        }
        self.frames = self.frames.saturating_add(1);
        self.payload_left = announced;
        Ok(())
    }
}
