//! In which form a streamed answer comes, chosen by `accept`: one object per line, one array, or server-sent events.
//! Each message is written out as it comes, in all three. What ends well says so (a line's end, the bracket, an event
//! `end`), and what doesn't has its error last and no such end: a stream that just stopped would look whole.
//! Source: ndjson-spec; WHATWG HTML, "Server-sent events".

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

use super::options::ranges;

/// What keeps a connection known as alive while nothing comes: a comment, which readers of events skip.
pub(super) const KEEP_ALIVE: Bytes = Bytes::from_static(b": keep-alive\n\n");

/// What each is called by.
pub(super) const TYPES: [(&str, Form); 4] = [
    ("application/json", Form::Array),
    ("application/x-ndjson", Form::Lines),
    ("application/jsonl", Form::Lines),
    ("text/event-stream", Form::Events),
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
    /// The one that is wanted most, and of those named first; lines where none is named, or anything will do.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut wanted = (0, Self::Lines);
        for range in ranges(headers) {
            let mut parts = range.split(';').map(str::trim);
            let Some(form) = parts.next().and_then(Self::of_type) else {
                continue;
            };
            let quality = parts.find_map(|parameter| parameter.strip_prefix("q="));
            let thousandths = quality.map_or(1_000, thousandths);
            if thousandths > wanted.0 {
                wanted = (thousandths, form);
            }
        }
        wanted.1
    }

    fn of_type(essence: &str) -> Option<Self> {
        let is = |name: &str| essence.eq_ignore_ascii_case(name);
        let named = TYPES.iter().find(|(name, _)| is(name));
        let any = is("*/*") || is("application/*");
        named
            .map(|(_, form)| *form)
            .or_else(|| any.then_some(Self::Lines))
    }

    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Lines => "application/x-ndjson",
            Self::Array => "application/json",
            Self::Events => "text/event-stream",
        })
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

/// A quality such as `0.5`; 0 for what isn't one.
fn thousandths(quality: &str) -> u32 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let digits: String = format!("{fraction}000").chars().take(3).collect();
    let (whole, fraction) = (whole.parse::<u32>(), digits.parse::<u32>());
    let thousandths = whole.unwrap_or(0).saturating_mul(1_000) + fraction.unwrap_or(0);
    thousandths.min(1_000)
}

fn joined(parts: &[&[u8]]) -> Bytes {
    parts.concat().into()
}

#[cfg(test)]
mod tests;
