//! What a key of an object may name: a field, by its JSON name or its own, or an extension as `[pkg.name]`.
//! `Seen` remembers which ones came; a field counts as seen whatever its value was, null included.

use prost_reflect::{
    DynamicMessage, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value,
};

/// A field or an extension.
pub(super) enum Member {
    Field(FieldDescriptor),
    Extension(ExtensionDescriptor),
}

/// How many values a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Single,
    List,
    Map,
}

impl Member {
    pub(super) fn named(descriptor: &MessageDescriptor, key: &str) -> Option<Self> {
        let field = descriptor.get_field_by_json_name(key);
        let field = field.or_else(|| descriptor.get_field_by_name(key));
        match field {
            Some(field) => Some(Self::Field(field)),
            None if key.starts_with('[') => descriptor
                .get_extension_by_json_name(key)
                .map(Self::Extension),
            None => None,
        }
    }

    pub(super) fn number(&self) -> u32 {
        match self {
            Self::Field(field) => field.number(),
            Self::Extension(extension) => extension.number(),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Field(field) => field.kind(),
            Self::Extension(extension) => extension.kind(),
        }
    }

    pub(super) fn shape(&self) -> Shape {
        let (is_list, is_map) = match self {
            Self::Field(field) => (field.is_list(), field.is_map()),
            Self::Extension(extension) => (extension.is_list(), extension.is_map()),
        };
        match (is_list, is_map) {
            (true, _) => Shape::List,
            (_, true) => Shape::Map,
            _ => Shape::Single,
        }
    }

    /// The name of its oneof, if another field of it is set.
    pub(super) fn taken_oneof(&self, message: &DynamicMessage) -> Option<String> {
        let Self::Field(field) = self else {
            return None;
        };
        let oneof = field.containing_oneof()?;
        let is_taken = oneof.fields().any(|other| message.has_field(&other));
        is_taken.then(|| oneof.name().to_owned())
    }

    pub(super) fn set(&self, message: &mut DynamicMessage, value: Value) {
        match self {
            Self::Field(field) => message.set_field(field, value),
            Self::Extension(extension) => message.set_extension(extension, value),
        }
    }
}

/// The numbers of the fields that came.
#[derive(Default)]
pub(super) struct Seen {
    /// A bit for each number below 64, which are most.
    low: u64,
    high: Vec<u32>,
}

impl Seen {
    /// False if it was there already.
    pub(super) fn insert(&mut self, number: u32) -> bool {
        if number < u64::BITS {
            let bit = 1 << number;
            let is_new = self.low & bit == 0;
            self.low |= bit;
            return is_new;
        }
        match self.high.binary_search(&number) {
            Ok(_) => false,
            Err(place) => {
                self.high.insert(place, number);
                true
            }
        }
    }
}
