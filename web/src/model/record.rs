//! The record of one call: everything that went over the wire, with the time of each part.
//!
//! Filled by `client::tap` while the call runs; shown by the inspector, the diagram and the log.
//! Times are milliseconds of the browser's monotonic clock, counted from the start of the call.

use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use wire::content_type::{ContentType, Dialect};
use wire::text::TextDecoder;
use wire::traceparent::TRACEPARENT;

use super::fault::Fault;
use super::timing::{Phases, ServerTiming};

/// The header by which a browser asks for a WebSocket's subprotocol: calls over one have it in their record.
pub const SUBPROTOCOL: &str = "sec-websocket-protocol";
/// Content type of the JSON dialect.
pub const JSON: &str = "application/json";

/// Header or trailer lines in the order they came; repeats kept.
pub type Lines = Vec<(String, String)>;

/// Everything known of one call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// Where the request went: base URL and path.
    pub url: String,
    /// Path of the request, `/pkg.Service/Method`.
    pub path: String,
    /// The answer may hold any number of messages, as a server stream's does.
    pub is_stream: bool,
    /// When the call began, in milliseconds since 1970 by the browser's clock, to the microsecond.
    pub started_at_millis: f64,
    /// When the request left, if the page began the trace of the call; none where the caller did, or nobody.
    pub sent_millis: Option<f64>,
    /// Headers the page set; the browser adds its own, which a page can't see.
    pub request_headers: Lines,
    /// The request's body.
    pub request_body: Bytes,
    /// The head of the answer, once it came.
    pub response: Option<ResponseHead>,
    /// The body of the answer as it came, piece by piece.
    pub chunks: Vec<Chunk>,
    /// Bytes of the body behind the last chunk that weren't kept.
    pub left_out: usize,
    /// The chunks joined, once somebody asked for it; clones share it.
    pub joined: Arc<OnceLock<Bytes>>,
    /// Trailers, from the trailer frame or, where there was none, from the headers.
    pub trailers: Lines,
    /// Messages that were decoded from frames.
    pub messages: usize,
    /// When the last of them was.
    pub last_message_millis: Option<f64>,
    /// The page's own finding, if the answer wasn't proper.
    pub fault: Option<Fault>,
    /// The page aborted the call before its end.
    pub aborted: bool,
    /// When the call ended.
    pub ended_millis: Option<f64>,
    /// What the browser says of the connection, if it does.
    pub phases: Option<Phases>,
}

/// The head of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseHead {
    /// When the headers had come.
    pub at_millis: f64,
    /// HTTP status.
    pub http_status: u16,
    /// Headers that the browser shows to this page.
    pub headers: Lines,
}

/// A piece of a body, as the browser handed it over.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// When it came.
    pub at_millis: f64,
    /// Its bytes, before any decoding.
    pub bytes: Bytes,
}

impl Record {
    /// Returns service and method without the package: `MyService/SayHello`.
    pub fn short_name(&self) -> &str {
        let path = self.path.trim_start_matches('/');
        let (service, _) = self.service_and_method();
        service.rfind('.').map_or(path, |dot| &path[dot + 1..])
    }

    /// Returns the service with its package, and the method.
    pub fn service_and_method(&self) -> (&str, &str) {
        let path = self.path.trim_start_matches('/');
        path.split_once('/').unwrap_or((path, ""))
    }

    /// Adds a piece of the answer's body.
    pub fn push(&mut self, chunk: Chunk) {
        self.joined = Arc::default();
        self.chunks.push(chunk);
    }

    /// Returns the bytes of the answer's body as they came; joins the chunks at the first call.
    pub fn response_body(&self) -> Bytes {
        self.joined.get_or_init(|| self.join()).clone()
    }

    fn join(&self) -> Bytes {
        match &self.chunks[..] {
            [] => Bytes::new(),
            [only] => only.bytes.clone(),
            chunks => {
                let mut body = BytesMut::with_capacity(self.kept_bytes());
                for chunk in chunks {
                    body.extend_from_slice(&chunk.bytes);
                }
                body.freeze()
            }
        }
    }

