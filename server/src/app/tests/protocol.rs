//! Claims about the bytes of a call and the times in its head, by the whole stack and its real handlers.

use tonic::codegen::tokio_stream::{self, StreamExt as _};
use wire::text::TextDecoder;

use super::*;

const REFLECT: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const CHECK: &str = "/grpc.health.v1.Health/Check";

/// The same call with a body that comes in these pieces.
fn in_pieces(request: Request, pieces: &[&[u8]]) -> Request {
    let pieces = pieces.iter().map(|piece| Bytes::copy_from_slice(piece));
    let frames = pieces.map(|piece| Ok::<_, Status>(http_body::Frame::data(piece)));
    let frames: Vec<_> = frames.collect();
    request.map(|_| Body::new(StreamBody::new(tokio_stream::iter(frames))))
}

fn health() -> Vec<u8> {
    frame(&tonic_health::pb::HealthCheckRequest::default())
}

async fn server_timing(app: &Local, request: Request) -> String {
    let response = ask(app, request).await;
    let header = &response.headers()["server-timing"];
    header.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_text_request_may_be_padded_and_cut_anywhere() {
    let app = app(Config::default());
    let frames = hello("World");
    for padded_at in 0..=frames.len() {
        let (first, second) = frames.split_at(padded_at);
        let text = BASE64.encode(first) + &BASE64.encode(second);
        for cut_at in 0..=text.len() {
            let (first, second) = text.as_bytes().split_at(cut_at);
            let request = call(Dialect::GrpcWebText, HELLO, Vec::new());
            let outcome = outcome(&app, in_pieces(request, &[first, second])).await;
            assert_eq!(
                outcome.code(),
                "0",
                "padded at {padded_at}, cut at {cut_at}"
            );
        }
    }
}

#[tokio::test]
async fn a_text_request_that_is_no_base64_is_told_where() {
    let app = app(Config::default());
    let check = async |text: &str, expected: &str| {
        for at in 0..=text.len() {
            let (first, second) = text.as_bytes().split_at(at);
            let request = call(Dialect::GrpcWebText, HELLO, Vec::new());
            let outcome = outcome(&app, in_pieces(request, &[first, second])).await;
            assert_eq!(outcome.code(), "3", "{text:?} cut at {at}");
            assert!(
                outcome.message().contains(expected),
                "{}",
                outcome.message()
            );
        }
    };
    let text = BASE64.encode(hello("World"));
    let end = text.len();
    let expected = format!("byte 0x2a at {end} is not base64");
    check(&(text.clone() + "*"), &expected).await;
    check(&text[..end - 1], "ends with a group of 3 characters").await;
    check(&(text + "AAA"), "ends with a group of 3 characters").await;
    check("A", "ends with a group of 1 characters").await;
}

#[tokio::test]
async fn unary_and_server_streaming_take_exactly_one_message() {
    let app = app(Config::default());
    for dialect in ALL {
        for (path, one) in [
            (HELLO, hello("World")),
            (CHECK, health()),
            (WATCH, health()),
        ] {
            let name = &path[1..];
            let none = outcome(&app, call(dialect, path, Vec::new())).await;
            assert_eq!(none.code(), "12", "{dialect:?}");
            let expected = format!("{name} takes exactly one message; the request carries none");
            assert_eq!(none.message(), expected);

            let two = outcome(&app, call(dialect, path, one.repeat(2))).await;
            assert_eq!(two.code(), "12", "{dialect:?}");
            let expected = format!("{name} takes exactly one message; the request carries more");
            assert_eq!(two.message(), expected);
            assert!(two.messages.is_empty());
        }
    }
}

#[tokio::test]
async fn a_second_message_is_seen_however_the_body_is_cut() {
    let app = app(Config::default());
    for dialect in [Dialect::Grpc, Dialect::GrpcWeb] {
        // One of them is empty, so that its prefix is all there is to see.
        for two in [[hello("World"), hello("")], [hello(""), hello("World")]] {
            let two = two.concat();
            for at in 0..=two.len() {
                let (first, second) = two.split_at(at);
                let request = call(dialect, HELLO, Vec::new());
                let outcome = outcome(&app, in_pieces(request, &[first, second])).await;
                assert_eq!(outcome.code(), "12", "cut at {at}");
            }
        }
    }
}

#[tokio::test]
async fn an_empty_message_is_one_message() {
    let app = app(Config::default());
    for dialect in ALL {
        let empty = b"\0\0\0\0\0".to_vec();
        let refused = outcome(&app, call(dialect, HELLO, empty.clone())).await;
        assert_eq!(refused.code(), "3", "the handler judged it: no name");
        let checked = outcome(&app, call(dialect, CHECK, empty)).await;
        assert_eq!(checked.code(), "0", "{dialect:?}");
    }
}

#[tokio::test]
async fn a_bidirectional_method_takes_any_number() {
    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    let app = app(Config::default());
    let one = frame(&ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    });
    for dialect in ALL {
        for count in [0, 1, 2, 5] {
            let outcome = outcome(&app, call(dialect, REFLECT, one.repeat(count))).await;
            assert_eq!(outcome.code(), "0", "{dialect:?}");
            assert_eq!(outcome.messages.len(), count);
        }
    }
}

