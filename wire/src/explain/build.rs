//! Builds the tree of parts from frames, fields and trailer lines.
//! Every function returns parts that cover exactly the range it was given.

use super::{ExplainError, MAX_FRAMES, Part, PartKind};
use crate::fields::{
    Content, Field, Fields, Kind, MessageShape, Packed, Scalar, Unparsed, scan_range,
};
use crate::frame::{FLAG_COMPRESSED, FLAG_TRAILERS, FrameError, PREFIX_BYTES};
use crate::trailers::{self, TrailerLine};
use std::ops::Range;

pub(super) struct Build<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) shape: Option<MessageShape<'a>>,
    /// How many more fields may be kept.
    pub(super) budget: usize,
}

impl Build<'_> {
    pub(super) fn frames(mut self) -> Vec<Part> {
        let mut frames = Vec::new();
        let mut at = 0_usize;
        let mut ended = false;
        while let Some(&flags) = self.bytes.get(at) {
            let error = if ended {
                Some(ExplainError::Frame(FrameError::AfterTrailers))
            } else if flags & !(FLAG_COMPRESSED | FLAG_TRAILERS) != 0 {
                Some(ExplainError::Frame(FrameError::ReservedFlags { flags }))
            } else if frames.len() >= MAX_FRAMES {
                Some(ExplainError::TooManyFrames)
            } else {
                None
            };
            if let Some(error) = error {
                frames.push(Part::unparsed(at..self.bytes.len(), error));
                break;
            }
            let frame = self.frame(at, flags);
            at = frame.range.end;
            ended = flags & FLAG_TRAILERS != 0;
            frames.push(frame);
        }
        frames
    }

    /// The frame at `at`, whose flags are there; the rest of it may be cut.
    fn frame(&mut self, at: usize, flags: u8) -> Part {
        let flags_end = at.saturating_add(1);
        let prefix_end = at.saturating_add(PREFIX_BYTES);
        let mut children = vec![Part::leaf(at..flags_end, PartKind::FrameFlags { flags })];
        let end = self.bytes.len();
        let Some(&[a, b, c, d]) = self.bytes.get(flags_end..prefix_end) else {
            let missing = u32::try_from(prefix_end.saturating_sub(end)).unwrap_or(u32::MAX);
            let error = ExplainError::Frame(FrameError::Truncated { missing });
            children.push(Part::unparsed(flags_end..end, error));
            return Part {
                range: at..end,
                kind: PartKind::Frame { flags, missing },
                children,
            };
        };
        let announced = u32::from_be_bytes([a, b, c, d]);
        children.push(Part::leaf(
            flags_end..prefix_end,
            PartKind::FrameLength { announced },
        ));
        let wanted = usize::try_from(announced).unwrap_or(usize::MAX);
        let payload_end = prefix_end.saturating_add(wanted).min(end);
        let came = u32::try_from(payload_end.saturating_sub(prefix_end)).unwrap_or(u32::MAX);
        let missing = announced.saturating_sub(came);
        children.push(self.payload(prefix_end..payload_end, flags));
        Part {
            range: at..payload_end,
            kind: PartKind::Frame { flags, missing },
            children,
        }
    }

    fn payload(&mut self, range: Range<usize>, flags: u8) -> Part {
        if flags & FLAG_COMPRESSED != 0 {
            return Part::leaf(range, PartKind::Compressed);
        }
        if flags & FLAG_TRAILERS != 0 {
            let children = self.trailer_block(range.clone());
            return Part {
                range,
                kind: PartKind::TrailerBlock,
                children,
            };
        }
        let scanned = scan_range(self.bytes, range.clone(), self.shape, &mut self.budget);
        Part {
            range,
            kind: PartKind::Message,
            children: fields(scanned),
        }
    }

    fn trailer_block(&self, range: Range<usize>) -> Vec<Part> {
        let block = self.bytes.get(range.clone()).unwrap_or_default();
        let (lines, error) = trailers::lines(block);
        let mut parts: Vec<Part> = lines
            .into_iter()
            .map(|line| trailer_line(line, range.start))
            .collect();
        let rest = parts.last().map_or(range.start, |last| last.range.end)..range.end;
        match error {
            Some(error) => parts.push(Part::unparsed(rest, ExplainError::Trailers(error))),
            None if !rest.is_empty() => parts.push(Part::leaf(rest, PartKind::LineEnd)),
            None => {}
        }
        parts
    }
}

