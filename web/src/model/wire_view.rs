//! The wire view: a body as rows of named parts, and the leaf that owns each byte.
//!
//! A row is what a person would name: a frame, a field, a trailer line. Each byte belongs to one
//! leaf, each leaf to one row; rows nest, and a row is lit together with all rows inside it.
//! Built from `wire::explain`, names from the schema; without one, field numbers remain.

use std::ops::Range;

use wire::explain::{ExplainError, Part, PartKind, explain, explain_message};
use wire::fields::{Scalar, Value, WireType};

use super::json_text::quote;
use super::json_view::{JsonLine, json_lines};
use super::number_text::value_text;
use super::schema::{FieldInfo, Schema};
use super::time::format_timestamp;

/// Rows that are built; what lies behind them is one row that says so.
pub const MAX_ROWS: usize = 1_000;
/// Characters of a text that a row shows.
const MAX_TEXT: usize = 64;

/// A body, taken apart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WireView {
    /// Named parts, outer before inner.
    pub rows: Vec<Row>,
    /// Owners of bytes from first to last, without gaps: they add up to all bytes.
    pub leaves: Vec<Leaf>,
    /// The messages as JSON, line by line.
    pub json: Vec<JsonLine>,
}

/// A part that a person would name.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which bytes it covers.
    pub range: Range<usize>,
    /// How deep it lies: 0 for frames.
    pub depth: usize,
    /// The first row behind it and everything inside it.
    pub until: usize,
    /// Which of the field colors it wears; 0 is framing.
    pub hue: u8,
    /// What it is.
    pub title: Title,
    /// Its value in short; empty where the parts inside say it.
    pub value: String,
}

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // Each variant's sentence explains its fields.
pub enum Title {
    /// A frame with a message: flags and payload length in bytes, and how much of it didn't come.
    MessageFrame {
        flags: u8,
        length: usize,
        missing: u32,
    },
    /// A gRPC-Web frame with trailers.
    TrailerFrame {
        flags: u8,
        length: usize,
        missing: u32,
    },
    /// A field: number, name and type by the schema, the tag's bytes, length of the value.
    Field {
        number: u32,
        name: Option<String>,
        type_text: Option<String>,
        tag: Vec<u8>,
        length: Option<usize>,
    },
    /// A trailer.
    Trailer { name: String },
    /// A whole JSON body.
    Json,
    /// A member of a JSON object, and the type of its field by the schema.
    Member {
        name: String,
        type_text: Option<String>,
    },
    /// Bytes that can't be read.
    Unparsed { error: ExplainError },
    /// A payload that is compressed.
    Compressed,
    /// Bytes behind the last row that is shown.
    Rest,
}

/// The owner of a run of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Which bytes; never empty.
    pub range: Range<usize>,
    /// The row it belongs to.
    pub row: usize,
    /// What these bytes do.
    pub role: Role,
}

/// What bytes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// They say what follows: flags, lengths, tags, names.
    Framing,
    /// They are the value.
    Value,
}

/// How a body is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As frames.
    Frames,
    /// As one bare message.
    Message,
}

impl WireView {
    /// Takes a body apart; `message` is the full name of the messages in it, if known.
    pub fn new(body: &[u8], reading: Reading, schema: &Schema, message: Option<&str>) -> Self {
        let shape = schema.shape(message);
        let parts = match reading {
            Reading::Frames => explain(body, shape),
            Reading::Message => vec![explain_message(body, shape)],
        };
        let mut builder = Builder {
            body,
            schema,
            view: Self::default(),
        };
        for part in &parts {
            builder.part(
                part,
                &Place {
                    message,
                    ..Place::default()
                },
            );
        }
        builder.view
    }

    /// Returns whether `row` is lit while `active` is looked at.
    pub fn is_lit(&self, row: usize, active: Option<usize>) -> bool {
        let lit = active.and_then(|active| Some((active, self.rows.get(active)?.until)));
        lit.is_some_and(|(from, until)| (from..until).contains(&row))
    }
}

/// Where in the tree a part is.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    depth: usize,
    row: usize,
    hue: u8,
    message: Option<&'a str>,
    /// Inside of a field, so that a message is a nested one.
    in_field: bool,
}

struct Builder<'a> {
    body: &'a [u8],
    schema: &'a Schema,
    view: WireView,
}

