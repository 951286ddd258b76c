//! Results as short text, so that a golden vector's expectation reads at a glance.

use super::checks::{decode_frames, decode_text};
use crate::fields::{Content, Field, Fields, Packed, Unparsed};
use crate::frame::Frame;
use crate::trailers;
use std::fmt::Write as _;

/// One line for each frame, trailer, status and error of a body.
pub(super) fn body(body: &[u8]) -> String {
    let (frames, end) = decode_frames(body, &[]);
    let mut lines: Vec<String> = frames.iter().flat_map(frame).collect();
    lines.extend(end.err().map(|error| format!("error: {error}")));
    lines.join("\n")
}

/// A body in text mode, an error of the text behind what was decoded before it.
pub(super) fn text(text: &[u8]) -> String {
    let (bytes, end) = decode_text(text, &[]);
    let mut lines = body(&bytes);
    if let Err(error) = end {
        let _ = write!(lines, "\ntext error: {error}");
    }
    lines
}

fn frame(frame: &Frame) -> Vec<String> {
    let payload = hex(&frame.payload);
    if frame.is_compressed() {
        return vec![format!("compressed {:02x} {payload}", frame.flags)];
    }
    if !frame.is_trailers() {
        return vec![format!("message {payload}").trim_end().to_owned()];
    }
    match trailers::parse(&frame.payload) {
        Ok(trailers) => {
            let pair = |(name, value): &(String, bytes::Bytes)| {
                format!("trailer {name}: {}", String::from_utf8_lossy(value))
            };
            let status = match trailers.status() {
                Ok((code, message)) => format!("status {code} {message}").trim_end().to_owned(),
                Err(error) => format!("no status: {error}"),
            };
            trailers.pairs.iter().map(pair).chain([status]).collect()
        }
        Err(error) => vec![format!("bad trailers: {error}")],
    }
}

/// Fields as `number:value`, nested ones in braces, groups in parentheses, packed values in brackets.
pub(super) fn fields(bytes: &[u8], fields: &Fields) -> String {
    let mut words: Vec<String> = fields
        .fields
        .iter()
        .map(|own| format!("{}:{}", own.number, value(bytes, own)))
        .collect();
    words.extend(fields.unparsed.as_ref().map(unparsed));
    words.join(" ")
}

fn value(bytes: &[u8], field: &Field) -> String {
    if let Some(value) = field.scalar_value() {
        return format!("{value:?}");
    }
    let own = &bytes[field.value.clone()];
    match &field.content {
        Content::Bytes => format!("<{}>", hex(own)),
        Content::Fixed32(raw) => format!("{raw:#010x}"),
        Content::Fixed64(raw) => format!("{raw:#018x}"),
        Content::Group(inner) => format!("({})", fields(bytes, inner)),
        Content::Message(inner) => format!("{{{}}}", fields(bytes, inner)),
        Content::Packed(inner) => format!("[{}]", packed(inner)),
        Content::Text => format!("{:?}", String::from_utf8_lossy(own)),
        Content::Varint(raw) => raw.to_string(),
    }
}

fn packed(packed: &Packed) -> String {
    let items = packed
        .items
        .iter()
        .map(|item| format!("{:?}", packed.scalar.value(item.raw)));
    items
        .chain(packed.unparsed.as_ref().map(unparsed))
        .collect::<Vec<_>>()
        .join(" ")
}

fn unparsed(unparsed: &Unparsed) -> String {
    format!("!{:?} {}", unparsed.range, unparsed.error)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