/// `offset` is where the line's block starts in the body.
fn trailer_line(line: TrailerLine, offset: usize) -> Part {
    let shift =
        |range: Range<usize>| offset.saturating_add(range.start)..offset.saturating_add(range.end);
    let TrailerLine {
        name,
        name_range,
        value_range,
        line_range,
        ..
    } = line;
    let separator = name_range.end..value_range.start;
    let line_end = value_range.end..line_range.end;
    let children = [
        (name_range, PartKind::TrailerName),
        (separator, PartKind::TrailerSeparator),
        (value_range, PartKind::TrailerValue),
        (line_end, PartKind::LineEnd),
    ];
    let children = children.into_iter().filter(|(range, _)| !range.is_empty());
    let children = children
        .map(|(range, kind)| Part::leaf(shift(range), kind))
        .collect();
    Part {
        range: shift(line_range),
        kind: PartKind::TrailerLine { name },
        children,
    }
}

/// The fields of a message, and what is unparsed behind them.
pub(super) fn fields(fields: Fields) -> Vec<Part> {
    let rest = fields.unparsed.map(unparsed);
    fields.fields.into_iter().map(field).chain(rest).collect()
}

fn field(field: Field) -> Part {
    let range = field.range();
    let Field {
        number,
        wire_type,
        shape,
        tag,
        length,
        value,
        content,
        end_tag,
    } = field;
    let scalar = shape.as_ref().and_then(|shape| match shape.kind {
        Kind::Scalar(scalar) if scalar.wire_type() == wire_type => Some(scalar),
        _ => None,
    });
    let number_kind = |raw| PartKind::Number {
        raw,
        wire_type,
        scalar,
    };
    let (value_kind, value_children) = match content {
        Content::Bytes => (PartKind::Bytes, Vec::new()),
        Content::Fixed32(raw) => (number_kind(raw.into()), Vec::new()),
        Content::Fixed64(raw) | Content::Varint(raw) => (number_kind(raw), Vec::new()),
        Content::Group(inner) => (PartKind::Group, fields(inner)),
        Content::Message(inner) => (PartKind::Message, fields(inner)),
        Content::Packed(packed) => (
            PartKind::Packed {
                scalar: packed.scalar,
            },
            items(packed),
        ),
        Content::Text => (PartKind::Text, Vec::new()),
    };
    let mut children = vec![Part::leaf(tag, PartKind::Tag)];
    children.extend(length.map(|range| Part::leaf(range, PartKind::Length)));
    children.push(Part {
        range: value,
        kind: value_kind,
        children: value_children,
    });
    children.extend(end_tag.map(|range| Part::leaf(range, PartKind::EndTag)));
    Part {
        range,
        kind: PartKind::Field {
            number,
            wire_type,
            shape,
        },
        children,
    }
}

fn items(packed: Packed) -> Vec<Part> {
    let Packed {
        scalar,
        items,
        unparsed: rest,
    } = packed;
    let number = |raw| PartKind::Number {
        raw,
        wire_type: Scalar::wire_type(scalar),
        scalar: Some(scalar),
    };
    let items = items
        .into_iter()
        .map(|item| Part::leaf(item.range, number(item.raw)));
    items.chain(rest.map(unparsed)).collect()
}

fn unparsed(unparsed: Unparsed) -> Part {
    Part::unparsed(unparsed.range, ExplainError::Fields(unparsed.error))
}
