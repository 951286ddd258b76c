//! Calls MyService with the client that tonic generated, over gRPC-Web.

use std::error::Error as _;
use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use proto::myservice::v1 as pb;
use proto::myservice::v1::my_service_client::MyServiceClient;
use tonic_types::StatusExt as _;
use wire::code::Code;

use super::transport::{Observer, Transport};
use crate::model::greeting::{Answer, Language, Method, Request};
use crate::model::status::{Failure, Violation};

/// Longest wait a browser's timer takes: beyond 2^31 - 1 ms it would fire at once.
const MAX_TIMER_MILLIS: u32 = i32::MAX.unsigned_abs();

/// Calls MyService at `base_url` and returns its answer or why there is none.
///
/// The deadline travels as `grpc-timeout` and is also kept here, so that a server that's silent
/// can't outlast it. Dropping the future aborts the call.
pub async fn call(
    base_url: String,
    request: Request,
    observer: Observer,
) -> Result<Answer, Failure> {
    let deadline = request.deadline;
    let answer = Box::pin(send(base_url, request, observer));
    let Some(deadline) = deadline else {
        return answer.await;
    };
    match select(answer, TimeoutFuture::new(timer_millis(deadline))).await {
        Either::Left((result, _)) => result,
        Either::Right(((), _)) => Err(Failure::local(
            Code::DeadlineExceeded,
            "the deadline passed in the page",
        )),
    }
}

async fn send(base_url: String, request: Request, observer: Observer) -> Result<Answer, Failure> {
    let mut client = MyServiceClient::new(Transport::new(base_url, observer));
    let Request {
        method,
        name,
        language,
        deadline,
    } = request;
    let language = language_number(language);
    let result = match method {
        Method::SayHello => {
            let message = with_deadline(pb::SayHelloRequest { name, language }, deadline);
            client
                .say_hello(message)
                .await
                .map(|response| hello_answer(response.into_inner()))
        }
        Method::SayGoodbye => {
            let message = with_deadline(pb::SayGoodbyeRequest { name, language }, deadline);
            client
                .say_goodbye(message)
                .await
                .map(|response| goodbye_answer(response.into_inner()))
        }
    };
    result.map_err(|status| failure_from_status(&status))
}

fn with_deadline<T>(message: T, deadline: Option<Duration>) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    if let Some(deadline) = deadline {
        request.set_timeout(deadline);
    }
    request
}

fn timer_millis(deadline: Duration) -> u32 {
    u32::try_from(deadline.as_millis())
        .unwrap_or(MAX_TIMER_MILLIS)
        .min(MAX_TIMER_MILLIS)
}

fn language_number(language: Language) -> i32 {
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
        message,
        replica,
        served_at: served_at.map(|time| (time.seconds, time.nanos)),
    }
}

fn goodbye_answer(response: pb::SayGoodbyeResponse) -> Answer {
    let pb::SayGoodbyeResponse {
        message,
        replica,
        served_at,
    } = response;
    Answer {
        message,
        replica,
        served_at: served_at.map(|time| (time.seconds, time.nanos)),
    }
}

fn failure_from_status(status: &tonic::Status) -> Failure {
    if let Some(unreached) = unreached(status) {
        return unreached;
    }
    let code = u32::try_from(i32::from(status.code()))
        .ok()
        .and_then(Code::from_number);
    let details = status.get_details_bad_request();
    let violations = details
        .map(|details| details.field_violations)
        .unwrap_or_default();
    let violation = |violation: tonic_types::FieldViolation| Violation {
        field: violation.field,
        description: violation.description,
    };
    Failure {
        code: code.unwrap_or(Code::Unknown),
        message: status.message().to_owned(),
        violations: violations.into_iter().map(violation).collect(),
        answered: true,
    }
}

/// Returns the failure of a fetch that the browser rejected: nothing that could be read came back.
fn unreached(status: &tonic::Status) -> Option<Failure> {
    use tonic_web_wasm_client::Error;
    let Some(Error::JsError(reason)) = status.source()?.downcast_ref::<Error>() else {
        return None;
    };
    let failure = Failure::local(Code::Unavailable, reason);
    Some(Failure {
        answered: false,
        ..failure
    })
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
