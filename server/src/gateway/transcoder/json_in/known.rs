//! The well-known types read from their own JSON.
//! Any: an object with `@type`, which may stand anywhere, so it is looked for first; the type comes from the
//! component's schema. Struct, Value and `ListValue` are any JSON and nest, one level of JSON being several messages.

use std::borrow::Cow;
use std::collections::HashMap;

use prost::Message as _;
use prost_reflect::{DynamicMessage, Kind, MapKey, MessageDescriptor, Value};

use super::reader::{Reader, Start};
use super::{Keys, fields, message_of, single, text};
use crate::gateway::transcoder::error::{Fault, Fit, Misfit, Within as _, excerpt};
use crate::gateway::transcoder::known::{WellKnown, build};
use crate::gateway::transcoder::number;

/// Messages that one object of a Struct is: the Struct, an entry of its map, the Value in it.
const STRUCT_LEVELS: u32 = 3;
/// Messages that one list is: the `ListValue` and the Value in it.
const LIST_LEVELS: u32 = 2;

/// A message of a well-known type.
pub(super) fn message(
    reader: &mut Reader<'_>,
    descriptor: &MessageDescriptor,
    well_known: &WellKnown,
) -> Fit<DynamicMessage> {
    let kind = Kind::Message(descriptor.clone());
    let value = match well_known {
        WellKnown::Any => any(reader, descriptor)?,
        WellKnown::Struct => structure(reader, descriptor)?,
        WellKnown::ListValue => list_value(reader, descriptor)?,
        WellKnown::Value => value(reader, descriptor)?,
        WellKnown::Wrapper(inner) => build(descriptor, [(1, single(reader, inner)?)]),
        WellKnown::Timestamp | WellKnown::Duration | WellKnown::FieldMask => {
            if reader.start()? != Start::String {
                return Err(Fault::WrongType {
                    expected: text::expected(&kind),
                }
                .into());
            }
            text::written(well_known, &kind, &reader.string()?)?
        }
    };
    match value {
        Value::Message(message) => Ok(message),
        _ => unreachable!("`build` builds messages"),
    }
}

fn any(reader: &mut Reader<'_>, descriptor: &MessageDescriptor) -> Fit<Value> {
    let Some(url) = reader.ahead(find_type)? else {
        return empty_any(reader, descriptor);
    };
    let name = url.rsplit_once('/').map_or("", |(_, name)| name);
    let Some(inner) = descriptor.parent_pool().get_message_by_name(name) else {
        return Err(Box::new(Misfit::new("@type", Fault::unknown_type(&url))));
    };
    let message = if WellKnown::of(&inner).is_some() {
        any_value(reader, &inner)?
    } else {
        let mut message = DynamicMessage::new(inner);
        fields(reader, &mut message, Keys::OfAny)?;
        message
    };
    let bytes = Value::Bytes(message.encode_to_vec().into());
    Ok(build(
        descriptor,
        [(1, Value::String(url.into_owned())), (2, bytes)],
    ))
}

/// The value of `@type` in the object that comes next; None if it has none.
fn find_type<'a>(reader: &mut Reader<'a>) -> Fit<Option<Cow<'a, str>>> {
    reader.open_object("an object")?;
    while let Some(key) = reader.next_key()? {
        if key == "@type" {
            return match reader.start()? {
                Start::String => reader.string().map(Some),
                _ => Err(Box::new(Misfit::new(
                    key,
                    Fault::WrongType {
                        expected: "a string",
                    },
                ))),
            };
        }
        reader.skip()?;
    }
    Ok(None)
}

/// `{}` is an Any that holds nothing; anything else needs `@type`.
fn empty_any(reader: &mut Reader<'_>, descriptor: &MessageDescriptor) -> Fit<Value> {
    reader.open_object("an object")?;
    match reader.next_key()? {
        None => Ok(build(descriptor, [])),
        Some(_) => Err(Box::new(Misfit::new("@type", Fault::Missing))),
    }
}

/// A well-known type stands under `value`.
fn any_value(reader: &mut Reader<'_>, inner: &MessageDescriptor) -> Fit<DynamicMessage> {
    let mut message = None;
    let mut is_type_seen = false;
    reader.open_object("an object")?;
    while let Some(key) = reader.next_key()? {
        let at_key = |fault: Fault| Box::new(Misfit::new(excerpt(&key), fault));
        match key.as_ref() {
            "@type" if is_type_seen => return Err(at_key(Fault::Duplicate)),
            "@type" => {
                is_type_seen = true;
                reader.skip()?;
            }
            "value" if message.is_some() => return Err(at_key(Fault::Duplicate)),
            "value" => {
                let value = message_of(reader, inner);
                message = Some(value.within("value")?);
            }
            _ => return Err(at_key(Fault::UnknownField)),
        }
    }
    message.ok_or_else(|| Box::new(Misfit::new("value", Fault::Missing)))
}

fn structure(reader: &mut Reader<'_>, descriptor: &MessageDescriptor) -> Fit<Value> {
    let Some(Kind::Message(entry)) = descriptor.get_field(1).map(|fields| fields.kind()) else {
        unreachable!("a Struct's field 1 is a map");
    };
    let value_kind = entry.map_entry_value_field().kind();
    let mut entries = HashMap::new();
    reader.enter(STRUCT_LEVELS - 1)?;
    reader.open_object("an object")?;
    while let Some(key) = reader.next_key()? {
        let value = single(reader, &value_kind).at_key(&key)?;
        if entries
            .insert(MapKey::String(key.to_string()), value)
            .is_some()
        {
            return Err(Fault::Duplicate.into()).at_key(&key);
        }
    }
    reader.leave(STRUCT_LEVELS - 1);
    Ok(build(descriptor, [(1, Value::Map(entries))]))
}

fn list_value(reader: &mut Reader<'_>, descriptor: &MessageDescriptor) -> Fit<Value> {
    let Some(value_kind) = descriptor.get_field(1).map(|values| values.kind()) else {
        unreachable!("a ListValue's field 1 is a list");
    };
    let mut values = Vec::new();
    reader.open_list(LIST_LEVELS)?;
    while reader.next_element(LIST_LEVELS)? {
        let value = single(reader, &value_kind).at_index(values.len())?;
        values.push(value);
    }
    Ok(build(descriptor, [(1, Value::List(values))]))
}

fn value(reader: &mut Reader<'_>, descriptor: &MessageDescriptor) -> Fit<Value> {
    let nested = |reader: &mut Reader<'_>, number| match descriptor
        .get_field(number)
        .map(|field| field.kind())
    {
        Some(kind) => single(reader, &kind),
        None => unreachable!("a Value has fields 1 to 6"),
    };
    let (number, value) = match reader.start()? {
        Start::Null => {
            reader.null()?;
            (1, Value::EnumNumber(0))
        }
        Start::Number => {
            let text = reader.number()?;
            let wrong = |_| Fault::wrong_value(text::expected(&Kind::Double), text);
            (2, Value::F64(number::float(text).map_err(wrong)?))
        }
        Start::String => (3, Value::String(reader.string()?.into_owned())),
        Start::True | Start::False => (4, Value::Bool(reader.boolean()?)),
        Start::Object => (5, nested(reader, 5)?),
        Start::List => (6, nested(reader, 6)?),
    };
    Ok(build(descriptor, [(number, value)]))
}
