//! Claims about the translation alone, in front of a service that answers what the test says;
//! `settle` stands between them, as in the stack. With real handlers it is tested in `app`.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Waker;

use bytes::Bytes;
use http_body_util::{BodyExt as _, StreamBody};
use tonic::Status;
use tonic::codegen::tokio_stream::{self, StreamExt as _};
use tower::{ServiceExt as _, service_fn};

use super::*;
use crate::gateway::GatewayError;
use crate::gateway::settle::Settle;

/// Two messages, of which the second one is empty, and nine more bytes to have every length modulo three.
const FRAMES: &[u8] = b"\0\0\0\0\x03abc\0\0\0\0\0\0\0\0\0\x04\xff\0=\n";

/// What a body gives; tests mix those that succeed with those that fail.
type Piece = Result<http_body::Frame<Bytes>, Status>;

fn to_status(error: &GatewayError) -> Status {
    match error {
        GatewayError::NoStatus { .. } => Status::unknown("no status"),
        GatewayError::Text(error) => Status::invalid_argument(error.to_string()),
        other => panic!("{other}"),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a piece among failing ones")]
fn data(bytes: impl AsRef<[u8]>) -> Piece {
    let bytes = Bytes::copy_from_slice(bytes.as_ref());
    Ok(http_body::Frame::data(bytes))
}

#[expect(clippy::unnecessary_wraps, reason = "a piece among failing ones")]
fn trailers(pairs: &[(&'static str, &'static str)]) -> Piece {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        map.append(*name, HeaderValue::from_static(value));
    }
    Ok(http_body::Frame::trailers(map))
}

fn ok() -> Piece {
    trailers(&[("grpc-status", "0")])
}

fn body(pieces: Vec<Piece>) -> Body {
    Body::new(StreamBody::new(tokio_stream::iter(pieces)))
}

/// A body that gives the pieces and then nothing more, not even its end.
fn open_body(pieces: Vec<Piece>) -> Body {
    let stream = tokio_stream::iter(pieces).chain(tokio_stream::pending());
    Body::new(StreamBody::new(stream))
}

fn base64(bytes: &[u8]) -> String {
    wire::base64::encode(bytes)
}

fn request(dialect: Dialect, body: Body) -> Request {
    let mut request = Request::new(body);
    let content_type = HeaderValue::from_static(dialect.content_type());
    request
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    request.extensions_mut().insert(Call {
        dialect,
        name: "a.B/C".into(),
        method: None,
    });
    request
}

/// What comes out if the service inside answers `body` behind an empty head.
async fn answer(request: Request, body: Body) -> Response {
    answer_with(request, Response::new(body)).await
}

async fn answer_with(request: Request, response: Response) -> Response {
    let response = Arc::new(Mutex::new(Some(response)));
    let service = service_fn(move |_| {
        let response = response.lock().unwrap().take().expect("one request");
        async { Ok::<_, Infallible>(response) }
    });
    let settled = Settle::new(to_status, service);
    let response = Translate::new(to_status, settled).oneshot(request).await;
    response.unwrap()
}

/// What the service inside is asked.
async fn asked(request: Request) -> Request {
    let seen = Arc::new(Mutex::new(None));
    let service = service_fn(|request| {
        *seen.lock().unwrap() = Some(request);
        async { Ok::<_, Infallible>(Response::new(Body::empty())) }
    });
    let translated = Translate::new(to_status, service).oneshot(request).await;
    translated.unwrap();
    seen.lock().unwrap().take().unwrap()
}

async fn collect(body: Body) -> Result<Bytes, Status> {
    Ok(body.collect().await?.to_bytes())
}

/// The bytes that a body has by now, without waiting.
fn ready(body: &mut Body) -> Vec<u8> {
    let mut cx = Context::from_waker(Waker::noop());
    let mut bytes = Vec::new();
    while let Poll::Ready(Some(frame)) = http_body::Body::poll_frame(Pin::new(body), &mut cx) {
        bytes.extend(frame.unwrap().into_data().unwrap());
    }
    bytes
}

/// A trailer frame as bytes.
fn trailer_frame(block: &str) -> Vec<u8> {
    let len = u32::try_from(block.len()).unwrap();
    [&[0x80][..], &len.to_be_bytes(), block.as_bytes()].concat()
}

/// Decodes text that comes in these pieces, each of which `Text` gets by itself.
async fn decode(pieces: &[&str]) -> Result<Bytes, Status> {
    let pieces = pieces.iter().map(data).collect();
    collect(Body::new(Text::new(body(pieces), to_status))).await
}

#[tokio::test]
async fn padding_may_stand_anywhere_and_text_be_cut_anywhere() {
    for padded_at in 0..=FRAMES.len() {
        let (first, second) = FRAMES.split_at(padded_at);
        let text = base64(first) + &base64(second);
        for cut_at in 0..=text.len() {
            let (first, second) = text.split_at(cut_at);
            let decoded = decode(&[first, second]).await.unwrap();
            assert_eq!(decoded, FRAMES, "padded at {padded_at}, cut at {cut_at}");
        }
    }
    let padded: String = FRAMES.iter().map(|byte| base64(&[*byte])).collect();
    let chars: Vec<_> = padded.split("").collect();
    assert_eq!(decode(&chars).await.unwrap(), FRAMES, "byte by byte");
}

#[tokio::test]
async fn text_that_ends_within_a_group_is_an_error_and_no_hang() {
    let text = base64(FRAMES);
    for missing in 1..=3 {
        let cut = &text[..text.len() - missing];
        for at in 0..=cut.len() {
            let status = decode(&[&cut[..at], &cut[at..]]).await.unwrap_err();
            assert_eq!(status.code(), tonic::Code::InvalidArgument);
            let expected = format!("base64 ends with a group of {} characters", 4 - missing);
            assert_eq!(status.message(), expected);
        }
    }
}

#[tokio::test]
async fn text_that_is_no_base64_is_an_error_with_its_place() {
    let check = async |text: &str, expected: &str| {
        for at in 0..=text.len() {
            let status = decode(&[&text[..at], &text[at..]]).await.unwrap_err();
            assert_eq!(status.code(), tonic::Code::InvalidArgument);
            assert_eq!(status.message(), expected, "{text:?} cut at {at}");
        }
    };
    check("AAAA!AAA", "byte 0x21 at 4 is not base64").await;
    check("AAAAAA\r\n", "byte 0x0d at 6 is not base64").await;
    check("AAAA=AAA", "base64 padding at 4 comes too early").await;
    check("AAA=A===", "base64 padding at 5 comes too early").await;
    check("AA=A", "byte 0x41 at 3 is not base64").await;
}

#[tokio::test]
async fn what_comes_before_bad_base64_is_handed_on_however_it_is_cut() {
    let text = base64(b"abcdef") + "!";
    for at in 0..=text.len() {
        let pieces = vec![data(&text[..at]), data(&text[at..])];
        let mut decoded = Body::new(Text::new(body(pieces), to_status));
        let mut bytes = Vec::new();
        let error = loop {
            match decoded.frame().await.unwrap() {
                Ok(frame) => bytes.extend(frame.into_data().unwrap()),
                Err(error) => break error,
            }
        };
        assert_eq!(bytes, b"abcdef", "cut at {at}");
        assert_eq!(error.message(), "byte 0x21 at 8 is not base64");
        assert!(decoded.frame().await.is_none(), "it failed once");
    }
}

#[tokio::test]
async fn a_body_that_fails_fails_in_text_mode_too() {
    let pieces = vec![data("AAAAA"), Err(Status::aborted("cut"))];
    let status = collect(Body::new(Text::new(body(pieces), to_status))).await;
    assert_eq!(status.unwrap_err().code(), tonic::Code::Aborted);
}

#[tokio::test]
async fn a_request_is_handed_on_as_it_comes() {
    for (dialect, piece) in [
        (Dialect::GrpcWeb, FRAMES.to_vec()),
        (Dialect::GrpcWebText, base64(FRAMES).into_bytes()),
    ] {
        let request = request(dialect, open_body(vec![data(piece)]));
        let mut seen = asked(request).await.into_body();
        assert_eq!(ready(&mut seen), FRAMES, "{dialect:?}");
    }
}

#[tokio::test]
async fn a_request_gets_the_head_of_a_grpc_call() {
    let mut request = request(Dialect::GrpcWebText, Body::empty());
    let binary = "data-bin";
    for (name, value) in [
        ("content-length", "7"),
        ("grpc-timeout", "5S"),
        ("plain", "a, b"),
        (binary, "AAE, AA==,"),
        (binary, "Ag"),
        ("one-bin", "AAE="),
    ] {
        let value = HeaderValue::from_static(value);
        request.headers_mut().append(name, value);
    }
    let seen = asked(request).await.into_parts().0.headers;
    assert_eq!(seen["content-type"], "application/grpc");
    assert_eq!(seen["te"], "trailers");
    assert!(!seen.contains_key("content-length"));
    assert_eq!(seen["grpc-timeout"], "5S");
    assert_eq!(seen["plain"], "a, b", "commas of text stay");
    assert_eq!(seen["one-bin"], "AAE=", "as it came");
    let parts: Vec<_> = seen.get_all(binary).iter().collect();
    assert_eq!(parts, ["AAE", "AA==", "", "Ag"]);
}

#[tokio::test]
async fn grpc_and_plain_http_pass_untouched() {
    let mut grpc = request(Dialect::Grpc, body(vec![data(FRAMES)]));
    let length = HeaderValue::from_static("25");
    grpc.headers_mut().insert("content-length", length);
    let seen = asked(grpc).await;
    assert_eq!(seen.headers()["content-length"], "25");
    assert_eq!(collect(seen.into_body()).await.unwrap(), FRAMES);
    let plain = answer(Request::new(Body::empty()), body(vec![data("page")])).await;
    assert!(!plain.headers().contains_key("content-type"));
    assert_eq!(collect(plain.into_body()).await.unwrap(), "page");
}

#[tokio::test]
async fn messages_pass_as_they_are_and_one_trailer_frame_ends_them() {
    let pairs = [
        ("grpc-status", "5"),
        ("grpc-message", "%E5%A5%BD 100%25"),
        ("x-Twice", "b"),
        ("data-bin", "AAE"),
        ("x-twice", "a, c"),
    ];
    // What has one name stands together; values of a name keep their order.
    let block = "grpc-status:5\r\ngrpc-message:%E5%A5%BD 100%25\r\nx-twice:b\r\nx-twice:a, c\r\ndata-bin:AAE\r\n";
    let frame = trailer_frame(block);
    let given = || {
        body(vec![
            data(&FRAMES[..7]),
            data(&FRAMES[7..]),
            trailers(&pairs),
        ])
    };
    let binary = answer(request(Dialect::GrpcWeb, Body::empty()), given()).await;
    let content_type = &binary.headers()["content-type"];
    assert_eq!(content_type, "application/grpc-web+proto");
    let bytes = collect(binary.into_body()).await.unwrap();
    assert_eq!(bytes, [FRAMES, &frame].concat());

    let text = answer(request(Dialect::GrpcWebText, Body::empty()), given()).await;
    let content_type = &text.headers()["content-type"];
    assert_eq!(content_type, "application/grpc-web-text+proto");
    let text = String::from_utf8(collect(text.into_body()).await.unwrap().into()).unwrap();
    let expected = base64(&FRAMES[..7]) + &base64(&FRAMES[7..]) + &base64(&frame);
    assert_eq!(text, expected, "each piece is padded by itself");
}

#[tokio::test]
async fn a_status_in_the_head_moves_into_the_trailer_frame() {
    for dialect in [Dialect::GrpcWeb, Dialect::GrpcWebText] {
        let mut response = Response::new(Body::empty());
        for (name, value) in [
            ("grpc-status", "7"),
            ("grpc-message", "no"),
            ("content-length", "0"),
        ] {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        let response = answer_with(request(dialect, Body::empty()), response).await;
        let names: Vec<_> = response.headers().keys().collect();
        assert_eq!(names, ["content-type"]);
        let bytes = collect(response.into_body()).await.unwrap();
        let frame = trailer_frame("grpc-status:7\r\ngrpc-message:no\r\n");
        if dialect == Dialect::GrpcWeb {
            assert_eq!(bytes, frame);
        } else {
            assert_eq!(bytes, base64(&frame));
        }
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_has_a_status_and_so_has_one_without() {
    let check = async |last: Option<Piece>, block: &str| {
        let mut pieces = vec![data(FRAMES)];
        pieces.extend(last);
        let response = answer(request(Dialect::GrpcWeb, Body::empty()), body(pieces)).await;
        let bytes = collect(response.into_body()).await.unwrap();
        assert_eq!(bytes, [FRAMES, &trailer_frame(block)].concat());
    };
    let cut = Err(Status::unavailable("replica gone"));
    check(
        Some(cut),
        "grpc-status:14\r\ngrpc-message:replica%20gone\r\n",
    )
    .await;
    let lost = "grpc-status:2\r\ngrpc-message:no%20status\r\n";
    check(None, lost).await;
    let other = trailers(&[("x-own", "kept")]);
    check(Some(other), &("x-own:kept\r\n".to_owned() + lost)).await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_within_a_message_fails() {
    for dialect in [Dialect::GrpcWeb, Dialect::GrpcWebText] {
        for last in [Some(Err(Status::unavailable("gone"))), Some(ok()), None] {
            let mut pieces = vec![data(&FRAMES[..6])];
            pieces.extend(last);
            let response = answer(request(dialect, Body::empty()), body(pieces)).await;
            let status = collect(response.into_body()).await.unwrap_err();
            assert_eq!(status.code(), tonic::Code::DataLoss);
        }
    }
}

#[tokio::test]
async fn a_message_of_a_stream_does_not_wait_for_the_next_one() {
    for cut in 0..FRAMES.len() {
        let pieces = || open_body(vec![data(&FRAMES[..cut]), data(&FRAMES[cut..])]);
        let binary = answer(request(Dialect::GrpcWeb, Body::empty()), pieces()).await;
        assert_eq!(ready(&mut binary.into_body()), FRAMES);
        let text = answer(request(Dialect::GrpcWebText, Body::empty()), pieces()).await;
        let text = String::from_utf8(ready(&mut text.into_body())).unwrap();
        assert_eq!(decode(&[&text]).await.unwrap(), FRAMES, "cut at {cut}");
    }
}

#[tokio::test]
async fn dropping_the_answer_drops_the_body_inside() {
    let alive = Arc::new(());
    let held = Arc::clone(&alive);
    let stream = tokio_stream::iter(vec![data(FRAMES)])
        .chain(tokio_stream::pending())
        .map(move |piece| {
            let _ = &held;
            piece
        });
    let inner = Body::new(StreamBody::new(stream));
    let response = answer(request(Dialect::GrpcWebText, Body::empty()), inner).await;
    let mut body = response.into_body();
    assert!(!ready(&mut body).is_empty());
    assert_eq!(Arc::strong_count(&alive), 2);
    drop(body);
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[test]
fn accept_chooses_the_form_and_what_names_none_mirrors_the_request() {
    use Dialect::{GrpcWeb, GrpcWebText};
    let check = |accept: &[&'static str], asked: Dialect, expected: Dialect| {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, HeaderValue::from_static(value));
        }
        assert_eq!(accept::choose(&headers, asked), expected, "{accept:?}");
    };
    let text = "application/grpc-web-text";
    for asked in [GrpcWeb, GrpcWebText] {
        check(&[], asked, asked);
        check(&["*/*"], asked, asked);
        check(&["application/json, text/plain, */*"], asked, asked);
        check(&["text/html"], asked, asked);
        check(&["application/grpc"], asked, asked);
        check(&["application/grpc-web-text+json"], asked, asked);
        check(
            &["application/grpc-web, application/grpc-web-text"],
            asked,
            asked,
        );
        check(
            &["application/grpc-web;q=0, application/grpc-web-text;q=0"],
            asked,
            asked,
        );
        check(&["application/grpc-web"], asked, GrpcWeb);
        check(
            &["Application/gRPC-Web+Proto; charset=utf-8"],
            asked,
            GrpcWeb,
        );
        check(&[text], asked, GrpcWebText);
        check(
            &["text/html, application/grpc-web-text+proto, */*"],
            asked,
            GrpcWebText,
        );
        check(&["text/html", text], asked, GrpcWebText);
        check(
            &["application/grpc-web;q=0.5, application/grpc-web-text; q=0.9"],
            asked,
            GrpcWebText,
        );
        check(
            &["application/grpc-web;q=oops, application/grpc-web-text;Q=0.9"],
            asked,
            GrpcWeb,
        );
        check(
            &["application/grpc-web-text;q=0.1, application/*;q=0.9"],
            asked,
            asked,
        );
    }
}
