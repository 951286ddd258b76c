//! The server's address and the pauses between tries.

use super::{authority, is_loopback, parse_base_url, retry_pause_millis};

#[test]
fn base_url_keeps_scheme_host_and_port() {
    assert_eq!(
        parse_base_url("http://127.0.0.1:8080/").as_deref(),
        Some("http://127.0.0.1:8080")
    );
    assert_eq!(
        parse_base_url(" https://[::1]:8443").as_deref(),
        Some("https://[::1]:8443")
    );
}

#[test]
fn base_url_with_anything_more_is_rejected() {
    for text in [
        "",
        "127.0.0.1:8080",
        "ftp://host",
        "http://",
        "http://user@host",
        "http://host/path",
        "javascript:alert(1)",
    ] {
        assert_eq!(parse_base_url(text), None, "{text}");
    }
}

#[test]
fn authority_is_the_url_without_its_scheme() {
    assert_eq!(authority("http://127.0.0.1:8080"), "127.0.0.1:8080");
}

#[test]
fn pauses_double_up_to_eight_seconds() {
    let pauses: Vec<u32> = (0..7).map(retry_pause_millis).collect();
    assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
}

#[test]
fn loopback_is_told_by_the_whole_host() {
    for url in [
        "http://127.0.0.1:80",
        "http://localhost",
        "http://a.localhost:1",
        "https://[::1]:8",
    ] {
        assert!(is_loopback(url), "{url}");
    }
    for url in [
        "http://127.0.0.1.example.com",
        "http://localhost.example.com:1",
        "http://10.0.0.1",
    ] {
        assert!(!is_loopback(url), "{url}");
    }
}
