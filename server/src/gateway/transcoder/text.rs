//! One text as one value: what a query, a path variable, a map's key and a quoted number of JSON have in common.
//! The forms are ProtoJSON's: `true`, `3.5s`, `NaN`, base64 in either alphabet, enums by name or number.
//! Not what other gateways add: no `1` for true, no Go durations.

use prost_reflect::{EnumDescriptor, Kind, MapKey, Value};

use super::error::Fault;
use super::known::{self, WellKnown};
use super::{mask, number, time};
use number::NumberError;

/// The value that a text of a query or a path stands for.
pub(super) fn value(kind: &Kind, text: &str) -> Result<Value, Fault> {
    let Kind::Message(descriptor) = kind else {
        return scalar(kind, text);
    };
    let well_known = WellKnown::of(descriptor).ok_or(Fault::NotSettable)?;
    if let WellKnown::Wrapper(inner) = &well_known {
        return Ok(known::build(descriptor, [(1, scalar(inner, text)?)]));
    }
    written(&well_known, kind, text)
}

/// The value of a well-known type whose JSON is a string.
pub(super) fn written(well_known: &WellKnown, kind: &Kind, text: &str) -> Result<Value, Fault> {
    let wrong = || Fault::wrong_value(expected(kind), text);
    let Kind::Message(descriptor) = kind else {
        return Err(wrong());
    };
    let (seconds, nanos) = match well_known {
        WellKnown::Timestamp => time::parse_timestamp(text).ok_or_else(wrong)?,
        WellKnown::Duration => time::parse_duration(text).ok_or_else(wrong)?,
        WellKnown::FieldMask => {
            let paths = mask::parse(text).ok_or_else(wrong)?;
            let paths = paths.into_iter().map(Value::String).collect();
            return Ok(known::build(descriptor, [(1, Value::List(paths))]));
        }
        _ => return Err(Fault::NotSettable),
    };
    Ok(known::build(
        descriptor,
        [(1, Value::I64(seconds)), (2, Value::I32(nanos))],
    ))
}

/// The scalar or enum value that a text stands for.
pub(super) fn scalar(kind: &Kind, text: &str) -> Result<Value, Fault> {
    let wrong = |_| Fault::wrong_value(expected(kind), text);
    Ok(match kind {
        Kind::Double => Value::F64(number::float(text).map_err(wrong)?),
        Kind::Float => Value::F32(number::float(text).map_err(wrong)?),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            Value::I32(number::integer(text).map_err(wrong)?)
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            Value::I64(number::integer(text).map_err(wrong)?)
        }
        Kind::Uint32 | Kind::Fixed32 => Value::U32(number::integer(text).map_err(wrong)?),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(number::integer(text).map_err(wrong)?),
        Kind::Bool => Value::Bool(boolean(text).ok_or(NumberError::Grammar).map_err(wrong)?),
        Kind::String => Value::String(text.to_owned()),
        Kind::Bytes => match wire::base64::decode(text) {
            Ok(bytes) => Value::Bytes(bytes.into()),
            Err(_) => return Err(Fault::wrong_value(expected(kind), text)),
        },
        Kind::Enum(descriptor) => match number::integer(text) {
            Ok(number) => Value::EnumNumber(number),
            Err(_) => enum_value(descriptor, text)?,
        },
        Kind::Message(_) => return Err(Fault::NotSettable),
    })
}

/// The enum's value of that exact name.
pub(super) fn enum_value(descriptor: &EnumDescriptor, name: &str) -> Result<Value, Fault> {
    match descriptor.get_value_by_name(name) {
        Some(value) => Ok(Value::EnumNumber(value.number())),
        None => Err(Fault::UnknownEnumValue {
            enumeration: descriptor.full_name().to_owned(),
            excerpt: super::error::excerpt(name),
        }),
    }
}

/// The key of a map, which JSON always writes as a string.
pub(super) fn map_key(kind: &Kind, text: &str) -> Result<MapKey, Fault> {
    let key = scalar(kind, text)?.into_map_key();
    key.ok_or(Fault::NotSettable)
}

/// What a value of this kind looks like, for errors.
pub(super) fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::Double | Kind::Float => "a number, \"NaN\", \"Infinity\" or \"-Infinity\", in range",
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => "a 32-bit integer",
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => "a 64-bit integer",
        Kind::Uint32 | Kind::Fixed32 => "an unsigned 32-bit integer",
        Kind::Uint64 | Kind::Fixed64 => "an unsigned 64-bit integer",
        Kind::Bool => "true or false",
        Kind::String => "a string",
        Kind::Bytes => "base64",
        Kind::Enum(_) => "the name or number of an enum value",
        Kind::Message(descriptor) => match WellKnown::of(descriptor) {
            Some(WellKnown::Timestamp) => {
                "a time such as \"2026-01-02T03:04:05Z\", years 0001 to 9999"
            }
            Some(WellKnown::Duration) => "a duration such as \"1.5s\", within 10,000 years",
            Some(WellKnown::FieldMask) => {
                "field paths in lowerCamelCase such as \"user.displayName,photo\""
            }
            Some(WellKnown::ListValue) => "a list",
            Some(WellKnown::Wrapper(kind)) => expected(&kind),
            _ => "an object",
        },
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
