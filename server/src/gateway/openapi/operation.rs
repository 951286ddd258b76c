//! One operation: what is sent and what comes back. Parameters are in `parameters`, messages in `schemas`.
//! Every operation can end in the gateway's error answer, whatever the HTTP status: that is its `default`.
//! `google.api.HttpBody` is bytes of any content type, not JSON.

use prost_reflect::{MessageDescriptor, MethodDescriptor};
use prost_types::MethodOptions;
use serde_json::{Value, json};

use super::parameters;
use super::schemas::{Schemas, describe};
use crate::gateway::template::Template;
use crate::schema::Messages;
use crate::schema::http_rule::{HttpRule, RuleBody};

/// The error answer's name among the responses.
pub(super) const ERROR: &str = "error";
/// The message that stands for a body of any content type.
const HTTP_BODY: &str = "google.api.HttpBody";

const JSON: &str = "application/json";
/// One JSON value to a line.
const NDJSON: &str = "application/x-ndjson";
/// Server-sent events, the data of each a JSON value.
const EVENTS: &str = "text/event-stream";

/// One rule of one method.
pub(super) struct Binding<'a> {
    /// The full name of the service.
    pub(super) tag: &'a str,
    /// Unique in the document.
    pub(super) id: &'a str,
    pub(super) method: &'a MethodDescriptor,
    pub(super) rule: &'a HttpRule,
    /// The rule's.
    pub(super) template: &'a Template,
    /// What is added to the names of path parameters.
    pub(super) suffix: &'a str,
    pub(super) requests: Messages,
    pub(super) responses: Messages,
}

/// Describes one rule.
pub(super) fn operation(schemas: &mut Schemas, binding: &Binding<'_>) -> Value {
    let Binding { method, rule, .. } = binding;
    let input = method.input();
    let mut parameters = parameters::in_path(schemas, &input, binding.template, binding.suffix);
    parameters.extend(parameters::in_query(
        schemas,
        &input,
        binding.template,
        &rule.body,
    ));
    let mut operation = json!({
        "tags": [binding.tag],
        "operationId": binding.id,
        "responses": {
            "200": answer(schemas, binding),
            "default": { "$ref": format!("#/components/responses/{ERROR}") },
        },
        "x-gangplank-template": rule.template,
    });
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(content) = request(schemas, &input, &rule.body) {
        operation["requestBody"] = match binding.requests {
            Messages::One => json!({ "content": content }),
            Messages::Many => stream_of(content),
        };
    }
    let options = method.method_descriptor_proto().options.as_ref();
    if options.is_some_and(MethodOptions::deprecated) {
        operation["deprecated"] = true.into();
    }
    describe(
        &mut operation,
        schemas.comments.of(&method.parent_file(), method.path()),
    );
    operation
}

/// None if there is no body.
fn request(schemas: &mut Schemas, input: &MessageDescriptor, body: &RuleBody) -> Option<Value> {
    match body {
        RuleBody::None => None,
        RuleBody::All => Some(content(schemas, input, JSON)),
        RuleBody::Field(name) => {
            let field = input.get_field_by_name(name)?;
            match field.kind().as_message() {
                Some(message) if !field.is_list() && !field.is_map() => {
                    Some(content(schemas, message, JSON))
                }
                _ => Some(json!({ JSON: { "schema": schemas.of_field(&field) } })),
            }
        }
    }
}

/// A body of any number of messages, by what one of them is; bytes of any type are what they are.
fn stream_of(mut content: Value) -> Value {
    if let Some(item) = content.get(JSON).map(|one| one["schema"].clone()) {
        content = json!({
            NDJSON: { "schema": item },
            JSON: { "schema": { "type": "array", "items": item } },
        });
    }
    json!({ "description": "A stream: one to a line, or in one array.", "content": content })
}

fn answer(schemas: &mut Schemas, binding: &Binding<'_>) -> Value {
    let output = binding.method.output();
    let (content_type, description) = match binding.responses {
        Messages::One => (JSON, "The answer."),
        Messages::Many => (
            NDJSON,
            "A stream of answers: one to a line, in one array, or as server-sent events.",
        ),
    };
    let field = binding.rule.response_body.as_ref();
    let mut content = match field.and_then(|name| output.get_field_by_name(name)) {
        Some(field) => json!({ content_type: { "schema": schemas.of_field(&field) } }),
        None => content(schemas, &output, content_type),
    };
    if let Some(item) = content.get(NDJSON).map(|lines| lines["schema"].clone()) {
        content[JSON] = json!({ "schema": { "type": "array", "items": item } });
        content[EVENTS] = json!({ "schema": { "type": "string" } });
    }
    json!({ "description": description, "content": content })
}

fn content(schemas: &mut Schemas, message: &MessageDescriptor, content_type: &str) -> Value {
    if message.full_name() == HTTP_BODY {
        return json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } });
    }
    json!({ content_type: { "schema": schemas.of_message(message) } })
}

/// The answer that says what went wrong: google.rpc.Status in the shape of AIP-193.
pub(super) fn error_response() -> Value {
    let error = json!({
        "type": "object",
        "required": ["code", "status", "message"],
        "properties": {
            "code": { "type": "integer", "format": "int32", "description": "The HTTP status." },
            "status": { "type": "string", "description": "The name of gRPC's code, such as NOT_FOUND." },
            "message": { "type": "string", "description": "What went wrong, for people." },
            "details": {
                "type": "array",
                "description": "What went wrong, for programs: messages with their type.",
                "items": super::schemas::any(),
            },
            "traceId": { "type": "string", "description": "Finds the call in traces and logs." },
        },
    });
    json!({
        "description": "What went wrong.",
        "content": {
            JSON: {
                "schema": { "type": "object", "required": ["error"], "properties": { "error": error } },
            },
        },
    })
}
