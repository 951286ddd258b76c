//! Shapes: as much of a descriptor as the scan needs, in plain data.
//! Messages refer to each other by full name, so that recursive ones need no cycle in memory.
//! Whoever holds descriptors fills a `Shapes`; this package doesn't know where they come from.

use super::Scalar;
use std::sync::Arc;

/// Fields by number, in the order they were added.
type NumberedFields = Vec<(u32, FieldShape)>;

/// Shapes of messages by full name.
/// Lists are searched from the end, so that what was added last counts; a schema has few enough
/// messages for that, and lists are the smaller code in a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shapes {
    messages: Vec<(Arc<str>, NumberedFields)>,
}

/// One message among the shapes it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageShape<'a> {
    shapes: &'a Shapes,
    name: &'a str,
    fields: &'a [(u32, FieldShape)],
}

/// What is known of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldShape {
    /// The field's name in its `.proto` file.
    pub name: Arc<str>,
    /// The field's type; the same for a single, repeated or packed field.
    pub kind: Kind,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `bytes`.
    Bytes,
    /// A group of this full name.
    Group(Arc<str>),
    /// A message of this full name; one that no shape is known for is scanned by guess.
    Message(Arc<str>),
    /// A number, a bool or an enum.
    Scalar(Scalar),
    /// `string`.
    Text,
}

impl Shapes {
    /// Knows no message.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message by its full name, or replaces it; the numbers are its fields'.
    pub fn insert(
        &mut self,
        message: impl Into<Arc<str>>,
        fields: impl IntoIterator<Item = (u32, FieldShape)>,
    ) {
        let fields = fields.into_iter().collect();
        self.messages.push((message.into(), fields));
    }

    /// Finds a message by its full name.
    pub fn message(&self, name: &str) -> Option<MessageShape<'_>> {
        let mut newest_first = self.messages.iter().rev();
        let (name, fields) = newest_first.find(|(own, _)| **own == *name)?;
        Some(MessageShape {
            shapes: self,
            name,
            fields,
        })
    }
}

impl<'a> MessageShape<'a> {
    /// The message's full name.
    pub fn name(self) -> &'a str {
        self.name
    }

    /// Finds a field by its number.
    pub fn field(self, number: u32) -> Option<&'a FieldShape> {
        let mut newest_first = self.fields.iter().rev();
        newest_first.find_map(|(own, shape)| (*own == number).then_some(shape))
    }

    /// Finds another message among the same shapes.
    pub fn sibling(self, name: &str) -> Option<MessageShape<'a>> {
        self.shapes.message(name)
    }
}
