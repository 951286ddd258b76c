//! Shapes of JSON that the wire view's own tests don't reach.

use super::{compact, json_lines};
use crate::model::schema::Schema;
use wire::explain::explain_message;

fn json(message: &[u8]) -> String {
    let part = explain_message(message, None);
    compact(&json_lines(message, &part, &Schema::default(), None, 0))
}

#[test]
fn field_that_comes_twice_without_a_schema_is_a_list() {
    assert_eq!(json(b"\x08\x01\x08\x02\x12\x01a"), r#"{"1":[1,2],"2":"a"}"#);
}

#[test]
fn nested_message_is_an_object() {
    assert_eq!(
        json(b"\x0a\x04\x08\x01\x10\x02\x18\x03"),
        r#"{"1":{"1":1,"2":2},"3":3}"#
    );
}

#[test]
fn bytes_are_base64() {
    assert_eq!(json(b"\x0a\x02\xff\xfe"), r#"{"1":"//4="}"#);
}
