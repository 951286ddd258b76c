//! Which handshakes are taken.

use super::super::handshake::{check, is_asked};
use super::*;
use crate::gateway::Request;

/// The handshake of RFC 6455, section 1.3, with our subprotocols.
fn request(changes: &[(&'static str, &str)]) -> Request {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = PATH.parse().unwrap();
    let usual = [
        ("host", "127.0.0.1:8080"),
        ("connection", "keep-alive, Upgrade"),
        ("upgrade", "WebSocket"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
        (
            "sec-websocket-protocol",
            "grpc-websockets, grpc-websockets-multiplex",
        ),
    ];
    for (name, value) in usual.into_iter().chain(changes.iter().copied()) {
        match value {
            "" => {
                request.headers_mut().remove(name);
            }
            value => {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
    }
    request
}

fn checked(request: Request) -> Result<(Subprotocol, String), HandshakeError> {
    let named = "https://shop.example".parse().unwrap();
    let origins = AllowedOrigins::new(&[named]);
    let accepted = check(&request.into_parts().0, &origins)?;
    let key = accepted.key.to_str().unwrap().to_owned();
    Ok((accepted.subprotocol, key))
}

#[test]
fn the_best_subprotocol_and_the_key_are_answered() {
    let accepted = checked(request(&[])).unwrap();
    let key = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".to_owned();
    assert_eq!(accepted, (Subprotocol::Multiplex, key));
}

#[test]
fn only_an_upgrade_to_websocket_is_a_handshake() {
    assert!(is_asked(&request(&[])));
    for change in [("connection", "close"), ("upgrade", "h2c"), ("upgrade", "")] {
        assert!(!is_asked(&request(&[change])), "{change:?}");
    }
}

#[test]
fn pages_of_this_server_and_of_allowed_origins_may() {
    let table = [
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://localhost:3000", "gangplank.example"),
        ("https://shop.example", "gangplank.example"),
        ("https://gangplank.example", "gangplank.example"),
        ("http://gangplank.example:9000", "Gangplank.example:9000"),
    ];
    for (origin, host) in table {
        let request = request(&[("origin", origin), ("host", host)]);
        assert!(checked(request).is_ok(), "{origin} at {host}");
    }
}

#[test]
fn foreign_pages_may_not() {
    let table = [
        "https://evil.example",
        "https://shop.example.evil.example",
        "null",
        "https://gangplank.example:444",
    ];
    for origin in table {
        let request = request(&[("origin", origin), ("host", "gangplank.example")]);
        let error = HandshakeError::Origin {
            origin: origin.to_owned(),
        };
        assert_eq!(checked(request), Err(error));
    }
}

#[test]
fn faulty_handshakes_name_their_fault() {
    let chat = HandshakeError::Subprotocol {
        offered: Some("chat".to_owned()),
    };
    let none = HandshakeError::Subprotocol { offered: None };
    let table = [
        (("sec-websocket-protocol", "chat"), chat),
        (("sec-websocket-protocol", ""), none),
        (("sec-websocket-key", ""), HandshakeError::Key),
        (("sec-websocket-key", "AAAA"), HandshakeError::Key),
        (("sec-websocket-version", "8"), HandshakeError::Version),
    ];
    for (change, error) in table {
        assert_eq!(checked(request(&[change])), Err(error), "{change:?}");
    }
}

#[test]
fn sockets_are_opened_where_calls_are() {
    let at = |path: &str, offers| {
        let mut request = request(&[("sec-websocket-protocol", offers)]);
        *request.uri_mut() = path.parse().unwrap();
        checked(request).is_ok()
    };
    for path in [PATH, "/", "/a.B/C"] {
        assert!(at(path, "gangplank.v1"), "{path}");
        assert_eq!(at(path, "grpc-websockets"), path == "/a.B/C", "{path}");
    }
    assert!(!at("/metrics", "gangplank.v1"));
}
