//! JSON schemas of messages and enums, by the rules of ProtoJSON: 64-bit integers and bytes are strings, enums are
//! names, well-known types have forms of their own. Each message stands once among the components, so that recursion
//! ends; a list of what is still to do takes the place of our own.
//! Numbers as strings, enums as numbers and other input that ProtoJSON takes as well aren't described.
//! Source: <https://protobuf.dev/programming-guides/json/>.

use std::collections::BTreeMap;

use prost_reflect::{Cardinality, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use prost_types::FieldOptions;
use serde_json::{Map, Value, json};

use super::comments::Comments;

const COMPONENTS: &str = "#/components/schemas/";

/// The schemas that were asked for so far.
#[derive(Default)]
pub(super) struct Schemas {
    pub(super) comments: Comments,
    /// By full name; null while still to do.
    components: BTreeMap<String, Value>,
    to_do: Vec<MessageDescriptor>,
}

impl Schemas {
    /// All that was asked for, and what that needs.
    pub(super) fn finish(mut self) -> BTreeMap<String, Value> {
        while let Some(message) = self.to_do.pop() {
            let schema = self.message(&message);
            self.components
                .insert(message.full_name().to_owned(), schema);
        }
        self.components
    }

    /// A reference, or the form of a well-known type.
    pub(super) fn of_message(&mut self, message: &MessageDescriptor) -> Value {
        if let Some(form) = well_known(message.full_name()) {
            return form;
        }
        let name = message.full_name();
        if !self.components.contains_key(name) {
            self.components.insert(name.to_owned(), Value::Null);
            self.to_do.push(message.clone());
        }
        json!({ "$ref": format!("{COMPONENTS}{name}") })
    }

    /// The schema of a field's value, lists and maps included; without its description.
    pub(super) fn of_field(&mut self, field: &FieldDescriptor) -> Value {
        let kind = field.kind();
        if let Some(entry) = kind.as_message().filter(|_| field.is_map()) {
            let values = self.of_kind(entry.map_entry_value_field().kind());
            return json!({ "type": "object", "additionalProperties": values });
        }
        let schema = self.of_kind(kind);
        if field.is_list() {
            json!({ "type": "array", "items": schema })
        } else {
            schema
        }
    }

    /// The comment of a field.
    pub(super) fn comment_of_field(&mut self, field: &FieldDescriptor) -> Option<String> {
        self.comments.of(&field.parent_file(), field.path())
    }

    fn of_kind(&mut self, kind: Kind) -> Value {
        match kind {
            Kind::Double => json!({ "type": "number", "format": "double" }),
            Kind::Float => json!({ "type": "number", "format": "float" }),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
                json!({ "type": "integer", "format": "int32" })
            }
            Kind::Uint32 | Kind::Fixed32 => {
                json!({ "type": "integer", "format": "uint32", "minimum": 0 })
            }
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
                json!({ "type": "string", "format": "int64" })
            }
            Kind::Uint64 | Kind::Fixed64 => json!({ "type": "string", "format": "uint64" }),
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::String => json!({ "type": "string" }),
            Kind::Bytes => json!({ "type": "string", "format": "byte" }),
            Kind::Message(message) => self.of_message(&message),
            Kind::Enum(kind) => self.of_enum(&kind),
        }
    }

    fn of_enum(&mut self, kind: &EnumDescriptor) -> Value {
        let name = kind.full_name();
        if name == "google.protobuf.NullValue" {
            return json!({ "nullable": true });
        }
        if !self.components.contains_key(name) {
            let schema = self.enumeration(kind);
            self.components.insert(name.to_owned(), schema);
        }
        json!({ "$ref": format!("{COMPONENTS}{name}") })
    }

    fn enumeration(&mut self, kind: &EnumDescriptor) -> Value {
        let file = kind.parent_file();
        let names: Vec<_> = kind.values().map(|value| value.name().to_owned()).collect();
        let mut paragraphs: Vec<_> = self.comments.of(&file, kind.path()).into_iter().collect();
        let values = kind.values().filter_map(|value| {
            let comment = self.comments.of(&file, value.path())?;
            Some(format!(
                "- `{}`: {}",
                value.name(),
                comment.replace('\n', " ")
            ))
        });
        let values: Vec<_> = values.collect();
        paragraphs.extend((!values.is_empty()).then(|| values.join("\n")));
        let mut schema = json!({ "type": "string", "enum": names });
        describe(&mut schema, Some(paragraphs.join("\n\n")));
        schema
    }

    fn message(&mut self, message: &MessageDescriptor) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in message.fields() {
            properties.insert(field.json_name().to_owned(), self.property(&field));
            if field.cardinality() == Cardinality::Required {
                required.push(field.json_name().to_owned());
            }
        }
        let mut paragraphs: Vec<_> = self
            .comments
            .of(&message.parent_file(), message.path())
            .into_iter()
            .collect();
        paragraphs.extend(
            message
                .oneofs()
                .filter(|oneof| !oneof.is_synthetic())
                .map(|oneof| {
                    let fields: Vec<_> = oneof
                        .fields()
                        .map(|field| format!("`{}`", field.json_name()))
                        .collect();
                    format!("At most one of {} is set.", fields.join(", "))
                }),
        );
        let mut schema = json!({ "type": "object" });
        if !properties.is_empty() {
            schema["properties"] = properties.into();
        }
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        describe(&mut schema, Some(paragraphs.join("\n\n")));
        schema
    }

    fn property(&mut self, field: &FieldDescriptor) -> Value {
        let mut schema = self.of_field(field);
        let comment = self.comment_of_field(field);
        let options = field.field_descriptor_proto().options.as_ref();
        let is_deprecated = options.is_some_and(FieldOptions::deprecated);
        // Whatever stands beside a reference is ignored.
        if schema.get("$ref").is_some() && (comment.is_some() || is_deprecated) {
            schema = json!({ "allOf": [schema] });
        }
        if is_deprecated {
            schema["deprecated"] = true.into();
        }
        describe(&mut schema, comment);
        schema
    }
}

