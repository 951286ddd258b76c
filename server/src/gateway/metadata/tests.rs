//! Which headers pass, in each direction and dialect.

use super::*;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

/// `name: value` lines in the order of the map.
fn lines(headers: &HeaderMap) -> Vec<String> {
    let line =
        |(name, value): (&HeaderName, &HeaderValue)| format!("{name}: {}", value.to_str().unwrap());
    headers.iter().map(line).collect()
}

#[track_caller]
fn check(dialect: Dialect, given: &[(&'static str, &str)], expected: &[&str]) {
    let out = outgoing(
        &headers(given),
        dialect,
        &[HeaderName::from_static("x-also")],
    );
    let mut lines = lines(&out);
    lines.retain(|line| line != "te: trailers");
    assert_eq!(lines, expected);
}

const FRONT: [(&str, &str); 5] = [
    ("connection", "close"),
    ("content-length", "5"),
    ("host", "h"),
    ("x-forwarded-user", "root"),
    ("x-real-ip", "10.0.0.1"),
];

#[test]
fn grpc_passes_metadata_as_it_came() {
    let own = [
        ("content-type", "application/grpc+proto"),
        ("a", "1"),
        ("a", "2"),
        ("k-bin", "AP8="),
        ("cookie", "c"),
        ("grpc-timeout", "1S"),
    ];
    let expected = [
        "content-type: application/grpc+proto",
        "a: 1",
        "a: 2",
        "k-bin: AP8=",
        "cookie: c",
        "grpc-timeout: 1S",
    ];
    check(Dialect::Grpc, &[&own[..], &FRONT].concat(), &expected);
}

#[test]
fn grpc_web_leaves_out_what_browsers_add() {
    let browser = [
        ("origin", "http://a"),
        ("cookie", "c"),
        ("sec-fetch-mode", "cors"),
        ("user-agent", "Mozilla"),
        ("x-grpc-web", "1"),
    ];
    for dialect in [Dialect::GrpcWeb, Dialect::GrpcWebText] {
        let given = [&browser[..], &FRONT, &[("x-own", "1")]].concat();
        check(dialect, &given, &["x-own: 1"]);
    }
}

#[test]
fn json_passes_what_is_listed_and_what_is_prefixed() {
    let given = [
        ("content-type", "application/json"),
        ("authorization", "Bearer x"),
        ("x-own", "1"),
        ("x-also", "2"),
        ("grpc-timeout", "1S"),
        ("grpc-metadata-x-own", "3"),
        ("grpc-metadata-k-bin", "AP8"),
        ("grpc-metadata-bad-bin", "~"),
        ("grpc-metadata-grpc-status", "0"),
        ("grpc-metadata-x-forwarded-user", "root"),
        ("grpc-metadata-content-type", "x"),
    ];
    let expected = [
        "content-type: application/grpc",
        "authorization: Bearer x",
        "x-also: 2",
        "grpc-timeout: 1S",
        "x-own: 3",
        "k-bin: AP8",
    ];
    check(Dialect::Json, &[&given[..], &FRONT].concat(), &expected);
}

#[test]
fn a_component_says_nothing_to_browsers() {
    let mut answered = headers(&[
        ("content-type", "application/grpc"),
        ("access-control-allow-origin", "*"),
        ("set-cookie", "a=b"),
        ("vary", "x"),
        ("server-timing", "x"),
        ("trailer", "x"),
        ("x-own", "1"),
    ]);
    incoming(&mut answered);
    assert_eq!(
        lines(&answered),
        ["content-type: application/grpc", "x-own: 1"]
    );
}

#[test]
fn metadata_comes_back_to_json_behind_its_prefix() {
    let answered = headers(&[
        ("x-own", "1"),
        ("x-own", "2"),
        ("grpc-status", "0"),
        ("content-type", "application/grpc"),
    ]);
    let mut to = HeaderMap::new();
    to_json(&answered, &mut to);
    assert_eq!(
        lines(&to),
        ["grpc-metadata-x-own: 1", "grpc-metadata-x-own: 2"]
    );
}
