//! What the Code tab is told of a call, as text: the tab lives in a bundle with memory of its own.
//!
//! Lines: size of the request's body in bytes, URL, path, a header each as `name: value`, an empty one,
//! the body in base64. A body too large for a snippet stays behind; its size says so.

use wire::base64;

use super::record::{Lines, Record, SUBPROTOCOL};
use super::snippets::MAX_REQUEST_BYTES;

/// Returns what the tab needs of a call.
pub fn to_text(record: &Record) -> String {
    let body = &record.request_body;
    let shown = if body.len() > MAX_REQUEST_BYTES {
        &[][..]
    } else {
        body
    };
    // What belongs to a WebSocket's handshake is of no use to other tools.
    let headers = record.request_headers.iter();
    let headers = headers.filter(|(name, _)| name != SUBPROTOCOL);
    let headers = headers.fold(String::new(), |text, (name, value)| {
        format!("{text}{name}: {value}\n")
    });
    let (size, url, path, body) = (body.len(), &record.url, &record.path, base64::encode(shown));
    format!("{size}\n{url}\n{path}\n{headers}\n{body}")
}

/// Returns a record with the request of a text, and the size of its body; none for any other text.
pub fn from_text(text: &str) -> Option<(Record, usize)> {
    let (head, body) = text.split_once("\n\n")?;
    let mut lines = head.lines();
    let size = lines.next()?.parse().ok()?;
    let (url, path) = (lines.next()?.to_owned(), lines.next()?.to_owned());
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_owned(), value.to_owned()))
    });
    let record = Record {
        url,
        path,
        request_headers: headers.collect::<Option<Lines>>()?,
        request_body: base64::decode(body).ok()?.into(),
        ..Record::default()
    };
    Some((record, size))
}

#[cfg(test)]
mod tests;
