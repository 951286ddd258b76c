//! Calls any method with a message given as bytes: no generated client, no descriptor.

use bytes::Bytes;
use tonic::Status;
use wire::code::Code;

use super::call::{failure_from_status, within};
use super::exchange::Exchange;
use super::tap::Tap;
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

/// Hands over each message and returns how many came until the end, or until no more were wanted; dropping
/// the answer hangs up.
async fn stream(
    base_url: String,
    request: RawRequest,
    tap: Tap,
    on_message: &mut dyn FnMut(Bytes) -> bool,
) -> Result<usize, Status> {
    let mut exchange = Exchange::begin(base_url, request, tap).await?;
    let mut messages = 0;
    while let Some(message) = exchange.next().await? {
        messages += 1;
        if !on_message(message) {
            break;
        }
    }
    Ok(messages)
}
