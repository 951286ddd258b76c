//! Claims about the page's files, on a page made up here.

use http_body_util::BodyExt as _;

use super::*;

static PAGE: Page = Page {
    files: &[
        File {
            path: "index.html",
            etag: "aaaa",
            identity: b"<html>index</html>",
            brotli: Some(b"br-index"),
            gzip: Some(b"gz-index"),
        },
        File {
            path: "web-0123456789abcdef_bg.wasm",
            etag: "bbbb",
            identity: b"wasm",
            brotli: None,
            gzip: Some(b"gz"),
        },
    ],
    script_hashes: &["sha256-abc="],
};
static NO_PAGE: Page = Page {
    files: &[],
    script_hashes: &[],
};

/// Asks by GET with the given headers.
fn get(path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    ask(&PAGE, Method::GET, path, headers)
}

fn ask(page: &'static Page, verb: Method, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = http::Request::builder().method(verb).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Assets::new(page).answer(&request.body(()).unwrap().into_parts().0)
}

async fn body(response: Response<Body>) -> Vec<u8> {
    response
        .into_body()
        .collect()
        .await
        .unwrap()
        .to_bytes()
        .into()
}

#[track_caller]
fn check_coding(accept_encoding: &str, expected: Option<&str>) {
    let response = get("/", &[("accept-encoding", accept_encoding)]);
    let coding = response
        .headers()
        .get("content-encoding")
        .map(|value| value.to_str().unwrap());
    assert_eq!(coding, expected, "for {accept_encoding:?}");
}

#[tokio::test]
async fn the_root_is_the_index_and_is_revalidated() {
    let response = get("/", &[]);
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        response.headers()["content-type"],
        "text/html; charset=utf-8"
    );
    assert_eq!(response.headers()["cache-control"], "no-cache");
    assert_eq!(response.headers()["vary"], "accept-encoding");
    assert_eq!(body(response).await, b"<html>index</html>");
}

#[tokio::test]
async fn hashed_names_are_cached_forever() {
    let path = "/web-0123456789abcdef_bg.wasm";
    let response = get(path, &[("accept-encoding", "gzip, deflate, br, zstd")]);
    assert_eq!(response.headers()["content-type"], "application/wasm");
    assert_eq!(
        response.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(body(response).await, b"gz");
}

#[test]
fn only_hex_of_some_length_counts_as_a_hash() {
    assert!(has_hash("a/web-de79c58b107fce68.js"));
    assert!(has_hash("web-de79c58b107fce68_bg.wasm"));
    assert!(!has_hash("index.html"));
    assert!(!has_hash("web-de79c.js"));
    assert!(!has_hash("some-sentences.txt"));
    assert!(!has_hash("deadbeefdeadbeef.js"));
}

#[test]
fn the_coding_follows_the_weights() {
    check_coding("gzip, deflate, br, zstd", Some("br"));
    check_coding("BR;q=0.5, gzip;q=0.8", Some("gzip"));
    check_coding("br;q=0, gzip;q=0.001", Some("gzip"));
    check_coding("br;q=0, *", Some("gzip"));
    check_coding("*;q=0", None);
    check_coding("identity, gzip;q=0.5", None);
    check_coding("br;q=high", None);
    check_coding("", None);
}

#[tokio::test]
async fn a_known_etag_gets_304_without_a_body() {
    let first = get("/", &[("accept-encoding", "br")]);
    assert_eq!(first.headers()["etag"], "\"aaaa-br\"");
    for known in ["\"aaaa-br\"", "W/\"aaaa-br\"", "\"x\", \"aaaa-br\"", "*"] {
        let response = get("/", &[("accept-encoding", "br"), ("if-none-match", known)]);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(response.headers()["etag"], "\"aaaa-br\"");
        assert_eq!(body(response).await, b"");
    }
    let other_coding = get("/", &[("if-none-match", "\"aaaa-br\"")]);
    assert_eq!(other_coding.status(), StatusCode::OK);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let response = ask(&PAGE, Method::HEAD, "/", &[]);
    assert_eq!(response.headers()["content-length"], "18");
    assert_eq!(body(response).await, b"");
}

#[tokio::test]
async fn the_apps_own_routes_get_the_index_if_html_is_asked_for() {
    let navigation = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    for path in ["/calls", "/calls/7", "/calls?x=1"] {
        let response = get(path, &navigation);
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(body(response).await, b"<html>index</html>");
    }
    assert_eq!(
        get("/calls.js", &navigation).status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        get("/calls", &[("accept", "*/*")]).status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(get("/calls", &[]).status(), StatusCode::NOT_FOUND);
}

#[test]
fn files_are_only_read() {
    let response = ask(&PAGE, Method::POST, "/", &[]);
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()["allow"], "GET, HEAD");
    assert_eq!(
        ask(&PAGE, Method::POST, "/x", &[]).status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn without_a_page_the_root_says_how_to_build_one() {
    let response = ask(&NO_PAGE, Method::GET, "/", &[]);
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let text = String::from_utf8(body(response).await).unwrap();
    assert!(text.contains("cargo xtask build"), "{text}");
}

#[test]
fn every_answer_carries_the_policy() {
    for path in ["/", "/nothing.js"] {
        let response = get(path, &[]);
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-abc=';"),
            "{policy}"
        );
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    }
}

#[test]
fn the_opener_is_kept_out_where_browsers_heed_it() {
    #[track_caller]
    fn check(path: &str, headers: &[(&str, &str)], expected: Option<&str>) {
        let response = get(path, headers);
        let policy = response.headers().get("cross-origin-opener-policy");
        assert_eq!(
            policy.map(|value| value.to_str().unwrap()),
            expected,
            "{path} {headers:?}"
        );
    }
    let heeded = Some("same-origin");
    for host in [
        "127.0.0.1:8080",
        "127.1.2.3",
        "LocalHost:8080",
        "ship.localhost",
        "[::1]:8080",
    ] {
        check("/", &[("host", host)], heeded);
        check(&format!("http://{host}/"), &[], heeded);
    }
    for host in [
        "192.168.0.7:8080",
        "ship.example",
        "localhost.evil.example",
        "[fe80::1]",
        "no host",
    ] {
        check("/", &[("host", host)], None);
        check("/", &[("host", host), ("x-forwarded-proto", "http")], None);
        check(
            "/",
            &[("host", host), ("x-forwarded-proto", "https")],
            heeded,
        );
    }
    check("/", &[], None);
    check("https://ship.example/", &[], heeded);
    check("http://ship.example/", &[], None);
}
