//! The well-known types written as their own JSON.
//! What their schemas forbid has no JSON: times out of range, a Value that is nothing, numbers that JSON can't hold.
//! An Any is decoded by the component's own schema; an empty one is `{}`.

use std::borrow::Cow;

use prost_reflect::{DynamicMessage, Kind, ReflectMessage as _, Value};

use super::{Separator, Writer, set_or_default, undecodable};
use crate::gateway::transcoder::error::{Fault, Fit, Misfit, Within as _};
use crate::gateway::transcoder::known::WellKnown;
use crate::gateway::transcoder::{mask, text, time};

/// A message of a well-known type.
pub(super) fn message(
    writer: &mut Writer<'_>,
    message: &DynamicMessage,
    well_known: &WellKnown,
) -> Fit<()> {
    let expected = || text::expected(&Kind::Message(message.descriptor()));
    match well_known {
        WellKnown::Any => any(writer, message),
        WellKnown::Timestamp => {
            let (seconds, nanos) = seconds_and_nanos(message);
            writer.quoted(|out| time::write_timestamp(out, seconds, nanos), expected())
        }
        WellKnown::Duration => {
            let (seconds, nanos) = seconds_and_nanos(message);
            writer.quoted(|out| time::write_duration(out, seconds, nanos), expected())
        }
        WellKnown::FieldMask => {
            let paths = field(message, 1);
            let paths = paths
                .as_list()
                .unwrap_or_default()
                .iter()
                .filter_map(Value::as_str);
            let paths: Option<Vec<_>> = paths.map(mask::camel_case).collect();
            let paths = paths.ok_or(Fault::NoJson {
                expected: expected(),
            })?;
            writer.string(&paths.join(","))
        }
        WellKnown::Struct | WellKnown::ListValue => inner(writer, message),
        WellKnown::Wrapper(kind) => writer.value(&field(message, 1), kind),
        WellKnown::Value => value(writer, message),
    }
}

fn any(writer: &mut Writer<'_>, message: &DynamicMessage) -> Fit<()> {
    let (url, bytes) = (field(message, 1), field(message, 2));
    let url = url.as_str().unwrap_or_default();
    let bytes = bytes.as_bytes().map(AsRef::as_ref).unwrap_or_default();
    writer.open(b'{')?;
    if url.is_empty() && bytes.is_empty() {
        writer.close(b'}');
        return Ok(());
    }
    let name = url.rsplit_once('/').map_or("", |(_, name)| name);
    let pool = message.descriptor();
    let Some(descriptor) = pool.parent_pool().get_message_by_name(name) else {
        return Err(Box::new(Misfit::new("@type", Fault::unknown_type(url))));
    };
    let is_known = WellKnown::of(&descriptor).is_some();
    let decoded =
        DynamicMessage::decode(descriptor, bytes).map_err(|error| Box::new(undecodable(&error)))?;
    let mut separator = Separator::default();
    writer.key("@type", &mut separator)?;
    writer.string(url)?;
    if is_known {
        writer.key("value", &mut separator)?;
        writer.message(&decoded).within("value")?;
    } else {
        writer.fields(&decoded, &mut separator)?;
    }
    writer.close(b'}');
    Ok(())
}

fn value(writer: &mut Writer<'_>, message: &DynamicMessage) -> Fit<()> {
    let Some((set, value)) = message.fields().next() else {
        return Err(Fault::NoJson {
            expected: "a Value that is set",
        }
        .into());
    };
    match value {
        Value::F64(number) if !number.is_finite() => Err(Fault::NoJson {
            expected: "a finite number",
        }
        .into()),
        // NullValue writes itself as null.
        _ => writer.value(value, &set.kind()),
    }
}

/// The map of a Struct, or the list of a `ListValue`, without the message around it.
fn inner(writer: &mut Writer<'_>, message: &DynamicMessage) -> Fit<()> {
    let kind = message.descriptor().get_field(1).map(|field| field.kind());
    writer.value(
        &field(message, 1),
        &kind.expect("a Struct and a ListValue have field 1"),
    )
}

fn seconds_and_nanos(message: &DynamicMessage) -> (i64, i32) {
    let seconds = field(message, 1).as_i64().unwrap_or_default();
    (seconds, field(message, 2).as_i32().unwrap_or_default())
}

/// A field that `WellKnown::of` has seen.
fn field(message: &DynamicMessage, number: u32) -> Cow<'_, Value> {
    let field = message.descriptor().get_field(number);
    set_or_default(message, &field.expect("a well-known type has its fields"))
}
