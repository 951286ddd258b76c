//! Calls MyService over HTTP with JSON: the same call, without protobuf, frames or a generated client.
//!
//! Route and field names are those of `google.api.http` and ProtoJSON; the browser's own parser reads
//! the answer. Errors come as `{"error":{"status","message","details"}}` with an HTTP status.

use js_sys::{Array, JSON, Reflect};
use proto::myservice::v1 as pb;
use wasm_bindgen::JsValue;
use wire::code::Code;
use wire::timeout;

use super::call::{language_number, within};
use super::paths::{Rest, SAY_GOODBYE, SAY_HELLO};
use super::tap::Tap;
use super::transport::plain::{Plain, post};
use crate::model::call::Success;
use crate::model::fault::Fault;
use crate::model::greeting::{Answer, Method, Request, beginning};
use crate::model::json_text::quote;
use crate::model::record;
use crate::model::status::{Failure, Violation};

/// Calls MyService at `base_url` and returns its answer or why there is none.
///
/// Dropping the future aborts the call.
pub async fn greet(base_url: String, request: Request, tap: Tap) -> Result<Success, Failure> {
    let Rest { path, route } = match request.method {
        Method::SayHello => SAY_HELLO,
        Method::SayGoodbye => SAY_GOODBYE,
    };
    let deadline = request.deadline;
    let exchange = Box::pin(async move {
        let plain = Plain {
            base_url: &base_url,
            route,
            path,
            headers: headers(&request),
            body: body(&request).into(),
        };
        let (http_status, body) = post(plain, &tap).await.map_err(Failure::from_fault)?;
        let text = String::from_utf8_lossy(&body);
        let result = answer(http_status, JSON::parse(&text).ok());
        if let Err(Failure {
            fault: Some(fault), ..
        }) = &result
        {
            tap.fault(fault.clone());
        }
        result
    });
    within(deadline, exchange).await
}

fn headers(request: &Request) -> record::Lines {
    let own = [("content-type", record::JSON), ("accept", record::JSON)];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let deadline = request.deadline.map(timeout::format);
    let deadline = deadline.map(|deadline| ("grpc-timeout".to_owned(), deadline));
    let metadata = request.metadata.iter().cloned();
    own.into_iter().chain(deadline).chain(metadata).collect()
}

fn body(request: &Request) -> String {
    let number = language_number(request.language);
    let language = pb::Language::try_from(number).unwrap_or_default();
    let (name, language) = (quote(&request.name), quote(language.as_str_name()));
    format!("{{\"name\":{name},\"language\":{language}}}")
}

/// Reads an answer: the message, or the error in its place; anything else is a fault.
fn answer(http_status: u16, json: Option<JsValue>) -> Result<Success, Failure> {
    let error = json.as_ref().and_then(|json| member(json, "error"));
    match (json, error) {
        (Some(json), _) if http_status == 200 => Ok(Success::Greeting(Answer {
            message: beginning(text(&json, "message")),
            replica: text(&json, "replica"),
            served_at: Some(text(&json, "servedAt")).filter(|time| !time.is_empty()),
        })),
        (_, Some(error)) if http_status != 200 => Err(failure(&error)),
        _ if http_status != 200 => Err(Failure::from_fault(Fault::HttpStatus(http_status))),
        _ => Err(Failure::from_fault(Fault::NotJson)),
    }
}

fn failure(error: &JsValue) -> Failure {
    let status = text(error, "status");
    let code = Code::ALL.into_iter().find(|code| code.name() == status);
    let details = list(error, "details");
    let violations = details.flat_map(|detail| list(&detail, "fieldViolations"));
    let violations = violations.map(|violation| Violation {
        field: text(&violation, "field"),
        description: text(&violation, "description"),
    });
    Failure {
        violations: violations.collect(),
        from_server: true,
        ..Failure::local(code.unwrap_or(Code::Unknown), &text(error, "message"))
    }
}

/// Returns a member of an object; none where it's absent, and of anything that isn't an object.
fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    let member = Reflect::get(object, &name.into()).ok()?;
    (!member.is_undefined() && !member.is_null()).then_some(member)
}

/// Returns a text member; ProtoJSON leaves empty ones out.
fn text(object: &JsValue, name: &str) -> String {
    let text = member(object, name).and_then(|member| member.as_string());
    text.unwrap_or_default()
}

fn list(object: &JsValue, name: &str) -> impl Iterator<Item = JsValue> + use<> {
    let items = member(object, name).filter(Array::is_array);
    items
        .map(|items| Array::from(&items).to_vec())
        .unwrap_or_default()
        .into_iter()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
