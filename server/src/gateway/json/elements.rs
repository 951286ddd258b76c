//! The elements of a streamed request, cut out of the body's bytes as they come; what each holds is the transcoder's to
//! say. Two forms: one value per line (blank lines don't count), or one array of values; a body that is no array is one
//! value. What is taken as it is comes piece by piece.
//! Push-style and without I/O: feed chunks, take elements, tell the end. Where a chunk ends makes no difference, and an
//! element in an array is given as soon as it is whole, whether or not a comma has come.
//! Only strings and brackets are looked at, since they tell where a value ends: text that is no JSON ends somewhere too,
//! and the transcoder refuses it. At most one element is held, and no more of it than the limit.
//! Sources: ndjson-spec; jsonlines.org; RFC 8259.

use bytes::{Bytes, BytesMut};

use crate::gateway::transcoder::TranscodeError;
use value::Value;

mod value;

/// How the elements stand in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One to a line: `application/x-ndjson`, `application/jsonl`.
    Lines,
    /// One array of all, or one alone: `application/json`.
    Array,
    /// Bytes of any type, in pieces as they come.
    Raw,
}

/// Why a body isn't a stream of messages. Elements are counted from 1, bytes of the body from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElementError {
    /// An element isn't the method's message.
    #[error("element {number}: {error}")]
    Misfit {
        /// Which.
        number: u64,
        /// What the transcoder says; its position is that within the element.
        error: TranscodeError,
    },
    /// An element is over the limit of a message.
    #[error("element {number}: more than {limit} bytes")]
    TooLong {
        /// Which.
        number: u64,
        /// The limit, in bytes.
        limit: u32,
    },
    /// The body ended within an element.
    #[error("element {number}: the body ends within it")]
    Cut {
        /// Which.
        number: u64,
    },
    /// The body ended between elements of an array.
    #[error("element {number}: the body ends before it, and before the array's `]`")]
    Unclosed {
        /// The one that could have come next.
        number: u64,
    },
    /// An array has a comma too many.
    #[error("element {number}: missing at byte {offset}")]
    Missing {
        /// Which.
        number: u64,
        /// Where it should begin.
        offset: u64,
    },
    /// Something else than a comma or the end stands behind an element of an array.
    #[error("element {number}: `,` or `]` expected behind it, at byte {offset}")]
    NotSeparated {
        /// Which.
        number: u64,
        /// Where the comma should be.
        offset: u64,
    },
    /// Something stands behind the array, or behind the only value.
    #[error("element {number}: nothing more expected behind the end, at byte {offset}")]
    Trailing {
        /// The one that it would be.
        number: u64,
        /// Where it begins.
        offset: u64,
    },
}

/// Cuts a body into its elements. Of no use behind an error.
#[derive(Debug)]
pub(super) struct Elements {
    layout: Layout,
    max_element_bytes: u32,
    /// Of the last chunk what hasn't been looked at.
    input: Bytes,
    /// The beginning of the next element, from chunks before.
    held: BytesMut,
    place: Place,
    /// How many elements have been given.
    count: u64,
    /// How many bytes of the body have been looked at.
    offset: u64,
    has_ended: bool,
}

/// Where in an array the next byte stands; `Within` is the only one for lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Nothing but blanks has come.
    Begin,
    /// Behind `[`.
    First,
    /// Behind a comma.
    Next,
    /// In an element.
    Within(Value, Whose),
    /// Behind an element.
    Behind,
    /// Behind the array, or the only value.
    End,
}

/// What an element belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Array,
    /// It is the whole body.
    Body,
}

/// Longest piece of a body that is taken as it is: small enough that it's never held for long, and many fit a window.
const MAX_PIECE_BYTES: u32 = 32 * 1024;

impl Elements {
    /// Nothing yet.
    pub(super) fn new(layout: Layout, max_element_bytes: u32) -> Self {
        Self {
            layout,
            max_element_bytes,
            input: Bytes::new(),
            held: BytesMut::new(),
            place: Place::Begin,
            count: 0,
            offset: 0,
            has_ended: false,
        }
    }

    /// More of the body. All elements of what came before must have been taken.
    pub(super) fn feed(&mut self, chunk: Bytes) {
        debug_assert!(self.input.is_empty(), "an element would be lost");
        self.input = chunk;
    }

    /// Nothing more will come.
    pub(super) fn end(&mut self) {
        self.has_ended = true;
    }

