//! Calls MyService with the client that tonic generated, over the fetch transport.

use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use proto::myservice::v1 as pb;
use proto::myservice::v1::my_service_client::MyServiceClient;
use tonic::metadata::{Ascii, Binary, MetadataKey, MetadataMap, MetadataValue};
use wire::base64;
use wire::code::Code;
use wire::timeout;

use super::json;
use super::tap::Tap;
use super::transport::{MAX_MESSAGE_BYTES, Transport};
use crate::model::call::{CallFuture, Success};
use crate::model::fault::Fault;
use crate::model::greeting::{Answer, Language, Method, Request, beginning};
use crate::model::protobuf::Message;
use crate::model::status::{Failure, Violation};
use crate::model::time::format_timestamp;
use crate::model::wire_format::WireFormat;

/// Longest wait a browser's timer takes: beyond 2^31 - 1 ms it would fire at once.
const MAX_TIMER_MILLIS: u32 = i32::MAX.unsigned_abs();

/// Calls MyService at `base_url`, in the dialect asked for, and returns its answer or why there is none.
///
/// Dropping the future aborts the call.
pub async fn greet(base_url: String, request: Request, tap: Tap) -> Result<Success, Failure> {
    if request.format == WireFormat::Json {
        return json::greet(base_url, request, tap).await;
    }
    let deadline = request.deadline;
    let unary = Box::pin(async move {
        let result = send(base_url, request, tap.clone()).await;
        one_message(result, &tap).map(Success::Greeting)
    });
    within(deadline, unary).await
}

/// Ends `call` with `DEADLINE_EXCEEDED` when its deadline passes first.
///
/// The deadline also travels as `grpc-timeout`; kept here too, a silent server can't outlast it.
pub(super) async fn within(
    deadline: Option<Duration>,
    call: CallFuture,
) -> Result<Success, Failure> {
    let Some(deadline) = deadline else {
        return call.await;
    };
    let millis = u32::try_from(deadline.as_millis()).unwrap_or(MAX_TIMER_MILLIS);
    let timer = TimeoutFuture::new(millis.min(MAX_TIMER_MILLIS));
    match select(call, timer).await {
        Either::Left((result, _)) => result,
        Either::Right(((), _)) => Err(Failure::from_fault(Fault::DeadlinePassed)),
    }
}

async fn send(base_url: String, request: Request, tap: Tap) -> Result<Answer, tonic::Status> {
    let transport = Transport::new(base_url, request.format, tap);
    // The transport's limit is the one that holds; the client's own is a quarter of it.
    let limit = usize::try_from(MAX_MESSAGE_BYTES).unwrap_or(usize::MAX);
    let mut client = MyServiceClient::new(transport).max_decoding_message_size(limit);
    let language = language_number(request.language);
    let name = request.name.clone();
    match request.method {
        Method::SayHello => {
            let message = with_metadata(pb::SayHelloRequest { name, language }, &request);
            client
                .say_hello(message)
                .await
                .map(|response| hello_answer(response.into_inner()))
        }
        Method::SayGoodbye => {
            let message = with_metadata(pb::SayGoodbyeRequest { name, language }, &request);
            client
                .say_goodbye(message)
                .await
                .map(|response| goodbye_answer(response.into_inner()))
        }
    }
}

/// Adds deadline and metadata.
fn with_metadata<T>(message: T, call: &Request) -> tonic::Request<T> {
    tonic::Request::from_parts(metadata(call), tonic::Extensions::new(), message)
}

/// Pairs that can't be metadata were refused by the form. Compiled once, unlike what has the message's type.
fn metadata(call: &Request) -> MetadataMap {
    let mut metadata = MetadataMap::new();
    if let Some(deadline) = call.deadline {
        add_pair(&mut metadata, "grpc-timeout", &timeout::format(deadline));
    }
    for (name, value) in &call.metadata {
        add_pair(&mut metadata, name, value);
    }
    metadata
}

/// Adds a pair as it was typed: base64 stands for bytes where the name ends in `-bin`.
fn add_pair(metadata: &mut MetadataMap, name: &str, value: &str) {
    if let Ok(key) = MetadataKey::<Binary>::from_bytes(name.as_bytes()) {
        let bytes = base64::decode(value).unwrap_or_default();
        metadata.append_bin(key, MetadataValue::from_bytes(&bytes));
    } else if let (Ok(key), Ok(value)) = (
        MetadataKey::<Ascii>::from_bytes(name.as_bytes()),
        MetadataValue::try_from(value),
    ) {
        metadata.append(key, value);
    }
}

/// Holds a unary call to its one message: none or two with OK is `UNIMPLEMENTED`.
fn one_message(result: Result<Answer, tonic::Status>, tap: &Tap) -> Result<Answer, Failure> {
    let record = tap.record();
    let says_ok = record
        .trailers
        .iter()
        .any(|(name, value)| name == "grpc-status" && value == "0");
    if says_ok && record.fault.is_none() && record.messages != 1 {
        return Err(Failure::from_fault(Fault::MessageCount(record.messages)));
    }
    result.map_err(|status| failure_from_status(&status, tap))
}

pub(super) fn language_number(language: Language) -> i32 {
    let language = match language {
        Language::Unspecified => pb::Language::Unspecified,
        Language::English => pb::Language::En,
        Language::Chinese => pb::Language::Zh,
    };
    language.into()
}

fn hello_answer(response: pb::SayHelloResponse) -> Answer {
    let pb::SayHelloResponse {
        message,
        replica,
        served_at,
    } = response;
    Answer {
        message: beginning(message),
        replica,
        served_at: served_at.and_then(|time| format_timestamp(time.seconds, time.nanos)),
    }
}

fn goodbye_answer(response: pb::SayGoodbyeResponse) -> Answer {
    let pb::SayGoodbyeResponse {
        message,
        replica,
        served_at,
    } = response;
    Answer {
        message: beginning(message),
        replica,
        served_at: served_at.and_then(|time| format_timestamp(time.seconds, time.nanos)),
    }
}

/// Returns the failure of a status: the page's own finding if it made one, else the server's words.
pub(super) fn failure_from_status(status: &tonic::Status, tap: &Tap) -> Failure {
    if let Some(fault) = tap.record().fault {
        return Failure::from_fault(fault);
    }
    let code = u32::try_from(i32::from(status.code()))
        .ok()
        .and_then(Code::from_number);
    Failure {
        violations: violations(status.details()),
        from_server: true,
        ..Failure::local(code.unwrap_or(Code::Unknown), status.message())
    }
}

/// Returns the rejected fields in a status's details, an encoded `google.rpc.Status`.
fn violations(details: &[u8]) -> Vec<Violation> {
    let bad_requests = Message::new(details)
        .messages(3)
        .filter(|any| any.text(1).ends_with("/google.rpc.BadRequest"))
        .flat_map(|any| any.all(2).collect::<Vec<_>>())
        .collect::<Vec<_>>();
    let violation = |violation: Message<'_>| Violation {
        field: violation.text(1),
        description: violation.text(2),
    };
    let listed = |request: &[u8]| {
        Message::new(request)
            .messages(1)
            .map(violation)
            .collect::<Vec<_>>()
    };
    bad_requests.into_iter().flat_map(listed).collect()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