impl Builder<'_> {
    fn part(&mut self, part: &Part, place: &Place<'_>) {
        match &part.kind {
            PartKind::Frame { flags, missing } => self.frame(part, *flags, *missing, place),
            PartKind::Field { number, .. } => self.field(part, *number, place),
            PartKind::TrailerLine { name } => {
                let value = self.text_of(part, &PartKind::TrailerValue);
                let title = Title::Trailer { name: name.clone() };
                self.row(part, title, value, Place { hue: 4, ..*place });
            }
            PartKind::Unparsed { error } => {
                let title = Title::Unparsed {
                    error: error.clone(),
                };
                self.row(part, title, String::new(), Place { hue: 0, ..*place });
            }
            PartKind::Compressed => {
                self.row(
                    part,
                    Title::Compressed,
                    String::new(),
                    Place { hue: 0, ..*place },
                );
            }
            PartKind::Message if !place.in_field => self.message(part, place),
            _ if part.children.is_empty() => self.leaf(part, place),
            _ => self.children(part, place),
        }
    }

    fn children(&mut self, part: &Part, place: &Place<'_>) {
        for child in &part.children {
            self.part(child, place);
        }
    }

    fn frame(&mut self, part: &Part, flags: u8, missing: u32, place: &Place<'_>) {
        let length = part.range.len().saturating_sub(wire::frame::PREFIX_BYTES);
        let is_trailers = flags & wire::frame::FLAG_TRAILERS != 0;
        let title = if is_trailers {
            Title::TrailerFrame {
                flags,
                length,
                missing,
            }
        } else {
            Title::MessageFrame {
                flags,
                length,
                missing,
            }
        };
        let hue = if is_trailers { 4 } else { 0 };
        self.row(
            part,
            title,
            format!("{} B", part.range.len()),
            Place { hue, ..*place },
        );
    }

    /// A whole message: its rows, and the same as JSON.
    fn message(&mut self, part: &Part, place: &Place<'_>) {
        let first_row = self.view.rows.len();
        self.children(part, place);
        let mut lines = json_lines(self.body, part, self.schema, place.message, first_row);
        self.view.json.append(&mut lines);
    }

    fn field(&mut self, part: &Part, number: u32, place: &Place<'_>) {
        let field = self.schema.field(place.message, number);
        let find = |kind: &PartKind| part.children.iter().find(|child| child.kind == *kind);
        let tag = find(&PartKind::Tag).map(|tag| self.body[tag.range.clone()].to_vec());
        let length = find(&PartKind::Length)
            .and_then(|_| part.children.last())
            .map(|value| value.range.len());
        let title = Title::Field {
            number,
            name: field.map(|field| field.name.clone()),
            type_text: field.map(|field| field.type_text.clone()),
            tag: tag.unwrap_or_default(),
            length,
        };
        let value = part
            .children
            .iter()
            .find_map(|child| self.value(child, field))
            .unwrap_or_default();
        let hue = if place.hue == 0 {
            field_hue(number)
        } else {
            place.hue
        };
        let message = field.and_then(|field| field.type_name.as_deref());
        self.row(
            part,
            title,
            value,
            Place {
                hue,
                message,
                in_field: true,
                ..*place
            },
        );
    }

    /// Adds a row for a part and everything inside it.
    fn row(&mut self, part: &Part, title: Title, value: String, place: Place<'_>) {
        let row = self.view.rows.len();
        if row >= MAX_ROWS {
            return self.rest(part);
        }
        let Place { depth, hue, .. } = place;
        let range = part.range.clone();
        self.view.rows.push(Row {
            range,
            depth,
            until: row + 1,
            hue,
            title,
            value,
        });
        let inside = Place {
            depth: depth + 1,
            row,
            ..place
        };
        if part.children.is_empty() {
            self.leaf(part, &inside);
        } else {
            self.children(part, &inside);
        }
        self.view.rows[row].until = self.view.rows.len();
    }

    /// Gives a part to the row that stands for everything behind the last one shown.
    fn rest(&mut self, part: &Part) {
        if !matches!(
            self.view.rows.last(),
            Some(Row {
                title: Title::Rest,
                ..
            })
        ) {
            let (range, until) = (part.range.start..part.range.start, self.view.rows.len() + 1);
            let (title, value) = (Title::Rest, String::new());
            self.view.rows.push(Row {
                range,
                depth: 0,
                until,
                hue: 0,
                title,
                value,
            });
        }
        let row = self.view.rows.len() - 1;
        self.view.rows[row].range.end = part.range.end;
        self.push_leaf(Leaf {
            range: part.range.clone(),
            row,
            role: Role::Value,
        });
    }

    fn leaf(&mut self, part: &Part, place: &Place<'_>) {
        let role = match part.kind {
            PartKind::Tag
            | PartKind::Length
            | PartKind::EndTag
            | PartKind::FrameFlags { .. }
            | PartKind::FrameLength { .. }
            | PartKind::TrailerName
            | PartKind::TrailerSeparator
            | PartKind::LineEnd => Role::Framing,
            _ => Role::Value,
        };
        self.push_leaf(Leaf {
            range: part.range.clone(),
            row: place.row,
            role,
        });
    }

    /// Adds a leaf, joined with the one before when both do the same in the same row.
    fn push_leaf(&mut self, leaf: Leaf) {
        if leaf.range.is_empty() {
            return;
        }
        match self.view.leaves.last_mut() {
            Some(last) if (last.row, last.role) == (leaf.row, leaf.role) => {
                last.range.end = leaf.range.end;
            }
            _ => self.view.leaves.push(leaf),
        }
    }

    fn text_of(&self, part: &Part, kind: &PartKind) -> String {
        let found = part.children.iter().find(|child| child.kind == *kind);
        let bytes = found.map_or(&[][..], |child| &self.body[child.range.clone()]);
        shorten(bytes)
    }

    /// Returns a value in short, or none for a part that isn't a value.
    fn value(&self, part: &Part, field: Option<&FieldInfo>) -> Option<String> {
        let bytes = &self.body[part.range.clone()];
        Some(match &part.kind {
            PartKind::Text => quote(&shorten(bytes)),
            PartKind::Bytes => format!("{} B", bytes.len()),
            PartKind::Packed { .. } => format!("[{}]", part.children.len()),
            PartKind::Number {
                raw,
                scalar,
                wire_type,
            } => self.number(*raw, *scalar, *wire_type, field),
            PartKind::Message => {
                let message = field.and_then(|field| field.type_name.as_deref());
                timestamp_text(part, message).unwrap_or_default()
            }
            _ => return None,
        })
    }

    fn number(
        &self,
        raw: u64,
        scalar: Option<Scalar>,
        wire_type: WireType,
        field: Option<&FieldInfo>,
    ) -> String {
        let Some(scalar) = scalar else {
            return match wire_type {
                WireType::Varint => raw.to_string(),
                _ => format!("0x{raw:x}"),
            };
        };
        let enumeration = field.and_then(|field| field.type_name.as_deref());
        match scalar.value(raw) {
            Value::Signed(number) if scalar == Scalar::Enum => {
                let number = i32::try_from(number).unwrap_or_default();
                let name = self.schema.enum_value(enumeration, number);
                name.map_or_else(|| number.to_string(), |name| format!("{name} = {number}"))
            }
            value => value_text(value),
        }
    }
}

/// Returns the color of a top-level field: three in turn, by number.
pub(super) fn field_hue(number: u32) -> u8 {
    match number % 3 {
        1 => 1,
        2 => 2,
        _ => 3,
    }
}

/// Returns the moment a `google.protobuf.Timestamp` names; none for any other message.
pub(super) fn timestamp_text(part: &Part, message: Option<&str>) -> Option<String> {
    if message != Some("google.protobuf.Timestamp") {
        return None;
    }
    let number = |wanted: u32| {
        let field = part.children.iter().rfind(
            |child| matches!(child.kind, PartKind::Field { number, .. } if number == wanted),
        )?;
        field.children.iter().find_map(|child| match child.kind {
            PartKind::Number { raw, .. } => Some(raw.cast_signed()),
            _ => None,
        })
    };
    let nanos = i32::try_from(number(2).unwrap_or(0)).ok()?;
    format_timestamp(number(1).unwrap_or(0), nanos)
}

/// Returns the beginning of a text; only as many bytes are read as that needs.
fn shorten(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * (MAX_TEXT + 1))]);
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests;
