//! Streams that can be resumed: where a reader of server-sent events was, told by `Last-Event-ID`, begins the next one.
//! By GET, which is all that an `EventSource` can. A method can resume if its request has `since_version` and its answers
//! have `version`, both numbers or both texts, as a watch in the Kubernetes manner has.

use std::str::FromStr;

use http::request;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use crate::gateway::GatewayError;
use crate::gateway::classify::echo;
use crate::schema::{Messages, Method};

/// The request's field.
const SINCE: &str = "since_version";
/// Its name in JSON.
const SINCE_JSON: &str = "sinceVersion";
/// The answers' field, whose JSON name is the same.
const VERSION: &str = "version";
const LAST_EVENT_ID: &str = "last-event-id";

/// True if the method can resume.
pub(super) fn can_resume(method: &Method) -> bool {
    if method.responses() == Messages::One {
        return false;
    }
    let descriptor = &method.descriptor;
    let since = kind(&descriptor.input(), SINCE);
    since.is_some() && since == kind(&descriptor.output(), VERSION)
}

/// Numbers of any size are of one kind here.
#[derive(PartialEq, Eq)]
enum Token {
    Number,
    Text,
}

fn kind(message: &MessageDescriptor, field: &str) -> Option<Token> {
    let field = message.get_field_by_name(field);
    match field
        .filter(|field| !field.is_list())
        .as_ref()
        .map(FieldDescriptor::kind)?
    {
        Kind::String => Some(Token::Text),
        Kind::Uint64 | Kind::Int64 | Kind::Uint32 | Kind::Int32 => Some(Token::Number),
        _ => None,
    }
}

/// Why the header tells no place in such a stream; None if it does, or isn't there.
pub(super) fn refusal(head: &request::Parts, method: &Method) -> Option<GatewayError> {
    let last = head.headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty());
    let last = last.filter(|_| can_resume(method))?.as_bytes();
    let since = method.descriptor.input().get_field_by_name(SINCE)?;
    let text = std::str::from_utf8(last).ok();
    let (is_place, expected) = match since.kind() {
        Kind::Uint64 => (is::<u64>(text), "a whole number below 2^64"),
        Kind::Uint32 => (is::<u32>(text), "a whole number below 2^32"),
        Kind::Int64 => (is::<i64>(text), "a whole number of 64 bits"),
        Kind::Int32 => (is::<i32>(text), "a whole number of 32 bits"),
        _ => (text.is_some(), "UTF-8"),
    };
    (!is_place).then(|| GatewayError::LastEventId {
        value: echo(&String::from_utf8_lossy(last)),
        expected,
    })
}

fn is<T: FromStr>(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.parse::<T>().is_ok())
}

/// The query, with the place that the header tells instead of one of its own: an `EventSource` always asks with the URL
/// that it began with.
pub(super) fn query(head: &request::Parts) -> Option<String> {
    let query = head.uri.query();
    let last = head.headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty());
    match last {
        Some(last) => Some(resumed(query.unwrap_or_default(), last.as_bytes())),
        None => query.map(str::to_owned),
    }
}

fn resumed(query: &str, last: &[u8]) -> String {
    let pairs = query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !name.is_empty() && name != SINCE && name != SINCE_JSON
    });
    let since = format!("{SINCE}={}", percent_encode(last, NON_ALPHANUMERIC));
    pairs.chain([&*since]).collect::<Vec<_>>().join("&")
}

/// The place behind an answer, by its JSON; None if it has none, or one that can't stand on a line.
pub(super) fn id(body: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let id = match value.get(VERSION)? {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!id.contains(['\n', '\r', '\0'])).then_some(id)
}

#[cfg(test)]
mod tests;
