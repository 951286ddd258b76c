//! The same call made over both dialects, and what each put on the wire.

use super::greeting::{Language, Method, Request};
use super::wire_format::WireFormat;

/// Bytes of the two bodies of a call, as they travelled: frames and trailer frame included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// The request's.
    pub request: usize,
    /// The answer's.
    pub answer: usize,
}

/// The last input that was sent, and the bytes it took in each dialect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    input: Option<(Method, String, Language)>,
    protobuf: Option<Sizes>,
    json: Option<Sizes>,
}

impl Comparison {
    /// Takes note of a call that succeeded; another input begins anew. Base64 isn't compared.
    pub fn note(&mut self, request: &Request, sizes: Sizes) {
        let input = (request.method, request.name.clone(), request.language);
        if self.input.as_ref() != Some(&input) {
            *self = Self {
                input: Some(input),
                ..Self::default()
            };
        }
        match request.format {
            WireFormat::Binary => self.protobuf = Some(sizes),
            WireFormat::Json => self.json = Some(sizes),
            WireFormat::Text => {}
        }
    }

    /// Returns the bytes of protobuf and of JSON, once the same call was made over both.
    pub fn both(&self) -> Option<(Sizes, Sizes)> {
        Some((self.protobuf?, self.json?))
    }
}

#[cfg(test)]
mod tests;
