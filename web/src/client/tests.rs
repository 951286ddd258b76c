//! Two transports, ours and a foreign one: against the real server where one is given, and against
//! answers in pieces, which is why the page has a transport of its own.
//!
//! `cargo xtask test browser` starts the server and gives its URL when this package is compiled.
//! Without one there's nothing to reach, and the claims below are made by the end-to-end suite alone.

use proto::myservice::v1::SayHelloRequest;
use proto::myservice::v1::my_service_client::MyServiceClient;
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fake_fetch::{Answer, BINARY, FakeFetch, message_frame, trailer_frame};
use super::tap::Tap;
use super::transport::Transport;
use crate::model::wire_format::WireFormat;

const SERVER: Option<&str> = option_env!("GANGPLANK_TEST_SERVER");

fn request() -> SayHelloRequest {
    SayHelloRequest {
        name: "World".to_owned(),
        language: 1,
    }
}

#[test]
async fn own_transport_reaches_the_server_in_both_formats() {
    let Some(server) = SERVER else { return };
    for format in [WireFormat::Binary, WireFormat::Text] {
        let transport = Transport::new(server.to_owned(), format, Tap::new(|_| {}));
        let answer = MyServiceClient::new(transport).say_hello(request()).await;
        assert_eq!(
            answer.expect("an answer").into_inner().message,
            "Hello, World!"
        );
    }
}

#[test]
async fn foreign_transport_reaches_the_server() {
    let Some(server) = SERVER else { return };
    let transport = tonic_web_wasm_client::Client::new(server.to_owned());
    let answer = MyServiceClient::new(transport).say_hello(request()).await;
    assert_eq!(
        answer.expect("an answer").into_inner().message,
        "Hello, World!"
    );
}

/// Returns at how many of the places where an answer can be cut a client loses its success.
async fn lost_statuses<F>(call: impl Fn() -> F) -> usize
where
    F: Future<Output = bool>,
{
    let body = [
        message_frame(b"\x0a\x05World"),
        trailer_frame("grpc-status:0\r\n"),
    ]
    .concat();
    let mut lost = 0;
    for cut in 1..body.len() {
        let (head, tail) = body.split_at(cut);
        let pieces = vec![head.to_vec(), tail.to_vec()];
        let _fetch = FakeFetch::answering(Answer {
            pieces,
            ..Answer::new(BINARY, Vec::new())
        });
        lost += usize::from(!call().await);
    }
    lost
}

#[test]
async fn own_transport_loses_no_status_where_the_foreign_one_does() {
    let server = || "http://127.0.0.1:9".to_owned();
    let own = || async {
        let transport = Transport::new(server(), WireFormat::Binary, Tap::new(|_| {}));
        MyServiceClient::new(transport)
            .say_hello(request())
            .await
            .is_ok()
    };
    let foreign = || async {
        let transport = tonic_web_wasm_client::Client::new(server());
        MyServiceClient::new(transport)
            .say_hello(request())
            .await
            .is_ok()
    };
    assert_eq!(lost_statuses(own).await, 0);
    // When this fails, the foreign transport was mended: look again at whether ours is needed.
    assert_ne!(lost_statuses(foreign).await, 0);
}
