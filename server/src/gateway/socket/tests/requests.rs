//! What a header block becomes.

use http::HeaderName;
use wire::trailers::TrailersError;

use super::super::call::request;
use super::*;
use crate::gateway::Request;

fn made(subprotocol: Subprotocol, block: &'static str) -> Result<Request, GatewayError> {
    let mut handshake = HeaderMap::new();
    for (name, value) in [("x-tenant", "a"), ("x-both", "handshake")] {
        let name = HeaderName::from_static(name);
        handshake.insert(name, HeaderValue::from_static(value));
    }
    let block = Bytes::from_static(block.as_bytes());
    request(subprotocol, "/a.B/FromUrl", &handshake, &block, 200)
}

#[test]
fn a_call_is_a_grpc_web_request() {
    let made = made(
        Subprotocol::Single,
        "content-type: application/grpc-web+proto\r\nx-a: 1\r\nx-a: 2\r\n\
         accept: application/grpc-web-text\r\nx-both: block\r\n",
    );
    let made = made.unwrap();
    assert_eq!(
        (made.method(), made.uri().path()),
        (&Method::POST, "/a.B/FromUrl")
    );
    let carried = made.extensions().get();
    assert_eq!(carried, Some(&Carried(Subprotocol::Single)));
    let mut headers: Vec<_> = made.headers().iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    let headers: Vec<_> = headers
        .into_iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    let expected = [
        "content-type: application/grpc-web+proto",
        "x-a: 1",
        "x-a: 2",
        "x-both: block",
        "x-tenant: a",
    ];
    assert_eq!(headers, expected);
}

#[test]
fn the_block_names_the_method_where_there_are_many_calls() {
    let block = "grpc-websockets-path: a.B/FromBlock\r\n";
    for subprotocol in [Subprotocol::Multiplex, Subprotocol::Gangplank] {
        let made = made(subprotocol, block).unwrap();
        assert_eq!(made.uri().path(), "/a.B/FromBlock");
        assert!(!made.headers().contains_key("grpc-websockets-path"));
    }
    assert_eq!(
        made(Subprotocol::Single, block).unwrap().uri().path(),
        "/a.B/FromUrl"
    );
}

#[test]
fn plain_grpc_is_taken_for_what_it_means_and_text_is_not() {
    for block in ["", "content-type: application/grpc\r\n"] {
        let made = made(Subprotocol::Single, block).unwrap();
        assert_eq!(made.headers()["content-type"], "application/grpc-web+proto");
    }
    for content_type in ["application/json", "application/grpc-web-text"] {
        let block = format!("content-type: {content_type}\r\n");
        let made = request(
            Subprotocol::Single,
            "/a.B/C",
            &HeaderMap::new(),
            &block.into(),
            200,
        );
        let content_type = Some(content_type.to_owned());
        assert_eq!(
            made.unwrap_err(),
            GatewayError::UnsupportedContentType { content_type }
        );
    }
}

#[test]
fn a_malformed_block_is_refused() {
    let refused = made(Subprotocol::Single, "no header").unwrap_err();
    let error = TrailersError::MissingColon { offset: 0 };
    assert_eq!(refused, GatewayError::HeaderBlock(error));
    let refused = made(Subprotocol::Gangplank, "grpc-websockets-path: a b\r\n").unwrap_err();
    let method = "a b".to_owned();
    assert_eq!(refused, GatewayError::UnknownMethod { method });
}
