//! Which message types have a JSON of their own.
//! A type counts by its full name and by its fields: a schema comes from outside and may give the name to something
//! else, which is then an ordinary message. So whoever has a `WellKnown` may set and read its fields by number.
//! Source: ProtoJSON, and the files of `google/protobuf` that declare these types.

use prost_reflect::{DynamicMessage, Kind, MessageDescriptor, Value};

/// A message type with a JSON of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum WellKnown {
    /// 1 `type_url`, 2 `value`.
    Any,
    /// 1 `seconds`, 2 `nanos`.
    Timestamp,
    /// 1 `seconds`, 2 `nanos`.
    Duration,
    /// 1 `paths`.
    FieldMask,
    /// 1 `fields`: a map of texts to Value.
    Struct,
    /// A oneof: 1 null, 2 number, 3 string, 4 bool, 5 Struct, 6 `ListValue`.
    Value,
    /// 1 `values`: a list of Value.
    ListValue,
    /// 1 `value`: a scalar of this kind.
    Wrapper(Kind),
}

impl WellKnown {
    /// None for an ordinary message.
    pub(super) fn of(descriptor: &MessageDescriptor) -> Option<Self> {
        let known = match descriptor.full_name().strip_prefix("google.protobuf.")? {
            "Any" => Self::Any,
            "Timestamp" => Self::Timestamp,
            "Duration" => Self::Duration,
            "FieldMask" => Self::FieldMask,
            "Struct" => Self::Struct,
            "Value" => Self::Value,
            "ListValue" => Self::ListValue,
            name => Self::Wrapper(wrapped(name)?),
        };
        known.has_fields(descriptor).then_some(known)
    }

    /// Whether its JSON is one text or scalar, so that a query can hold it.
    pub(super) fn is_scalar(&self) -> bool {
        matches!(
            self,
            Self::Timestamp | Self::Duration | Self::FieldMask | Self::Wrapper(_)
        )
    }

    fn has_fields(&self, descriptor: &MessageDescriptor) -> bool {
        let has = |number, kind: &Kind| is_single(descriptor, number, |found| found == kind);
        let has_message =
            |number, name: &str| is_single(descriptor, number, |found| is_message(found, name));
        let values = descriptor.get_field(1);
        match self {
            Self::Any => has(1, &Kind::String) && has(2, &Kind::Bytes),
            Self::Timestamp | Self::Duration => has(1, &Kind::Int64) && has(2, &Kind::Int32),
            Self::FieldMask => {
                values.is_some_and(|paths| paths.is_list() && paths.kind() == Kind::String)
            }
            Self::Struct => values.is_some_and(|fields| match fields.kind() {
                Kind::Message(entry) if fields.is_map() => {
                    entry.map_entry_key_field().kind() == Kind::String
                        && is_message(
                            &entry.map_entry_value_field().kind(),
                            "google.protobuf.Value",
                        )
                }
                _ => false,
            }),
            Self::Value => {
                is_single(descriptor, 1, |kind| matches!(kind, Kind::Enum(_)))
                    && has(2, &Kind::Double)
                    && has(3, &Kind::String)
                    && has(4, &Kind::Bool)
                    && has_message(5, "google.protobuf.Struct")
                    && has_message(6, "google.protobuf.ListValue")
            }
            Self::ListValue => values.is_some_and(|values| {
                values.is_list() && is_message(&values.kind(), "google.protobuf.Value")
            }),
            Self::Wrapper(kind) => has(1, kind),
        }
    }
}

/// Whether a JSON null is a value of this kind, and not its absence.
pub(super) fn takes_null(kind: &Kind) -> bool {
    match kind {
        Kind::Message(descriptor) => descriptor.full_name() == "google.protobuf.Value",
        Kind::Enum(descriptor) => descriptor.full_name() == "google.protobuf.NullValue",
        _ => false,
    }
}

/// A message of a well-known type; its fields are there, as `of` has seen.
pub(super) fn build(
    descriptor: &MessageDescriptor,
    fields: impl IntoIterator<Item = (u32, Value)>,
) -> Value {
    let mut message = DynamicMessage::new(descriptor.clone());
    for (number, value) in fields {
        message.set_field_by_number(number, value);
    }
    Value::Message(message)
}

fn wrapped(name: &str) -> Option<Kind> {
    Some(match name {
        "BoolValue" => Kind::Bool,
        "BytesValue" => Kind::Bytes,
        "DoubleValue" => Kind::Double,
        "FloatValue" => Kind::Float,
        "Int32Value" => Kind::Int32,
        "Int64Value" => Kind::Int64,
        "StringValue" => Kind::String,
        "UInt32Value" => Kind::Uint32,
        "UInt64Value" => Kind::Uint64,
        _ => return None,
    })
}

fn is_single(
    descriptor: &MessageDescriptor,
    number: u32,
    is_right: impl Fn(&Kind) -> bool,
) -> bool {
    descriptor
        .get_field(number)
        .is_some_and(|field| !field.is_list() && !field.is_map() && is_right(&field.kind()))
}

fn is_message(kind: &Kind, name: &str) -> bool {
    matches!(kind, Kind::Message(descriptor) if descriptor.full_name() == name)
}
