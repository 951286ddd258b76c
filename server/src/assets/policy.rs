//! What a browser may do with the page: run its own scripts and WASM, draw its own style, call this server and
//! servers on this machine. Everything else is off: a page that shows hostile bytes shouldn't also run them.
//! Source: Content Security Policy Level 3.

use http::{HeaderMap, HeaderName, HeaderValue, header};

const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");

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

/// Adds the policy and its companions.
pub(super) fn protect(headers: &mut HeaderMap, policy: &HeaderValue) {
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(
        CROSS_ORIGIN_OPENER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
}
