//! Message to JSON: ProtoJSON written straight into bytes, without a tree in between.
//! Fields come in the order of their numbers and maps in the order of their keys, so that equal messages have equal
//! texts. Unknown fields have no JSON and are left out; so is a negative zero where only a value that isn't zero counts
//! as set, which prost-reflect decides by `==`. What has none at all (a time out of range, an Any of an unknown
//! type, nesting past the limit) is an error that names the field, never half an answer.
//! Source: the ProtoJSON guide and protobuf's conformance suite.

use std::borrow::Cow;
use std::io::Write as _;

use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MapKey, ReflectMessage as _, Value,
};

use super::error::{Fault, Fit, Misfit, Within as _};
use super::known::WellKnown;
use super::limits::{Budget, JsonLimits};

mod known;

/// Integers up to this are exact in a double, and so in JavaScript.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// How messages are written as JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerOptions {
    /// Writes fields that have their default value too, except those whose absence means something.
    pub emit_defaults: bool,
    /// Names fields as the schema does, `served_at`, not in lowerCamelCase.
    pub proto_names: bool,
    /// Writes numbers for enums instead of names.
    pub enum_numbers: bool,
    /// How 64-bit integers are written.
    pub long_integers: LongIntegers,
}

/// How 64-bit integers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LongIntegers {
    /// Always as strings, as ProtoJSON says: JavaScript's numbers would lose digits.
    #[default]
    Text,
    /// As numbers within ±(2^53 − 1), where nothing is lost, and as strings beyond.
    NumberIfSafe,
}

/// A message as JSON.
pub(super) fn message(
    message: &DynamicMessage,
    options: AnswerOptions,
    limits: &JsonLimits,
) -> Fit<Vec<u8>> {
    let mut writer = Writer::new(options, limits);
    writer.message(message)?;
    Ok(writer.out)
}

/// The value of one field as JSON, a list included.
pub(super) fn value(
    value: &Value,
    kind: &Kind,
    options: AnswerOptions,
    limits: &JsonLimits,
) -> Fit<Vec<u8>> {
    let mut writer = Writer::new(options, limits);
    writer.value(value, kind)?;
    Ok(writer.out)
}

struct Writer<'a> {
    out: Vec<u8>,
    options: AnswerOptions,
    budget: Budget<'a>,
}

/// What comes before the next member of an object or list: a comma, unless it is the first.
#[derive(Default)]
struct Separator {
    is_needed: bool,
}

impl<'a> Writer<'a> {
    fn new(options: AnswerOptions, limits: &'a JsonLimits) -> Self {
        Self {
            out: Vec::with_capacity(128),
            options,
            budget: Budget::new(limits),
        }
    }

    fn message(&mut self, message: &DynamicMessage) -> Fit<()> {
        if let Some(well_known) = WellKnown::of(&message.descriptor()) {
            return known::message(self, message, &well_known);
        }
        self.open(b'{')?;
        self.fields(message, &mut Separator::default())?;
        self.close(b'}');
        Ok(())
    }

    /// The members of an object; some may be there already.
    fn fields(&mut self, message: &DynamicMessage, separator: &mut Separator) -> Fit<()> {
        if self.options.emit_defaults {
            for field in message.descriptor().fields() {
                if message.has_field(&field) || !field.supports_presence() {
                    let value = set_or_default(message, &field);
                    self.member(self.name(&field), &value, &field.kind(), separator)?;
                }
            }
        } else {
            for (field, value) in message.fields() {
                self.member(self.name(&field), value, &field.kind(), separator)?;
            }
        }
        for (extension, value) in message.extensions() {
            self.member(extension.json_name(), value, &extension.kind(), separator)?;
        }
        Ok(())
    }

