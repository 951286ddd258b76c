//! In which form a streamed answer comes, chosen by `accept`: one object per line, one array, or server-sent events.
//! Each message is written out as it comes, in all three. What ends well says so (a line's end, the bracket, an event
//! `end`), and what doesn't has its error last and no such end: a stream that just stopped would look whole.
//! Source: ndjson-spec; WHATWG HTML, "Server-sent events".

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

use super::accept::{self, Range};

/// One value; of a stream, one array of all.
pub(super) const JSON: &str = "application/json";
/// One value to a line.
pub(super) const NDJSON: &str = "application/x-ndjson";
/// The other name of the same.
pub(super) const JSONL: &str = "application/jsonl";
/// Server-sent events.
const EVENTS: &str = "text/event-stream";

/// What keeps a connection known as alive while nothing comes: a comment, which readers of events skip.
pub(super) const KEEP_ALIVE: Bytes = Bytes::from_static(b": keep-alive\n\n");

/// What each is called by.
pub(super) const TYPES: [(&str, Form); 4] = [
    (JSON, Form::Array),
    (NDJSON, Form::Lines),
    (JSONL, Form::Lines),
    (EVENTS, Form::Events),
];

/// One of the forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `application/x-ndjson`.
    Lines,
    /// `application/json`.
    Array,
    /// `text/event-stream`.
    Events,
}

/// Where a message stands in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    First,
    Later,
}

impl Form {
    /// The one that is wanted most, and of those named first; lines where anything will do.
    /// None if `accept` names none of them.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        if accept::ranges(headers).next().is_none() {
            return Some(Self::Lines);
        }
        let mut wanted = (0, None);
        for range in accept::parsed(headers) {
            if range.thousandths > wanted.0
                && let Some(form) = Self::in_range(range, headers)
            {
                wanted = (range.thousandths, Some(form));
            }
        }
        wanted.1
    }

    /// The first one in the range; of a range with `*`, that isn't refused by its own name.
    fn in_range(range: Range<'_>, headers: &HeaderMap) -> Option<Self> {
        let mut named = TYPES.iter().filter(|(name, _)| range.is(name));
        if let Some((_, form)) = named.next() {
            return Some(*form);
        }
        let forms = match range.essence {
            "*/*" => &[Self::Lines, Self::Array, Self::Events][..],
            essence if essence.eq_ignore_ascii_case("application/*") => &[Self::Lines, Self::Array],
            essence if essence.eq_ignore_ascii_case("text/*") => &[Self::Events],
            _ => return None,
        };
        let is_refused = |form: &Self| {
            let mut ranges = accept::parsed(headers);
            ranges.any(|range| range.thousandths == 0 && range.is(form.name()))
        };
        forms.iter().copied().find(|form| !is_refused(form))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Lines => NDJSON,
            Self::Array => JSON,
            Self::Events => EVENTS,
        }
    }

    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }

    /// A message; `id` is where a reader of events can resume behind it.
    pub(super) fn message(self, body: &[u8], place: Place, id: Option<&str>) -> Bytes {
        match (self, place) {
            (Self::Lines, _) => joined(&[body, b"\n"]),
            (Self::Array, Place::First) => joined(&[b"[", body]),
            (Self::Array, Place::Later) => joined(&[b",\n", body]),
            (Self::Events, _) => match id {
                Some(id) => joined(&[b"id: ", id.as_bytes(), b"\ndata: ", body, b"\n\n"]),
                None => joined(&[b"data: ", body, b"\n\n"]),
            },
        }
    }

    /// An error behind messages.
    pub(super) fn error(self, body: &[u8]) -> Bytes {
        match self {
            Self::Lines | Self::Array => self.message(body, Place::Later, None),
            Self::Events => joined(&[b"event: error\ndata: ", body, b"\n\n"]),
        }
    }

    /// What an end that is OK looks like, behind messages or without any; lines need nothing.
    pub(super) fn end(self, has_messages: bool) -> Bytes {
        Bytes::from_static(match (self, has_messages) {
            (Self::Lines, _) => b"",
            (Self::Array, true) => b"]",
            (Self::Array, false) => b"[]",
            // Without it an `EventSource` would connect anew, and get it all again.
            (Self::Events, _) => b"event: end\ndata: {}\n\n",
        })
    }
}

fn joined(parts: &[&[u8]]) -> Bytes {
    parts.concat().into()
}

#[cfg(test)]
mod tests;
