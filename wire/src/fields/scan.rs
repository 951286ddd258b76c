//! The scan itself: one pass from left to right, nested values by recursion up to `MAX_DEPTH`.
//! A guess reads a value at most once at each depth, so hostile nesting costs at most `MAX_DEPTH` passes.

use super::{
    Content, Field, FieldShape, Fields, FieldsError, Kind, MAX_DEPTH, MAX_FIELDS, MAX_NUMBER,
    MAX_VARINT_BYTES, MessageShape, Packed, PackedItem, Scalar, Unparsed, WireType,
};
use std::ops::Range;

/// Greatest field number that a guess believes in; numbers in hand-written messages are small,
/// while random bytes that happen to parse are mostly given away by a large one.
const MAX_GUESSED_NUMBER: u32 = 9_999;

/// Scans one message. Never fails: what can't be read is the result's `unparsed`.
pub fn scan(payload: &[u8], shape: Option<MessageShape<'_>>) -> Fields {
    let mut budget = MAX_FIELDS;
    scan_range(payload, 0..payload.len(), shape, &mut budget)
}

/// Scans the message at `range` of `bytes`; ranges in the result count from the start of `bytes`.
/// `budget` is how many more fields may be kept, and goes down by those that were.
pub(crate) fn scan_range(
    bytes: &[u8],
    range: Range<usize>,
    shape: Option<MessageShape<'_>>,
    budget: &mut usize,
) -> Fields {
    let end = range.end.min(bytes.len());
    let mut scan = Scan { bytes, budget };
    scan.level(
        range.start,
        end,
        Level {
            shape,
            ..Level::default()
        },
    )
    .fields
}

struct Scan<'a> {
    bytes: &'a [u8],
    budget: &'a mut usize,
}

/// What holds for all fields of one message or group.
#[derive(Clone, Copy, Default)]
struct Level<'a> {
    shape: Option<MessageShape<'a>>,
    depth: usize,
    /// The number of the group that must be closed.
    closing: Option<u32>,
    /// True if this may turn out not to be a message at all, so that the first doubt ends it.
    guessed: bool,
}

impl<'a> Level<'a> {
    fn nested(self, shape: Option<MessageShape<'a>>) -> Self {
        Self {
            shape,
            depth: self.depth.saturating_add(1),
            closing: None,
            ..self
        }
    }
}

struct Scanned {
    fields: Fields,
    /// Behind the last byte that belongs to the message or group, its end tag left out.
    end: usize,
    end_tag: Option<Range<usize>>,
}

enum Step {
    Field(Field),
    EndTag(Range<usize>),
}

struct Tag {
    number: u32,
    wire_type: WireType,
    range: Range<usize>,
}

