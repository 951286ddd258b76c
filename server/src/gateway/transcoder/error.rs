//! Why a call isn't transcoded, by blame: the caller's body, query or path, or the component's answer.
//! Every error says where (a field's path such as `address.zip`, a line and column) and what is wrong (a `Fault`).
//! Display texts are fit for the caller; of what was sent they repeat a short piece at most.
//! Codes and HTTP statuses are `respond`'s.

use std::fmt;

use super::limits::Limit;

/// Longest piece of a caller's value that an error repeats, in characters.
const EXCERPT_CHARS: usize = 40;

/// Why a call isn't transcoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TranscodeError {
    /// The caller's body isn't the JSON of the message.
    #[error("body at {position}: {misfit}")]
    Body {
        /// Where in the body.
        position: Position,
        /// What is wrong with which field.
        misfit: Misfit,
    },
    /// A variable of the path doesn't fit its field.
    #[error("path: {0}")]
    Path(Misfit),
    /// A key of the query doesn't fit.
    #[error("query: {0}")]
    Query(Misfit),
    /// The route takes no body.
    #[error(
        "{method} takes no body here, but {bytes} bytes came; its fields belong into the query"
    )]
    UnexpectedBody {
        /// The method's full name, `pkg.Service/Method`.
        method: String,
        /// The body's length.
        bytes: usize,
    },
    /// The component's message has no JSON.
    #[error("answer: {0}")]
    Answer(Misfit),
}

impl TranscodeError {
    /// The field it is about, by its path as the caller or the schema has it; None if it is about the whole.
    pub fn field(&self) -> Option<&str> {
        let misfit = match self {
            Self::Body { misfit, .. }
            | Self::Path(misfit)
            | Self::Query(misfit)
            | Self::Answer(misfit) => misfit,
            Self::UnexpectedBody { .. } => return None,
        };
        Some(misfit.field.as_str()).filter(|field| !field.is_empty())
    }

    /// Where in the body; None if it isn't about the body.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Body { position, .. } => Some(*position),
            _ => None,
        }
    }

    /// What is wrong; None for a body where none is taken.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Body { misfit, .. }
            | Self::Path(misfit)
            | Self::Query(misfit)
            | Self::Answer(misfit) => Some(&misfit.fault),
            Self::UnexpectedBody { .. } => None,
        }
    }
}

/// A place in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl Position {
    /// The place of a byte. What isn't UTF-8 before it counts as one character for each broken piece.
    pub(super) fn of(text: &[u8], offset: usize) -> Self {
        let before = String::from_utf8_lossy(&text[..offset.min(text.len())]);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Path of the field, such as `records[2].address.zip`; empty for the whole.
    pub field: String,
    /// What is wrong.
    pub fault: Fault,
}

/// Small, so that a result of the usual path stays small.
pub(super) type Fit<T> = Result<T, Box<Misfit>>;

impl Misfit {
    pub(super) fn new(field: impl Into<String>, fault: Fault) -> Self {
        Self {
            field: field.into(),
            fault,
        }
    }

    fn put_within(&mut self, name: &str) {
        let is_name = !self.field.is_empty() && !self.field.starts_with('[');
        let dot = if is_name { "." } else { "" };
        self.field = format!("{name}{dot}{}", self.field);
    }
}

/// Tells where a misfit is, one step further out.
pub(super) trait Within: Sized {
    /// In the field of that name.
    fn within(self, name: &str) -> Self;
    /// In that element of a list.
    fn at_index(self, index: usize) -> Self;
    /// In the entry of that key of a map.
    fn at_key(self, key: &str) -> Self;
}

impl<T> Within for Fit<T> {
    fn within(mut self, name: &str) -> Self {
        if let Err(misfit) = &mut self {
            misfit.put_within(name);
        }
        self
    }

    fn at_index(mut self, index: usize) -> Self {
        if let Err(misfit) = &mut self {
            misfit.put_within(&format!("[{index}]"));
        }
        self
    }

    fn at_key(mut self, key: &str) -> Self {
        if let Err(misfit) = &mut self {
            misfit.put_within(&format!("[{:?}]", excerpt(key)));
        }
        self
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "{}", self.fault),
            field => write!(f, "{field}: {}", self.fault),
        }
    }
}

impl<F: Into<Fault>> From<F> for Box<Misfit> {
    fn from(fault: F) -> Self {
        Box::new(Misfit::new("", fault.into()))
    }
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The text isn't JSON.
    #[error("not JSON: {expected} expected")]
    Syntax {
        /// What could have stood there.
        expected: &'static str,
    },
    /// The text isn't UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// JSON of another type.
    #[error("must be {expected}")]
    WrongType {
        /// What it should be.
        expected: &'static str,
    },
    /// The right type, but not a value of it.
    #[error("`{excerpt}` is not {expected}")]
    WrongValue {
        /// What it should be.
        expected: &'static str,
        /// The beginning of what it is.
        excerpt: String,
    },
    /// The message has no such field.
    #[error("no such field")]
    UnknownField,
    /// The enum has no such value.
    #[error("`{excerpt}` is not a value of {enumeration}")]
    UnknownEnumValue {
        /// Full name of the enum.
        enumeration: String,
        /// The beginning of the name sent.
        excerpt: String,
    },
    /// The field, or the key of a map, came before; perhaps by its other name.
    #[error("set twice")]
    Duplicate,
    /// Another field of the oneof came before.
    #[error("only one of the oneof {oneof} may be set")]
    OneofTwice {
        /// The oneof's name.
        oneof: String,
    },
    /// Lists and maps have no null.
    #[error("null can't be an element")]
    NullElement,
    /// The query can't set it: its value doesn't fit into one text.
    #[error("is not a field that a query can set")]
    NotSettable,
    /// The body is the whole message, so the query has no fields.
    #[error("the body holds every field, so the query takes none")]
    QueryTakesNone,
    /// The path or the body sets that field.
    #[error("the {0} sets it already")]
    SetElsewhere(Elsewhere),
    /// An Any of a type that the component's schema doesn't have.
    #[error("no type {excerpt} in the schema")]
    UnknownType {
        /// The beginning of its URL.
        excerpt: String,
    },
    /// An Any without `@type`, or without the `value` of its type.
    #[error("is missing")]
    Missing,
    /// Past a limit on JSON.
    #[error(transparent)]
    Limit(#[from] Limit),
    /// The component's bytes aren't the message that its schema says.
    #[error("undecodable: {reason}")]
    Undecodable {
        /// What prost says.
        reason: String,
    },
    /// The component's value can't be told in JSON.
    #[error("has no JSON: must be {expected}")]
    NoJson {
        /// What it should be.
        expected: &'static str,
    },
}

/// Who else sets a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// A field within the body.
    Body,
    /// A variable of the path.
    Path,
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Body => "body",
            Self::Path => "path",
        })
    }
}

impl Fault {
    pub(super) fn wrong_value(expected: &'static str, text: &str) -> Self {
        Self::WrongValue {
            expected,
            excerpt: excerpt(text),
        }
    }

    pub(super) fn unknown_type(url: &str) -> Self {
        Self::UnknownType {
            excerpt: excerpt(url),
        }
    }
}

/// The beginning of a text, with an ellipsis if there is more.
pub(super) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
