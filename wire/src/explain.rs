//! Explains a whole body: a tree of named parts in which every byte has exactly one leaf.
//! body = frames; frame = flags, length, payload; payload = message, trailer block, or opaque if compressed;
//! message = fields; trailer block = lines. What can't be read is an `Unparsed` part with its reason.
//! Text mode must be decoded before (`text`); an error in the body never hides the parts before it.
//! Parts hold no bytes of the body, only ranges: the caller has the body and shows what is in view.

mod build;

use crate::fields::{
    FieldShape, FieldsError, MAX_FIELDS, MessageShape, Scalar, WireType, scan_range,
};
use crate::frame::FrameError;
use crate::trailers::TrailersError;
use std::fmt;
use std::ops::Range;

/// Most frames that one body is taken apart into; the rest is one `Unparsed` part.
/// Bounds time and memory like `MAX_FIELDS`, which frames of empty messages would pass by.
pub const MAX_FRAMES: usize = 16_384;

/// A named stretch of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Bytes from the start of the body; 0 ≤ start ≤ end ≤ body length. Empty for an empty value or payload.
    pub range: Range<usize>,
    /// What these bytes are.
    pub kind: PartKind,
    /// Empty for a leaf. Else the children follow each other without gaps and cover this part.
    pub children: Vec<Part>,
}

/// What a part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A length-delimited value of no known inner form.
    Bytes,
    /// A compressed payload, message or trailer block.
    Compressed,
    /// A group's end tag.
    EndTag,
    /// A field of a message or group: its children are tag, length if any, value, end tag if any.
    Field {
        /// The field number.
        number: u32,
        /// How the value is laid out.
        wire_type: WireType,
        /// What the message's shape says of the field.
        shape: Option<FieldShape>,
    },
    /// A frame: its children are flags, length and payload, as far as they came.
    Frame {
        /// The first byte of the prefix.
        flags: u8,
        /// How many bytes of the prefix, or else of the payload, didn't come; 0 for a whole frame.
        missing: u32,
    },
    /// The first byte of a frame.
    FrameFlags {
        /// The byte.
        flags: u8,
    },
    /// The length in a frame's prefix.
    FrameLength {
        /// The payload's announced length, in bytes.
        announced: u32,
    },
    /// Everything between a group's tags.
    Group,
    /// The length of a length-delimited value.
    Length,
    /// The end of a trailer line, or blank lines at the end of a block.
    LineEnd,
    /// A message: a frame's payload or a nested one.
    Message,
    /// A number.
    Number {
        /// The varint, or the fixed bytes as a number.
        raw: u64,
        /// Varint, `Fixed32` or `Fixed64`.
        wire_type: WireType,
        /// How to read it, if the shape says so and the wire type agrees.
        scalar: Option<Scalar>,
    },
    /// Packed numbers, one child each.
    Packed {
        /// The type of every number.
        scalar: Scalar,
    },
    /// A field's tag.
    Tag,
    /// A length-delimited value that is UTF-8.
    Text,
    /// The payload of an uncompressed trailer frame.
    TrailerBlock,
    /// A trailer line: its children are name, separator, value and line end; empty ones are left out.
    TrailerLine {
        /// The name in lower case.
        name: String,
    },
    /// A trailer's name.
    TrailerName,
    /// The colon behind a trailer's name, with the space around the value's start.
    TrailerSeparator,
    /// A trailer's value.
    TrailerValue,
    /// Bytes that couldn't be read.
    Unparsed {
        /// Why reading stopped here.
        error: ExplainError,
    },
}

/// Why a stretch of the body couldn't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExplainError {
    /// A message is malformed or past a limit.
    Fields(FieldsError),
    /// The stream of frames is malformed or cut.
    Frame(FrameError),
    /// More than `MAX_FRAMES` frames.
    TooManyFrames,
    /// A trailer block is malformed.
    Trailers(TrailersError),
}

impl fmt::Display for ExplainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(_) => f.write_str("unreadable message"),
            Self::Frame(_) => f.write_str("unreadable frame"),
            Self::TooManyFrames => write!(f, "body exceeds the limit of {MAX_FRAMES} frames"),
            Self::Trailers(_) => f.write_str("unreadable trailer block"),
        }
    }
}

impl std::error::Error for ExplainError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Fields(error) => Some(error),
            Self::Frame(error) => Some(error),
            Self::TooManyFrames => None,
            Self::Trailers(error) => Some(error),
        }
    }
}

impl Part {
    fn leaf(range: Range<usize>, kind: PartKind) -> Self {
        Self {
            range,
            kind,
            children: Vec::new(),
        }
    }

    fn unparsed(range: Range<usize>, error: ExplainError) -> Self {
        Self::leaf(range, PartKind::Unparsed { error })
    }
}

/// Explains a body of frames, request or response. `shape` is that of the messages in it.
/// At most `MAX_FIELDS` fields and `MAX_FRAMES` frames are taken apart, over the whole body.
pub fn explain(body: &[u8], shape: Option<MessageShape<'_>>) -> Vec<Part> {
    build::Build {
        bytes: body,
        shape,
        budget: MAX_FIELDS,
    }
    .frames()
}

/// Explains bare protobuf without frames: one `Message` part over everything.
pub fn explain_message(payload: &[u8], shape: Option<MessageShape<'_>>) -> Part {
    let mut budget = MAX_FIELDS;
    let range = 0..payload.len();
    let fields = scan_range(payload, range.clone(), shape, &mut budget);
    Part {
        range,
        kind: PartKind::Message,
        children: build::fields(fields),
    }
}

/// The leaves of a tree of parts, from left to right: the owners of each byte.
pub fn leaves(parts: &[Part]) -> Vec<&Part> {
    let mut leaves = Vec::new();
    let mut waiting: Vec<&Part> = parts.iter().rev().collect();
    while let Some(part) = waiting.pop() {
        if part.children.is_empty() {
            leaves.push(part);
        } else {
            waiting.extend(part.children.iter().rev());
        }
    }
    leaves
}

#[cfg(test)]
mod tests;
