//! A call whose answer is taken message by message: who doesn't ask for the next one isn't sent more than buffers
//! hold. Dropping it hangs up.

use std::future::poll_fn;
use std::pin::Pin;

use bytes::Bytes;
use http_body::Body as _;
use http_body_util::Full;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{Service as _, http};
use wire::frame::FrameDecoder;
use wire::timeout;

use super::tap::Tap;
use super::transport::{MAX_MESSAGE_BYTES, ResponseBody, Transport};
use crate::model::raw::RawRequest;

/// A call under way.
pub struct Exchange {
    body: ResponseBody,
    frames: FrameDecoder,
}

impl Exchange {
    /// Makes the call, and returns once the head of its answer is here.
    pub async fn begin(base_url: String, request: RawRequest, tap: Tap) -> Result<Self, Status> {
        let mut transport = Transport::new(base_url, request.format, tap);
        let (head, body) = transport.call(http_request(request)?).await?.into_parts();
        match failed(&head.headers) {
            Some(status) => Err(status),
            None => Ok(Self {
                body,
                frames: FrameDecoder::new(MAX_MESSAGE_BYTES),
            }),
        }
    }

    /// Returns the next message; none at an end that is OK.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Status> {
        loop {
            // The transport has judged them; what it passes on can be read.
            if let Ok(Some(frame)) = self.frames.next_frame() {
                return Ok(Some(frame.payload));
            }
            let Some(part) = poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await else {
                return Ok(None);
            };
            match part?.into_data() {
                Ok(piece) => self.frames.feed(piece),
                Err(part) => return part.trailers_ref().and_then(failed).map_or(Ok(None), Err),
            }
        }
    }
}

/// Returns the status in headers or trailers, if it's there and not OK.
fn failed(lines: &http::HeaderMap) -> Option<Status> {
    Status::from_header_map(lines).filter(|status| status.code() != tonic::Code::Ok)
}

fn http_request(request: RawRequest) -> Result<http::Request<Body>, Status> {
    let mut head = http::Request::builder().method("POST").uri(request.path);
    if let Some((name, value)) = request.metadata {
        head = head.header(name, value);
    }
    if let Some(deadline) = request.deadline {
        head = head.header("grpc-timeout", timeout::format(deadline));
    }
    let request = head.body(Body::new(Full::<Bytes>::new(request.frames)));
    request.map_err(|_| Status::invalid_argument("the path isn't legal"))
}
