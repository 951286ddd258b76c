//! JSON to message: ProtoJSON read straight into fields, without a tree in between.
//! What is refused: unknown fields, a field or key twice (by either of its names), two fields of a oneof, null among
//! elements, anything past the limits. A null field is a field that isn't set. Keys are never case-folded.
//! Our own reader instead of serde's: exact numbers, limits while reading, and errors that name field and place.
//! Source: the ProtoJSON guide and protobuf's conformance suite, which `cargo xtask test conformance` runs.

use std::collections::HashMap;

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

use super::error::{Fault, Fit, Misfit, Position, TranscodeError, Within as _};
use super::known::{WellKnown, takes_null};
use super::limits::JsonLimits;
use super::text;
use member::{Member, Seen, Shape};
use reader::{Reader, Start};

mod known;
mod member;
mod reader;

/// Reads a whole text as a message.
pub(super) fn message(
    descriptor: &MessageDescriptor,
    json: &[u8],
    limits: &JsonLimits,
) -> Result<DynamicMessage, TranscodeError> {
    read(json, limits, |reader| message_of(reader, descriptor))
}

/// Reads a whole text as the value of one field; null leaves it unset.
pub(super) fn field(
    message: &mut DynamicMessage,
    field: &FieldDescriptor,
    json: &[u8],
    limits: &JsonLimits,
) -> Result<(), TranscodeError> {
    let member = Member::Field(field.clone());
    read(json, limits, |reader| {
        set(reader, message, &member).within(field.name())
    })
}

fn read<T>(
    json: &[u8],
    limits: &JsonLimits,
    value: impl FnOnce(&mut Reader<'_>) -> Fit<T>,
) -> Result<T, TranscodeError> {
    let at = |offset, misfit: Box<Misfit>| TranscodeError::Body {
        position: Position::of(json, offset),
        misfit: *misfit,
    };
    let text = std::str::from_utf8(json)
        .map_err(|error| at(error.valid_up_to(), Fault::NotUtf8.into()))?;
    let mut reader = Reader::new(text, limits);
    let value = value(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|misfit| at(reader.place(), misfit))
}

/// A message of any type.
fn message_of(reader: &mut Reader<'_>, descriptor: &MessageDescriptor) -> Fit<DynamicMessage> {
    if let Some(well_known) = WellKnown::of(descriptor) {
        return known::message(reader, descriptor, &well_known);
    }
    let mut message = DynamicMessage::new(descriptor.clone());
    fields(reader, &mut message, Keys::OfMessage)?;
    Ok(message)
}

/// Whose keys an object has.
#[derive(Clone, Copy, PartialEq)]
enum Keys {
    /// The message's own.
    OfMessage,
    /// The message's, and `@type` of the Any that it stands in.
    OfAny,
}

/// The fields of an ordinary message.
fn fields(reader: &mut Reader<'_>, message: &mut DynamicMessage, keys: Keys) -> Fit<()> {
    let descriptor = prost_reflect::ReflectMessage::descriptor(message);
    let mut seen = Seen::default();
    let mut is_type_seen = false;
    reader.open_object("an object")?;
    while let Some(key) = reader.next_key()? {
        if keys == Keys::OfAny && key == "@type" {
            if std::mem::replace(&mut is_type_seen, true) {
                return Err(Box::new(Misfit::new(key, Fault::Duplicate)));
            }
            reader.skip()?;
            continue;
        }
        let Some(member) = Member::named(&descriptor, &key) else {
            return Err(Box::new(Misfit::new(
                super::error::excerpt(&key),
                Fault::UnknownField,
            )));
        };
        if !seen.insert(member.number()) {
            return Err(Fault::Duplicate.into()).within(&key);
        }
        set(reader, message, &member).within(&key)?;
    }
    Ok(())
}

/// Reads one field of a message.
fn set(reader: &mut Reader<'_>, message: &mut DynamicMessage, member: &Member) -> Fit<()> {
    let kind = member.kind();
    let shape = member.shape();
    if reader.start()? == Start::Null && !(shape == Shape::Single && takes_null(&kind)) {
        return reader.null();
    }
    if let Some(oneof) = member.taken_oneof(message) {
        return Err(Fault::OneofTwice { oneof }.into());
    }
    let value = match (shape, &kind) {
        (Shape::List, _) => Value::List(list(reader, &kind)?),
        (Shape::Map, Kind::Message(entry)) => map(reader, entry)?,
        _ => single(reader, &kind)?,
    };
    member.set(message, value);
    Ok(())
}

fn list(reader: &mut Reader<'_>, kind: &Kind) -> Fit<Vec<Value>> {
    let mut values = Vec::new();
    reader.open_list(1)?;
    while reader.next_element(1)? {
        let value = element(reader, kind).at_index(values.len())?;
        values.push(value);
    }
    Ok(values)
}

fn map(reader: &mut Reader<'_>, entry: &MessageDescriptor) -> Fit<Value> {
    let key_kind = entry.map_entry_key_field().kind();
    let value_kind = entry.map_entry_value_field().kind();
    let mut entries = HashMap::new();
    reader.open_object("an object")?;
    while let Some(key) = reader.next_key()? {
        let entry: Fit<_> = text::map_key(&key_kind, &key)
            .map_err(Box::from)
            .and_then(|key| Ok((key, element(reader, &value_kind)?)));
        let (map_key, value) = entry.at_key(&key)?;
        if entries.insert(map_key, value).is_some() {
            return Err(Fault::Duplicate.into()).at_key(&key);
        }
    }
    Ok(Value::Map(entries))
}

/// One of several; null can't be left out here.
fn element(reader: &mut Reader<'_>, kind: &Kind) -> Fit<Value> {
    if reader.start()? == Start::Null && !takes_null(kind) {
        return Err(Fault::NullElement.into());
    }
    single(reader, kind)
}

/// One value that isn't null, unless its kind takes null.
fn single(reader: &mut Reader<'_>, kind: &Kind) -> Fit<Value> {
    Ok(match (kind, reader.start()?) {
        (Kind::Message(descriptor), _) => Value::Message(message_of(reader, descriptor)?),
        (Kind::Bool, Start::True | Start::False) => Value::Bool(reader.boolean()?),
        (Kind::String, Start::String) => Value::String(reader.string()?.into_owned()),
        (Kind::Enum(descriptor), Start::String) => text::enum_value(descriptor, &reader.string()?)?,
        (Kind::Enum(_), Start::Null) if takes_null(kind) => {
            reader.null()?;
            Value::EnumNumber(0)
        }
        (Kind::Bytes, Start::String) => text::scalar(kind, &reader.string()?)?,
        (kind, Start::String) if is_number(kind) => text::scalar(kind, &reader.string()?)?,
        (kind, Start::Number) if is_number(kind) => text::scalar(kind, reader.number()?)?,
        (Kind::Enum(_), Start::Number) => text::scalar(kind, reader.number()?)?,
        _ => {
            return Err(Fault::WrongType {
                expected: text::expected(kind),
            }
            .into());
        }
    })
}

/// Whether JSON may write it as a number or as text.
fn is_number(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Bool | Kind::String | Kind::Bytes | Kind::Enum(_) | Kind::Message(_)
    )
}

#[cfg(test)]
mod tests;
