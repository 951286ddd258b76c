//! Calls in a real browser against a fake fetch: what each answer becomes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Promise;
use prost::Message as _;
use proto::myservice::v1::SayHelloResponse;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wire::base64;
use wire::code::Code;

use super::greet;
use crate::client::fake_fetch::{
    Answer, BINARY, FakeFetch, header_of, message_frame, trailer_frame,
};
use crate::client::tap::Tap;
use crate::model::call::Success;
use crate::model::fault::Fault;
use crate::model::greeting::{self, Language, Method, Request};
use crate::model::status::Failure;
use crate::model::wire_format::WireFormat;

fn request() -> Request {
    Request {
        method: Method::SayHello,
        name: "World".to_owned(),
        language: Language::English,
        deadline: None,
        metadata: Vec::new(),
        format: WireFormat::Binary,
    }
}

async fn send(request: Request) -> Result<Success, Failure> {
    greet("http://127.0.0.1:9".to_owned(), request, Tap::new(|_| {})).await
}

fn hello() -> Vec<u8> {
    let (message, replica) = ("Hello, World!".to_owned(), "replica-0".to_owned());
    let response = SayHelloResponse {
        message,
        replica,
        served_at: None,
    };
    message_frame(&response.encode_to_vec())
}

fn body(parts: &[Vec<u8>]) -> Answer {
    Answer::new(BINARY, parts.concat())
}

#[test]
async fn message_and_ok_trailers_are_an_answer() {
    let _fetch = FakeFetch::answering(body(&[hello(), trailer_frame("grpc-status:0\r\n")]));
    let expected = greeting::Answer {
        message: "Hello, World!".to_owned(),
        replica: "replica-0".to_owned(),
        served_at: None,
    };
    assert_eq!(send(request()).await, Ok(Success::Greeting(expected)));
}

#[test]
async fn status_and_message_of_trailers_are_kept() {
    let block = "grpc-status:5\r\ngrpc-message:no%20such%20%E8%88%B9\r\n";
    let _fetch = FakeFetch::answering(body(&[trailer_frame(block)]));
    let failure = send(request()).await.expect_err("a failure");
    assert_eq!(
        (failure.code, &*failure.message),
        (Code::NotFound, "no such 船")
    );
    assert_eq!(failure.fault, None);
}

#[test]
async fn rejected_field_is_read_from_the_details() {
    let violation = b"\x0a\x04name\x12\x05empty";
    let bad_request = [&[0x0a, 13][..], violation].concat();
    let type_url = b"type.googleapis.com/google.rpc.BadRequest";
    let any = [&[0x0a, 41][..], type_url, &[0x12, 15], &bad_request].concat();
    let details = base64::encode_unpadded(&[&[0x08, 3, 0x1a, 60][..], &any].concat());
    let block = format!("grpc-status:3\r\ngrpc-status-details-bin:{details}\r\n");
    let _fetch = FakeFetch::answering(body(&[trailer_frame(&block)]));
    let failure = send(request()).await.expect_err("a failure");
    assert_eq!(failure.violation_of("name"), Some("empty"));
}

#[test]
async fn rejected_fetch_is_a_server_not_reached() {
    let _fetch = FakeFetch::rejecting();
    let failure = send(request()).await.expect_err("a failure");
    assert_eq!(
        (failure.code, failure.fault),
        (Code::Unavailable, Some(Fault::Unreachable))
    );
}

#[test]
async fn deadline_ends_a_call_the_server_never_answers() {
    let _fetch = FakeFetch::silent();
    let request = Request {
        deadline: Some(Duration::from_millis(20)),
        ..request()
    };
    let failure = send(request).await.expect_err("a failure");
    assert_eq!(failure.code, Code::DeadlineExceeded);
}

#[test]
async fn ok_without_or_with_two_messages_is_unimplemented() {
    let ok = || trailer_frame("grpc-status:0\r\n");
    for (count, parts) in [(0, vec![ok()]), (2, vec![hello(), hello(), ok()])] {
        let _fetch = FakeFetch::answering(body(&parts));
        let failure = send(request()).await.expect_err("a failure");
        assert_eq!(failure, Failure::from_fault(Fault::MessageCount(count)));
    }
}

#[test]
async fn deadline_and_metadata_travel_as_headers() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let headers = Rc::clone(&seen);
    let _fetch = FakeFetch::new(move |request| {
        // The transport's second fetch, by which it looks for the cause, is a plain URL.
        if request.is_string() {
            return Promise::reject(&wasm_bindgen::JsValue::NULL);
        }
        let names = [
            "content-type",
            "x-grpc-web",
            "grpc-timeout",
            "x-team",
            "trace-bin",
            "te",
        ];
        *headers.borrow_mut() = names.map(|name| header_of(&request, name)).to_vec();
        Promise::reject(&wasm_bindgen::JsValue::NULL)
    });
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let metadata = vec![
        pair("x-team", "one"),
        pair("x-team", "two"),
        pair("trace-bin", "AAE="),
    ];
    let deadline = Some(Duration::from_millis(1500));
    let result = send(Request {
        deadline,
        metadata,
        ..request()
    })
    .await;
    assert!(result.is_err());
    let expected = [
        Some(BINARY),
        Some("1"),
        Some("1500m"),
        Some("one, two"),
        Some("AAE"),
        None,
    ];
    let seen = seen.borrow();
    assert_eq!(
        seen.iter().map(Option::as_deref).collect::<Vec<_>>()[..2],
        expected[..2]
    );
    assert_eq!(
        seen[3..].iter().map(Option::as_deref).collect::<Vec<_>>(),
        expected[3..]
    );
    let timeout = seen[2].as_deref().map(wire::timeout::parse);
    assert_eq!(timeout, Some(Ok(Duration::from_millis(1500))));
}