    /// How many elements have been given.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The next element; None if more of the body is needed, or behind its end, if there are no more.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, ElementError> {
        let element = match self.layout {
            Layout::Lines => self.next_line()?,
            Layout::Array => self.next_value()?,
            Layout::Raw => self.next_piece(),
        };
        self.count += u64::from(element.is_some());
        Ok(element)
    }

    fn next_piece(&mut self) -> Option<Bytes> {
        // Half the limit leaves room for what else is in the message, such as its content type.
        let longest = MAX_PIECE_BYTES.min(self.max_element_bytes / 2).max(1);
        let longest = usize::try_from(longest).unwrap_or(usize::MAX);
        let len = self.input.len().min(longest);
        (len > 0).then(|| self.input.split_to(len))
    }

    fn next_line(&mut self) -> Result<Option<Bytes>, ElementError> {
        loop {
            if self.held.is_empty() {
                self.skip_blanks();
            }
            let end = self.input.iter().position(|byte| *byte == b'\n');
            let len = end.unwrap_or(self.input.len());
            let is_whole = end.is_some() || self.has_ended;
            if !is_whole {
                self.hold(len);
                let ends_in_return = self.held.last() == Some(&b'\r');
                self.bound(self.held.len() - usize::from(ends_in_return))?;
                return Ok(None);
            }
            let mut line = self.take(len);
            if line.last() == Some(&b'\r') {
                line.truncate(line.len() - 1);
            }
            if !line.is_empty() {
                self.bound(line.len())?;
                return Ok(Some(line));
            }
            if self.input.is_empty() {
                return Ok(None);
            }
        }
    }

    fn next_value(&mut self) -> Result<Option<Bytes>, ElementError> {
        loop {
            if let Place::Within(value, whose) = self.place {
                let element = self.rest_of(value, whose)?;
                if element.is_some() {
                    return Ok(element);
                }
            } else {
                self.skip_blanks();
            }
            let Some(next) = self.input.first() else {
                return self.ended();
            };
            self.step(*next)?;
        }
    }

    /// Passes one byte outside of elements; or begins an element with it, which stays.
    fn step(&mut self, next: u8) -> Result<(), ElementError> {
        let (number, offset) = (self.count + 1, self.offset);
        self.place = match (self.place, next) {
            (Place::Begin, b'[') => Place::First,
            (Place::First | Place::Behind, b']') => Place::End,
            (Place::Behind, b',') => Place::Next,
            (Place::Begin, _) => {
                self.place = Place::Within(Value::default(), Whose::Body);
                return Ok(());
            }
            (Place::First, b',') | (Place::Next, b',' | b']') => {
                return Err(ElementError::Missing { number, offset });
            }
            (Place::First | Place::Next, _) => {
                self.place = Place::Within(Value::default(), Whose::Array);
                return Ok(());
            }
            (Place::Behind, _) => {
                let number = self.count;
                return Err(ElementError::NotSeparated { number, offset });
            }
            (Place::End, _) => return Err(ElementError::Trailing { number, offset }),
            // Its end is `rest_of`'s to find.
            (within @ Place::Within(..), _) => {
                self.place = within;
                return Ok(());
            }
        };
        self.pass(1);
        Ok(())
    }

    /// The element if it ends within the chunk.
    fn rest_of(&mut self, mut value: Value, whose: Whose) -> Result<Option<Bytes>, ElementError> {
        let end = value.end_in(&self.input);
        self.place = Place::Within(value, whose);
        let len = end.unwrap_or(self.input.len());
        self.bound(self.held.len() + len)?;
        let is_whole = end.is_some() || (self.has_ended && value.may_end() && whose == Whose::Body);
        if !is_whole {
            self.hold(len);
            return Ok(None);
        }
        self.place = match whose {
            Whose::Array => Place::Behind,
            Whose::Body => Place::End,
        };
        Ok(Some(self.take(len)))
    }

    /// What to say where the chunk ends.
    fn ended(&self) -> Result<Option<Bytes>, ElementError> {
        let number = self.count + 1;
        match self.place {
            _ if !self.has_ended => Ok(None),
            Place::Begin | Place::End => Ok(None),
            Place::Within(..) => Err(ElementError::Cut { number }),
            Place::First | Place::Next | Place::Behind => Err(ElementError::Unclosed { number }),
        }
    }

    fn bound(&self, bytes: usize) -> Result<(), ElementError> {
        let limit = self.max_element_bytes;
        if u32::try_from(bytes).is_ok_and(|bytes| bytes <= limit) {
            return Ok(());
        }
        let number = self.count + 1;
        Err(ElementError::TooLong { number, limit })
    }

    fn skip_blanks(&mut self) {
        let blanks = self.input.iter().take_while(|byte| is_blank(**byte));
        let count = blanks.count();
        self.pass(count);
    }

    fn pass(&mut self, count: usize) -> Bytes {
        self.offset += u64::try_from(count).unwrap_or(u64::MAX);
        self.input.split_to(count)
    }

    fn hold(&mut self, count: usize) {
        let piece = self.pass(count);
        self.held.extend_from_slice(&piece);
    }

    /// What is held and the next bytes, which stay in their chunk where nothing is held.
    fn take(&mut self, count: usize) -> Bytes {
        if self.held.is_empty() {
            return self.pass(count);
        }
        self.hold(count);
        self.held.split().freeze()
    }
}

/// What JSON has between its tokens.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests;
