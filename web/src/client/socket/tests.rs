//! The generated client over a socket: every kind of call, against the real server where one is given.
//!
//! `cargo xtask test browser` starts the server and gives its URL when this package is compiled.

use std::time::Duration;

use futures_util::stream;
use proto::myservice::v1 as pb;
use proto::myservice::v1::my_service_client::MyServiceClient;
use tonic::{Code, Request, Status};
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::SocketTransport;
use crate::client::tap::Tap;

const SERVER: Option<&str> = option_env!("GANGPLANK_TEST_SERVER");

/// A client of the real server; none where there is none.
fn client() -> Option<MyServiceClient<SocketTransport>> {
    Some(MyServiceClient::new(SocketTransport::new(SERVER?)))
}

fn name(name: &str) -> pb::GreetManyRequest {
    pb::GreetManyRequest {
        name: name.to_owned(),
        language: 1,
    }
}

fn text(text: &str) -> pb::ConverseRequest {
    pb::ConverseRequest {
        text: text.to_owned(),
        language: 1,
    }
}

fn hello(name: &str) -> pb::SayHelloRequest {
    pb::SayHelloRequest {
        name: name.to_owned(),
        language: 1,
    }
}

#[test]
async fn generated_client_makes_every_kind_of_call() {
    let Some(mut client) = client() else { return };
    let answer = client.say_hello(hello("World")).await.expect("an answer");
    assert_eq!(answer.into_inner().message, "Hello, World!");

    let names = stream::iter([name("Ada"), name("Lin")]);
    let answer = client.greet_many(names).await.expect("an answer");
    assert_eq!(answer.into_inner().greeted, 2);

    let watch = pb::WatchGreetingsRequest {
        past: 1,
        since_version: 0,
    };
    let mut watch = client
        .watch_greetings(watch)
        .await
        .expect("a watch")
        .into_inner();
    let first = watch.message().await.expect("no error").expect("the past");
    assert!(!first.bookmark, "{first:?}");
    let second = watch
        .message()
        .await
        .expect("no error")
        .expect("a bookmark");
    assert!(second.bookmark, "{second:?}");

    let said = stream::iter([text("one"), text("two")]);
    let mut heard = client.converse(said).await.expect("a talk").into_inner();
    let mut texts = Vec::new();
    while let Some(message) = heard.message().await.expect("no error") {
        texts.push(message.text);
    }
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(
        texts[0].contains("one") && texts[1].contains("two"),
        "{texts:?}"
    );
}

#[test]
async fn refusals_keep_code_words_and_details() {
    let Some(mut client) = client() else { return };
    let refused = client.say_hello(hello(&"long ".repeat(60))).await;
    let status = refused.expect_err("the name is too long");
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains("name"), "{status:?}");
    assert!(!status.details().is_empty());
}

#[test]
async fn a_deadline_ends_a_call_that_goes_on() {
    let Some(mut client) = client() else { return };
    let mut request = Request::new(stream::pending::<pb::ConverseRequest>());
    request.set_timeout(Duration::from_millis(150));
    let status = match client.converse(request).await {
        Ok(answer) => answer.into_inner().message().await.expect_err("it's late"),
        Err(status) => status,
    };
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

#[test]
async fn a_call_is_written_down() {
    let Some(server) = SERVER else { return };
    let tap = Tap::socket(usize::MAX);
    let transport = SocketTransport::new(server).tapped(tap.clone());
    let answer = MyServiceClient::new(transport)
        .say_hello(hello("Ada"))
        .await;
    assert!(answer.is_ok(), "{answer:?}");
    let record = tap.record();
    assert_eq!(record.short_name(), "MyService/SayHello");
    assert_eq!(record.dialect_name(), "WebSocket");
    assert_eq!(record.messages, 1);
    assert_eq!(&record.request_body[..], b"\0\0\0\0\x07\x0a\x03Ada\x10\x01");
    assert!(record.ended_millis.is_some() && !record.aborted);
    let status = record
        .trailers
        .iter()
        .find(|(name, _)| name == "grpc-status");
    assert_eq!(status.map(|(_, value)| &**value), Some("0"));
}

#[test]
async fn a_socket_that_does_not_open_is_unavailable() {
    // Nothing listens on the port of "discard".
    let transport = SocketTransport::new("http://127.0.0.1:9");
    let answer = MyServiceClient::new(transport)
        .say_hello(hello("Ada"))
        .await;
    let status: Status = answer.expect_err("nobody is there");
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("gangplank.v1"), "{status:?}");
}
