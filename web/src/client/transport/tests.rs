//! The transport against answers that are cut, foreign or broken: no status is lost.

use wasm_bindgen_test::wasm_bindgen_test as test;
use wire::base64::{self, Base64Error};
use wire::code::Code;
use wire::frame::FrameError;
use wire::trailers::TrailersError;

use super::MAX_MESSAGE_BYTES;
use crate::client::fake_fetch::{Answer, BINARY, FakeFetch, TEXT, message_frame, trailer_frame};
use crate::client::raw;
use crate::client::tap::Tap;
use crate::model::call::Success;
use crate::model::fault::Fault;
use crate::model::raw::RawRequest;
use crate::model::record::Record;
use crate::model::status::Failure;
use crate::model::wire_format::WireFormat;

const OK: &str = "grpc-status:0\r\n";

async fn call(answer: Answer) -> (Result<Success, Failure>, Record) {
    let _fetch = FakeFetch::answering(answer);
    let tap = Tap::new(|_| {});
    let request = RawRequest {
        path: "/pkg.Service/Method".to_owned(),
        metadata: None,
        frames: bytes::Bytes::from_static(&[0; 5]),
        deadline: None,
        stop_after: None,
        format: WireFormat::Binary,
    };
    let result = raw::call("http://127.0.0.1:9".to_owned(), request, tap.clone()).await;
    (result, tap.record())
}

fn ok_body() -> Vec<u8> {
    [message_frame(b"\x0a\x05World"), trailer_frame(OK)].concat()
}

async fn check_fault(answer: Answer, expected: Fault) {
    let (result, record) = call(answer).await;
    assert_eq!(result, Err(Failure::from_fault(expected.clone())));
    assert_eq!(record.fault, Some(expected));
    assert!(record.ended_millis.is_some() && !record.aborted);
}

#[test]
async fn answer_cut_at_every_byte_keeps_its_status() {
    let body = ok_body();
    for cut in 0..=body.len() {
        let (head, tail) = body.split_at(cut);
        let pieces = vec![head.to_vec(), tail.to_vec()];
        let (result, record) = call(Answer {
            pieces,
            ..Answer::new(BINARY, Vec::new())
        })
        .await;
        assert_eq!(result, Ok(Success::Messages(1)), "cut at {cut}");
        assert_eq!(record.response_body(), body);
    }
}

#[test]
async fn answer_that_comes_byte_by_byte_keeps_its_status() {
    let pieces = ok_body().into_iter().map(|byte| vec![byte]).collect();
    let (result, record) = call(Answer {
        pieces,
        ..Answer::new(BINARY, Vec::new())
    })
    .await;
    assert_eq!(result, Ok(Success::Messages(1)));
    assert_eq!(record.chunks.len(), ok_body().len());
}

#[test]
async fn text_answer_cut_at_every_character_keeps_its_status() {
    // Each frame padded by itself, as servers flush them.
    let frames = [message_frame(b"\x0a\x05World"), trailer_frame(OK)];
    let text = frames.map(|frame| base64::encode(&frame)).concat();
    for cut in 0..=text.len() {
        let (head, tail) = text.as_bytes().split_at(cut);
        let pieces = vec![head.to_vec(), tail.to_vec()];
        let (result, _) = call(Answer {
            pieces,
            ..Answer::new(TEXT, Vec::new())
        })
        .await;
        assert_eq!(result, Ok(Success::Messages(1)), "cut at {cut}");
    }
}

#[test]
async fn body_without_trailers_is_never_a_success() {
    check_fault(
        Answer::new(BINARY, message_frame(b"")),
        Fault::MissingTrailers,
    )
    .await;
    check_fault(Answer::new(BINARY, Vec::new()), Fault::MissingTrailers).await;
}

#[test]
async fn broken_trailers_are_named() {
    let (answer, expected) = (trailer_frame("x-a: 1\r\n"), TrailersError::MissingStatus);
    check_fault(Answer::new(BINARY, answer), Fault::Trailers(expected)).await;
    let (result, _) = call(Answer::new(BINARY, trailer_frame("no colon\r\n"))).await;
    assert_eq!(result.map_err(|failure| failure.code), Err(Code::Internal));
}

#[test]
async fn frames_that_break_the_rules_are_named() {
    let cut = ok_body()[..9].to_vec();
    check_fault(
        Answer::new(BINARY, cut),
        Fault::Frame(FrameError::Truncated { missing: 3 }),
    )
    .await;
    let oversize = vec![0, 0xff, 0, 0, 0];
    let announced = 0xff00_0000;
    let too_long = FrameError::TooLong {
        announced,
        limit: MAX_MESSAGE_BYTES,
    };
    check_fault(Answer::new(BINARY, oversize), Fault::Frame(too_long)).await;
    let after = [trailer_frame(OK), message_frame(b"")].concat();
    check_fault(
        Answer::new(BINARY, after),
        Fault::Frame(FrameError::AfterTrailers),
    )
    .await;
    check_fault(Answer::new(BINARY, vec![1, 0, 0, 0, 0]), Fault::Compressed).await;
}

#[test]
async fn broken_base64_is_named() {
    let expected = Fault::Text(Base64Error::Truncated { leftover: 2 });
    check_fault(Answer::new(TEXT, b"AAAAAA".to_vec()), expected).await;
}

#[test]
async fn broken_connection_is_unavailable() {
    let answer = Answer {
        broken: true,
        ..Answer::new(BINARY, message_frame(b""))
    };
    let (result, _) = call(answer).await;
    assert_eq!(result, Err(Failure::from_fault(Fault::BrokenBody)));
}

#[test]
async fn foreign_answers_are_told_apart_and_kept_to_be_seen() {
    let page = b"<html>404</html>".to_vec();
    let html = Answer::new("text/html; charset=utf-8", page.clone());
    let not_found = Answer {
        status: 404,
        ..html.clone()
    };
    check_fault(not_found.clone(), Fault::HttpStatus(404)).await;
    check_fault(
        html,
        Fault::ContentType("text/html; charset=utf-8".to_owned()),
    )
    .await;
    check_fault(
        Answer {
            status: 415,
            ..not_found.clone()
        },
        Fault::HttpStatus(415),
    )
    .await;
    let (_, record) = call(not_found).await;
    assert_eq!(record.response_body(), page);
}

#[test]
async fn status_in_the_headers_counts_whatever_else_is_there() {
    let status = |number: &str| ("grpc-status", number.to_owned());
    for (http_status, content_type) in [(200, BINARY), (503, BINARY), (200, "text/html")] {
        let mut answer = Answer {
            status: http_status,
            ..Answer::new(content_type, Vec::new())
        };
        answer.headers.push(status("7"));
        let (result, _) = call(answer).await;
        assert_eq!(
            result.map_err(|failure| failure.code),
            Err(Code::PermissionDenied)
        );
    }
}

#[test]
async fn trailer_frame_wins_over_the_headers() {
    let mut answer = Answer::new(BINARY, ok_body());
    answer.headers.push(("grpc-status", "13".to_owned()));
    let (result, _) = call(answer).await;
    assert_eq!(result, Ok(Success::Messages(1)));
}

#[test]
async fn repeated_trailers_are_all_kept_in_order() {
    let block = format!("x-a: 1\r\n{OK}X-A: 2\r\n");
    let (_, record) = call(Answer::new(BINARY, trailer_frame(&block))).await;
    let values = record
        .trailers
        .iter()
        .filter(|(name, _)| name == "x-a")
        .map(|(_, value)| &**value);
    assert_eq!(values.collect::<Vec<_>>(), ["1", "2"]);
}
