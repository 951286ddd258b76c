//! Messages of MyService's streams, read and written field by field, since prost's readers would make the bundle too
//! large.
//!
//! Field numbers are those of `proto/myservice/v1/my_service.proto`; a test holds them to it.

use bytes::Bytes;

use super::paths::{CONVERSE, GREET_MANY, SAY_HELLO, WATCH_GREETINGS};
use crate::i18n::Locale;
use crate::model::lane::Said;
use crate::model::message::{Fields, Writer};
use crate::model::talk::Kind;

/// Returns the path of a kind's method.
pub fn path(kind: Kind) -> &'static str {
    match kind {
        Kind::Hello => SAY_HELLO.path,
        Kind::Watch => WATCH_GREETINGS,
        Kind::Many => GREET_MANY,
        Kind::Converse => CONVERSE,
    }
}

/// Returns a request that says `text`, a name or a sentence, to be answered in the reader's language.
pub fn say(text: &str, locale: Locale) -> Bytes {
    // In the order of the enum: unspecified, English, Chinese.
    let language = match locale {
        Locale::En => 1,
        Locale::Zh => 2,
    };
    let message = Writer::default()
        .bytes(1, text.as_bytes())
        .number(2, language);
    message.done().into()
}

/// Returns a request for a watch: behind a version if that isn't 0, else with so many of the past.
pub fn watch(past: u32, since_version: u64) -> Bytes {
    let message = Writer::default()
        .number(1, past.into())
        .number(2, since_version);
    message.done().into()
}

/// Reads what an answer says.
pub fn said(kind: Kind, message: &[u8]) -> Said {
    let mut said = Said::default();
    for (number, raw) in Fields::of(message) {
        match (kind, number) {
            (Kind::Watch, 1) => said.version = raw.number(),
            (Kind::Watch, 5) => said.is_bookmark = raw.number() != 0,
            (Kind::Watch, 6) => said.missed = raw.number(),
            (Kind::Watch, 2) | (Kind::Hello | Kind::Many | Kind::Converse, 1) => {
                said.text = raw.text();
            }
            (Kind::Hello, 2) | (Kind::Watch | Kind::Many | Kind::Converse, 3) => {
                said.replica = raw.text();
            }
            _ => {}
        }
    }
    said
}

#[cfg(test)]
mod tests;
