//! The spans of a call, against the schema and as a whole.

use std::sync::Arc;

use serde_json::{Value, json};
use wire::code::Code;

use super::spans;
use crate::model::call::{Call, Outcome, Success};
use crate::model::fault::Fault;
use crate::model::protobuf::Message;
use crate::model::record::{Chunk, Record, ResponseHead, SUBPROTOCOL};
use crate::model::status::Failure;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";
const ROOT: &str = "00f067aa0ba902b7";

fn record() -> Record {
    let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Record {
        url: "http://127.0.0.1:8080/myservice.v1.MyService/SayHello".to_owned(),
        path: "/myservice.v1.MyService/SayHello".to_owned(),
        // 2026-11-27T05:40:21.123456Z.
        started_at_millis: 1_795_758_021_123.456,
        sent_millis: Some(0.5),
        request_headers: vec![
            line("content-type", "application/grpc-web+proto"),
            line("traceparent", &format!("00-{TRACE}-{SPAN}-03")),
        ],
        request_body: b"\0\0\0\0\0"[..].into(),
        response: Some(ResponseHead {
            at_millis: 10.25,
            http_status: 200,
            headers: Vec::new(),
        }),
        chunks: vec![Chunk {
            at_millis: 11.0,
            bytes: b"\0\0\0\0\0"[..].into(),
        }],
        messages: 1,
        last_message_millis: Some(11.0),
        ended_millis: Some(11.5),
        ..Record::default()
    }
}

fn call(record: Record, result: Result<Success, Failure>) -> Call {
    Call {
        number: 12,
        record: Arc::new(record),
        outcome: Outcome::Ended {
            result,
            elapsed_millis: 11.5,
        },
    }
}

/// Both spans of a call that was handed over after 11.8 ms.
fn uploaded(call: &Call) -> [Value; 2] {
    let text = spans(call, ROOT, 11.8).expect("the page's own trace");
    let mut whole: Value = serde_json::from_str(&text).expect("it's JSON");
    fits(&whole, "UploadSpansRequest");
    serde_json::from_value(whole["spans"].take()).expect("two spans")
}

/// Checks by the descriptors that a value is ProtoJSON of a message: only its fields, of their kinds.
#[track_caller]
fn fits(value: &Value, name: &str) {
    let files = Message::new(proto::FILE_DESCRIPTOR_SET);
    let file = files.messages(1).find(|file| {
        let mut messages = file.messages(4);
        file.text(2) == "gangplank.v1" && messages.any(|message| message.text(1) == name)
    });
    let file = file.expect("the message is in the schema");
    let mut messages = file.messages(4);
    let message = messages
        .find(|message| message.text(1) == name)
        .expect("it's there");
    for (key, value) in value.as_object().expect("a message is an object") {
        let field = message.messages(2).find(|field| field.text(10) == *key);
        let field = field.unwrap_or_else(|| panic!("{name} has no {key}"));
        let single = std::slice::from_ref(value);
        let is_repeated = field.number(4) == 3;
        let values = match value.as_array() {
            Some(values) => &values[..],
            None => single,
        };
        assert_eq!(value.is_array(), is_repeated, "{name}.{key}");
        let type_name = field.text(6);
        for value in values {
            let text = value.as_str();
            match (
                field.number(5),
                type_name.trim_start_matches(".gangplank.v1."),
            ) {
                (9, _) => assert!(text.is_some(), "{key}: {value}"),
                (3, _) => assert!(text.is_some_and(|text| text.parse::<i64>().is_ok())),
                (11, ".google.protobuf.Timestamp") => {
                    assert!(text.is_some_and(|text| text.ends_with('Z')), "{value}");
                }
                (11, ".google.protobuf.Duration") => {
                    assert!(text.is_some_and(|text| text.ends_with('s')), "{value}");
                }
                (11, inner) => fits(value, inner),
                (14, enumeration) => {
                    let all = file.messages(5).find(|all| all.text(1) == enumeration);
                    let all = all.expect("the enum is there");
                    let mut all = all.messages(2);
                    assert!(all.any(|known| Some(&*known.text(1)) == text), "{value}");
                }
                (kind, _) => panic!("{name}.{key} is of type {kind}"),
            }
        }
    }
}

/// An attribute's value by its key.
fn attribute<'a>(span: &'a Value, key: &str) -> Option<&'a str> {
    let mut attributes = span["attributes"].as_array()?.iter();
    let attribute = attributes.find(|attribute| attribute["key"] == key)?;
    attribute["text"].as_str().or(attribute["number"].as_str())
}

