//! What the faulty server says to a call: head, pieces of a body with their pace, and an end.

use bytes::Bytes;
use wire::content_type::Dialect;

use crate::grpc_web::put;

/// An answer, as it is to be put on the wire.
#[derive(Clone, Debug)]
pub struct Script {
    /// The HTTP status.
    pub http_status: u16,
    /// Headers beside those of CORS and of the body's length.
    pub headers: Vec<(&'static str, String)>,
    /// The body, each piece written on its own.
    pub pieces: Vec<Bytes>,
    /// What lies between two pieces.
    pub pace: Pace,
    /// What comes behind the last piece.
    pub end: End,
    /// Whether other origins may read the answer.
    pub has_cors: bool,
}

/// What lies between two pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Nothing: they are written one after the other.
    AtOnce,
    /// A pause that is long enough for the browser to see two pieces.
    Paused,
    /// The test's gate.
    Gated,
}

/// What comes behind the last piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The chunked body's end, as it should be.
    Whole,
    /// The connection closes although more was announced.
    Broken,
    /// Nothing: neither head nor body, and the connection stays open.
    Silence,
    /// Nothing more after the pieces, and the connection stays open.
    Hang,
}

impl Script {
    /// A proper gRPC-Web answer with these frames.
    pub fn frames(frames: impl Into<Bytes>) -> Self {
        let content_type = Dialect::GrpcWeb.content_type();
        Self::body(200, content_type, [frames.into()])
    }

    /// As [`Script::frames`], in text mode: base64 in one run.
    pub fn text(frames: &[u8]) -> Self {
        let content_type = Dialect::GrpcWebText.content_type();
        Self::body(200, content_type, [put(Dialect::GrpcWebText, frames)])
    }

    /// An answer with a status, a content type and the pieces of a body.
    pub fn body(
        http_status: u16,
        content_type: &str,
        pieces: impl IntoIterator<Item = Bytes>,
    ) -> Self {
        Self {
            http_status,
            headers: vec![("content-type", content_type.to_owned())],
            pieces: pieces.into_iter().collect(),
            pace: Pace::AtOnce,
            end: End::Whole,
            has_cors: true,
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The same with another end.
    #[must_use]
    pub fn end(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    /// The same body in pieces that end where `cuts` say, with `pace` between them.
    ///
    /// `cuts` ascend and are within the body.
    #[must_use]
    pub fn cut(mut self, cuts: impl IntoIterator<Item = usize>, pace: Pace) -> Self {
        let whole: Bytes = self.pieces.concat().into();
        let mut start = 0;
        self.pieces.clear();
        for cut in cuts.into_iter().chain([whole.len()]) {
            self.pieces.push(whole.slice(start..cut));
            start = cut;
        }
        self.pace = pace;
        self
    }

    /// How long the body is, in bytes.
    pub fn body_len(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }
}