    fn name<'f>(&self, field: &'f FieldDescriptor) -> &'f str {
        if self.options.proto_names {
            field.name()
        } else {
            field.json_name()
        }
    }

    fn member(
        &mut self,
        name: &str,
        value: &Value,
        kind: &Kind,
        separator: &mut Separator,
    ) -> Fit<()> {
        self.key(name, separator)?;
        self.value(value, kind).within(name)
    }

    fn value(&mut self, value: &Value, kind: &Kind) -> Fit<()> {
        match (value, kind) {
            (Value::Bool(true), _) => self.out.extend_from_slice(b"true"),
            (Value::Bool(false), _) => self.out.extend_from_slice(b"false"),
            (Value::I32(value), _) => self.number(value),
            (Value::U32(value), _) => self.number(value),
            (Value::I64(value), _) => self.long(value, value.unsigned_abs()),
            (Value::U64(value), _) => self.long(value, *value),
            (Value::F32(value), _) => self.float(value, f64::from(*value)),
            (Value::F64(value), _) => self.float(value, *value),
            (Value::String(value), _) => self.string(value)?,
            (Value::Bytes(value), _) => self.base64(value)?,
            (Value::EnumNumber(number), Kind::Enum(descriptor)) => {
                self.enum_value(*number, descriptor)?;
            }
            (Value::EnumNumber(number), _) => self.number(number),
            (Value::Message(message), _) => self.message(message)?,
            (Value::List(values), _) => self.list(values, kind)?,
            (Value::Map(entries), Kind::Message(entry)) => {
                let kind = entry.map_entry_value_field().kind();
                let mut entries: Vec<_> = entries.iter().collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                self.map(&entries, &kind)?;
            }
            (Value::Map(_), _) => unreachable!("the kind of a map is its entry"),
        }
        Ok(())
    }

    fn list(&mut self, values: &[Value], kind: &Kind) -> Fit<()> {
        let mut separator = Separator::default();
        self.open(b'[')?;
        for (index, value) in values.iter().enumerate() {
            self.separate(&mut separator)?;
            self.value(value, kind).at_index(index)?;
        }
        self.close(b']');
        Ok(())
    }

    fn map(&mut self, entries: &[(&MapKey, &Value)], kind: &Kind) -> Fit<()> {
        let mut separator = Separator::default();
        self.open(b'{')?;
        for (key, value) in entries {
            let text = match key {
                MapKey::Bool(key) => key.to_string(),
                MapKey::I32(key) => key.to_string(),
                MapKey::I64(key) => key.to_string(),
                MapKey::U32(key) => key.to_string(),
                MapKey::U64(key) => key.to_string(),
                MapKey::String(key) => key.clone(),
            };
            self.key(&text, &mut separator)?;
            self.value(value, kind).at_key(&text)?;
        }
        self.close(b'}');
        Ok(())
    }

    fn open(&mut self, bracket: u8) -> Fit<()> {
        self.budget.enter(1)?;
        self.out.push(bracket);
        Ok(())
    }

    fn close(&mut self, bracket: u8) {
        self.budget.leave(1);
        self.out.push(bracket);
    }

    fn separate(&mut self, separator: &mut Separator) -> Fit<()> {
        self.budget.value()?;
        if std::mem::replace(&mut separator.is_needed, true) {
            self.out.push(b',');
        }
        Ok(())
    }

    fn key(&mut self, name: &str, separator: &mut Separator) -> Fit<()> {
        self.separate(separator)?;
        self.string(name)?;
        self.out.push(b':');
        Ok(())
    }

    fn string(&mut self, text: &str) -> Fit<()> {
        self.budget.string(text.len())?;
        self.json(text);
        Ok(())
    }

    fn base64(&mut self, bytes: &[u8]) -> Fit<()> {
        self.budget
            .string(bytes.len().div_ceil(3).saturating_mul(4))?;
        self.out.push(b'"');
        self.out
            .extend_from_slice(wire::base64::encode(bytes).as_bytes());
        self.out.push(b'"');
        Ok(())
    }

    fn number(&mut self, number: &impl serde::Serialize) {
        self.json(number);
    }

    fn long(&mut self, number: &impl std::fmt::Display, magnitude: u64) {
        let is_number = self.options.long_integers == LongIntegers::NumberIfSafe
            && magnitude <= MAX_SAFE_INTEGER;
        let quote = if is_number { "" } else { "\"" };
        write!(self.out, "{quote}{number}{quote}").expect("writing to memory can't fail");
    }

    /// The shortest text that reads back as the same number of its own width.
    fn float(&mut self, number: &impl serde::Serialize, widened: f64) {
        match widened {
            _ if widened.is_nan() => self.out.extend_from_slice(b"\"NaN\""),
            f64::INFINITY => self.out.extend_from_slice(b"\"Infinity\""),
            f64::NEG_INFINITY => self.out.extend_from_slice(b"\"-Infinity\""),
            _ => {
                self.json(number);
                if self.out.ends_with(b".0") {
                    self.out.truncate(self.out.len() - 2);
                }
            }
        }
    }

    fn enum_value(&mut self, number: i32, descriptor: &EnumDescriptor) -> Fit<()> {
        if descriptor.full_name() == "google.protobuf.NullValue" {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        match descriptor.get_value(number) {
            Some(value) if !self.options.enum_numbers => self.string(value.name()),
            _ => {
                self.number(&number);
                Ok(())
            }
        }
    }

    fn json(&mut self, value: &(impl serde::Serialize + ?Sized)) {
        serde_json::to_writer(&mut self.out, value)
            .expect("scalars have JSON, and memory takes it");
    }

    /// Writes text in quotes that needs no escapes.
    fn quoted(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Option<()>,
        expected: &'static str,
    ) -> Fit<()> {
        self.out.push(b'"');
        write(&mut self.out).ok_or(Fault::NoJson { expected })?;
        self.out.push(b'"');
        Ok(())
    }
}

/// Not `get_field`, which tells a negative zero apart although it counts as unset and wouldn't be encoded again.
fn set_or_default<'m>(message: &'m DynamicMessage, field: &FieldDescriptor) -> Cow<'m, Value> {
    if message.has_field(field) {
        message.get_field(field)
    } else {
        Cow::Owned(field.default_value())
    }
}

/// What prost says about bytes that aren't the message.
pub(super) fn undecodable(error: &prost::DecodeError) -> Misfit {
    Misfit::new(
        "",
        Fault::Undecodable {
            reason: error.to_string(),
        },
    )
}

#[cfg(test)]
mod tests;
