//! The transcoder: HTTP/JSON to protobuf messages and back, by descriptor.
//! A `Rule` is one binding of a method, checked once; `request` makes the message from path, query and body, `answer`
//! makes JSON from the component's message; for streams each is called once a message.
//! Who wins: the path over the body; a query key that the path or the body sets already is an error, and so is one that
//! names no field. With `body: "*"` there are no query keys, and no body at all is the empty message.
//! Pure: no I/O, no clock, no HTTP statuses; content types are the caller's to check, see `Rule::takes_any_body`.
//! prost-reflect holds the messages and their bytes; the JSON is our own, because its errors must name fields and its
//! limits must hold while reading. Sources: google/api/http.proto, the ProtoJSON guide.

use bytes::Bytes;
use http::HeaderValue;
use prost::Message as _;
use prost_reflect::{DynamicMessage, Kind, Value};

pub use details::details_json;
pub use error::{Elsewhere, Fault, Misfit, Position, TranscodeError};
pub use json_out::{AnswerOptions, LongIntegers};
pub use limits::{JsonLimits, Limit};
pub use rule::{Rule, RuleError, RuleProblem};

use error::{Fit, Within as _};
use http_body::is_http_body;
use rule::{Body, is_raw};

mod bind;
mod details;
mod error;
mod http_body;
mod json_in;
mod json_out;
mod known;
mod limits;
mod mask;
mod number;
mod rule;
mod text;
mod time;

/// An answer as HTTP has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `application/json`, or what an `HttpBody` says.
    pub content_type: HeaderValue,
    /// Whole.
    pub body: Bytes,
}

impl Rule {
    /// The encoded message of a request.
    /// `bindings` are the path's variables by their field paths, with their texts decoded; `query` is still encoded;
    /// `content_type` is kept where the body is taken as it is.
    pub fn request<P: AsRef<[String]>, T: AsRef<str>>(
        &self,
        bindings: &[(P, T)],
        query: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
        limits: &JsonLimits,
    ) -> Result<Bytes, TranscodeError> {
        let mut message = self.body_message(content_type, body, limits)?;
        for (path, text) in bindings {
            bind::path(self, &mut message, path.as_ref(), text.as_ref())?;
        }
        if let Some(query) = query {
            bind::query(self, &mut message, query, limits)?;
        }
        Ok(message.encode_to_vec().into())
    }

    /// The message with what the body has.
    fn body_message(
        &self,
        content_type: Option<&str>,
        body: &[u8],
        limits: &JsonLimits,
    ) -> Result<DynamicMessage, TranscodeError> {
        let empty = DynamicMessage::new(self.input.clone());
        match &self.body {
            _ if body.is_empty() => Ok(empty),
            Body::None => Err(TranscodeError::UnexpectedBody {
                method: self.method.clone(),
                bytes: body.len(),
            }),
            Body::All if is_http_body(&self.input) => {
                Ok(http_body::read(&self.input, content_type, body))
            }
            Body::All => json_in::message(&self.input, body, limits),
            Body::Field(field) => {
                let mut message = empty;
                match field.kind() {
                    Kind::Message(inner) if is_raw(field) => {
                        let raw = http_body::read(&inner, content_type, body);
                        message.set_field(field, Value::Message(raw));
                    }
                    _ => json_in::field(&mut message, field, body, limits)?,
                }
                Ok(message)
            }
        }
    }

    /// The answer for the component's encoded message.
    pub fn answer(
        &self,
        message: &[u8],
        options: &AnswerOptions,
        limits: &JsonLimits,
    ) -> Result<Answer, TranscodeError> {
        let blamed = |misfit: Box<Misfit>| TranscodeError::Answer(*misfit);
        let message = DynamicMessage::decode(self.output.clone(), message)
            .map_err(|error| TranscodeError::Answer(json_out::undecodable(&error)))?;
        let Some(field) = &self.response_body else {
            if is_http_body(&self.output) {
                return raw_answer(&message).map_err(blamed);
            }
            return json_out::message(&message, *options, limits)
                .map(json_answer)
                .map_err(blamed);
        };
        let value = message.get_field(field);
        let answer = match value.as_ref() {
            Value::Message(raw) if is_raw(field) => raw_answer(raw),
            _ if field.supports_presence() && !message.has_field(field) => {
                Ok(json_answer(b"null".to_vec()))
            }
            value => json_out::value(value, &field.kind(), *options, limits).map(json_answer),
        };
        answer.within(field.name()).map_err(blamed)
    }
}

fn raw_answer(message: &DynamicMessage) -> Fit<Answer> {
    http_body::write(message).map(|(content_type, body)| Answer { content_type, body })
}

fn json_answer(json: Vec<u8>) -> Answer {
    Answer {
        content_type: HeaderValue::from_static("application/json"),
        body: json.into(),
    }
}

#[cfg(test)]
mod tests;
