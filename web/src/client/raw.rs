//! Calls any method with a message given as bytes: no generated client, no descriptor.

use std::future::poll_fn;
use std::pin::Pin;

use bytes::Bytes;
use http_body::Body as _;
use http_body_util::Full;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{Service as _, http};
use wire::code::Code;
use wire::frame::Frame;
use wire::timeout;

use super::call::{failure_from_status, within};
use super::tap::Tap;
use super::transport::Transport;
use crate::model::call::Success;
use crate::model::raw::RawRequest;
use crate::model::status::Failure;

/// Calls the method at `request.path` with one message, and takes whatever number comes back.
///
/// Ends by itself after `request.stop_after` messages, as a reader who cancels a stream does.
pub async fn call(base_url: String, request: RawRequest, tap: Tap) -> Result<Success, Failure> {
    let deadline = request.deadline;
    let stop_after = request.stop_after;
    if stop_after.is_some() {
        tap.stream();
    }
    let stream = async {
        let result = stream(base_url, request, tap.clone()).await;
        match result {
            Ok(messages) if stop_after == Some(messages) => {
                let message = format!("canceled in the page after {messages} message(s)");
                Err(Failure::local(Code::Canceled, &message))
            }
            Ok(messages) => Ok(Success::Messages(messages)),
            Err(status) => Err(failure_from_status(&status, &tap)),
        }
    };
    within(deadline, stream).await
}

/// Returns how many messages came until the end or `stop_after`; dropping the answer hangs up.
async fn stream(base_url: String, request: RawRequest, tap: Tap) -> Result<usize, Status> {
    let mut transport = Transport::new(base_url, request.format, tap);
    let stop_after = request.stop_after;
    let (head, mut answer) = transport.call(http_request(request)?).await?.into_parts();
    if let Some(status) = failed(&head.headers) {
        return Err(status);
    }
    let mut messages = 0;
    while let Some(part) = poll_fn(|cx| Pin::new(&mut answer).poll_frame(cx)).await {
        let Some(trailers) = part?.into_trailers().ok() else {
            messages += 1;
            if stop_after == Some(messages) {
                return Ok(messages);
            }
            continue;
        };
        return failed(&trailers).map_or(Ok(messages), Err);
    }
    Ok(messages)
}

/// Returns the status in headers or trailers, if it's there and not OK.
fn failed(lines: &http::HeaderMap) -> Option<Status> {
    Status::from_header_map(lines).filter(|status| status.code() != tonic::Code::Ok)
}

fn http_request(request: RawRequest) -> Result<http::Request<Body>, Status> {
    let frame = Frame {
        flags: 0,
        payload: request.message,
    }
    .encode();
    let mut head = http::Request::builder().method("POST").uri(request.path);
    if let Some(deadline) = request.deadline {
        head = head.header("grpc-timeout", timeout::format(deadline));
    }
    let request = head.body(Body::new(Full::<Bytes>::new(frame)));
    request.map_err(|_| Status::invalid_argument("the path isn't legal"))
}
