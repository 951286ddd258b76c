//! Reads an answer: head, frames whatever the cuts, and exactly one end.
//!
//! Rules, in order: a `grpc-status` header counts whatever the HTTP status; else HTTP 200 is needed,
//! then gRPC-Web as content type. The trailer frame wins over headers; nothing may follow it;
//! a body that ends without a status is a fault, never a success. Source: gRPC PROTOCOL-WEB.md.

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use futures_util::stream;
use gloo_timers::future::TimeoutFuture;
use tonic::codegen::http::{HeaderMap, HeaderName, HeaderValue, Response};
use web_sys::{ReadableStreamDefaultReader, ResponseType};
use wire::content_type::{ContentType, Dialect};
use wire::frame::{Frame, FrameDecoder, prefix};
use wire::text::TextDecoder;
use wire::trailers::{self, Trailers};

use super::fetch::{Fetched, Hold, read};
use super::{Ending, MAX_MESSAGE_BYTES, ResponseBody, status_from_fault};
use crate::client::tap::LARGE_BYTES;
use crate::model::fault::Fault;
use crate::model::record::Lines;

/// How long the body may stay open behind its trailer frame, in milliseconds.
const MAX_END_MILLIS: u32 = 500;
/// How much of an answer that isn't gRPC-Web is read for the reader to see, in bytes.
const MAX_FOREIGN_BYTES: usize = 64 * 1024;

/// Reads the head of an answer; the frames follow in the body.
pub(super) async fn read_head(
    fetched: Fetched,
    ending: Ending,
) -> Result<Response<ResponseBody>, Fault> {
    let response = &fetched.response;
    if response.type_() == ResponseType::Opaqueredirect {
        ending.tap.responded(response.status(), Vec::new());
        return Err(end(ending, fetched.hold, Fault::Redirected));
    }
    let lines = header_lines(response);
    ending.tap.responded(response.status(), lines.clone());
    let headers = header_map(&lines);
    let content_type = header(&lines, "content-type");
    let dialect = ContentType::parse(content_type).map(|content_type| content_type.dialect);
    let http_status = response.status();
    let mut reading = Reading::new(fetched, ending, dialect == Some(Dialect::GrpcWebText));
    if headers.contains_key("grpc-status") {
        reading.header_trailers = Some(headers.clone());
    } else if http_status != 200 {
        return Err(reading.foreign(Fault::HttpStatus(http_status)).await);
    }
    if !matches!(dialect, Some(Dialect::GrpcWeb | Dialect::GrpcWebText)) {
        let Some(trailers) = reading.header_trailers.take() else {
            return Err(reading
                .foreign(Fault::ContentType(content_type.to_owned()))
                .await);
        };
        // A status in the headers counts even where a proxy changed everything else.
        reading.end_with(&lines);
        return Ok(respond(trailers, None));
    }
    Ok(respond(without_status(headers), Some(reading)))
}

fn end(mut ending: Ending, hold: Hold, fault: Fault) -> Fault {
    drop(hold);
    ending.tap.fault(fault.clone());
    ending.over();
    fault
}

fn respond(headers: HeaderMap, reading: Option<Reading>) -> Response<ResponseBody> {
    let frames = stream::unfold(reading, |reading| async {
        let mut reading = reading?;
        match reading.next().await {
            Ok(Item::Prefix(bytes) | Item::Payload(bytes)) => {
                Some((Ok(http_body::Frame::data(bytes)), Some(reading)))
            }
            Ok(Item::Trailers(trailers)) => Some((Ok(http_body::Frame::trailers(trailers)), None)),
            Err(fault) => Some((Err(status_from_fault(&fault)), None)),
        }
    });
    let mut response = Response::new(ResponseBody::new(frames));
    *response.headers_mut() = headers;
    response
}

/// What tonic gets; a message comes in two pieces, so that a long one isn't copied for the sake of five bytes.
enum Item {
    Prefix(Bytes),
    Payload(Bytes),
    Trailers(HeaderMap),
}

struct Reading {
    reader: Option<ReadableStreamDefaultReader>,
    hold: Hold,
    ending: Ending,
    text: Option<TextDecoder>,
    frames: FrameDecoder,
    /// Of the message whose prefix was passed on.
    payload: Option<Bytes>,
    trailers: Option<HeaderMap>,
    header_trailers: Option<HeaderMap>,
}

impl Reading {
    fn new(fetched: Fetched, ending: Ending, is_text: bool) -> Self {
        let body = fetched.response.body();
        let reader = body.and_then(|body| ReadableStreamDefaultReader::new(&body).ok());
        Self {
            reader,
            hold: fetched.hold,
            ending,
            text: is_text.then(TextDecoder::new),
            frames: FrameDecoder::new(MAX_MESSAGE_BYTES),
            payload: None,
            trailers: None,
            header_trailers: None,
        }
    }

    async fn next(&mut self) -> Result<Item, Fault> {
        let item = self.advance().await;
        match &item {
            Ok(Item::Prefix(_)) => self.ending.tap.message(),
            Ok(Item::Payload(_)) => {}
            Ok(Item::Trailers(trailers)) => {
                let trailers = lines(trailers);
                self.end_with(&trailers);
            }
            Err(fault) => {
                self.ending.tap.fault(fault.clone());
                self.ending.over();
            }
        }
        item
    }

