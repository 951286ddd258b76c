//! The fetch transport: gRPC-Web on `wire`, as the tower `Service` under the generated client.
//!
//! Request: the gRPC frames the client encodes, collected and sent as one POST, binary or base64.
//! Answer: frames as they come, whatever the cuts; trailers from the trailer frame, else the headers.
//! Whatever isn't a proper answer becomes a [`Fault`]; no way through here loses a status.
//! Why not tonic-web-wasm-client: ARCHITECTURE.md, "The page's transport".

mod answer;
mod diagnose;
pub(super) mod fetch;
pub(super) mod plain;

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use http_body::Body as _;
use send_wrapper::SendWrapper;
use tonic::Status;
use tonic::codegen::http;
use wire::content_type::Dialect;
use wire::text::TextEncoder;

pub(super) use self::answer::block_map;
use self::fetch::Lives;
use super::tap::Tap;
use crate::model::fault::Fault;
use crate::model::record::Lines;
use crate::model::wire_format::WireFormat;

/// Largest message the page takes, in bytes; a longer one is refused before it arrives.
pub const MAX_MESSAGE_BYTES: u32 = 16 * 1024 * 1024;

/// Names this program to servers, since a page can't set `user-agent`.
const USER_AGENT: &str = concat!("gangplank-web/", env!("CARGO_PKG_VERSION"));

/// A gRPC-Web transport to one server, whose every call is written down by a tap.
#[derive(Clone)]
pub struct Transport {
    base_url: String,
    format: WireFormat,
    tap: Tap,
}

impl Transport {
    /// Returns a transport that calls `base_url` (scheme and authority, no slash at the end).
    ///
    /// It speaks gRPC-Web only: a call that asked for JSON goes in binary.
    pub fn new(base_url: String, format: WireFormat, tap: Tap) -> Self {
        Self {
            base_url,
            format,
            tap,
        }
    }
}

impl tonic::codegen::Service<http::Request<tonic::body::Body>> for Transport {
    type Response = http::Response<ResponseBody>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        let Self {
            base_url,
            format,
            tap,
        } = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let path = head.uri.path().to_owned();
            let url = format!("{base_url}{path}");
            let body = encode_body(&collect(body).await?, format);
            let headers = tap.traced(request_headers(&head.headers, format));
            tap.requested(&url, &path, headers.clone(), body.clone());
            let ending = Ending::new(tap.clone());
            let result =
                if let Ok(response) = fetch::fetch(&url, &headers, &body, Lives::WithPage).await {
                    answer::read_head(response, ending).await
                } else {
                    // Looking for the cause isn't part of the call's time.
                    tap.ended(false);
                    Err(diagnose::diagnose(&base_url).await)
                };
            result.map_err(|fault| {
                tap.fault(fault.clone());
                tap.ended(false);
                status_from_fault(&fault)
            })
        })
    }
}

/// The frames of an answer, then its trailers.
pub struct ResponseBody {
    // A browser has one thread; the wrapper panics if that ever changes.
    frames: SendWrapper<Pin<Box<dyn Stream<Item = BodyItem>>>>,
}

type BodyItem = Result<http_body::Frame<Bytes>, Status>;

impl ResponseBody {
    fn new(frames: impl Stream<Item = BodyItem> + 'static) -> Self {
        Self {
            frames: SendWrapper::new(Box::pin(frames)),
        }
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<BodyItem>> {
        self.frames.as_mut().poll_next(cx)
    }
}

/// Ends the record of a call, also when the call is dropped before its end.
struct Ending {
    tap: Tap,
    is_over: bool,
}

impl Ending {
    fn new(tap: Tap) -> Self {
        Self {
            tap,
            is_over: false,
        }
    }

    fn over(&mut self) {
        self.is_over = true;
        self.tap.ended(false);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.is_over {
            self.tap.ended(true);
        }
    }
}

/// Returns the status a call with this fault ends with; the message is for people who read English.
pub(super) fn status_from_fault(fault: &Fault) -> Status {
    let number = i32::try_from(fault.code().number()).unwrap_or(tonic::Code::Unknown as i32);
    Status::new(tonic::Code::from_i32(number), fault.to_string())
}

/// Collects the frames of a request: a page can't send them one by one.
async fn collect(mut body: tonic::body::Body) -> Result<BytesMut, Status> {
    let mut collected = BytesMut::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        if let Ok(data) = frame?.into_data() {
            collected.extend_from_slice(&data);
        }
    }
    Ok(collected)
}

fn encode_body(frames: &[u8], format: WireFormat) -> Bytes {
    match format {
        WireFormat::Binary | WireFormat::Json => Bytes::copy_from_slice(frames),
        WireFormat::Text => {
            let mut encoder = TextEncoder::new();
            let mut text = BytesMut::new();
            encoder.feed(frames, &mut text);
            encoder.flush(&mut text);
            text.freeze()
        }
    }
}

/// Returns the headers of a request: the call's own, and those of gRPC-Web.
///
/// `te` and `user-agent` aren't a page's to set; values that aren't text can't travel by fetch.
fn request_headers(metadata: &http::HeaderMap, format: WireFormat) -> Lines {
    let content_type = match format {
        WireFormat::Binary | WireFormat::Json => Dialect::GrpcWeb.content_type(),
        WireFormat::Text => Dialect::GrpcWebText.content_type(),
    };
    let own = [
        ("content-type", content_type),
        ("accept", content_type),
        ("x-grpc-web", "1"),
        ("x-user-agent", USER_AGENT),
    ];
    let is_ours = |name: &str| {
        name == "te" || name == "user-agent" || own.iter().any(|(own, _)| *own == name)
    };
    let passed = metadata.iter().filter(|(name, _)| !is_ours(name.as_str()));
    let passed = passed.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let lines = own.into_iter().chain(passed);
    lines
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
