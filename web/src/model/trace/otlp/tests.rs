//! The document, as viewers read it.

use super::super::Kind;
use super::super::tests::{retried, span};
use super::*;

#[test]
fn span_is_written_as_the_protocol_has_it() {
    let mut own = span("00f067aa0ba902b7", "", "page", 1, 3);
    own.name = "click: \"Say\"".to_owned();
    own.kind = Kind::Client;
    own.status = Status::Error;
    own.status_message = "no".to_owned();
    own.attributes = vec![
        Attribute {
            key: "t".to_owned(),
            value: Value::Text("x".to_owned()),
        },
        Attribute {
            key: "n".to_owned(),
            value: Value::Number(i64::MAX),
        },
        Attribute {
            key: "r".to_owned(),
            value: Value::Real(1.5),
        },
        Attribute {
            key: "i".to_owned(),
            value: Value::Real(f64::INFINITY),
        },
        Attribute {
            key: "f".to_owned(),
            value: Value::Flag(true),
        },
    ];
    own.events = vec![Event {
        name: "first byte".to_owned(),
        time: 2_000_000,
        attributes: Vec::new(),
    }];
    own.links = vec![Link {
        trace_id: "ab".to_owned(),
        span_id: "cd".to_owned(),
    }];
    let expected = concat!(
        r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"page"}}]},"#,
        r#""scopeSpans":[{"scope":{"name":"gangplank"},"spans":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","#,
        r#""spanId":"00f067aa0ba902b7","name":"click: \"Say\"","kind":3,"startTimeUnixNano":"1000000","#,
        r#""endTimeUnixNano":"3000000","attributes":[{"key":"t","value":{"stringValue":"x"}},"#,
        r#"{"key":"n","value":{"intValue":"9223372036854775807"}},{"key":"r","value":{"doubleValue":1.5}},"#,
        r#"{"key":"i","value":{"doubleValue":"Infinity"}},{"key":"f","value":{"boolValue":true}}],"#,
        r#""events":[{"timeUnixNano":"2000000","name":"first byte","attributes":[]}],"#,
        r#""links":[{"traceId":"ab","spanId":"cd"}],"status":{"code":2,"message":"no"}}]}]}]}"#
    );
    assert_eq!(export(&[own]), expected);
}

#[test]
fn spans_are_grouped_by_their_source() {
    let text = export(&retried());
    assert_eq!(text.matches("service.name").count(), 4);
    assert_eq!(text.matches("\"spanId\"").count(), 8);
    assert!(text.contains(r#""parentSpanId":"root""#));
    assert_eq!(export(&[]), r#"{"resourceSpans":[]}"#);
}
