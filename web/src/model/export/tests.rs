//! The exported document.

use std::sync::Arc;

use super::export;
use crate::model::call::{Call, Outcome};
use crate::model::record::Record;

#[test]
fn export_names_its_format_and_keeps_bodies_as_base64() {
    let record = Record {
        url: "http://server.test/a".to_owned(),
        request_body: b"\0\x01"[..].into(),
        ..Record::default()
    };
    let call = Call {
        number: 1,
        record: Arc::new(record),
        outcome: Outcome::Pending,
    };
    let text = export([&call]);
    assert!(
        text.starts_with(r#"{"format":"gangplank-calls","version":1,"calls":[{"number":1,"#),
        "{text}"
    );
    assert!(text.contains(r#""body":"AAE=""#), "{text}");
    assert!(text.contains(r#""status":null"#), "{text}");
    assert!(text.ends_with(r#""response":null}]}"#), "{text}");
}
