//! The answer of a call, put together again from messages: a header block, frames, a trailer block.
//! Push-style, as `frame`: feed bytes as they come, take parts out. Any split gives the same parts and the same error.
//! The first block is the headers, the second one the trailers, and ends the answer; both have flags 0x80.
//! It also tells what may be granted to the server: bytes of a frame that isn't whole yet make room at once, since it
//! couldn't become whole otherwise; a whole one makes room when it's taken.

use crate::frame::{FLAG_TRAILERS, Frame, FrameDecoder, FrameError, PREFIX_BYTES};
use crate::trailers::{self, Trailers, TrailersError};
use bytes::Bytes;
use std::fmt;

/// One part of an answer, in the order in which they come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The headers; always first.
    Headers(Trailers),
    /// One message's frame.
    Frame(Frame),
    /// The trailers, `grpc-status` among them; always last.
    Trailers(Trailers),
}

/// Why an answer can't be read on. Every variant is final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerError {
    /// A header or trailer block is malformed.
    Block(TrailersError),
    /// The bytes aren't frames.
    Frame(FrameError),
    /// The first frame isn't a header block.
    NoHeaders,
    /// The answer ended before its trailer block.
    NoTrailers,
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Block(_) => "malformed block in an answer",
            Self::Frame(_) => "malformed frame in an answer",
            Self::NoHeaders => "an answer without a header block",
            Self::NoTrailers => "an answer without a trailer block",
        })
    }
}

impl std::error::Error for AnswerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Block(error) => Some(error),
            Self::Frame(error) => Some(error),
            Self::NoHeaders | Self::NoTrailers => None,
        }
    }
}

/// Decodes one answer.
#[derive(Debug)]
pub struct AnswerDecoder {
    frames: FrameDecoder,
    stage: Stage,
    /// Bytes of frames that were taken; blocks don't count.
    taken: usize,
    /// Bytes that have been told to need no room.
    told: usize,
    /// True while what is left isn't a whole frame.
    is_starved: bool,
    failed: Option<AnswerError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Headers,
    Frames,
    Ended,
}

impl AnswerDecoder {
    /// Begins an answer whose messages and blocks are at most `max_payload_bytes` long.
    pub fn new(max_payload_bytes: u32) -> Self {
        Self {
            frames: FrameDecoder::new(max_payload_bytes),
            stage: Stage::Headers,
            taken: 0,
            told: 0,
            is_starved: true,
            failed: None,
        }
    }

    /// Takes the next bytes. Take parts out between feeds: what isn't taken is kept.
    pub fn feed(&mut self, bytes: Bytes) {
        self.is_starved = false;
        self.frames.feed(bytes);
    }

    /// Returns the next part, or None until more is fed. An error repeats at every further call.
    pub fn next_part(&mut self) -> Result<Option<Answer>, AnswerError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let next = self.decode();
        if let Err(error) = &next {
            self.failed = Some(error.clone());
        }
        next
    }

    /// Ends the answer, once `next_part` returns None: `NoTrailers` if it isn't whole, or the error that `next_part` gave.
    pub fn finish(&self) -> Result<(), AnswerError> {
        match (&self.failed, self.stage) {
            (Some(error), _) => Err(error.clone()),
            (None, Stage::Ended) => Ok(()),
            (None, Stage::Headers | Stage::Frames) => Err(AnswerError::NoTrailers),
        }
    }

    /// True once the trailer block has been taken.
    pub fn has_ended(&self) -> bool {
        self.stage == Stage::Ended
    }

    /// How many bytes of frames need no more room since the last question; to be asked when `next_part` returned None, or
    /// before it's called again. Pass it to `Window::receive` and `Window::use_up`, which tells what to grant.
    pub fn take_used(&mut self) -> usize {
        let is_between_blocks = self.is_starved && self.stage == Stage::Frames;
        let partial = match self.frames.partial() {
            Some((flags, bytes)) if is_between_blocks && flags & FLAG_TRAILERS == 0 => bytes,
            _ => 0,
        };
        let free = self.taken.saturating_add(partial);
        let used = free.saturating_sub(self.told);
        self.told = self.told.max(free);
        used
    }

    fn decode(&mut self) -> Result<Option<Answer>, AnswerError> {
        let Some(frame) = self.frames.next_frame().map_err(AnswerError::Frame)? else {
            self.is_starved = true;
            return Ok(None);
        };
        if !frame.is_trailers() {
            if self.stage == Stage::Headers {
                return Err(AnswerError::NoHeaders);
            }
            let bytes = frame.payload.len().saturating_add(PREFIX_BYTES);
            self.taken = self.taken.saturating_add(bytes);
            return Ok(Some(Answer::Frame(frame)));
        }
        let block = trailers::parse(&frame.payload).map_err(AnswerError::Block)?;
        if self.stage == Stage::Headers {
            self.stage = Stage::Frames;
            self.frames.reopen();
            return Ok(Some(Answer::Headers(block)));
        }
        self.stage = Stage::Ended;
        Ok(Some(Answer::Trailers(block)))
    }
}
