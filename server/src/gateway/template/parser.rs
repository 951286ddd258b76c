//! The parser of templates: one pass, by recursive descent, a function for each rule of the grammar.
//! Only ASCII is ever consumed, so that the position is always between characters.
//! The depth is two at most, since variables don't nest.

use percent_encoding::percent_decode_str;

use super::{MAX_SEGMENTS, Reason, Segment, Template, TemplateError, Variable};

/// A position in a template, and what was read before it.
pub(super) struct Parser<'t> {
    text: &'t str,
    /// 0 ≤ at ≤ length of the text, in bytes.
    at: usize,
    segments: Vec<Segment>,
    variables: Vec<Variable>,
    /// Where `**` was met.
    rest_at: Option<usize>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            segments: Vec::new(),
            variables: Vec::new(),
            rest_at: None,
        }
    }

    pub(super) fn template(mut self) -> Result<Template, TemplateError> {
        if !self.take(b'/') {
            return Err(error(0, Reason::NoLeadingSlash));
        }
        let mut custom_verb = None;
        if self.next().is_some() {
            self.segments(Self::segment)?;
            if self.take(b':') {
                custom_verb = Some(self.literal(Reason::EmptyVerb)?);
            }
        }
        match self.next() {
            Some(found) => Err(error(self.at, Reason::Misplaced(found))),
            None => Ok(Template {
                segments: self.segments,
                variables: self.variables,
                custom_verb,
            }),
        }
    }

    fn segments(
        &mut self,
        segment: fn(&mut Self) -> Result<(), TemplateError>,
    ) -> Result<(), TemplateError> {
        segment(self)?;
        while self.take(b'/') {
            segment(self)?;
        }
        Ok(())
    }

    fn segment(&mut self) -> Result<(), TemplateError> {
        match self.next() {
            Some('{') => self.variable(),
            _ => self.plain_segment(),
        }
    }

    fn segment_of_variable(&mut self) -> Result<(), TemplateError> {
        match self.next() {
            Some('{') => Err(error(self.at, Reason::NestedVariable)),
            _ => self.plain_segment(),
        }
    }

    fn plain_segment(&mut self) -> Result<(), TemplateError> {
        let start = self.at;
        let segment = if self.take(b'*') {
            if self.take(b'*') {
                Segment::Rest
            } else {
                Segment::Any
            }
        } else {
            Segment::Literal(self.literal(Reason::EmptySegment)?)
        };
        self.push(start, segment)
    }

    fn push(&mut self, start: usize, segment: Segment) -> Result<(), TemplateError> {
        if let Some(offset) = self.rest_at {
            return Err(error(offset, Reason::RestNotLast));
        }
        if self.segments.len() == MAX_SEGMENTS {
            return Err(error(start, Reason::TooManySegments));
        }
        if segment == Segment::Rest {
            self.rest_at = Some(start);
        }
        self.segments.push(segment);
        Ok(())
    }

    fn variable(&mut self) -> Result<(), TemplateError> {
        let open = self.at;
        self.at += 1;
        let field_path = self.field_path()?;
        let start = self.segments.len();
        if self.take(b'=') {
            self.segments(Self::segment_of_variable)?;
        } else {
            self.push(open, Segment::Any)?;
        }
        if !self.take(b'}') {
            return Err(match self.next() {
                Some(found) => error(self.at, Reason::Misplaced(found)),
                None => error(open, Reason::UnclosedVariable),
            });
        }
        if self
            .variables
            .iter()
            .any(|other| other.field_path == field_path)
        {
            return Err(error(open, Reason::RepeatedVariable));
        }
        let segments = start..self.segments.len();
        self.variables.push(Variable {
            field_path,
            is_multi_segment: segments.len() > 1 || self.rest_at.is_some(),
            segments,
        });
        Ok(())
    }

    fn field_path(&mut self) -> Result<Vec<String>, TemplateError> {
        let mut path = vec![self.name()?];
        while self.take(b'.') {
            path.push(self.name()?);
        }
        Ok(path)
    }

    fn name(&mut self) -> Result<String, TemplateError> {
        let start = self.at;
        let name = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match name.chars().next().or(self.next()) {
            Some(digit @ '0'..='9') => Err(error(start, Reason::Misplaced(digit))),
            _ if !name.is_empty() => Ok(name.to_owned()),
            None | Some('.' | '=' | '}') => Err(error(start, Reason::EmptyName)),
            Some(found) => Err(error(start, Reason::Misplaced(found))),
        }
    }

    /// Fails with `if_empty` where something else begins at once.
    fn literal(&mut self, if_empty: Reason) -> Result<String, TemplateError> {
        let start = self.at;
        let escaped = self.take_while(is_literal);
        if escaped.is_empty() {
            return Err(match self.next() {
                None | Some('/' | ':' | '}') => error(start, if_empty),
                Some(found) => error(start, Reason::Misplaced(found)),
            });
        }
        for (offset, _) in escaped.match_indices('%') {
            let digits = escaped.as_bytes().get(offset + 1..offset + 3);
            if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                return Err(error(start + offset, Reason::BrokenEscape));
            }
        }
        let Ok(text) = percent_decode_str(escaped).decode_utf8() else {
            return Err(error(start, Reason::NotUtf8));
        };
        if text.contains(['/', '\0']) || text == "." || text == ".." {
            return Err(error(start, Reason::UnreachableLiteral));
        }
        Ok(text.into_owned())
    }

    fn next(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// True, and one byte further, if that is what comes next.
    fn take(&mut self, expected: u8) -> bool {
        let is_next = self.text.as_bytes().get(self.at) == Some(&expected);
        self.at += usize::from(is_next);
        is_next
    }

    fn take_while(&mut self, belongs: impl Fn(u8) -> bool) -> &'t str {
        let rest = &self.text[self.at..];
        let end = rest
            .bytes()
            .position(|byte| !belongs(byte))
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }
}

/// True for pchar of RFC 3986 without `*` and `:`; `%` starts an escape.
fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()+,;=@%".contains(&byte)
}

fn error(offset: usize, reason: Reason) -> TemplateError {
    TemplateError { offset, reason }
}