impl Scan<'_> {
    fn level(&mut self, start: usize, end: usize, level: Level<'_>) -> Scanned {
        let mut fields = Vec::new();
        let mut at = start;
        let error = loop {
            if at >= end {
                break level
                    .closing
                    .map(|number| FieldsError::GroupNotClosed { number });
            }
            match self.step(at, end, level) {
                Ok(Step::Field(field)) => {
                    at = field.range().end;
                    fields.push(field);
                }
                Ok(Step::EndTag(end_tag)) => {
                    let fields = Fields {
                        fields,
                        unparsed: None,
                    };
                    return Scanned {
                        fields,
                        end: at,
                        end_tag: Some(end_tag),
                    };
                }
                Err(error) => break Some(error),
            }
        };
        let unparsed = error.map(|error| Unparsed {
            range: at..end,
            error,
        });
        Scanned {
            fields: Fields { fields, unparsed },
            end,
            end_tag: None,
        }
    }

    /// Reads the field or end tag at `at`, which is before `end`.
    fn step(&mut self, at: usize, end: usize, level: Level<'_>) -> Result<Step, FieldsError> {
        let tag = self.tag(at, end)?;
        if level.guessed && tag.number > MAX_GUESSED_NUMBER {
            return Err(FieldsError::IllegalNumber {
                number: tag.number.into(),
            });
        }
        if tag.wire_type == WireType::EndGroup {
            return match level.closing {
                Some(number) if number == tag.number => Ok(Step::EndTag(tag.range)),
                _ => Err(FieldsError::UnmatchedEndGroup { number: tag.number }),
            };
        }
        self.spend()?;
        let shape = level.shape.and_then(|shape| shape.field(tag.number));
        let start = tag.range.end;
        let (length, value, content, end_tag) = match tag.wire_type {
            WireType::Length => {
                let (len, value_start) = self.varint(start, end)?;
                let value = within(value_start, len, end)?;
                let content = self.content(value.clone(), shape, level);
                (Some(start..value_start), value, content, None)
            }
            WireType::StartGroup | WireType::EndGroup => {
                let group = self.group(start, end, tag.number, shape, level)?;
                (
                    None,
                    start..group.end,
                    Content::Group(group.fields),
                    group.end_tag,
                )
            }
            WireType::Varint | WireType::Fixed32 | WireType::Fixed64 => {
                let (raw, value_end) = self.number(tag.wire_type, start, end)?;
                let content = match tag.wire_type {
                    WireType::Varint => Content::Varint(raw),
                    WireType::Fixed64 => Content::Fixed64(raw),
                    _ => Content::Fixed32(u32::try_from(raw).unwrap_or(u32::MAX)),
                };
                (None, start..value_end, content, None)
            }
        };
        let Tag {
            number,
            wire_type,
            range: tag,
        } = tag;
        let shape = shape.cloned();
        Ok(Step::Field(Field {
            number,
            wire_type,
            shape,
            tag,
            length,
            value,
            content,
            end_tag,
        }))
    }

    fn group(
        &mut self,
        start: usize,
        end: usize,
        number: u32,
        shape: Option<&FieldShape>,
        level: Level<'_>,
    ) -> Result<Scanned, FieldsError> {
        if level.depth >= MAX_DEPTH {
            return Err(FieldsError::TooDeep);
        }
        let inner = Level {
            closing: Some(number),
            ..level.nested(nested_shape(shape, level))
        };
        let group = self.level(start, end, inner);
        match &group.fields.unparsed {
            Some(unparsed) if level.guessed => Err(unparsed.error.clone()),
            _ => Ok(group),
        }
    }

    /// What a length-delimited value holds, by its shape or by guess.
    fn content(
        &mut self,
        value: Range<usize>,
        shape: Option<&FieldShape>,
        level: Level<'_>,
    ) -> Content {
        match shape.map(|shape| &shape.kind) {
            Some(Kind::Text) if self.text(&value).is_some() => Content::Text,
            Some(Kind::Bytes | Kind::Text) => Content::Bytes,
            Some(Kind::Scalar(scalar)) => Content::Packed(self.packed(value, *scalar)),
            Some(Kind::Message(_)) if level.depth >= MAX_DEPTH => Content::Bytes,
            Some(Kind::Message(_)) => {
                let inner = level.nested(nested_shape(shape, level));
                Content::Message(self.level(value.start, value.end, inner).fields)
            }
            Some(Kind::Group(_)) | None => self.guess(value, level),
        }
    }

    /// Text without control characters is text: a nested message of that form would need field numbers
    /// from 4 and lengths from 32 throughout. Then a message that parses to the last byte,
    /// then text with line ends and tabs, then bytes. An empty value shows nothing and is bytes.
    fn guess(&mut self, value: Range<usize>, level: Level<'_>) -> Content {
        let text = self.text(&value);
        if value.is_empty() {
            return Content::Bytes;
        }
        if text.is_some_and(|text| !text.contains(char::is_control)) {
            return Content::Text;
        }
        let is_line_text = text.is_some_and(|text| {
            text.chars()
                .all(|char| !char.is_control() || matches!(char, '\t' | '\n' | '\r'))
        });
        if level.depth < MAX_DEPTH {
            let budget = *self.budget;
            let inner = Level {
                guessed: true,
                ..level.nested(None)
            };
            let fields = self.level(value.start, value.end, inner).fields;
            if fields.unparsed.is_none() {
                return Content::Message(fields);
            }
            *self.budget = budget;
        }
        if is_line_text {
            Content::Text
        } else {
            Content::Bytes
        }
    }

    fn packed(&mut self, value: Range<usize>, scalar: Scalar) -> Packed {
        let mut items = Vec::new();
        let mut unparsed = None;
        let mut at = value.start;
        while at < value.end {
            let item = self
                .spend()
                .and_then(|()| self.number(scalar.wire_type(), at, value.end));
            match item {
                Ok((raw, item_end)) => {
                    items.push(PackedItem {
                        range: at..item_end,
                        raw,
                    });
                    at = item_end;
                }
                Err(error) => {
                    unparsed = Some(Unparsed {
                        range: at..value.end,
                        error,
                    });
                    break;
                }
            }
        }
        Packed {
            scalar,
            items,
            unparsed,
        }
    }

    fn tag(&self, at: usize, end: usize) -> Result<Tag, FieldsError> {
        let (tag, tag_end) = self.varint(at, end)?;
        let number = tag >> 3;
        let wire_type =
            WireType::from_number(tag & 7).ok_or_else(|| FieldsError::IllegalWireType {
                wire_type: u8::try_from(tag & 7).unwrap_or(7),
            })?;
        match u32::try_from(number) {
            Ok(number @ 1..=MAX_NUMBER) => Ok(Tag {
                number,
                wire_type,
                range: at..tag_end,
            }),
            _ => Err(FieldsError::IllegalNumber { number }),
        }
    }

    /// Reads a varint or fixed number; returns it with the place behind it.
    fn number(
        &self,
        wire_type: WireType,
        at: usize,
        end: usize,
    ) -> Result<(u64, usize), FieldsError> {
        let size = match wire_type {
            WireType::Fixed32 => 4,
            WireType::Fixed64 => 8,
            _ => return self.varint(at, end),
        };
        let range = within(at, size, end)?;
        let little_endian = self.bytes.get(range.clone()).unwrap_or_default();
        let raw = little_endian
            .iter()
            .rev()
            .fold(0, |raw, byte| (raw << 8) | u64::from(*byte));
        Ok((raw, range.end))
    }

    /// Reads a varint; returns it with the place behind it.
    fn varint(&self, at: usize, end: usize) -> Result<(u64, usize), FieldsError> {
        let rest = self.bytes.get(at..end).unwrap_or_default();
        let mut raw = 0;
        let mut shift = 0_u32;
        let mut next = at;
        for &byte in rest.iter().take(MAX_VARINT_BYTES) {
            next = next.saturating_add(1);
            let bits = u64::from(byte & 0x7F);
            // The tenth byte has room for one bit only.
            if shift == 63 && byte > 1 {
                return Err(FieldsError::VarintTooLong);
            }
            raw |= bits.checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok((raw, next));
            }
            shift = shift.saturating_add(7);
        }
        Err(FieldsError::TruncatedVarint)
    }

    fn text(&self, value: &Range<usize>) -> Option<&str> {
        std::str::from_utf8(self.bytes.get(value.clone())?).ok()
    }

    fn spend(&mut self) -> Result<(), FieldsError> {
        *self.budget = self
            .budget
            .checked_sub(1)
            .ok_or(FieldsError::TooManyFields)?;
        Ok(())
    }
}

fn nested_shape<'a>(shape: Option<&FieldShape>, level: Level<'a>) -> Option<MessageShape<'a>> {
    match &shape?.kind {
        Kind::Message(name) | Kind::Group(name) => level.shape?.sibling(name),
        Kind::Bytes | Kind::Scalar(_) | Kind::Text => None,
    }
}

/// The range of `len` bytes from `start`, or how many of them are missing before `end`.
fn within(start: usize, len: u64, end: usize) -> Result<Range<usize>, FieldsError> {
    let available = end.saturating_sub(start);
    match usize::try_from(len) {
        Ok(size) if size <= available => Ok(start..start.saturating_add(size)),
        _ => {
            let available = u64::try_from(available).unwrap_or(u64::MAX);
            Err(FieldsError::Truncated {
                missing: len.saturating_sub(available),
            })
        }
    }
}
