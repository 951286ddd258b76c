//! Calls over HTTP with JSON in a real browser against a fake fetch: what is sent, and what answers become.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Promise;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wire::code::Code;

use super::greet;
use crate::client::fake_fetch::{Answer, FakeFetch, header_of};
use crate::client::tap::Tap;
use crate::model::call::Success;
use crate::model::fault::Fault;
use crate::model::greeting::{self, Language, Method, Request};
use crate::model::record::JSON;
use crate::model::status::{Failure, Violation};
use crate::model::wire_format::WireFormat;

fn request() -> Request {
    Request {
        method: Method::SayHello,
        name: "\"World\"".to_owned(),
        language: Language::English,
        deadline: Some(Duration::from_secs(5)),
        metadata: vec![("x-team".to_owned(), "one".to_owned())],
        format: WireFormat::Json,
    }
}

async fn send(tap: &Tap) -> Result<Success, Failure> {
    greet("http://127.0.0.1:9".to_owned(), request(), tap.clone()).await
}

/// Sends against an answer with a status and a body.
async fn answered(status: u16, body: &str) -> Result<Success, Failure> {
    let answer = Answer {
        status,
        ..Answer::new(JSON, body.as_bytes().to_vec())
    };
    let _fetch = FakeFetch::answering(answer);
    send(&Tap::new(|_| {})).await
}

#[test]
async fn message_is_an_answer_and_absent_fields_are_empty() {
    let expected = |replica: &str, served_at: Option<&str>| {
        Ok(Success::Greeting(greeting::Answer {
            message: "Hello!".to_owned(),
            replica: replica.to_owned(),
            served_at: served_at.map(str::to_owned),
        }))
    };
    let whole = r#"{"message":"Hello!","replica":"replica-0","servedAt":"2026-01-02T03:04:05Z"}"#;
    let answer = answered(200, whole).await;
    assert_eq!(answer, expected("replica-0", Some("2026-01-02T03:04:05Z")));
    let answer = answered(200, r#"{"message":"Hello!"}"#).await;
    assert_eq!(answer, expected("", None));
}

#[test]
async fn error_has_its_code_message_and_rejected_fields() {
    let body = r#"{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"no","details":[
        {"@type":"type.googleapis.com/google.rpc.BadRequest",
         "fieldViolations":[{"field":"name","description":"too short"}]}]}}"#;
    let failure = answered(400, body).await.expect_err("a failure");
    let violation = Violation {
        field: "name".to_owned(),
        description: "too short".to_owned(),
    };
    assert_eq!(failure.code, Code::InvalidArgument);
    assert_eq!(failure.message, "no");
    assert_eq!(failure.violations, [violation]);
    assert!(failure.from_server);
}

#[test]
async fn anything_else_is_a_fault_that_the_record_keeps() {
    for (status, body, fault) in [
        (200, "<html>", Fault::NotJson),
        (502, "<html>", Fault::HttpStatus(502)),
        (404, r#"{"message":"Hello!"}"#, Fault::HttpStatus(404)),
        (404, "null", Fault::HttpStatus(404)),
    ] {
        let answer = Answer {
            status,
            ..Answer::new(JSON, body.as_bytes().to_vec())
        };
        let _fetch = FakeFetch::answering(answer);
        let tap = Tap::new(|_| {});
        let failure = send(&tap).await.expect_err("a failure");
        assert_eq!(failure.fault.as_ref(), Some(&fault), "{status} {body}");
        let record = tap.record();
        assert_eq!(record.fault, Some(fault));
        assert_eq!(&record.response_body()[..], body.as_bytes());
    }
}

#[test]
async fn unreached_server_is_diagnosed() {
    let _fetch = FakeFetch::rejecting();
    let failure = send(&Tap::new(|_| {})).await.expect_err("a failure");
    assert!(failure.is_unreached(), "{failure:?}");
}

#[test]
async fn request_is_proto_json_with_deadline_and_metadata() {
    let sent = Rc::new(RefCell::new(None));
    let keep = Rc::clone(&sent);
    let _fetch = FakeFetch::new(move |request| {
        // The first is the call; a look at what is wrong comes behind it.
        keep.borrow_mut().get_or_insert(request);
        Promise::reject(&js_sys::TypeError::new("Failed to fetch"))
    });
    let tap = Tap::new(|_| {});
    send(&tap).await.expect_err("an unreached server");
    let record = tap.record();
    assert_eq!(record.url, "http://127.0.0.1:9/v1/hello");
    assert_eq!(record.path, "/myservice.v1.MyService/SayHello");
    let body = r#"{"name":"\"World\"","language":"LANGUAGE_EN"}"#;
    assert_eq!(&record.request_body[..], body.as_bytes());
    assert_eq!(record.request_header("grpc-timeout"), Some("5S"));
    let sent = sent.borrow_mut().take().expect("a request was sent");
    assert_eq!(header_of(&sent, "content-type").as_deref(), Some(JSON));
    assert_eq!(header_of(&sent, "x-team").as_deref(), Some("one"));
}