    async fn advance(&mut self) -> Result<Item, Fault> {
        if let Some(payload) = self.payload.take() {
            if payload.len() >= LARGE_BYTES {
                // Decoding it is a task of its own, so that the page stays alive.
                TimeoutFuture::new(0).await;
            }
            return Ok(Item::Payload(payload));
        }
        loop {
            while let Some(frame) = self.frames.next_frame().map_err(Fault::Frame)? {
                if frame.is_compressed() {
                    return Err(Fault::Compressed);
                }
                if !frame.is_trailers() {
                    return Ok(Item::Prefix(self.open(frame)));
                }
                self.trailers = Some(parse_trailers(&frame.payload)?);
            }
            match self.read().await? {
                Some(bytes) => self.feed(bytes)?,
                None => return self.finish(),
            }
        }
    }

    /// Keeps the payload of a message for the next turn, and returns the prefix that announces it.
    fn open(&mut self, frame: Frame) -> Bytes {
        // Came by such a prefix.
        let len = u32::try_from(frame.payload.len()).unwrap_or(u32::MAX);
        self.payload = Some(frame.payload).filter(|payload| !payload.is_empty());
        Bytes::copy_from_slice(&prefix(frame.flags, len))
    }

    async fn read(&mut self) -> Result<Option<Bytes>, Fault> {
        let Some(reader) = &self.reader else {
            return Ok(None);
        };
        let bytes = if self.trailers.is_some() {
            read_end(reader).await
        } else {
            read(reader).await.map_err(|_| Fault::BrokenBody)?
        };
        if let Some(bytes) = &bytes {
            self.ending.tap.chunk(bytes.clone())?;
        }
        Ok(bytes)
    }

    fn feed(&mut self, bytes: Bytes) -> Result<(), Fault> {
        let Some(text) = &mut self.text else {
            self.frames.feed(bytes);
            return Ok(());
        };
        let mut decoded = BytesMut::new();
        let result = text.feed(&bytes, &mut decoded);
        self.frames.feed(decoded.freeze());
        result.map_err(Fault::Text)
    }

    fn finish(&mut self) -> Result<Item, Fault> {
        self.hold.release();
        if let Some(text) = &self.text {
            text.finish().map_err(Fault::Text)?;
        }
        self.frames.finish().map_err(Fault::Frame)?;
        let trailers = self.trailers.take().or_else(|| self.header_trailers.take());
        trailers.map(Item::Trailers).ok_or(Fault::MissingTrailers)
    }

    fn end_with(&mut self, trailers: &[(String, String)]) {
        self.ending.tap.trailers(trailers.to_vec());
        self.ending.over();
    }

    /// Reads the beginning of an answer that isn't gRPC-Web, so that the reader can see who spoke.
    async fn foreign(mut self, fault: Fault) -> Fault {
        let mut held = 0;
        while held < MAX_FOREIGN_BYTES {
            match self.read().await {
                Ok(Some(bytes)) => held += bytes.len(),
                Ok(None) => {
                    self.hold.release();
                    break;
                }
                Err(_) => break,
            }
        }
        end(self.ending, self.hold, fault)
    }
}

/// Reads on behind the trailer frame: the call has its status, so that a connection that breaks or
/// stays open takes nothing away.
async fn read_end(reader: &ReadableStreamDefaultReader) -> Option<Bytes> {
    match select(Box::pin(read(reader)), TimeoutFuture::new(MAX_END_MILLIS)).await {
        Either::Left((bytes, _)) => bytes.ok().flatten(),
        Either::Right(_) => None,
    }
}

fn parse_trailers(block: &[u8]) -> Result<HeaderMap, Fault> {
    let parsed = trailers::parse(block).map_err(Fault::Trailers)?;
    parsed.status().map_err(Fault::Trailers)?;
    Ok(block_map(&parsed))
}

/// Returns the pairs of a block that HTTP has room for.
pub(in crate::client) fn block_map(block: &Trailers) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in &block.pairs {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(value))
        {
            map.append(name, value);
        }
    }
    map
}

/// Returns the headers without a status, which the body or its end will give.
fn without_status(mut headers: HeaderMap) -> HeaderMap {
    for name in ["grpc-status", "grpc-message", "grpc-status-details-bin"] {
        headers.remove(name);
    }
    headers
}

pub(super) fn header_lines(response: &web_sys::Response) -> Lines {
    let Ok(Some(entries)) = js_sys::try_iter(&response.headers()) else {
        return Vec::new();
    };
    let line = |entry: wasm_bindgen::JsValue| {
        let entry = js_sys::Array::from(&entry);
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    entries.filter_map(Result::ok).filter_map(line).collect()
}

fn header_map(lines: &[(String, String)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in lines {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            map.append(name, value);
        }
    }
    map
}

fn lines(map: &HeaderMap) -> Lines {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    map.iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect()
}

fn header<'a>(lines: &'a [(String, String)], name: &str) -> &'a str {
    lines
        .iter()
        .find(|(key, _)| key == name)
        .map_or("", |(_, value)| value)
}
