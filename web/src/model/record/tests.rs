//! What a record says of its call.

use super::{Chunk, Record, ResponseHead, decode_text};
use wire::content_type::Dialect;

fn record() -> Record {
    let headers = vec![
        (
            "content-type".to_owned(),
            "application/grpc-web-text+proto".to_owned(),
        ),
        ("server-timing".to_owned(), "route;dur=1".to_owned()),
    ];
    let chunk = |bytes: &'static [u8]| Chunk {
        at_millis: 1.0,
        bytes: bytes.into(),
    };
    Record {
        path: "/myservice.v1.MyService/SayHello".to_owned(),
        response: Some(ResponseHead {
            at_millis: 1.0,
            http_status: 200,
            headers,
        }),
        chunks: vec![chunk(b"AA"), chunk(b"AA"), chunk(b"AAA=")],
        ..Record::default()
    }
}

#[test]
fn short_name_leaves_the_package_out() {
    let named = |path: &str| Record {
        path: path.to_owned(),
        ..Record::default()
    };
    assert_eq!(record().short_name(), "MyService/SayHello");
    assert_eq!(named("/Bare/Method").short_name(), "Bare/Method");
    assert_eq!(named("").short_name(), "");
}

#[test]
fn body_is_every_chunk_in_order() {
    assert_eq!(record().response_body(), &b"AAAAAAA="[..]);
    assert_eq!(record().response_size(), 8);
}

#[test]
fn dialect_and_timing_come_from_the_headers() {
    assert_eq!(record().response_dialect(), Some(Dialect::GrpcWebText));
    assert_eq!(record().server_timing().len(), 1);
    assert_eq!(Record::default().response_dialect(), None);
}

#[test]
fn dialect_has_a_name_by_the_requests_content_type() {
    let check = |content_type: &str, name, is_json| {
        let record = Record {
            request_headers: vec![("content-type".to_owned(), content_type.to_owned())],
            ..Record::default()
        };
        assert_eq!(
            (record.dialect_name(), record.is_json()),
            (name, is_json),
            "{content_type}"
        );
    };
    check("application/json", "JSON", true);
    check("application/json; charset=utf-8", "JSON", true);
    check("application/jsonl", "gRPC-Web", false);
    check("application/grpc-web+proto", "gRPC-Web", false);
    check(
        "application/grpc-web-text+proto",
        "gRPC-Web (base64)",
        false,
    );
}

#[test]
fn text_mode_is_decoded_as_far_as_it_is_legal() {
    assert_eq!(decode_text(&record().response_body()), &[0; 5][..]);
    assert_eq!(decode_text(b"AAAA!!!!"), &[0; 3][..]);
}

#[test]
fn a_call_over_a_socket_has_a_dialect_of_its_own() {
    let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let record = Record {
        request_headers: vec![
            line(super::SUBPROTOCOL, "gangplank.v1"),
            line("content-type", "application/grpc-web+proto"),
        ],
        ..Record::default()
    };
    assert_eq!(record.dialect_name(), "WebSocket");
}

#[test]
fn what_was_left_out_counts_as_size_and_not_as_memory() {
    let record = Record {
        left_out: 1_000,
        ..record()
    };
    assert_eq!(record.response_size(), 1_008);
    assert_eq!(record.held_bytes(), 8);
}

#[test]
fn trace_is_what_the_header_says() {
    let (trace, span) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    let check = |header: &str, expected: Option<(&str, &str)>| {
        let record = Record {
            request_headers: vec![("traceparent".to_owned(), header.to_owned())],
            ..record()
        };
        assert_eq!(record.trace(), expected, "{header}");
    };
    check(&format!("00-{trace}-{span}-03"), Some((trace, span)));
    check(&format!("cc-{trace}-{span}-00-more"), Some((trace, span)));
    check(&format!("00-{trace}-b7ad-03"), None);
    check(&format!("{trace}{span}-00-00-00-00-03"), None);
    check("mine", None);
    assert_eq!(record().trace(), None);
}
