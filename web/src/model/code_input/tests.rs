//! What the Code tab is told comes out as it went in.

use super::{from_text, to_text};
use crate::model::record::{Record, SUBPROTOCOL};

fn record(body: Vec<u8>) -> Record {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Record {
        url: "http://server.test/pkg.Service/Method".to_owned(),
        path: "/pkg.Service/Method".to_owned(),
        request_headers: vec![header("x-team", "a: b"), header("x-empty", "")],
        request_body: body.into(),
        ..Record::default()
    }
}

#[test]
fn request_comes_out_as_it_went_in() {
    let record = record(vec![0, 1, 254, 255]);
    assert_eq!(from_text(&to_text(&record)), Some((record, 4)));
}

#[test]
fn handshake_of_a_socket_stays_behind() {
    let plain = record(Vec::new());
    let mut over_socket = plain.clone();
    let line = (SUBPROTOCOL.to_owned(), "gangplank.v1".to_owned());
    over_socket.request_headers.insert(0, line);
    assert_eq!(to_text(&over_socket), to_text(&plain));
}

#[test]
fn large_body_is_only_counted() {
    let (told, size) = from_text(&to_text(&record(vec![7; 5_000]))).unwrap();
    assert_eq!((told.request_body.len(), size), (0, 5_000));
}

#[test]
fn any_other_text_is_nothing() {
    for text in [
        "",
        "4\nurl\npath",
        "four\nurl\npath\n\n",
        "4\nurl\npath\nheader\n\n",
    ] {
        assert_eq!(from_text(text), None, "{text:?}");
    }
}
