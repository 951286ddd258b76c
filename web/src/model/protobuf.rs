//! Reads single fields of messages whose layout is known by heart, on `wire`'s scanner.
//!
//! For a page that needs four small messages, prost's readers of all descriptors and error details
//! would cost more on the first load than everything else here.

use std::ops::Range;

use wire::fields::{Content, Fields, scan};

/// A message: its bytes and where its fields are.
pub struct Message<'a> {
    bytes: &'a [u8],
    fields: Fields,
}

impl<'a> Message<'a> {
    /// Scans a message; what can't be read counts as absent.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            fields: scan(bytes, None),
        }
    }

    /// Returns every value of a length-delimited field, in order.
    pub fn all(&self, number: u32) -> impl Iterator<Item = &'a [u8]> + '_ {
        let fields = self
            .fields
            .fields
            .iter()
            .filter(move |field| field.number == number);
        fields
            .filter(|field| field.length.is_some())
            .map(|field| self.slice(&field.value))
    }

    /// Returns every message in a field, in order.
    pub fn messages(&self, number: u32) -> impl Iterator<Item = Message<'a>> + '_ {
        self.all(number).map(Message::new)
    }

    /// Returns a text field; empty when it's absent. Broken UTF-8 is replaced.
    pub fn text(&self, number: u32) -> String {
        self.all(number).last().map_or_else(String::new, |bytes| {
            String::from_utf8_lossy(bytes).into_owned()
        })
    }

    /// Returns a varint field; 0 when it's absent.
    pub fn number(&self, number: u32) -> u64 {
        let raw = |field: &wire::fields::Field| match field.content {
            Content::Varint(raw) if field.number == number => Some(raw),
            _ => None,
        };
        self.fields.fields.iter().rev().find_map(raw).unwrap_or(0)
    }

    fn slice(&self, range: &Range<usize>) -> &'a [u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
