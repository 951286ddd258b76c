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
use wire::frame::{Frame, FrameDecoder};
use wire::timeout;

use super::call::{failure_from_status, within};
use super::tap::Tap;
use super::transport::{MAX_MESSAGE_BYTES, Transport};
use crate::model::call::Success;
use crate::model::fault::Fault;
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
    let stream = Box::pin(async move {
        let mut messages = 0;
        let mut count = |_| {
            messages += 1;
            stop_after != Some(messages)
        };
        let result = stream(base_url, request, tap.clone(), &mut count).await;
        match result {
            Ok(messages) if stop_after == Some(messages) => {
                let message = format!("canceled in the page after {messages} message(s)");
                Err(Failure::local(Code::Canceled, &message))
            }
            Ok(messages) => Ok(Success::Messages(messages)),
            Err(status) => Err(failure_from_status(&status, &tap)),
        }
    });
    within(deadline, stream).await
}

/// Calls the method at `request.path` and returns its one answer, encoded.
///
/// Where `on_message` takes messages, any number may come; it returns whether it wants more, and the answer
/// is empty.
pub async fn message(
    base_url: String,
    request: RawRequest,
    tap: Tap,
    on_message: Option<&dyn Fn(Bytes) -> bool>,
) -> Result<Bytes, Failure> {
    let mut answer = Bytes::new();
    let mut keep = |message| {
        if let Some(take) = on_message {
            return take(message);
        }
        answer = message;
        true
    };
    let result = stream(base_url, request, tap.clone(), &mut keep).await;
    match result {
        Ok(count) if count != 1 && on_message.is_none() => {
            Err(Failure::from_fault(Fault::MessageCount(count)))
        }
        Ok(_) => Ok(answer),
        Err(status) => Err(failure_from_status(&status, &tap)),
    }
}

/// Hands over each message and returns how many came until the end, or until no more were wanted; dropping
/// the answer hangs up.
async fn stream(
    base_url: String,
    request: RawRequest,
    tap: Tap,
    on_message: &mut dyn FnMut(Bytes) -> bool,
) -> Result<usize, Status> {
    let mut transport = Transport::new(base_url, request.format, tap);
    let (head, mut answer) = transport.call(http_request(request)?).await?.into_parts();
    if let Some(status) = failed(&head.headers) {
        return Err(status);
    }
    let mut messages = 0;
    let mut frames = FrameDecoder::new(MAX_MESSAGE_BYTES);
    while let Some(part) = poll_fn(|cx| Pin::new(&mut answer).poll_frame(cx)).await {
        match part?.into_data() {
            Ok(piece) => {
                frames.feed(piece);
                // The transport has judged them; what it passes on can be read.
                while let Ok(Some(frame)) = frames.next_frame() {
                    messages += 1;
                    if !on_message(frame.payload) {
                        return Ok(messages);
                    }
                }
            }
            Err(part) => {
                let failure = part.trailers_ref().and_then(failed);
                return failure.map_or(Ok(messages), Err);
            }
        }
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
    if let Some((name, value)) = request.metadata {
        head = head.header(name, value);
    }
    if let Some(deadline) = request.deadline {
        head = head.header("grpc-timeout", timeout::format(deadline));
    }
    let request = head.body(Body::new(Full::<Bytes>::new(frame)));
    request.map_err(|_| Status::invalid_argument("the path isn't legal"))
}
