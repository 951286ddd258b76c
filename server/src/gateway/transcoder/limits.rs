//! Bounds on JSON, in both directions: what a caller may send and what a component's answer may become.
//! Each limit is checked while the text is read or written, before memory is spent on it, and names itself in the error.
//! The length of a whole body isn't bounded here: whoever collects it does that.
//! Why bound it at all: a list of `{}` grows thirtyfold in memory, and nesting grows the stack.

/// What JSON may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonLimits {
    /// Nested objects and lists. A level of `google.protobuf.Struct` counts three and one of `ListValue` two, as many
    /// messages as they are inside; so what passes here also passes prost's decoder, which stops at 100 messages.
    pub max_depth: u32,
    /// One string, in bytes of UTF-8 without its escapes.
    pub max_string_bytes: u32,
    /// One number, in characters.
    pub max_number_bytes: u32,
    /// Keys of objects and elements of lists, all together.
    pub max_values: u32,
}

/// Deep enough for every schema seen so far; not above 100, or a component could refuse what we let pass.
const MAX_DEPTH: u32 = 100;
/// As long as a message may be by default: one file as base64 is a fair request.
const MAX_STRING_BYTES: u32 = 4 * 1024 * 1024;
/// The exact decimal digits of a double are 767 at most.
const MAX_NUMBER_BYTES: u32 = 1_024;
/// About 50 MiB of memory at worst.
const MAX_VALUES: u32 = 500_000;

impl Default for JsonLimits {
    fn default() -> Self {
        Self {
            max_depth: MAX_DEPTH,
            max_string_bytes: MAX_STRING_BYTES,
            max_number_bytes: MAX_NUMBER_BYTES,
            max_values: MAX_VALUES,
        }
    }
}

/// Which limit was passed, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// Nested too deeply.
    #[error("nesting exceeds the limit of {0} levels (--max-json-depth)")]
    Depth(u32),
    /// A string is too long.
    #[error("string exceeds the limit of {0} bytes (--max-json-string-bytes)")]
    StringBytes(u32),
    /// A number is too long.
    #[error("number exceeds the limit of {0} characters (--max-json-number-bytes)")]
    NumberBytes(u32),
    /// Too many keys and elements.
    #[error("keys and elements exceed the limit of {0} (--max-json-values)")]
    Values(u32),
    /// `@type` of nested Any stands so far behind that looking for it again and again costs too much.
    #[error("@type stands too far behind in nested Any; write it first")]
    TypeLookahead,
}

/// How much of the limits is used up, while a text is read or written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget<'a> {
    pub(super) limits: &'a JsonLimits,
    depth: u32,
    values: u32,
}

impl<'a> Budget<'a> {
    pub(super) fn new(limits: &'a JsonLimits) -> Self {
        Self {
            limits,
            depth: 0,
            values: 0,
        }
    }

    pub(super) fn enter(&mut self, levels: u32) -> Result<(), Limit> {
        self.depth += levels;
        let max = self.limits.max_depth;
        if self.depth > max {
            Err(Limit::Depth(max))
        } else {
            Ok(())
        }
    }

    pub(super) fn leave(&mut self, levels: u32) {
        self.depth -= levels;
    }

    /// One more key or element.
    pub(super) fn value(&mut self) -> Result<(), Limit> {
        self.values += 1;
        let max = self.limits.max_values;
        if self.values > max {
            Err(Limit::Values(max))
        } else {
            Ok(())
        }
    }

    pub(super) fn string(&self, bytes: usize) -> Result<(), Limit> {
        let max = self.limits.max_string_bytes;
        if is_over(bytes, max) {
            Err(Limit::StringBytes(max))
        } else {
            Ok(())
        }
    }

    pub(super) fn number(&self, bytes: usize) -> Result<(), Limit> {
        let max = self.limits.max_number_bytes;
        if is_over(bytes, max) {
            Err(Limit::NumberBytes(max))
        } else {
            Ok(())
        }
    }
}

fn is_over(bytes: usize, max: u32) -> bool {
    u32::try_from(bytes).map_or(true, |bytes| bytes > max)
}
