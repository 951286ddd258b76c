//! Claims about the parts of the gateway that need no server; the stack as a whole is tested in `app`.

use http::{Method, Version, header};
use wire::content_type::Dialect;

use super::catalog::{Catalog, Requests};
use super::classify::classify;
use super::origin::{AllowedOrigins, Origin, OriginError};
use super::*;

fn catalog() -> Catalog {
    Catalog::decode(&[proto::FILE_DESCRIPTOR_SET]).unwrap()
}

/// Classifies over HTTP/2; an empty content type means none.
fn verdict(
    verb: Method,
    path: &str,
    content_type: &str,
) -> (Option<Dialect>, Option<GatewayError>) {
    let mut request = http::Request::builder()
        .method(verb)
        .uri(path)
        .version(Version::HTTP_2);
    if !content_type.is_empty() {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let (call, refused) = classify(&parts, &catalog());
    (call.map(|call| call.dialect), refused)
}

const HELLO: &str = "/myservice.v1.MyService/SayHello";

#[test]
fn the_catalog_comes_from_descriptors() {
    let catalog = catalog();
    assert_eq!(
        catalog.services().collect::<Vec<_>>(),
        ["myservice.v1.MyService"]
    );
    let requests = |method| catalog.requests("myservice.v1.MyService", method);
    assert_eq!(requests("SayGoodbye"), Some(Requests::One));
    assert_eq!(requests("sayGoodbye"), None);
    assert!(Catalog::decode(&[b"\xff"]).is_err());
}

#[test]
fn the_catalog_tells_who_takes_one_message_and_who_takes_many() {
    let sets = [
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
    ];
    let catalog = Catalog::decode(&sets).unwrap();
    let check = |service: &str, method: &str, expected: Requests| {
        assert_eq!(catalog.requests(service, method), Some(expected));
    };
    check("grpc.health.v1.Health", "Check", Requests::One);
    check("grpc.health.v1.Health", "Watch", Requests::One);
    let reflection = "grpc.reflection.v1.ServerReflection";
    check(reflection, "ServerReflectionInfo", Requests::Many);
}

#[test]
fn content_types_tell_the_dialect_whatever_their_case_and_parameters() {
    let check = |content_type: &str, dialect: Dialect| {
        assert_eq!(
            verdict(Method::POST, HELLO, content_type),
            (Some(dialect), None)
        );
    };
    check("application/grpc", Dialect::Grpc);
    check("application/grpc+proto", Dialect::Grpc);
    check("application/grpc-web", Dialect::GrpcWeb);
    check(
        "Application/gRPC-Web+Proto; charset=utf-8",
        Dialect::GrpcWeb,
    );
    check("application/grpc-web-text", Dialect::GrpcWebText);
    check("application/grpc-web-text+proto;a=b", Dialect::GrpcWebText);
}

#[test]
fn other_content_types_on_an_rpc_path_are_unsupported() {
    for content_type in ["application/json", "application/grpcfoo", "text/plain"] {
        let expected = GatewayError::UnsupportedContentType {
            content_type: Some(content_type.to_owned()),
        };
        assert_eq!(
            verdict(Method::POST, HELLO, content_type),
            (None, Some(expected))
        );
    }
    let expected = GatewayError::UnsupportedContentType { content_type: None };
    assert_eq!(verdict(Method::POST, HELLO, ""), (None, Some(expected)));
}

#[test]
fn unknown_names_are_named() {
    let web = Some(Dialect::GrpcWeb);
    let check = |path: &str, expected: GatewayError| {
        let verdict = verdict(Method::POST, path, "application/grpc-web");
        assert_eq!(verdict, (web, Some(expected)));
    };
    let method = "myservice.v1.MyService/Nope".to_owned();
    check(
        "/myservice.v1.MyService/Nope",
        GatewayError::UnknownMethod { method },
    );
    check(
        "/no.Such/Nope",
        GatewayError::UnknownService {
            service: "no.Such".to_owned(),
        },
    );
    check(
        "/odd",
        GatewayError::UnknownMethod {
            method: "odd".to_owned(),
        },
    );
    let long = format!("/no.{}/Nope", "x".repeat(5000));
    let service = format!("no.{}", "x".repeat(197));
    check(&long, GatewayError::UnknownService { service });
}

#[test]
fn an_unknown_codec_is_refused_in_its_own_dialect() {
    for (content_type, dialect) in [
        ("application/grpc+json", Dialect::Grpc),
        ("application/grpc-web+foo", Dialect::GrpcWeb),
        ("application/grpc-web-text+json", Dialect::GrpcWebText),
    ] {
        let expected = GatewayError::UnknownCodec {
            content_type: content_type.to_owned(),
        };
        let verdict = verdict(Method::POST, HELLO, content_type);
        assert_eq!(verdict, (Some(dialect), Some(expected)));
    }
}

#[test]
fn rpc_paths_take_post_only() {
    for verb in [Method::GET, Method::PUT, Method::HEAD, Method::DELETE] {
        let expected = GatewayError::MethodNotAllowed { verb: verb.clone() };
        assert_eq!(verdict(verb, HELLO, ""), (None, Some(expected)));
    }
    let expected = GatewayError::MethodNotAllowed { verb: Method::GET };
    assert_eq!(
        verdict(Method::GET, "/no.Such/X", "application/grpc"),
        (None, Some(expected))
    );
}

#[test]
fn whatever_else_is_plain_http() {
    for (verb, path, content_type) in [
        (Method::GET, "/", ""),
        (Method::GET, "/a/b", ""),
        (Method::POST, "/a/b", "application/json"),
        (Method::GET, "/odd", "application/grpc-web"),
        (Method::GET, "/myservice.v1.MyService", ""),
        (Method::GET, "/myservice.v1.MyService/SayHello/more", ""),
    ] {
        assert_eq!(verdict(verb, path, content_type), (None, None), "{path}");
    }
}

#[test]
fn plain_grpc_needs_http_2() {
    let request = http::Request::post(HELLO).header(header::CONTENT_TYPE, "application/grpc");
    let (parts, ()) = request.body(()).unwrap().into_parts();
    assert_eq!(
        classify(&parts, &catalog()),
        (None, Some(GatewayError::NeedsHttp2))
    );
}

#[test]
fn loopback_origins_are_allowed_and_lookalikes_are_not() {
    let origins = AllowedOrigins::new(&["https://App.example:443".parse().unwrap()]);
    let allows = |text: &str| origins.allows(&text.parse().unwrap());
    for text in [
        "http://localhost",
        "https://localhost:8443",
        "http://app.localhost:3000",
        "http://127.0.0.1:8081",
        "http://127.9.8.7",
        "http://[::1]:8081",
        "HTTP://LocalHost:1",
        "https://app.example",
    ] {
        assert!(allows(text), "{text} is refused");
    }
    for text in [
        "null",
        "http://localhost.evil.example",
        "http://evil-localhost",
        "http://127.0.0.1.evil.example",
        "http://127.1",
        "http://localhost:8081/",
        "http://localhost@evil.example",
        "ftp://localhost",
        "http://[::2]",
        "http://app.example",
        "https://app.example:8443",
        "https://sub.app.example",
        "localhost",
    ] {
        assert!(!allows(text), "{text} is allowed");
    }
}

#[test]
fn a_text_that_is_no_origin_is_told_why() {
    let check = |text: &str, expected: OriginError| {
        assert_eq!(text.parse::<Origin>(), Err(expected), "{text}");
    };
    check("*", OriginError::Any);
    check("null", OriginError::Null);
    check("localhost:8081", OriginError::NoScheme);
    check("://a", OriginError::NoScheme);
    check("http://", OriginError::BadHost);
    check("http://a b", OriginError::BadHost);
    check("http://*.example", OriginError::BadHost);
    check("http://user@a", OriginError::BadHost);
    check("http://[::1", OriginError::BadHost);
    check("http://[::1]8081", OriginError::BadHost);
    check("http://a:", OriginError::BadPort);
    check("http://a:65536", OriginError::BadPort);
    check("http://a/", OriginError::TrailingPath);
    check("http://a?b", OriginError::TrailingPath);
}
