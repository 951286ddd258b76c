//! What of a JSON call's head can't be served, told before its body is read: how the body is written (`content-type`),
//! how the answer should be (`accept`), and where a stream should begin (`Last-Event-ID`).
//! Bytes of any type (`google.api.HttpBody`) are taken, and answered, as they are.

use std::sync::Arc;

use http::{Method as Verb, header, request::Parts};

use super::form::{Form, JSON};
use super::{accept, resume};
use crate::gateway::GatewayError;
use crate::gateway::classify::echo;
use crate::gateway::table::Binding;
use crate::schema::Messages;

/// Why a call of `binding` with this head is refused; None if it isn't.
pub(in crate::gateway) fn refusal(head: &Parts, binding: &Binding) -> Option<GatewayError> {
    let method = &binding.method;
    if method.requests() == Messages::Many {
        return Some(GatewayError::StreamFromJson {
            method: Arc::clone(&method.name),
        });
    }
    let refused = by_content_type(head, binding).or_else(|| by_accept(head, binding));
    refused.or_else(|| {
        let may_resume = head.method == Verb::GET;
        may_resume.then(|| resume::refusal(head, method))?
    })
}

/// A form or plain text would come without a preflight from any page, so only JSON is taken for JSON.
fn by_content_type(head: &Parts, binding: &Binding) -> Option<GatewayError> {
    let content_type = head.headers.get(header::CONTENT_TYPE)?;
    let content_type = String::from_utf8_lossy(content_type.as_bytes());
    let is_taken =
        essence(&content_type).eq_ignore_ascii_case(JSON) || binding.rule.takes_any_body();
    (!is_taken).then(|| GatewayError::NotJson {
        content_type: Some(echo(&content_type)),
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

/// A content type without its parameters.
fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}
