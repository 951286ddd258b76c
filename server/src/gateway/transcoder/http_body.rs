//! `google.api.HttpBody`: bytes of any media type instead of JSON, in or out.
//! As request type or body field it takes the raw body and its content type; as answer it decides both.
//! Elsewhere in a message it is an ordinary message. Source: google/api/httpbody.proto.

use bytes::Bytes;
use http::HeaderValue;
use prost_reflect::{DynamicMessage, Kind, MessageDescriptor, Value};

use super::error::{Fault, Fit};

const CONTENT_TYPE: u32 = 1;
const DATA: u32 = 2;
/// What bytes of an unknown type are, by RFC 9110.
const ANY_BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Whether the message is an `HttpBody`, by its name and its fields.
pub(super) fn is_http_body(descriptor: &MessageDescriptor) -> bool {
    let has = |number, kind: Kind| {
        descriptor
            .get_field(number)
            .is_some_and(|field| field.kind() == kind && !field.is_list() && !field.is_map())
    };
    descriptor.full_name() == "google.api.HttpBody"
        && has(CONTENT_TYPE, Kind::String)
        && has(DATA, Kind::Bytes)
}

/// The body as it came.
pub(super) fn read(
    descriptor: &MessageDescriptor,
    content_type: Option<&str>,
    body: &[u8],
) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    if let Some(content_type) = content_type {
        message.set_field_by_number(CONTENT_TYPE, Value::String(content_type.to_owned()));
    }
    message.set_field_by_number(DATA, Value::Bytes(Bytes::copy_from_slice(body)));
    message
}

/// Content type and body of an answer. Fails if no header can hold the type.
pub(super) fn write(message: &DynamicMessage) -> Fit<(HeaderValue, Bytes)> {
    let field = |number| message.get_field_by_number(number);
    let content_type = field(CONTENT_TYPE);
    let content_type = match content_type
        .as_deref()
        .and_then(Value::as_str)
        .unwrap_or_default()
    {
        "" => ANY_BYTES,
        given => HeaderValue::from_str(given).map_err(|_| Fault::NoJson {
            expected: "a content type that a header can hold",
        })?,
    };
    let data = field(DATA).as_deref().and_then(Value::as_bytes).cloned();
    Ok((content_type, data.unwrap_or_default()))
}
