//! Details as JSON, whatever a component put there.

use prost::Message as _;
use prost_types::Any;
use serde_json::{Value, json};
use tonic_types::Status;

use super::details_json;
use crate::gateway::transcoder::tests::schema::method;

/// A status with details of these types and bytes.
fn status(details: &[(&str, &[u8])]) -> Vec<u8> {
    let detail = |(name, value): &(&str, &[u8])| Any {
        type_url: format!("type.googleapis.com/{name}"),
        value: value.to_vec(),
    };
    let details = details.iter().map(detail).collect();
    Status {
        code: 3,
        message: "no".to_owned(),
        details,
    }
    .encode_to_vec()
}

#[track_caller]
fn check(bytes: &[u8], expected: &[Value]) {
    let method = method("Do");
    assert_eq!(details_json(bytes, method.parent_pool()), expected);
}

#[test]
fn known_types_are_told_by_their_fields() {
    check(
        &status(&[
            ("google.rpc.ErrorInfo", b"\x0a\x04GONE\x12\x01d"),
            ("google.rpc.RetryInfo", b"\x0a\x02\x08\x05"),
            ("t.Address", b"\x0a\x011"),
        ]),
        &[
            json!({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "GONE", "domain": "d"}),
            json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "5s"}),
            json!({"@type": "type.googleapis.com/t.Address", "zip": "1"}),
        ],
    );
}

#[test]
fn well_known_types_stand_under_value() {
    let url = "type.googleapis.com/google.protobuf.Duration";
    check(
        &status(&[("google.protobuf.Duration", b"\x08\x05")]),
        &[json!({"@type": url, "value": "5s"})],
    );
    let url = "type.googleapis.com/google.protobuf.Struct";
    check(
        &status(&[("google.protobuf.Struct", b"")]),
        &[json!({"@type": url, "value": {}})],
    );
}

#[test]
fn what_cannot_be_told_is_base64() {
    check(
        &status(&[
            ("x.Unknown", b"\xff\xfe"),
            ("t.Address", b"\xff"),
            ("google.protobuf.Value", b""),
        ]),
        &[
            json!({"@type": "type.googleapis.com/x.Unknown", "value": "//4="}),
            json!({"@type": "type.googleapis.com/t.Address", "value": "/w=="}),
            json!({"@type": "type.googleapis.com/google.protobuf.Value", "value": ""}),
        ],
    );
}

#[test]
fn debug_info_stays_inside() {
    check(&status(&[("google.rpc.DebugInfo", b"\x0a\x05stack")]), &[]);
}

#[test]
fn bytes_that_are_no_status_have_no_details() {
    check(b"\xff", &[]);
    check(b"", &[]);
}
