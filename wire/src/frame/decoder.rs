//! Push decoder of frames: chunks in, whole frames out.
//! Holds what was fed and not yet taken, and nothing else: no memory is set aside for announced bytes.
//! A frame within one fed chunk shares that chunk's memory; one across chunks is copied together.
//! Runs of small chunks are joined as they come, so that the bookkeeping can't outweigh the bytes.

use super::{FLAG_COMPRESSED, FLAG_TRAILERS, Frame, FrameError, PREFIX_BYTES};
use bytes::{Buf, Bytes, BytesMut};
use std::collections::VecDeque;

/// Chunks below this size are joined when others wait before them.
/// A queued chunk costs about 64 bytes of bookkeeping, so one-byte chunks kept apart would take 64 times their size.
const JOIN_BELOW_BYTES: usize = 512;

/// Decodes the frames of one stream; any split of the stream into chunks gives the same frames and the same error.
#[derive(Debug)]
pub struct FrameDecoder {
    max_payload_bytes: u32,
    /// Received chunks, oldest first; none is empty.
    chunks: VecDeque<Bytes>,
    /// Small chunks joined; younger than everything in `chunks`.
    tail: BytesMut,
    /// Bytes in `chunks` and `tail`.
    received: usize,
    /// The prefix that was taken while its payload is still under way.
    prefix: Option<Prefix>,
    ended: bool,
    failed: Option<FrameError>,
}

#[derive(Clone, Copy, Debug)]
struct Prefix {
    flags: u8,
    len: u32,
}

impl FrameDecoder {
    /// Starts a stream whose payloads are at most `max_payload_bytes` long; trailer frames count as well.
    pub fn new(max_payload_bytes: u32) -> Self {
        Self {
            max_payload_bytes,
            chunks: VecDeque::new(),
            tail: BytesMut::new(),
            received: 0,
            prefix: None,
            ended: false,
            failed: None,
        }
    }

    /// Takes the next bytes of the stream; an empty chunk changes nothing. After an error bytes are dropped.
    /// Take frames out between feeds: what isn't taken is kept, and only the feeder can bound that.
    pub fn feed(&mut self, chunk: Bytes) {
        if chunk.is_empty() || self.failed.is_some() {
            return;
        }
        self.received = self.received.saturating_add(chunk.len());
        if chunk.len() < JOIN_BELOW_BYTES && !(self.chunks.is_empty() && self.tail.is_empty()) {
            self.tail.extend_from_slice(&chunk);
        } else {
            self.queue_tail();
            self.chunks.push_back(chunk);
        }
    }

    /// Returns the next whole frame, or None until more bytes are fed.
    /// Fails with `TooLong` as soon as a prefix announces more than the limit (before the payload arrives),
    /// with `ReservedFlags` at the first byte of a prefix, and with `AfterTrailers` at the first byte behind a trailer frame.
    /// An error repeats at every further call.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let next = self.decode();
        if let Err(error) = &next {
            self.failed = Some(error.clone());
            self.chunks = VecDeque::new();
            self.tail = BytesMut::new();
            self.received = 0;
        }
        next
    }

    /// Ends the stream, once `next_frame` returns None: Ok at the border of a frame,
    /// `Truncated` within one, or the error that `next_frame` gave.
    /// A stream without a trailer frame also ends well here; whether it had to have one is the dialect's rule.
    pub fn finish(&self) -> Result<(), FrameError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let received = u32::try_from(self.received).unwrap_or(u32::MAX);
        let missing = match self.prefix {
            Some(Prefix { len, .. }) => len.saturating_sub(received),
            None if received == 0 => 0,
            None => 5_u32.saturating_sub(received),
        };
        if missing == 0 {
            Ok(())
        } else {
            Err(FrameError::Truncated { missing })
        }
    }

    /// Goes on behind a block that isn't the last: sockets have one in front as well.
    pub(crate) fn reopen(&mut self) {
        self.ended = false;
    }

    /// Flags and received bytes of what isn't a whole frame yet, once `next_frame` returned None; None if nothing is left.
    pub(crate) fn partial(&self) -> Option<(u8, usize)> {
        match self.prefix {
            Some(Prefix { flags, .. }) => Some((flags, self.received.saturating_add(PREFIX_BYTES))),
            None => self.first_byte().map(|flags| (flags, self.received)),
        }
    }

    fn decode(&mut self) -> Result<Option<Frame>, FrameError> {
        let Some(Prefix { flags, len }) = self.decode_prefix()? else {
            return Ok(None);
        };
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let Some(payload) = self.take(len) else {
            return Ok(None);
        };
        self.prefix = None;
        let frame = Frame { flags, payload };
        self.ended = frame.is_trailers();
        Ok(Some(frame))
    }

    fn decode_prefix(&mut self) -> Result<Option<Prefix>, FrameError> {
        if self.prefix.is_some() {
            return Ok(self.prefix);
        }
        let Some(flags) = self.first_byte() else {
            return Ok(None);
        };
        if self.ended {
            return Err(FrameError::AfterTrailers);
        }
        if flags & !(FLAG_COMPRESSED | FLAG_TRAILERS) != 0 {
            return Err(FrameError::ReservedFlags { flags });
        }
        let Some(bytes) = self.take(PREFIX_BYTES) else {
            return Ok(None);
        };
        let &[_, a, b, c, d] = bytes.as_ref() else {
            return Ok(None);
        };
        let len = u32::from_be_bytes([a, b, c, d]);
        if len > self.max_payload_bytes {
            return Err(FrameError::TooLong {
                announced: len,
                limit: self.max_payload_bytes,
            });
        }
        self.prefix = Some(Prefix { flags, len });
        Ok(self.prefix)
    }

    fn first_byte(&self) -> Option<u8> {
        let oldest = self
            .chunks
            .front()
            .map_or(self.tail.as_ref(), AsRef::as_ref);
        oldest.first().copied()
    }

    /// Takes exactly `len` bytes, or None while fewer have been received.
    fn take(&mut self, len: usize) -> Option<Bytes> {
        if self.received < len {
            return None;
        }
        self.received = self.received.saturating_sub(len);
        if self.chunks.front().map_or(0, Bytes::len) < len {
            self.queue_tail();
        }
        if let Some(front) = self.chunks.front_mut()
            && front.len() >= len
        {
            let taken = front.split_to(len);
            self.drop_empty_front();
            return Some(taken);
        }
        // All `len` bytes are here already, so this isn't an announced length.
        let mut joined = BytesMut::with_capacity(len);
        while let Some(front) = self.chunks.front_mut() {
            let wanted = len.saturating_sub(joined.len()).min(front.len());
            joined.extend_from_slice(front.get(..wanted).unwrap_or_default());
            front.advance(wanted);
            self.drop_empty_front();
            if joined.len() >= len {
                break;
            }
        }
        Some(joined.freeze())
    }

    fn queue_tail(&mut self) {
        if !self.tail.is_empty() {
            self.chunks.push_back(self.tail.split().freeze());
        }
    }

    fn drop_empty_front(&mut self) {
        if self.chunks.front().is_some_and(Bytes::is_empty) {
            self.chunks.pop_front();
        }
    }
}