#[test]
fn click_holds_the_call() {
    let [click, client] = uploaded(&call(record(), Ok(Success::Messages(1))));
    assert_eq!(
        click,
        json!({
            "traceId": TRACE,
            "spanId": ROOT,
            "name": "click: SayHello",
            "kind": "SPAN_KIND_INTERNAL",
            "startTime": "2026-11-27T05:40:21.123456Z",
            "duration": "0.011800s",
        })
    );
    assert_eq!(
        client,
        json!({
            "traceId": TRACE,
            "spanId": SPAN,
            "parentSpanId": ROOT,
            "name": "myservice.v1.MyService/SayHello",
            "kind": "SPAN_KIND_CLIENT",
            "startTime": "2026-11-27T05:40:21.123956Z",
            "duration": "0.011000s",
            "attributes": [
                {"key": "rpc.system.name", "text": "grpc"},
                {"key": "rpc.method", "text": "myservice.v1.MyService/SayHello"},
                {"key": "rpc.response.status_code", "text": "OK"},
                {"key": "gangplank.dialect", "text": "grpc-web"},
                {"key": "server.address", "text": "127.0.0.1"},
            ],
            "events": [
                {"name": "first byte", "time": "2026-11-27T05:40:21.133706Z"},
                {"name": "last message", "time": "2026-11-27T05:40:21.134456Z"},
            ],
        })
    );
}

#[test]
fn failure_is_an_error_with_its_words() {
    let words = format!("no \"such\" 船{}", "!".repeat(1_000));
    let failure = Failure::local(Code::NotFound, &words);
    let [click, client] = uploaded(&call(record(), Err(failure)));
    assert_eq!(click["status"], Value::Null);
    assert_eq!(client["status"], "SPAN_STATUS_ERROR");
    let told = client["statusMessage"].as_str().expect("words");
    let told = told.strip_suffix('…').expect("it's cut");
    assert!(words.starts_with(told) && told.len() > 100, "{told}");
    let codes = ["rpc.response.status_code", "error.type"].map(|key| attribute(&client, key));
    assert_eq!(codes, [Some("NOT_FOUND"); 2]);
}

#[test]
fn stream_counts_its_messages() {
    let record = Record {
        is_stream: true,
        request_body: b"\0\0\0\0\0\0\0\0\0\x02ab\0\0\0\0\0"[..].into(),
        messages: 4,
        ..record()
    };
    let [_, client] = uploaded(&call(record, Ok(Success::Messages(4))));
    let keys = ["gangplank.messages.sent", "gangplank.messages.received"];
    assert_eq!(
        keys.map(|key| attribute(&client, key)),
        [Some("3"), Some("4")]
    );
}

#[test]
fn dialect_and_server_are_named() {
    let check = |url: &str, name: &str, value: &str, expected: [Option<&str>; 2]| {
        let mut record = Record {
            url: url.to_owned(),
            ..record()
        };
        record
            .request_headers
            .insert(0, (name.to_owned(), value.to_owned()));
        let [_, client] = uploaded(&call(record, Ok(Success::Messages(1))));
        let keys = ["gangplank.dialect", "server.address"];
        assert_eq!(keys.map(|key| attribute(&client, key)), expected);
    };
    let json = ("content-type", "application/json");
    let expected = [Some("json"), Some("gangplank.example")];
    check(
        "https://gangplank.example/v1/hello",
        json.0,
        json.1,
        expected,
    );
    let expected = [Some("websocket"), Some("[::1]")];
    check(
        "https://[::1]:443/a.B/C",
        SUBPROTOCOL,
        "gangplank.v1",
        expected,
    );
    let text = "application/grpc-web-text+proto";
    let expected = [Some("grpc-web-text"), Some("localhost")];
    check("http://localhost/a.B/C", "content-type", text, expected);
}

#[test]
fn the_inner_span_ends_within_the_outer() {
    let micros = |text: &str| -> u64 {
        let digits = text.trim_end_matches('s').replace('.', "");
        digits.parse().expect("a duration")
    };
    for step in 0..50 {
        let step = f64::from(step) / 7_000.0;
        let record = Record {
            started_at_millis: 1_795_758_021_123.0 + step,
            sent_millis: Some(0.3 + step),
            // Later than it's handed over, where the clock goes in steps.
            ended_millis: Some(11.8 + step),
            ..record()
        };
        let spans = uploaded(&call(record, Ok(Success::Messages(1))));
        let [click, client] = spans.map(|span| {
            let start = span["startTime"].as_str().expect("a time").to_owned();
            let (_, fraction) = start
                .trim_end_matches('Z')
                .split_once('.')
                .expect("a fraction");
            let start = micros(&format!("{fraction:0<6}"));
            start..start + micros(span["duration"].as_str().expect("a duration"))
        });
        assert!(
            click.start <= client.start && client.end <= click.end,
            "{click:?} {client:?}"
        );
    }
}

#[test]
fn nothing_is_told_of_others_traces_or_calls_without_an_end() {
    let ok = || Ok(Success::Messages(1));
    let callers_own = Record {
        sent_millis: None,
        ..record()
    };
    assert_eq!(spans(&call(callers_own, ok()), ROOT, 12.0), None);
    let untraced = Record {
        request_headers: Vec::new(),
        ..record()
    };
    assert_eq!(spans(&call(untraced, ok()), ROOT, 12.0), None);
    let pending = Call {
        outcome: Outcome::Pending,
        ..call(record(), ok())
    };
    assert_eq!(spans(&pending, ROOT, 12.0), None);
    let unreached = Err(Failure::from_fault(Fault::Unreachable));
    assert_eq!(spans(&call(record(), unreached), ROOT, 12.0), None);
}
