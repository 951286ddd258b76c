//! Path variables and query keys set fields of a message; both name them by a path of names with dots between.
//! Query: names as in JSON or as in the schema; a repeated scalar by repeating its key; times, durations, masks and
//! wrappers as their JSON string. `?x=` sets a field with presence to its empty text, and `?x` is the same.
//! `+` is a space, as forms write it; base64 in a query is best URL-safe. `%` needs two hexadecimal digits after it.
//! What the path or the body sets can't be set by the query: 400 beats guessing who wins.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value,
};

use super::error::{Elsewhere, Fault, Fit, Misfit, TranscodeError, excerpt};
use super::known::WellKnown;
use super::limits::{JsonLimits, Limit};
use super::rule::{Body, Rule, below};
use super::text;

/// Sets one path variable, over whatever the body has.
pub(super) fn path(
    rule: &Rule,
    message: &mut DynamicMessage,
    path: &[String],
    text: &str,
) -> Result<(), TranscodeError> {
    let name = || path.join(".");
    let variable = rule.variables.iter().find(|variable| variable.path == path);
    let Some(variable) = variable else {
        return Err(TranscodeError::Path(Misfit::new(
            name(),
            Fault::UnknownField,
        )));
    };
    let (last, outer) = variable
        .fields
        .split_last()
        .expect("a variable names a field");
    let value = text::scalar(&last.kind(), text)
        .map_err(|fault| TranscodeError::Path(Misfit::new(name(), fault)))?;
    descend(message, outer).set_field(last, value);
    Ok(())
}

/// Sets the fields that the query names.
pub(super) fn query(
    rule: &Rule,
    message: &mut DynamicMessage,
    query: &str,
    limits: &JsonLimits,
) -> Result<(), TranscodeError> {
    let mut set: Vec<Vec<FieldDescriptor>> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (raw_key, raw_text) = pair.split_once('=').unwrap_or((pair, ""));
        pair_into(rule, message, (raw_key, raw_text), &mut set, limits)
            .map_err(|misfit| TranscodeError::Query(*misfit))?;
    }
    Ok(())
}

fn pair_into(
    rule: &Rule,
    message: &mut DynamicMessage,
    (raw_key, raw_text): (&str, &str),
    set: &mut Vec<Vec<FieldDescriptor>>,
    limits: &JsonLimits,
) -> Fit<()> {
    let at_key = |key: &str, fault: Fault| Box::new(Misfit::new(excerpt(key), fault));
    let key = decode(raw_key).map_err(|fault| at_key(raw_key, fault))?;
    let fail = |fault: Fault| at_key(&key, fault);
    if matches!(rule.body, Body::All) {
        return Err(fail(Fault::QueryTakesNone));
    }
    let fields = resolve(&rule.input, &key, limits).map_err(fail)?;
    let (last, outer) = fields.split_last().expect("a key names a field");
    if let Some(elsewhere) = set_elsewhere(rule, &fields) {
        return Err(fail(Fault::SetElsewhere(elsewhere)));
    }
    if !last.is_list() && set.contains(&fields) {
        return Err(fail(Fault::Duplicate));
    }
    let text = decode(raw_text).map_err(fail)?;
    let value = text::value(&last.kind(), &text).map_err(fail)?;
    let inner = descend_alone(message, outer).map_err(fail)?;
    if last.is_list() {
        inner
            .get_field_mut(last)
            .as_list_mut()
            .expect("a list field holds a list")
            .push(value);
    } else {
        check_oneof(inner, last).map_err(fail)?;
        inner.set_field(last, value);
    }
    set.push(fields);
    Ok(())
}

/// The fields along a key, the last one such that one text can hold its value, or one element's.
fn resolve(
    message: &MessageDescriptor,
    key: &str,
    limits: &JsonLimits,
) -> Result<Vec<FieldDescriptor>, Fault> {
    let mut fields: Vec<FieldDescriptor> = Vec::new();
    for (depth, name) in (1..).zip(key.split('.')) {
        if depth > limits.max_depth {
            return Err(Limit::Depth(limits.max_depth).into());
        }
        let message = match fields.last() {
            None => message.clone(),
            Some(outer) => below(outer).ok_or(Fault::UnknownField)?,
        };
        let field = message.get_field_by_json_name(name);
        let field = field.or_else(|| message.get_field_by_name(name));
        fields.push(field.ok_or(Fault::UnknownField)?);
    }
    match fields.last() {
        Some(last) if is_settable(last) => Ok(fields),
        _ => Err(Fault::NotSettable),
    }
}

fn is_settable(field: &FieldDescriptor) -> bool {
    match field.kind() {
        Kind::Message(message) => {
            !field.is_list() && WellKnown::of(&message).is_some_and(|known| known.is_scalar())
        }
        _ => !field.is_map(),
    }
}

/// Who else sets the field, or one around it or in it.
fn set_elsewhere(rule: &Rule, fields: &[FieldDescriptor]) -> Option<Elsewhere> {
    let overlaps =
        |other: &[FieldDescriptor]| fields.iter().zip(other).all(|(one, other)| one == other);
    if rule
        .variables
        .iter()
        .any(|variable| overlaps(&variable.fields))
    {
        return Some(Elsewhere::Path);
    }
    match &rule.body {
        Body::Field(body) if fields.first() == Some(body) => Some(Elsewhere::Body),
        _ => None,
    }
}

/// The message at the end of a path of single messages.
fn descend<'m>(
    message: &'m mut DynamicMessage,
    path: &[FieldDescriptor],
) -> &'m mut DynamicMessage {
    path.iter().fold(message, |message, field| {
        match message.get_field_mut(field) {
            Value::Message(inner) => inner,
            _ => unreachable!("paths lead through single messages"),
        }
    })
}

/// The same, unless a message on the way is in a oneof that something else has.
fn descend_alone<'m>(
    message: &'m mut DynamicMessage,
    path: &[FieldDescriptor],
) -> Result<&'m mut DynamicMessage, Fault> {
    path.iter().try_fold(message, |message, field| {
        check_oneof(message, field)?;
        Ok(descend(message, std::slice::from_ref(field)))
    })
}

/// Fails if another field of the oneof is set.
fn check_oneof(message: &DynamicMessage, field: &FieldDescriptor) -> Result<(), Fault> {
    debug_assert_eq!(field.parent_message(), &message.descriptor());
    let Some(oneof) = field.containing_oneof() else {
        return Ok(());
    };
    let is_taken = oneof
        .fields()
        .any(|other| other != *field && message.has_field(&other));
    if is_taken {
        Err(Fault::OneofTwice {
            oneof: oneof.name().to_owned(),
        })
    } else {
        Ok(())
    }
}

/// A key or a text without its escapes.
fn decode(raw: &str) -> Result<Cow<'_, str>, Fault> {
    let mut escapes = raw.split('%').skip(1);
    let is_hex = |escape: &str| {
        let digits = escape.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !escapes.all(is_hex) {
        return Err(Fault::wrong_value("percent-encoded", raw));
    }
    if !raw.contains(['+', '%']) {
        return Ok(Cow::Borrowed(raw));
    }
    let spaced = raw.replace('+', " ");
    let decoded = percent_decode_str(&spaced)
        .decode_utf8()
        .map_err(|_| Fault::NotUtf8)?;
    Ok(Cow::Owned(decoded.into_owned()))
}

#[cfg(test)]
mod tests;