#[tokio::test]
async fn compressed_messages_are_refused_as_not_agreed() {
    let app = app(Config::default());
    let payload = Bytes::from_static(b"zip");
    let flags = wire::frame::FLAG_COMPRESSED;
    let compressed = wire::frame::Frame { flags, payload }.encode().to_vec();
    for dialect in ALL {
        let plain = outcome(&app, call(dialect, HELLO, compressed.clone())).await;
        assert_eq!(plain.code(), "13", "{dialect:?}");
        let identity = with(
            call(dialect, HELLO, compressed.clone()),
            "grpc-encoding",
            "identity",
        );
        assert_eq!(outcome(&app, identity).await.code(), "13");
        for encoding in ["gzip", "zork"] {
            let request = call(dialect, HELLO, compressed.clone());
            let outcome = outcome(&app, with(request, "grpc-encoding", encoding)).await;
            assert_eq!(outcome.code(), "12", "{dialect:?}");
            assert!(
                outcome.message().contains(encoding),
                "{}",
                outcome.message()
            );
            assert_eq!(outcome.head["grpc-accept-encoding"], "identity");
        }
        let identity = with(
            call(dialect, HELLO, hello("World")),
            "grpc-encoding",
            "identity",
        );
        assert_eq!(outcome(&app, identity).await.code(), "0");
    }
}

#[tokio::test]
async fn a_streams_message_comes_at_once_and_leaving_ends_the_call() {
    let app = app(Config::default());
    for dialect in ALL {
        let mut body = ask(&app, call(dialect, WATCH, health())).await.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        let mut bytes = bytes::BytesMut::from(&first[..]);
        if dialect == Dialect::GrpcWebText {
            bytes.clear();
            let mut decoder = TextDecoder::new();
            decoder.feed(&first, &mut bytes).unwrap();
            decoder.finish().expect("the message is padded");
        }
        let (messages, _) = split(&bytes);
        assert_eq!(messages.len(), 1, "{dialect:?}");
        assert_eq!(app.rooms.in_flight.count(), 1);
        drop(body);
        assert_eq!(app.rooms.in_flight.count(), 0, "the stream inside is gone");
    }
}

#[tokio::test(start_paused = true)]
async fn server_timing_tells_the_replica_and_its_own_time() {
    let config = Config {
        name: "replica-7".to_owned(),
        delay: Duration::from_millis(250),
        ..Config::default()
    };
    let app = app(config);
    let expected = "route;dur=0.000, replica;desc=\"replica-7\";dur=250.000";
    for dialect in ALL {
        let granted = server_timing(&app, call(dialect, HELLO, hello("World"))).await;
        assert_eq!(granted, expected, "{dialect:?}");
        let refused = server_timing(&app, call(dialect, HELLO, hello("  "))).await;
        assert_eq!(
            refused, expected,
            "the handler's error is the handler's time"
        );

        // An upload of two seconds, which is the caller's time.
        let bytes = call(dialect, HELLO, hello("World")).into_body();
        let bytes = bytes.collect().await.unwrap().to_bytes();
        let halves = [
            bytes.slice(..bytes.len() / 2),
            bytes.slice(bytes.len() / 2..),
        ];
        let slow = tokio_stream::iter(halves).then(|half| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok::<_, Status>(http_body::Frame::data(half))
        });
        let request = call(dialect, HELLO, Vec::new());
        let request = request.map(|_| Body::new(StreamBody::new(slow)));
        assert_eq!(server_timing(&app, request).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn server_timing_names_no_replica_that_had_no_part() {
    let app = app(Config {
        delay: Duration::from_secs(1),
        ..Config::default()
    });
    for dialect in ALL {
        let check = async |request: Request, route: &str| {
            let timing = server_timing(&app, request).await;
            assert_eq!(timing, format!("route;dur={route}"), "{dialect:?}");
        };
        check(call(dialect, CHECK, health()), "0.000").await;
        check(call(dialect, WATCH, health()), "0.000").await;
        check(call(dialect, REFLECT, Vec::new()), "0.000").await;
        check(call(dialect, "/no.Such/Nope", hello("x")), "0.000").await;
        check(call(dialect, HELLO, Vec::new()), "0.000").await;
        check(call(dialect, HELLO, hello("x").repeat(2)), "0.000").await;
        check(call(dialect, HELLO, b"\0\0\0".to_vec()), "0.000").await;
        let late = call(dialect, HELLO, hello("x"));
        check(with(late, "grpc-timeout", "5m"), "0.000").await;
    }
    let (page, _) = ask_plain(&app, Method::GET, "/", "text/plain").await;
    assert!(!page.headers().contains_key("server-timing"));
}