    /// Returns how many bytes of the answer's body came.
    pub fn response_size(&self) -> usize {
        self.kept_bytes() + self.left_out
    }

    fn kept_bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.bytes.len()).sum()
    }

    /// Returns whether two records of one call show the same on the wire; phases aside.
    pub fn has_same_traffic(&self, other: &Self) -> bool {
        let key = |record: &Self| {
            let sizes = (record.request_body.len(), record.response_size());
            let times = (
                record.started_at_millis.to_bits(),
                record.ended_millis.map(f64::to_bits),
            );
            (
                sizes,
                times,
                record.response.is_some(),
                record.aborted,
                record.trailers.len(),
            )
        };
        key(self) == key(other)
    }

    /// Returns what the record holds in memory, roughly, in bytes.
    pub fn held_bytes(&self) -> usize {
        let joined = self.joined.get().filter(|_| self.chunks.len() > 1);
        self.request_body.len() + self.kept_bytes() + joined.map_or(0, Bytes::len)
    }

    /// Returns whether the request was plain HTTP with JSON.
    pub fn is_json(&self) -> bool {
        self.request_header("content-type").is_some_and(is_json)
    }

    /// Returns the path of a plain request; none of gRPC-Web's, which is the method's name.
    pub fn route(&self) -> Option<&str> {
        let (_, rest) = self.url.split_once("://").filter(|_| self.is_json())?;
        rest.find('/').map(|start| &rest[start..])
    }

    /// Returns what people call the way the request was put on HTTP.
    pub fn dialect_name(&self) -> &'static str {
        self.dialect().0
    }

    /// Returns the same as logs and spans have it.
    pub fn dialect_key(&self) -> &'static str {
        self.dialect().1
    }

    fn dialect(&self) -> (&'static str, &'static str) {
        match self.request_header("content-type") {
            _ if self.request_header(SUBPROTOCOL).is_some() => ("WebSocket", "websocket"),
            Some(own) if is_json(own) => ("JSON", "json"),
            Some(own) if own.starts_with("application/grpc-web-text") => {
                ("gRPC-Web (base64)", "grpc-web-text")
            }
            _ => ("gRPC-Web", "grpc-web"),
        }
    }

    /// Returns the trace that the call is part of, and the span that it's made in; each as digits. None of a call
    /// without, or whose header can't be one.
    pub fn trace(&self) -> Option<(&str, &str)> {
        // `00-TRACE-SPAN-FLAGS`.
        let header = self.request_header(TRACEPARENT)?;
        let (trace, span) = (header.get(3..35)?, header.get(36..52)?);
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_hex = |text: &str| text.bytes().all(is_digit);
        (is_hex(trace) && is_hex(span)).then_some((trace, span))
    }

    /// Returns the first value of a header that the page set.
    pub fn request_header(&self, name: &str) -> Option<&str> {
        first(&self.request_headers, name)
    }

    /// Returns how the answer was put on gRPC-Web, if its content type says so.
    pub fn response_dialect(&self) -> Option<Dialect> {
        Some(ContentType::parse(self.response_header("content-type")?)?.dialect)
    }

    /// Returns the first value of a header of the answer.
    pub fn response_header(&self, name: &str) -> Option<&str> {
        first(&self.response.as_ref()?.headers, name)
    }

    /// Returns what the server says of its own time, in its order.
    pub fn server_timing(&self) -> Vec<ServerTiming> {
        self.response_header("server-timing")
            .map(ServerTiming::parse)
            .unwrap_or_default()
    }
}

fn first<'a>(lines: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut lines = lines.iter();
    lines.find_map(|(key, value)| (key == name).then_some(&**value))
}

/// Returns whether a content type is JSON's, whatever its parameters.
pub fn is_json(content_type: &str) -> bool {
    content_type.split(';').next() == Some(JSON)
}

/// Returns the frames of a text-mode body: base64 taken off, as far as it is legal.
pub fn decode_text(body: &[u8]) -> Bytes {
    let mut decoded = BytesMut::new();
    // A broken end leaves what came before it, which is what there is to show.
    let _ = TextDecoder::new().feed(body, &mut decoded);
    decoded.freeze()
}

#[cfg(test)]
mod tests;
