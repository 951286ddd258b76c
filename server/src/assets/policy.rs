//! What a browser may do with the page: run its own scripts and WASM, draw its own style, call this server and
//! servers on this machine. Everything else is off: a page that shows hostile bytes shouldn't also run them.
//! Source: Content Security Policy Level 3.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::request::Parts;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, header};

const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");

/// What a proxy that ends TLS in front of this server says of the scheme. Whoever lies here gets a header without
/// effect.
const X_FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The policy of every answer. Inline scripts run only if their hash is among `script_hashes`.
pub(super) fn content_security_policy(script_hashes: &[&str]) -> HeaderValue {
    let hashes = script_hashes
        .iter()
        .fold(String::new(), |all, hash| format!("{all} '{hash}'"));
    let policy = format!(
        "default-src 'none'; \
         script-src 'self' 'wasm-unsafe-eval'{hashes}; \
         style-src 'self'; \
         img-src 'self' data:; \
         font-src 'self'; \
         connect-src 'self' {LOCAL_SERVERS}; \
         base-uri 'none'; \
         form-action 'none'; \
         frame-ancestors 'none'"
    );
    // Hashes are base64, so the text is always a legal header; the fallback runs nothing.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Other servers that the page may be pointed at. `[::1]` isn't among them: CSP has no form for IPv6 hosts
/// and browsers complain about one; a page that came from there reaches its own server as 'self'.
const LOCAL_SERVERS: &str =
    "http://127.0.0.1:* http://localhost:* ws://127.0.0.1:* ws://localhost:*";

/// Adds the policy and its companions to the answer to `request`.
pub(super) fn protect(headers: &mut HeaderMap, policy: &HeaderValue, request: &Parts) {
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    // Elsewhere browsers ignore it, and complain.
    if is_trustworthy(request) {
        headers.insert(
            CROSS_ORIGIN_OPENER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
    }
}

/// True if the page's URL is one of this machine or of TLS. Source: W3C Secure Contexts section 3.1.
fn is_trustworthy(request: &Parts) -> bool {
    let forwarded = request.headers.get(X_FORWARDED_PROTO);
    if forwarded.is_some_and(|scheme| scheme == "https")
        || request.uri.scheme() == Some(&Scheme::HTTPS)
    {
        return true;
    }
    // HTTP/2 has the host in the target, HTTP/1 in a header.
    let header = request.headers.get(header::HOST);
    let authority = header.and_then(|host| Authority::try_from(host.as_bytes()).ok());
    let authority = request.uri.authority().or(authority.as_ref());
    authority.is_some_and(|authority| is_loopback(authority.host()))
}

fn is_loopback(host: &str) -> bool {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return address
            .parse()
            .is_ok_and(|address: Ipv6Addr| address.is_loopback());
    }
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse()
            .is_ok_and(|address: Ipv4Addr| address.is_loopback())
}
