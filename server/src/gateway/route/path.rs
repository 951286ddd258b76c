//! The one form of a path that routing sees, and whoever else decides by the path.
//! Refused is what readers are known to disagree about: no leading slash, NUL, broken escapes, dot segments however
//! they are written. Nothing is rewritten: slashes aren't merged, a trailing one stays, case counts.
//! Two encodings of one character are the same to literals, except that an encoded slash is never a slash.
//! Length is limited where requests are read.

use std::cmp::Ordering;
use std::fmt;

use percent_encoding::percent_decode_str;

/// Why a path is refused. Offsets are in bytes from its start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// `%` without two hexadecimal digits.
    #[error("broken percent escape at byte {offset} of the path")]
    BrokenEscape {
        /// Of the `%`.
        offset: usize,
    },
    /// A segment is `.` or `..`, plain, encoded, or before a colon.
    #[error("dot segment at byte {offset} of the path")]
    DotSegment {
        /// Of the segment.
        offset: usize,
    },
    /// It doesn't start with a slash.
    #[error("path without a leading slash")]
    NoLeadingSlash,
    /// What a variable stands for isn't UTF-8.
    #[error("value of {variable} isn't UTF-8")]
    NotUtf8 {
        /// Its field path, with dots.
        variable: String,
    },
    /// NUL, plain or encoded.
    #[error("NUL at byte {offset} of the path")]
    Nul {
        /// Of it or its `%`.
        offset: usize,
    },
}

/// A path that was checked; what follows the leading slash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'p>(&'p str);

/// One way to read a path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'p> {
    /// Segments with slashes between them; None if there are none.
    pub(super) segments: Option<&'p str>,
    /// What follows the last colon, still encoded, if that is taken for a custom verb.
    pub(super) custom_verb: Option<&'p str>,
}

impl<'p> Path<'p> {
    pub(super) fn parse(path: &'p str) -> Result<Self, PathError> {
        let Some(text) = path.strip_prefix('/') else {
            return Err(PathError::NoLeadingSlash);
        };
        for (offset, byte) in path.bytes().enumerate() {
            let byte = if byte == b'%' {
                escaped(path, offset).ok_or(PathError::BrokenEscape { offset })?
            } else {
                byte
            };
            if byte == 0 {
                return Err(PathError::Nul { offset });
            }
        }
        let mut offset = 1;
        for segment in text.split('/') {
            let before_colon = segment.rsplit_once(':').map(|(before, _)| before);
            if is_dots(segment) || before_colon.is_some_and(is_dots) {
                return Err(PathError::DotSegment { offset });
            }
            offset += segment.len() + 1;
        }
        Ok(Self(text))
    }

    /// First with a custom verb, if the last segment has a colon, then without.
    pub(super) fn readings(self) -> impl Iterator<Item = Reading<'p>> {
        let split = self
            .0
            .rsplit_once(':')
            .filter(|(_, verb)| !verb.contains('/'));
        let with_verb = split.map(|(segments, verb)| Reading::new(segments, Some(verb)));
        with_verb.into_iter().chain([Reading::new(self.0, None)])
    }

    /// Without the last slash; None if there is none, or nothing else.
    pub(super) fn without_trailing_slash(self) -> Option<Self> {
        self.0.strip_suffix('/').map(Self)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "/{}", self.0)
    }
}

impl<'p> Reading<'p> {
    fn new(segments: &'p str, custom_verb: Option<&'p str>) -> Self {
        Self {
            segments: Some(segments).filter(|segments| !segments.is_empty()),
            custom_verb,
        }
    }

    /// True if a template with that custom verb, decoded, may be compared with this reading.
    pub(super) fn is_for(self, custom_verb: Option<&str>) -> bool {
        match (custom_verb, self.custom_verb) {
            (Some(own), Some(found)) => compare(own, found).is_eq(),
            (own, found) => own.is_none() && found.is_none(),
        }
    }

    /// The segments from `start` up to `end`, or all from `start`, with the slashes between them.
    /// Empty if there are no more than `start`.
    pub(super) fn span(self, start: usize, end: Option<usize>) -> &'p str {
        let text = self.segments.unwrap_or_default();
        let slash = |count: usize| text.match_indices('/').nth(count).map(|(offset, _)| offset);
        let start = match start.checked_sub(1) {
            Some(slashes) => slash(slashes).map_or(text.len(), |offset| offset + 1),
            None => 0,
        };
        let end = end.and_then(|end| slash(end - 1)).unwrap_or(text.len());
        &text[start..end]
    }
}

/// Splits off the first segment; None stands for no more.
pub(super) fn next_segment(segments: &str) -> (&str, Option<&str>) {
    match segments.split_once('/') {
        Some((segment, after)) => (segment, Some(after)),
        None => (segments, None),
    }
}

/// Compares a decoded literal with an encoded segment.
pub(super) fn compare(literal: &str, segment: &str) -> Ordering {
    literal.bytes().cmp(percent_decode_str(segment))
}

/// Decodes a value; of several segments, an encoded slash stays as it is. None if the bytes aren't UTF-8.
///
/// http.proto says so of variables, and it's the reverse of what it has clients encode. That reserved characters
/// stay too is said of `Http.fully_decode_reserved_expansion`, a setting of service configurations.
pub(super) fn decode(value: &str, is_multi_segment: bool) -> Option<String> {
    if !is_multi_segment {
        return percent_decode_str(value).decode_utf8().ok().map(Into::into);
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes().enumerate();
    while let Some((offset, byte)) = rest.next() {
        match escaped(value, offset).filter(|_| byte == b'%') {
            Some(b'/') | None => bytes.push(byte),
            Some(decoded) => {
                bytes.push(decoded);
                rest.nth(1);
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// What the two digits after `offset` stand for; None if they aren't digits.
fn escaped(text: &str, offset: usize) -> Option<u8> {
    let digit = |place: usize| char::from(*text.as_bytes().get(offset + place)?).to_digit(16);
    u8::try_from(digit(1)? << 4 | digit(2)?).ok()
}

fn is_dots(segment: &str) -> bool {
    // Twice an encoded dot is the longest form.
    segment.len() <= 6
        && [".", ".."]
            .into_iter()
            .any(|dots| compare(dots, segment).is_eq())
}
