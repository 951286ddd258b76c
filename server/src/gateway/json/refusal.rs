//! What of a JSON call's head can't be served, told before its body is read: how the body is written (`content-type`),
//! how the answer should be (`accept`), and where a stream should begin (`Last-Event-ID`).
//! Bytes of any type (`google.api.HttpBody`) are taken, and answered, as they are.

use http::{Method as Verb, header, request::Parts};

use super::elements::Layout;
use super::form::{Form, JSON, JSONL, NDJSON};
use super::{accept, resume};
use crate::gateway::GatewayError;
use crate::gateway::classify::echo;
use crate::gateway::table::Binding;
use crate::schema::Messages;

/// Why a call of `binding` with this head is refused; None if it isn't.
pub(in crate::gateway) fn refusal(head: &Parts, binding: &Binding) -> Option<GatewayError> {
    let refused = by_content_type(head, binding).or_else(|| by_accept(head, binding));
    refused.or_else(|| {
        let may_resume = head.method == Verb::GET;
        may_resume.then(|| resume::refusal(head, &binding.method))?
    })
}

/// How the elements of a body stand in it; None if it is one message.
pub(super) fn layout(binding: &Binding, content_type: Option<&str>) -> Option<Layout> {
    if binding.method.requests() == Messages::One || !binding.rule.takes_body() {
        return None;
    }
    Some(match content_type {
        _ if binding.rule.takes_any_body() => Layout::Raw,
        Some(content_type) if is_lines(content_type) => Layout::Lines,
        _ => Layout::Array,
    })
}

/// A form or plain text would come without a preflight from any page, so only JSON is taken for JSON.
fn by_content_type(head: &Parts, binding: &Binding) -> Option<GatewayError> {
    let content_type = head.headers.get(header::CONTENT_TYPE)?;
    let content_type = String::from_utf8_lossy(content_type.as_bytes());
    let takes = binding.method.requests();
    let is_taken = essence(&content_type).eq_ignore_ascii_case(JSON)
        || (takes == Messages::Many && is_lines(&content_type))
        || binding.rule.takes_any_body();
    (!is_taken).then(|| GatewayError::NotJson {
        content_type: Some(echo(&content_type)),
        takes,
    })
}

fn by_accept(head: &Parts, binding: &Binding) -> Option<GatewayError> {
    let answers = binding.method.responses();
    let is_acceptable = binding.rule.answers_any_body()
        || match answers {
            Messages::One => accept::takes_json(&head.headers),
            Messages::Many => Form::of(&head.headers).is_some(),
        };
    (!is_acceptable).then(|| GatewayError::NotAcceptable {
        accept: echo(&accept::ranges(&head.headers).collect::<Vec<_>>().join(", ")),
        answers,
    })
}

fn is_lines(content_type: &str) -> bool {
    let essence = essence(content_type);
    [NDJSON, JSONL]
        .iter()
        .any(|lines| essence.eq_ignore_ascii_case(lines))
}

/// A content type without its parameters.
fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}
