//! Path templates of `google.api.http`, parsed and printed. Grammar, from google/api/http.proto:
//!
//! ```text
//! Template  = "/" Segments [ Verb ] ;
//! Segments  = Segment { "/" Segment } ;
//! Segment   = "*" | "**" | LITERAL | Variable ;
//! Variable  = "{" FieldPath [ "=" Segments ] "}" ;
//! FieldPath = IDENT { "." IDENT } ;
//! Verb      = ":" LITERAL ;
//! ```
//!
//! Beyond it, `/` alone is the root. LITERAL is RFC 3986's pchar without `*` and `:`, and is held decoded.
//! Field paths aren't looked up here, and nothing is matched: that is `route`'s.

use std::fmt;
use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use parser::Parser;

mod parser;

/// How many segments a template may have. The search of `route` recurses once for each of them.
pub const MAX_SEGMENTS: usize = 64;

/// What must be escaped in a literal: all but pchar, and of pchar what the grammar uses itself.
const ESCAPED_IN_LITERAL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// One parsed template. Displays as a template that parses to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    segments: Vec<Segment>,
    variables: Vec<Variable>,
    custom_verb: Option<String>,
}

/// What one segment of a path must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// This text, decoded. Never empty, `.`, `..` or with a slash or NUL in it.
    Literal(String),
    /// `*`: any one segment that isn't empty.
    Any,
    /// `**`: all that is left, be it nothing. Only ever the last segment.
    Rest,
}

/// A stretch of segments that gives a field its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Names of fields from the request message inwards; at least one.
    pub field_path: Vec<String>,
    /// Which of the template's segments; at least one.
    pub segments: Range<usize>,
    /// True for `**` and for more than one segment: then slashes stand between segments, and encoded ones stay so.
    pub is_multi_segment: bool,
}

/// Why a text isn't a template, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {offset}")]
pub struct TemplateError {
    /// From the template's start, in bytes; the end of the text if something is missing there.
    pub offset: usize,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// `%` without two hexadecimal digits.
    #[error("broken percent escape")]
    BrokenEscape,
    /// A variable or a part of its field path has no name.
    #[error("empty field name")]
    EmptyName,
    /// Two slashes in a row, one at the end, or nothing after `=`.
    #[error("empty segment")]
    EmptySegment,
    /// A colon at the end.
    #[error("empty verb")]
    EmptyVerb,
    /// The grammar has no place for it there.
    #[error("misplaced character {0:?}")]
    Misplaced(char),
    /// A variable within a variable.
    #[error("variable inside a variable")]
    NestedVariable,
    /// The template doesn't start with a slash.
    #[error("no leading slash")]
    NoLeadingSlash,
    /// A literal whose bytes, decoded, aren't UTF-8.
    #[error("literal that isn't UTF-8")]
    NotUtf8,
    /// Two variables for one field.
    #[error("second variable for the same field")]
    RepeatedVariable,
    /// `**`, and more segments after it.
    #[error("** that isn't the last segment")]
    RestNotLast,
    /// More than `MAX_SEGMENTS`.
    #[error("more than {MAX_SEGMENTS} segments")]
    TooManySegments,
    /// `{` without `}`.
    #[error("unclosed variable")]
    UnclosedVariable,
    /// A dot segment, an encoded slash or NUL: no path has such a segment.
    #[error("literal that no path matches")]
    UnreachableLiteral,
}

impl Template {
    /// Reads a template as it stands in an annotation.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        Parser::new(text).template()
    }

    /// At most `MAX_SEGMENTS`; none for the root.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// In the order of the path; no two overlap or name the same field.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// What follows the colon, decoded: `cancel` in `/v1/{name}:cancel`. HTTP's verb is another thing.
    pub fn custom_verb(&self) -> Option<&str> {
        self.custom_verb.as_deref()
    }
}

impl fmt::Display for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segments.is_empty() {
            out.write_str("/")?;
        }
        for (index, segment) in self.segments.iter().enumerate() {
            out.write_str("/")?;
            let variable = self
                .variables
                .iter()
                .find(|variable| variable.segments.contains(&index));
            if let Some(variable) = variable.filter(|variable| variable.segments.start == index) {
                write!(out, "{{{}", variable.field_path.join("."))?;
                if variable.is_multi_segment || *segment != Segment::Any {
                    write!(out, "={segment}")?;
                }
            } else {
                write!(out, "{segment}")?;
            }
            if variable.is_some_and(|variable| variable.segments.end == index + 1) {
                out.write_str("}")?;
            }
        }
        match &self.custom_verb {
            Some(verb) => write!(out, ":{}", utf8_percent_encode(verb, ESCAPED_IN_LITERAL)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => utf8_percent_encode(text, ESCAPED_IN_LITERAL).fmt(out),
            Self::Any => out.write_str("*"),
            Self::Rest => out.write_str("**"),
        }
    }
}

#[cfg(test)]
mod tests;
