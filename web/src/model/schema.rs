//! What the page knows of messages and methods: descriptors as plain data.
//!
//! Filled by `client::schema`; asked by the views that put names to bytes.

use wire::fields::{MessageShape, Shapes};

/// Messages, enums and methods by full name, as lists: a page knows few, and maps are larger code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// Shapes of messages, for `wire`.
    pub shapes: Shapes,
    /// What `wire` needn't know of fields, by message and number.
    pub fields: Vec<(String, Vec<(u32, FieldInfo)>)>,
    /// Names of enum values, by enum and number.
    pub enums: Vec<(String, Vec<(i32, String)>)>,
    /// Methods by path, `/pkg.Service/Method`.
    pub methods: Vec<(String, MethodInfo)>,
}

/// A field as people write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldInfo {
    /// Name in the `.proto` file.
    pub name: String,
    /// Name in JSON.
    pub json_name: String,
    /// Type in the `.proto` file, such as `string` or `repeated int32`.
    pub type_text: String,
    /// Full name of its message or enum, if it has one of these types.
    pub type_name: Option<String>,
    /// The field repeats.
    pub is_repeated: bool,
}

/// A method's two messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodInfo {
    /// Full name of the request's message.
    pub input: String,
    /// Full name of the answer's message.
    pub output: String,
}

impl Schema {
    /// Returns the shape of a message.
    pub fn shape(&self, message: Option<&str>) -> Option<MessageShape<'_>> {
        self.shapes.message(message?)
    }

    /// Returns a field of a message.
    pub fn field(&self, message: Option<&str>, number: u32) -> Option<&FieldInfo> {
        by_key(by_name(&self.fields, message?)?, &number)
    }

    /// Returns a field of a message by its name in JSON, with its number.
    pub fn field_by_json_name(
        &self,
        message: Option<&str>,
        name: &str,
    ) -> Option<(u32, &FieldInfo)> {
        let fields = by_name(&self.fields, message?)?;
        let field = fields.iter().find(|(_, field)| field.json_name == name);
        field.map(|(number, field)| (*number, field))
    }

    /// Returns the name of an enum's value.
    pub fn enum_value(&self, enumeration: Option<&str>, number: i32) -> Option<&str> {
        by_key(by_name(&self.enums, enumeration?)?, &number).map(|name| &**name)
    }

    /// Returns the full names of all messages, in order.
    pub fn message_names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }

    /// Returns the method of a path.
    pub fn method(&self, path: &str) -> Option<&MethodInfo> {
        by_name(&self.methods, path)
    }
}

fn by_name<'a, V>(list: &'a [(String, V)], name: &str) -> Option<&'a V> {
    list.iter()
        .find_map(|(own, value)| (own == name).then_some(value))
}

fn by_key<'a, K: PartialEq, V>(list: &'a [(K, V)], key: &K) -> Option<&'a V> {
    list.iter()
        .find_map(|(own, value)| (own == key).then_some(value))
}
