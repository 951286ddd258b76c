//! Texts for other tools.

use super::{Tool, csv_quote, rust_text, shell_quote, snippet};
use crate::model::inspection::Side;
use crate::model::record::Record;
use crate::model::schema::Schema;
use crate::model::wire_body::WireBody;

fn record() -> Record {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Record {
        url: "http://127.0.0.1:8080/myservice.v1.MyService/SayHello".to_owned(),
        path: "/myservice.v1.MyService/SayHello".to_owned(),
        request_headers: vec![
            header("content-type", "application/grpc-web+proto"),
            header("x-team", "it's us"),
        ],
        request_body: b"\0\0\0\0\x07\x0a\x05World"[..].into(),
        ..Record::default()
    }
}

#[track_caller]
fn check(tool: Tool, expected: &[&str]) {
    let record = record();
    let request = WireBody::of(&record, Side::Request, &Schema::default());
    let text = snippet(tool, &record, &request);
    for part in expected {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    for placeholder in [
        "URL", "HEADERS", "BYTES", "SERVICE", "METHOD", "JSON", "OPTIONS", "FIELDS",
    ] {
        assert!(
            !text.contains(placeholder),
            "{placeholder} is left in:\n{text}"
        );
    }
}

#[test]
fn command_lines_quote_data_and_metadata() {
    check(
        Tool::Grpcurl,
        &[
            "grpcurl -plaintext",
            r"-H 'x-team: it'\''s us'",
            r#"-d '{"1":"World"}' 127.0.0.1:8080 myservice.v1.MyService/SayHello"#,
        ],
    );
    check(
        Tool::BufCurl,
        &[
            "buf curl --protocol grpc --http2-prior-knowledge",
            "http://127.0.0.1:8080/myservice.v1.MyService/SayHello",
        ],
    );
}

#[test]
fn fetch_has_the_frames_as_they_were() {
    check(
        Tool::Fetch,
        &[
            "Uint8Array.of(0x00, 0x00, 0x00, 0x00, 0x07, 0x0a, 0x05, 0x57",
            r#""x-team": "it's us","#,
        ],
    );
}

#[test]
fn libraries_name_service_and_method_in_their_own_case() {
    check(
        Tool::ConnectEs,
        &[
            "client.sayHello(fromJson(method.input, ",
            "./gen/myservice/v1/my_service_pb.js",
        ],
    );
    check(
        Tool::Tonic,
        &[
            "proto::myservice::v1::my_service_client::MyServiceClient",
            "client.say_hello(request)",
            "SayHelloRequest {",
        ],
    );
}

#[test]
fn single_quotes_survive_the_shell() {
    assert_eq!(shell_quote("it's"), r"'it'\''s'");
}

#[test]
fn buf_gets_commas_and_quotes_as_csv() {
    assert_eq!(csv_quote("a: 1".to_owned()), "a: 1");
    assert_eq!(csv_quote(r#"a: "1", 2"#.to_owned()), r#""a: ""1"", 2""#);
}

#[test]
fn deadline_is_part_of_the_same_call() {
    let mut record = record();
    record
        .request_headers
        .push(("grpc-timeout".to_owned(), "250m".to_owned()));
    let request = WireBody::of(&record, Side::Request, &Schema::default());
    for (tool, expected) in [
        (Tool::Grpcurl, "-max-time 0.250"),
        (Tool::BufCurl, "--timeout 250ms"),
        (Tool::Fetch, r#""grpc-timeout": "250m","#),
        (Tool::ConnectEs, "timeoutMs: 250 }"),
        (
            Tool::Tonic,
            "request.set_timeout(std::time::Duration::from_millis(250));",
        ),
    ] {
        let text = snippet(tool, &record, &request);
        assert!(text.contains(expected), "{expected} is missing in:\n{text}");
    }
}

#[test]
fn rust_writes_escapes_with_braces() {
    assert_eq!(rust_text(r#""a\u0001b""#), r#""a\u{0001}b""#);
}

#[test]
fn json_call_is_written_as_it_travelled() {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let record = Record {
        url: "http://127.0.0.1:8080/v1/hello".to_owned(),
        path: "/myservice.v1.MyService/SayHello".to_owned(),
        request_headers: vec![
            header("content-type", "application/json"),
            header("accept", "application/json"),
            header("grpc-timeout", "50m"),
            header("x-team", "one"),
        ],
        request_body: r#"{"name":"it's"}"#.into(),
        ..Record::default()
    };
    let text = |tool| snippet(tool, &record, &WireBody::default());
    assert_eq!(
        text(Tool::Curl),
        r#"curl -sS -H 'content-type: application/json' -H 'grpc-timeout: 50m' -H 'x-team: one' --data-raw '{"name":"it'\''s"}' http://127.0.0.1:8080/v1/hello"#
    );
    let expected = r#"const response = await fetch("http://127.0.0.1:8080/v1/hello", {
  method: "POST",
  headers: {
    "content-type": "application/json",
    "grpc-timeout": "50m",
    "x-team": "one",
  },
  body: "{\"name\":\"it's\"}",
});
console.log(response.status, await response.json());
"#;
    assert_eq!(text(Tool::Fetch), expected);
}

#[test]
fn trace_is_not_repeated() {
    let mut record = record();
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";
    record
        .request_headers
        .push(("traceparent".to_owned(), trace.to_owned()));
    let request = WireBody::of(&record, Side::Request, &Schema::default());
    for tool in [
        Tool::Grpcurl,
        Tool::BufCurl,
        Tool::Curl,
        Tool::Fetch,
        Tool::ConnectEs,
        Tool::Tonic,
    ] {
        let text = snippet(tool, &record, &request);
        assert!(
            !text.contains("traceparent") && !text.contains(trace),
            "{text}"
        );
    }
}
