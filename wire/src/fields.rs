//! Protobuf wire fields with byte ranges: a message taken apart so that every byte has an owner.
//! Field = tag (varint: number << 3 | wire type), then a varint, 4 or 8 bytes, a length and that many bytes,
//! or for a group more fields up to an end tag. Ranges count bytes from the start of the scanned input.
//! With a `MessageShape` nested messages, text and packed values are told apart; without one they are guessed.
//! Malformed input isn't an error here: the fields so far are kept and the rest is one `Unparsed` range.
//! Nothing is converted: values stay raw until `Scalar::value` reads them.
//! Source: protobuf.dev, "Encoding".

mod scan;
mod shape;
mod value;

use std::fmt;
use std::ops::Range;

pub use scan::scan;
pub(crate) use scan::scan_range;
pub use shape::{FieldShape, Kind, MessageShape, Shapes};
pub use value::{Scalar, Value, zigzag32, zigzag64};

/// Deepest nesting of messages and groups that is followed; protobuf's own parsers stop at 100.
/// Bounds the stack, which is smallest in a browser.
pub const MAX_DEPTH: usize = 64;
/// Most fields, packed values included, that one scan keeps.
/// Each costs about 200 bytes of memory; four times as many would block a page for more than 50 ms.
pub const MAX_FIELDS: usize = 16_384;
/// Most bytes of a varint: 64 bits, 7 in a byte.
pub const MAX_VARINT_BYTES: usize = 10;
/// Greatest field number that is legal.
pub const MAX_NUMBER: u32 = (1 << 29) - 1;

/// How a field's value is laid out; the discriminant is the tag's low three bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WireType {
    /// 1 to 10 bytes, 7 bits each, lowest first.
    Varint = 0,
    /// 8 bytes, little-endian.
    Fixed64 = 1,
    /// A varint length, then that many bytes.
    Length = 2,
    /// Fields up to the end tag of the same number.
    StartGroup = 3,
    /// The end tag itself; no field has this type.
    EndGroup = 4,
    /// 4 bytes, little-endian.
    Fixed32 = 5,
}

impl WireType {
    /// The wire type of a tag's low three bits; None for 6, 7 and above.
    pub fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Varint),
            1 => Some(Self::Fixed64),
            2 => Some(Self::Length),
            3 => Some(Self::StartGroup),
            4 => Some(Self::EndGroup),
            5 => Some(Self::Fixed32),
            _ => None,
        }
    }
}

/// The fields of one message or group, in wire order.
/// They follow each other without gaps, `unparsed` last, and together cover the message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Every field that could be read.
    pub fields: Vec<Field>,
    /// What couldn't, up to the end of the message; None for a well-formed one.
    pub unparsed: Option<Unparsed>,
}

/// One field. Its ranges are contiguous: tag, length if there is one, value, end tag if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field number, 1 to `MAX_NUMBER`.
    pub number: u32,
    /// How the value is laid out; never `EndGroup`.
    pub wire_type: WireType,
    /// What the message's shape says of this number; the bytes may contradict it.
    pub shape: Option<FieldShape>,
    /// The tag, 1 to 5 bytes when minimal.
    pub tag: Range<usize>,
    /// The length, for `WireType::Length` only.
    pub length: Option<Range<usize>>,
    /// The value without tag and length; for a group everything between its tags.
    pub value: Range<usize>,
    /// What the value holds.
    pub content: Content,
    /// The end tag of a closed group.
    pub end_tag: Option<Range<usize>>,
}

/// What a value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Bytes of no known inner form.
    Bytes,
    /// Four bytes as a number.
    Fixed32(u32),
    /// Eight bytes as a number.
    Fixed64(u64),
    /// The fields of a group; unparsed if it isn't closed.
    Group(Fields),
    /// The fields of a nested message.
    Message(Fields),
    /// Scalars one after the other; only a shape can tell them.
    Packed(Packed),
    /// Valid UTF-8; the value's range has it.
    Text,
    /// A varint as a number.
    Varint(u64),
}

/// A packed repeated field. Items follow each other without gaps, `unparsed` last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The type of every item.
    pub scalar: Scalar,
    /// The items in wire order.
    pub items: Vec<PackedItem>,
    /// What couldn't be read, up to the end of the value.
    pub unparsed: Option<Unparsed>,
}

/// One value of a packed field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedItem {
    /// The item's bytes.
    pub range: Range<usize>,
    /// The varint, or the fixed bytes as a number; `Scalar::value` reads it.
    pub raw: u64,
}

/// Bytes that can't be read as fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unparsed {
    /// From the faulty field on to the end of the message; empty for a group that isn't closed.
    pub range: Range<usize>,
    /// Why reading stopped.
    pub error: FieldsError,
}

/// Why fields can't be read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldsError {
    /// The message ends before the group's end tag.
    GroupNotClosed {
        /// The group's field number.
        number: u32,
    },
    /// A field number is 0 or above `MAX_NUMBER`.
    IllegalNumber {
        /// The number found.
        number: u64,
    },
    /// Wire type 6 or 7, which protobuf doesn't define.
    IllegalWireType {
        /// The wire type found.
        wire_type: u8,
    },
    /// Groups are nested deeper than `MAX_DEPTH`.
    TooDeep,
    /// More than `MAX_FIELDS` fields.
    TooManyFields,
    /// A length or a fixed value goes past the end of the message.
    Truncated {
        /// How many bytes are missing.
        missing: u64,
    },
    /// The message ends within a varint.
    TruncatedVarint,
    /// An end tag that no open group of this number waits for.
    UnmatchedEndGroup {
        /// The end tag's field number.
        number: u32,
    },
    /// A varint has more than `MAX_VARINT_BYTES` bytes or 64 bits.
    VarintTooLong,
}

impl fmt::Display for FieldsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GroupNotClosed { number } => write!(f, "group {number} is not closed"),
            Self::IllegalNumber { number } => write!(f, "illegal field number {number}"),
            Self::IllegalWireType { wire_type } => write!(f, "illegal wire type {wire_type}"),
            Self::TooDeep => write!(f, "nesting exceeds the limit of {MAX_DEPTH}"),
            Self::TooManyFields => write!(f, "message exceeds the limit of {MAX_FIELDS} fields"),
            Self::Truncated { missing } => write!(f, "value lacks {missing} bytes"),
            Self::TruncatedVarint => f.write_str("message ends within a varint"),
            Self::UnmatchedEndGroup { number } => {
                write!(f, "end tag {number} without an open group")
            }
            Self::VarintTooLong => write!(f, "varint exceeds {MAX_VARINT_BYTES} bytes or 64 bits"),
        }
    }
}

impl std::error::Error for FieldsError {}

impl Field {
    /// All bytes of the field, tag to value or end tag.
    pub fn range(&self) -> Range<usize> {
        let end = self.end_tag.as_ref().unwrap_or(&self.value).end;
        self.tag.start..end
    }

    /// The scalar as its shape reads it; None without a scalar shape, or when the wire type contradicts it.
    pub fn scalar_value(&self) -> Option<Value> {
        let Kind::Scalar(scalar) = self.shape.as_ref()?.kind else {
            return None;
        };
        let raw = match self.content {
            Content::Varint(raw) | Content::Fixed64(raw) => raw,
            Content::Fixed32(raw) => u64::from(raw),
            _ => return None,
        };
        (scalar.wire_type() == self.wire_type).then(|| scalar.value(raw))
    }
}

#[cfg(test)]
mod tests;
