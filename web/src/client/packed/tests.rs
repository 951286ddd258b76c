//! What is packed comes out as it went in.

use std::sync::Arc;

use wasm_bindgen_test::wasm_bindgen_test;

use super::*;

fn record() -> Record {
    let lines = |value: &str| vec![("x-some".to_owned(), value.to_owned())];
    Record {
        url: "ws://127.0.0.1:8080/gangplank/v1/socket".to_owned(),
        path: "/myservice.v1.MyService/Converse".to_owned(),
        is_stream: true,
        started_at_millis: 1_700_000_000_000.0,
        request_headers: lines("a: b"),
        request_body: bytes::Bytes::from_static(b"\0\0\0\0\0"),
        response: Some(ResponseHead {
            at_millis: 1.5,
            http_status: 101,
            headers: lines("\u{5c0f}\u{660e}"),
        }),
        chunks: vec![
            Chunk {
                at_millis: 2.0,
                bytes: bytes::Bytes::from_static(b"one"),
            },
            Chunk {
                at_millis: 3.25,
                bytes: bytes::Bytes::from_static(b"two"),
            },
        ],
        left_out: 7,
        joined: Arc::default(),
        trailers: vec![
            ("grpc-status".to_owned(), "0".to_owned()),
            ("x-some".to_owned(), String::new()),
        ],
        messages: 2,
        fault: None,
        aborted: true,
        ended_millis: Some(9.0),
        phases: None,
    }
}

#[wasm_bindgen_test]
fn records_come_out_as_they_went_in() {
    let (unpacked, result) = unpack(&pack(&record(), &Ok(())));
    assert_eq!(unpacked, record());
    assert_eq!(result, Ok(Success::Messages(2)));
}

#[wasm_bindgen_test]
fn failures_keep_code_and_words() {
    let refusal = Refusal {
        code: Code::OutOfRange,
        message: "gone: begin anew".to_owned(),
        is_unreached: false,
    };
    let (_, result) = unpack(&pack(&record(), &Err(refusal)));
    let failure = result.expect_err("it failed");
    assert_eq!(
        (failure.code, &*failure.message),
        (Code::OutOfRange, "gone: begin anew")
    );
    assert!(failure.from_server);
}

#[wasm_bindgen_test]
fn a_call_without_an_answer_has_none() {
    let nothing = Record {
        is_stream: true,
        ..Record::default()
    };
    let (unpacked, result) = unpack(&pack(&nothing, &Ok(())));
    assert_eq!(unpacked, nothing);
    assert_eq!(result, Ok(Success::Messages(0)));
}
