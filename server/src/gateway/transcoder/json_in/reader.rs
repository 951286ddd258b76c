//! A pull reader of JSON text: the caller says what it wants next, and gets a piece of the text without copying.
//! Strict by RFC 8259: no comments, no trailing commas, no lone surrogates, no control characters in strings.
//! Limits are checked while reading. Objects and lists: `open_*`, then `next_*` until it ends; every level that is
//! opened must be read to its end. Nothing here knows protobuf.

use std::borrow::Cow;

use crate::gateway::transcoder::error::{Fault, Fit};
use crate::gateway::transcoder::limits::{Budget, JsonLimits, Limit};
use crate::gateway::transcoder::number;

/// How often the length of the text may be read over again to find `@type`.
const MAX_LOOKAHEADS: usize = 8;

/// What a value begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Object,
    List,
    String,
    Number,
    True,
    False,
    Null,
}

/// A place in a text.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Where the latest token began, for errors.
    token: usize,
    /// Whether an object or list was opened and nothing of it was read: no comma comes before what is next.
    is_opened: bool,
    budget: Budget<'a>,
    /// Bytes read over to find `@type`.
    looked_over: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, limits: &'a JsonLimits) -> Self {
        let budget = Budget::new(limits);
        Self {
            text,
            at: 0,
            token: 0,
            is_opened: false,
            budget,
            looked_over: 0,
        }
    }

    /// Where the token begins that was read last, in bytes.
    pub(super) fn place(&self) -> usize {
        self.token
    }

    /// What the next value begins with; reads white space only.
    pub(super) fn start(&mut self) -> Fit<Start> {
        Ok(match self.peek() {
            Some(b'{') => Start::Object,
            Some(b'[') => Start::List,
            Some(b'"') => Start::String,
            Some(b'-' | b'0'..=b'9') => Start::Number,
            Some(b't') => Start::True,
            Some(b'f') => Start::False,
            Some(b'n') => Start::Null,
            _ => return Err(syntax("a value").into()),
        })
    }

    pub(super) fn null(&mut self) -> Fit<()> {
        self.literal("null")
    }

    pub(super) fn boolean(&mut self) -> Fit<bool> {
        let is_true = self.peek() == Some(b't');
        self.literal(if is_true { "true" } else { "false" })?;
        Ok(is_true)
    }

    /// The number as it is written.
    pub(super) fn number(&mut self) -> Fit<&'a str> {
        self.peek();
        let rest = &self.text[self.at..];
        let length = number::length(rest.as_bytes()).ok_or_else(|| syntax("a number"))?;
        self.budget.number(length)?;
        self.at += length;
        Ok(&rest[..length])
    }

    /// A string without its escapes.
    pub(super) fn string(&mut self) -> Fit<Cow<'a, str>> {
        self.expect(b'"', "a string")?;
        let plain = self.plain()?;
        if self.text.as_bytes().get(self.at) == Some(&b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(plain));
        }
        let mut string = plain.to_owned();
        loop {
            self.budget.string(string.len())?;
            self.at += 1;
            match self.text.as_bytes().get(self.at - 1) {
                Some(b'"') => return Ok(Cow::Owned(string)),
                _ => string.push(self.escaped()?),
            }
            string.push_str(self.plain()?);
        }
    }

    /// Goes into an object; `expected` is what it would be an error not to be.
    pub(super) fn open_object(&mut self, expected: &'static str) -> Fit<()> {
        if self.start()? != Start::Object {
            return Err(Fault::WrongType { expected }.into());
        }
        self.open(1)
    }

    /// Goes into a list that counts as so many levels.
    pub(super) fn open_list(&mut self, levels: u32) -> Fit<()> {
        if self.start()? != Start::List {
            return Err(Fault::WrongType { expected: "a list" }.into());
        }
        self.open(levels)
    }

    /// The next key of an object, with its colon; None at its end.
    pub(super) fn next_key(&mut self) -> Fit<Option<Cow<'a, str>>> {
        if !self.goes_on(b'}', "a comma or }", 1)? {
            return Ok(None);
        }
        if self.peek() != Some(b'"') {
            return Err(syntax("a key in quotes").into());
        }
        let place = self.token;
        let key = self.string()?;
        self.expect(b':', "a colon")?;
        self.token = place;
        Ok(Some(key))
    }

    /// Whether a list has one more element; of a list that counts as so many levels.
    pub(super) fn next_element(&mut self, levels: u32) -> Fit<bool> {
        self.goes_on(b']', "a comma or ]", levels)
    }

    /// Counts what is opened next as so many levels more than one.
    pub(super) fn enter(&mut self, levels: u32) -> Fit<()> {
        Ok(self.budget.enter(levels)?)
    }

    /// Undoes `enter`.
    pub(super) fn leave(&mut self, levels: u32) {
        self.budget.leave(levels);
    }

    /// Reads over a value of any type.
    pub(super) fn skip(&mut self) -> Fit<()> {
        match self.start()? {
            Start::Null => self.null(),
            Start::True | Start::False => self.boolean().map(drop),
            Start::Number => self.number().map(drop),
            Start::String => self.string().map(drop),
            Start::List => {
                self.open_list(1)?;
                while self.next_element(1)? {
                    self.skip()?;
                }
                Ok(())
            }
            Start::Object => {
                self.open_object("an object")?;
                while self.next_key()?.is_some() {
                    self.skip()?;
                }
                Ok(())
            }
        }
    }

    /// Does `look` and comes back to where it was.
    pub(super) fn ahead<T>(&mut self, look: impl FnOnce(&mut Self) -> Fit<T>) -> Fit<T> {
        let (at, is_opened, budget) = (self.at, self.is_opened, self.budget);
        let found = look(self)?;
        self.looked_over = self.looked_over.saturating_add(self.at - at);
        if self.looked_over > self.text.len().saturating_mul(MAX_LOOKAHEADS) {
            return Err(Limit::TypeLookahead.into());
        }
        (self.at, self.is_opened, self.budget) = (at, is_opened, budget);
        Ok(found)
    }

    /// Checks that nothing comes after.
    pub(super) fn end(&mut self) -> Fit<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(syntax("the end").into()),
        }
    }

    fn open(&mut self, levels: u32) -> Fit<()> {
        self.budget.enter(levels)?;
        self.at += 1;
        self.is_opened = true;
        Ok(())
    }

    /// Reads the comma before the next key or element, or the end of it all.
    fn goes_on(&mut self, end: u8, expected: &'static str, levels: u32) -> Fit<bool> {
        let is_first = std::mem::take(&mut self.is_opened);
        match self.peek() {
            Some(byte) if byte == end => {
                self.at += 1;
                self.budget.leave(levels);
                return Ok(false);
            }
            Some(_) if is_first => {}
            Some(b',') => self.at += 1,
            _ => return Err(syntax(expected).into()),
        }
        self.budget.value()?;
        Ok(true)
    }

    /// The next byte that isn't white space; a token begins there.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes()[self.at..].iter();
        let blanks = rest
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .count();
        self.at += blanks;
        self.token = self.at;
        self.text.as_bytes().get(self.at).copied()
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Fit<()> {
        if self.peek() != Some(byte) {
            return Err(syntax(expected).into());
        }
        self.at += 1;
        Ok(())
    }

    fn literal(&mut self, word: &'static str) -> Fit<()> {
        self.peek();
        if !self.text[self.at..].starts_with(word) {
            return Err(syntax("null, true or false").into());
        }
        self.at += word.len();
        Ok(())
    }

    /// The part of a string up to its end or the next escape.
    fn plain(&mut self) -> Fit<&'a str> {
        let rest = &self.text[self.at..];
        let length = rest
            .bytes()
            .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
        let length = length.unwrap_or(rest.len());
        self.at += length;
        if !matches!(rest.as_bytes().get(length), Some(b'"' | b'\\')) {
            self.token = self.at;
            return Err(
                syntax("the string's end; control characters are written as escapes").into(),
            );
        }
        self.budget.string(length)?;
        Ok(&rest[..length])
    }

    /// The character after a backslash.
    fn escaped(&mut self) -> Fit<char> {
        self.token = self.at - 1;
        let escape = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        Ok(match escape {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self
                .code_point()
                .ok_or_else(|| syntax("a character after \\u"))?,
            _ => return Err(syntax("an escape after the backslash").into()),
        })
    }

    /// Four hexadecimal digits, and four more after a high surrogate.
    fn code_point(&mut self) -> Option<char> {
        let first = self.hex4()?;
        let mut units = vec![first];
        if (0xD800..0xDC00).contains(&first) {
            self.at += self.text.get(self.at..)?.strip_prefix("\\u").map(|_| 2)?;
            units.push(self.hex4()?);
        }
        let mut characters = char::decode_utf16(units);
        let character = characters.next()?.ok()?;
        characters.next().is_none().then_some(character)
    }

    fn hex4(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
    }
}

fn syntax(expected: &'static str) -> Fault {
    Fault::Syntax { expected }
}

#[cfg(test)]
mod tests;
