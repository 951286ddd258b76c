//! Details of a failed call as JSON, for the body of an error.
//! `grpc-status-details-bin` holds a `google.rpc.Status` with a list of Any. Types of the component's schema and of
//! google.rpc are told as ProtoJSON with `@type`; others as `@type` and base64, so that nothing is lost.
//! `DebugInfo` is left out: stack traces are for the component's log. Nothing here can fail a call's error.

use std::sync::LazyLock;

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::{Map, Value, json};

use super::json_out::{self, AnswerOptions};
use super::limits::JsonLimits;

const DEBUG_INFO: &str = "google.rpc.DebugInfo";

/// The types of `google/rpc/error_details.proto`.
static GOOGLE_RPC: LazyLock<DescriptorPool> = LazyLock::new(|| {
    // Without its files a detail would be base64, which is no reason to stop a server.
    DescriptorPool::decode(tonic_types::pb::FILE_DESCRIPTOR_SET).unwrap_or_default()
});

/// Each detail of the status in `bytes`, in order; none if the bytes aren't a status.
/// `pool` is the component's schema.
pub fn details_json(bytes: &[u8], pool: &DescriptorPool) -> Vec<Value> {
    let Ok(status) = tonic_types::Status::decode(bytes) else {
        return Vec::new();
    };
    let shown = status
        .details
        .iter()
        .filter(|detail| type_name(&detail.type_url) != DEBUG_INFO);
    shown
        .map(|detail| known(detail, pool).unwrap_or_else(|| unknown(detail)))
        .collect()
}

fn known(detail: &prost_types::Any, pool: &DescriptorPool) -> Option<Value> {
    let name = type_name(&detail.type_url);
    let descriptor = pool.get_message_by_name(name);
    let descriptor = descriptor.or_else(|| GOOGLE_RPC.get_message_by_name(name))?;
    let is_object = super::known::WellKnown::of(&descriptor).is_none();
    let message = DynamicMessage::decode(descriptor, detail.value.as_slice()).ok()?;
    let text =
        json_out::message(&message, AnswerOptions::default(), &JsonLimits::default()).ok()?;
    let mut object = Map::from_iter([("@type".to_owned(), json!(detail.type_url))]);
    match serde_json::from_slice(&text).ok()? {
        Value::Object(fields) if is_object => object.extend(fields),
        value => {
            object.insert("value".to_owned(), value);
        }
    }
    Some(Value::Object(object))
}

fn unknown(detail: &prost_types::Any) -> Value {
    json!({ "@type": detail.type_url, "value": wire::base64::encode(&detail.value) })
}

/// The full name at the end of a type URL.
fn type_name(url: &str) -> &str {
    url.rsplit_once('/').map_or(url, |(_, name)| name)
}

#[cfg(test)]
mod tests;
