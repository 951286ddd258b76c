//! Claims about the parts of the gateway that need no server; the stack as a whole is tested in `app`.

use http::{Method, Version, header};
use prost_reflect::DescriptorPool;
use wire::content_type::Dialect;

use super::classify::{Surface, Verdict, classify};
use super::origin::{AllowedOrigins, Origin, OriginError};
use super::table::Table;
use super::*;
use crate::schema::{OWN_COMPONENT, Schema, Source, Version as SchemaVersion};

/// MyService as a component, and the admin service as the API server's own.
fn table() -> Table {
    let source = |component: &str, service: &str| Source {
        component: component.into(),
        versions: vec![SchemaVersion {
            pool: DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap(),
            services: vec![service.to_owned()],
            replicas: None,
        }],
    };
    let sources = vec![
        source(OWN_COMPONENT, "gangplank.v1.AdminService"),
        source("my-service", "myservice.v1.MyService"),
    ];
    Table::new(Schema::new(sources).unwrap()).unwrap()
}

fn request(verb: Method, path: &str, content_type: &str) -> http::request::Parts {
    let mut request = http::Request::builder()
        .method(verb)
        .uri(path)
        .version(Version::HTTP_2);
    if !content_type.is_empty() {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    request.body(()).unwrap().into_parts().0
}

/// Classifies over HTTP/2; an empty content type means none. `/own` is the API server's.
fn verdict(
    verb: Method,
    path: &str,
    content_type: &str,
) -> (Option<Dialect>, Option<GatewayError>) {
    on(Surface::ALL, verb, path, content_type)
}

fn on(
    surface: Surface,
    verb: Method,
    path: &str,
    content_type: &str,
) -> (Option<Dialect>, Option<GatewayError>) {
    let parts = request(verb, path, content_type);
    let is_own = |parts: &http::request::Parts| parts.uri.path() == "/own";
    let Verdict { call, refused, .. } = classify(&parts, &table(), surface, is_own);
    (call.map(|call| call.dialect), refused)
}

fn not_allowed(verb: Method, allow: &[&str]) -> GatewayError {
    let allow = allow.iter().map(|verb| (*verb).to_owned()).collect();
    GatewayError::VerbNotAllowed { verb, allow }
}

const HELLO: &str = "/myservice.v1.MyService/SayHello";

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
fn json_is_a_call_and_other_content_types_are_refused() {
    let json = Some(Dialect::Json);
    for path in [HELLO, "/v1/hello"] {
        for content_type in ["application/json", "Application/JSON; charset=utf-8", ""] {
            assert_eq!(verdict(Method::POST, path, content_type), (json, None));
        }
        for content_type in [
            "application/grpcfoo",
            "text/plain",
            "application/x-www-form-urlencoded",
        ] {
            let refused = GatewayError::NotJson {
                content_type: Some(content_type.to_owned()),
                takes: Messages::One,
            };
            let verdict = verdict(Method::POST, path, content_type);
            assert_eq!(verdict, (json, Some(refused)), "{path} {content_type}");
        }
    }
}

#[test]
fn streams_are_taken_as_lines_too_and_refused_with_both() {
    let json = Some(Dialect::Json);
    for path in ["/v1/hello:many", "/myservice.v1.MyService/Converse"] {
        for content_type in [
            "application/json",
            "application/x-ndjson",
            "Application/JSONL; charset=utf-8",
            "",
        ] {
            assert_eq!(verdict(Method::POST, path, content_type), (json, None));
        }
        let refused = GatewayError::NotJson {
            content_type: Some("text/plain".to_owned()),
            takes: Messages::Many,
        };
        let verdict = verdict(Method::POST, path, "text/plain");
        assert_eq!(verdict, (json, Some(refused)), "{path}");
    }
}

#[test]
fn routes_lead_to_methods_and_tell_their_verbs() {
    let json = Some(Dialect::Json);
    assert_eq!(verdict(Method::GET, "/v1/hello/World", ""), (json, None));
    assert_eq!(verdict(Method::HEAD, "/v1/hello/World", ""), (json, None));
    let refused = not_allowed(Method::PUT, &["GET", "HEAD"]);
    assert_eq!(
        verdict(Method::PUT, "/v1/hello/World", ""),
        (None, Some(refused))
    );
    let options = not_allowed(Method::OPTIONS, &["POST"]);
    assert_eq!(
        verdict(Method::OPTIONS, "/v1/hello", ""),
        (None, Some(options))
    );
    let (call, refused) = verdict(Method::GET, "/v1/hello/%00", "");
    assert_eq!(call, None);
    assert!(
        matches!(refused, Some(GatewayError::Path(_))),
        "{refused:?}"
    );
}

#[test]
fn own_paths_come_before_everything_but_grpc() {
    assert_eq!(
        verdict(Method::POST, "/own", "application/json"),
        (None, None)
    );
    let grpc = verdict(Method::POST, "/own", "application/grpc-web");
    assert_eq!(grpc.0, Some(Dialect::GrpcWeb));
}

#[test]
fn a_listener_shows_its_surface_only() {
    let admin = "/gangplank.v1.AdminService/ListComponents";
    let public = Surface {
        public: true,
        admin: false,
    };
    let check = |surface: Surface, path: &str, is_shown: bool| {
        let (call, refused) = on(surface, Method::POST, path, "application/grpc");
        assert!(call.is_some(), "gRPC always answers in gRPC");
        assert_eq!(refused.is_none(), is_shown, "{surface:?} {path}");
    };
    check(Surface::ALL, admin, true);
    check(Surface::ALL, HELLO, true);
    check(public, admin, false);
    check(public, HELLO, true);
    check(Surface::ADMIN, admin, true);
    check(Surface::ADMIN, HELLO, false);
    let route = |surface, path| on(surface, Method::GET, path, "");
    let nothing = (None, None);
    assert_eq!(route(public, "/gangplank/v1/components"), nothing);
    assert_eq!(route(Surface::ADMIN, "/v1/hello/x"), nothing);
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
        let expected = not_allowed(verb.clone(), &["POST"]);
        assert_eq!(verdict(verb, HELLO, ""), (None, Some(expected)));
    }
    assert_eq!(
        verdict(Method::GET, "/no.Such/X", "application/grpc"),
        (None, Some(not_allowed(Method::GET, &["POST"])))
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
    let verdict = classify(&parts, &table(), Surface::ALL, |_| false);
    assert!(verdict.call.is_none());
    assert_eq!(verdict.refused, Some(GatewayError::NeedsHttp2));
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
