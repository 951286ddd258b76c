//! Content types seen in the field, and near misses.

use super::{Codec, ContentType, Dialect};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[track_caller]
fn check(text: &str, expected: Option<(Dialect, Codec)>) {
    let expected = expected.map(|(dialect, codec)| ContentType { dialect, codec });
    assert_eq!(ContentType::parse(text), expected, "{text:?}");
}

#[test]
fn the_family_is_recognized() {
    check("application/grpc", Some((Dialect::Grpc, Codec::Proto)));
    check(
        "application/grpc+proto",
        Some((Dialect::Grpc, Codec::Proto)),
    );
    check(
        "application/grpc-web",
        Some((Dialect::GrpcWeb, Codec::Proto)),
    );
    check(
        "application/grpc-web+proto",
        Some((Dialect::GrpcWeb, Codec::Proto)),
    );
    check(
        "application/grpc-web-text",
        Some((Dialect::GrpcWebText, Codec::Proto)),
    );
    check(
        "application/grpc-web-text+proto",
        Some((Dialect::GrpcWebText, Codec::Proto)),
    );
}

#[test]
fn case_parameters_and_space_are_ignored() {
    check(
        "Application/gRPC-Web+Proto; charset=utf-8",
        Some((Dialect::GrpcWeb, Codec::Proto)),
    );
    check(
        " application/grpc ;a=b+c",
        Some((Dialect::Grpc, Codec::Proto)),
    );
}

#[test]
fn a_foreign_codec_keeps_its_dialect() {
    check("application/grpc+json", Some((Dialect::Grpc, Codec::Other)));
    check(
        "application/grpc-web+thrift",
        Some((Dialect::GrpcWeb, Codec::Other)),
    );
    check(
        "application/grpc-web-text+",
        Some((Dialect::GrpcWebText, Codec::Other)),
    );
}

#[test]
fn other_types_are_none() {
    for text in [
        "",
        ";",
        "application/json",
        "application/grpcfoo",
        "application/grpc-webtext",
        "application/grpc-web-text-foo",
        "application/grpc/proto",
        "text/application/grpc",
        "application/proto",
    ] {
        check(text, None);
    }
}

#[test]
fn each_dialect_parses_its_own_content_type() {
    for dialect in [Dialect::Grpc, Dialect::GrpcWeb, Dialect::GrpcWebText] {
        check(dialect.content_type(), Some((dialect, Codec::Proto)));
    }
}
