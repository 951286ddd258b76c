//! Calls in a real browser against a fake fetch: what each answer becomes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use prost::Message as _;
use proto::myservice::v1::SayHelloResponse;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wire::code::Code;
use wire::frame::{FLAG_TRAILERS, Frame};

use super::call;
use crate::client::fake_fetch::FakeFetch;
use crate::model::greeting::{Answer, Language, Method, Request};
use crate::model::status::Failure;

const BINARY: &str = "application/grpc-web+proto";

fn request() -> Request {
    Request {
        method: Method::SayHello,
        name: "World".to_owned(),
        language: Language::English,
        deadline: None,
    }
}

async fn send(request: Request) -> Result<Answer, Failure> {
    call(
        "http://server.test".to_owned(),
        request,
        Rc::new(|_: &str| {}),
    )
    .await
}

fn frame(flags: u8, payload: Vec<u8>) -> Vec<u8> {
    Frame {
        flags,
        payload: payload.into(),
    }
    .encode()
    .to_vec()
}

fn hello_frame() -> Vec<u8> {
    let response = SayHelloResponse {
        message: "Hello, World!".to_owned(),
        replica: "replica-0".to_owned(),
        served_at: None,
    };
    frame(0, response.encode_to_vec())
}

fn trailer_frame(block: &str) -> Vec<u8> {
    frame(FLAG_TRAILERS, block.as_bytes().to_vec())
}

#[test]
async fn message_and_ok_trailers_are_an_answer() {
    let body = [hello_frame(), trailer_frame("grpc-status:0\r\n")].concat();
    let _fetch = FakeFetch::answering(BINARY, body);
    let answer = send(request()).await.expect("an answer");
    assert_eq!(
        (&*answer.message, &*answer.replica),
        ("Hello, World!", "replica-0")
    );
    assert_eq!(answer.served_at, None);
}

#[test]
async fn status_and_message_of_trailers_are_kept() {
    let block = "grpc-status:5\r\ngrpc-message:no%20such%20%E8%88%B9\r\n";
    let _fetch = FakeFetch::answering(BINARY, trailer_frame(block));
    let failure = send(request()).await.expect_err("a failure");
    assert_eq!(
        (failure.code, &*failure.message),
        (Code::NotFound, "no such 船")
    );
    assert!(failure.answered);
}

#[test]
async fn rejected_fetch_is_a_server_not_reached() {
    let _fetch = FakeFetch::rejecting();
    let failure = send(request()).await.expect_err("a failure");
    assert_eq!((failure.code, failure.answered), (Code::Unavailable, false));
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
async fn observer_sees_the_path_before_the_answer() {
    let _fetch = FakeFetch::rejecting();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let observer = Rc::clone(&seen);
    let observe = move |path: &str| observer.borrow_mut().push(path.to_owned());
    let result = call("http://server.test".to_owned(), request(), Rc::new(observe)).await;
    assert!(result.is_err());
    assert_eq!(*seen.borrow(), ["/myservice.v1.MyService/SayHello"]);
}
