//! What the Code tab is told of a call.

use super::request_of;
use crate::model::record::{Record, SUBPROTOCOL};

fn record() -> Record {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Record {
        url: "http://server.test/pkg.Service/Method".to_owned(),
        path: "/pkg.Service/Method".to_owned(),
        request_headers: vec![header("x-team", "a: b"), header("x-empty", "")],
        request_body: vec![0, 1, 254, 255].into(),
        ..Record::default()
    }
}

#[test]
fn answer_stays_behind() {
    let mut answered = record();
    answered.messages = 1;
    answered.trailers = vec![("grpc-status".to_owned(), "0".to_owned())];
    assert_eq!(request_of(&answered), record());
}

#[test]
fn handshake_of_a_socket_stays_behind() {
    let mut over_socket = record();
    let line = (SUBPROTOCOL.to_owned(), "gangplank.v1".to_owned());
    over_socket.request_headers.insert(0, line);
    assert_eq!(request_of(&over_socket), record());
}
