//! Which headers a component gets to see, and which of its own a caller gets.
//! gRPC: everything is the caller's own metadata, but what belongs to one connection, what the API server says itself,
//! and identities that only a trusted front may claim. gRPC-Web: the same without what browsers add by themselves.
//! JSON: only an allow-list, and `Grpc-Metadata-NAME` for any other name; the answer's metadata comes back likewise.
//! Values of one name keep their order; `-bin` values pass as they are, and from JSON only if they are base64.
//! Sources: RFC 9110 section 7.6.1; gRPC PROTOCOL-HTTP2.md; the prefix is grpc-gateway's.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use wire::content_type::Dialect;

/// Of one connection; never forwarded. `te` is set anew.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// Say who is calling or where from; whoever is in front could be believed, a caller can't.
const IDENTITY: [&str; 8] = [
    "forwarded",
    "x-forwarded-client-cert",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-user",
    "x-real-ip",
    "x-remote-user",
];
/// In an answer: words to browsers and caches about this origin, which is the API server's.
const OURS: [&str; 11] = [
    "alt-svc",
    "clear-site-data",
    "content-length",
    "content-security-policy",
    "date",
    "server",
    "server-timing",
    "set-cookie",
    "strict-transport-security",
    "timing-allow-origin",
    "vary",
];
/// Added by browsers, or gRPC-Web's own.
const BROWSER: [&str; 13] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "cookie",
    "dnt",
    "origin",
    "pragma",
    "priority",
    "referer",
    "upgrade-insecure-requests",
    "user-agent",
    "x-grpc-web",
];
/// What JSON callers may pass on by its own name.
const FROM_JSON: [&str; 6] = [
    "accept-language",
    "authorization",
    "baggage",
    "traceparent",
    "tracestate",
    "x-request-id",
];
/// Carries metadata of any other name over plain HTTP.
const PREFIX: &str = "grpc-metadata-";
const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The headers of a call to a component. `content-type` and `te` are those of gRPC.
pub fn outgoing(headers: &HeaderMap, dialect: Dialect, also: &[HeaderName]) -> HeaderMap {
    let mut out = match dialect {
        Dialect::Grpc => filtered(headers, is_metadata),
        Dialect::GrpcWeb | Dialect::GrpcWebText => {
            filtered(headers, |name| is_metadata(name) && !is_browsers(name))
        }
        Dialect::Json => from_json(headers, also),
    };
    out.insert(header::TE, HeaderValue::from_static("trailers"));
    out
}

/// The metadata of an answer as a JSON caller gets it: each name behind `Grpc-Metadata-`.
pub fn to_json(answered: &HeaderMap, headers: &mut HeaderMap) {
    for (name, value) in answered {
        let text = name.as_str();
        let is_own = text.starts_with("grpc-")
            || is_hop_by_hop(text)
            || *name == header::CONTENT_TYPE
            || *name == header::CONTENT_LENGTH;
        if is_own {
            continue;
        }
        if let Ok(name) = format!("{PREFIX}{text}").parse::<HeaderName>() {
            headers.append(name, value.clone());
        }
    }
}

/// Takes out of a component's answer what belongs to its own connection, and what only the API server may tell browsers.
pub fn incoming(headers: &mut HeaderMap) {
    // An answer has a handful of headers, the lists have twenty names: looking each of those up would cost more.
    let is_taken = |name: &&HeaderName| {
        let name = name.as_str();
        is_hop_by_hop(name) || OURS.contains(&name) || name.starts_with("access-control-")
    };
    let taken: Vec<_> = headers.keys().filter(is_taken).cloned().collect();
    for name in taken {
        headers.remove(name);
    }
}

fn filtered(headers: &HeaderMap, keep: impl Fn(&str) -> bool) -> HeaderMap {
    let mut out = HeaderMap::with_capacity(headers.keys_len() + 1);
    for (name, value) in headers {
        if keep(name.as_str()) {
            out.append(name.clone(), value.clone());
        }
    }
    out
}

fn from_json(headers: &HeaderMap, also: &[HeaderName]) -> HeaderMap {
    let mut out = HeaderMap::with_capacity(8);
    out.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(Dialect::Grpc.content_type()),
    );
    for (name, value) in headers {
        let text = name.as_str();
        if FROM_JSON.contains(&text) || *name == GRPC_TIMEOUT || also.contains(name) {
            out.append(name.clone(), value.clone());
        } else if let Some(own) = text.strip_prefix(PREFIX)
            && may_be_named(own)
            && (!own.ends_with("-bin") || is_base64(value))
            && let Ok(name) = own.parse::<HeaderName>()
        {
            out.append(name, value.clone());
        }
    }
    out
}

fn is_metadata(name: &str) -> bool {
    !is_hop_by_hop(name) && !IDENTITY.contains(&name) && !matches!(name, "host" | "content-length")
}

fn is_browsers(name: &str) -> bool {
    BROWSER.contains(&name) || name.starts_with("sec-")
}

fn is_hop_by_hop(name: &str) -> bool {
    HOP_BY_HOP.contains(&name)
}

/// Names that only gRPC or HTTP itself may set can't be smuggled in behind the prefix.
fn may_be_named(name: &str) -> bool {
    !name.starts_with("grpc-") && is_metadata(name) && name != "content-type"
}

fn is_base64(value: &HeaderValue) -> bool {
    value.to_str().is_ok_and(|text| {
        text.split(',')
            .all(|part| wire::base64::decode(part.trim()).is_ok())
    })
}

#[cfg(test)]
mod tests;