/// Adds a description if there is one, in place of any that is there already.
pub(super) fn describe(to: &mut Value, description: Option<String>) {
    if let Some(description) = description.filter(|description| !description.is_empty()) {
        to["description"] = description.into();
    }
}

/// False for well-known types that JSON writes as something simpler, which can be a parameter.
pub(super) fn is_json_object(message: &MessageDescriptor) -> bool {
    let form = well_known(message.full_name());
    form.is_none_or(|form| {
        !matches!(
            form["type"].as_str(),
            Some("string" | "number" | "integer" | "boolean")
        )
    })
}

/// Any message, with its type.
pub(super) fn any() -> Value {
    json!({
        "type": "object",
        "required": ["@type"],
        "properties": { "@type": { "type": "string" } },
        "additionalProperties": true,
    })
}

/// The form of a well-known type; None for others.
fn well_known(name: &str) -> Option<Value> {
    let wrapper =
        |kind: &str, format: &str| json!({ "type": kind, "format": format, "nullable": true });
    Some(match name.strip_prefix("google.protobuf.")? {
        "Any" => any(),
        "Timestamp" => json!({ "type": "string", "format": "date-time" }),
        "Duration" => json!({ "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$" }),
        "FieldMask" => {
            json!({ "type": "string", "description": "Field paths in lowerCamelCase, with commas." })
        }
        "Empty" => json!({ "type": "object" }),
        "Struct" => json!({ "type": "object", "additionalProperties": true }),
        "Value" => json!({ "nullable": true, "description": "Any JSON value." }),
        "ListValue" => json!({ "type": "array", "items": {} }),
        "BoolValue" => json!({ "type": "boolean", "nullable": true }),
        "StringValue" => json!({ "type": "string", "nullable": true }),
        "BytesValue" => wrapper("string", "byte"),
        "DoubleValue" => wrapper("number", "double"),
        "FloatValue" => wrapper("number", "float"),
        "Int32Value" => wrapper("integer", "int32"),
        "UInt32Value" => wrapper("integer", "uint32"),
        "Int64Value" => wrapper("string", "int64"),
        "UInt64Value" => wrapper("string", "uint64"),
        _ => return None,
    })
}
