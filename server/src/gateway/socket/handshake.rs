//! The handshake: is it one, may this page open sockets, which subprotocol, and the key's answer.
//! A page of the server's own origin may, like one whose cross-origin calls are answered; programs send no origin.
//! Source: RFC 6455, section 4.2.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Version};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use wire::socket::{PATH, Subprotocol};

use crate::gateway::Request;
use crate::gateway::classify::rpc_name;
use crate::gateway::origin::AllowedOrigins;

/// The version of RFC 6455, and the only one there is.
const VERSION: &[u8] = b"13";
/// Length of a key, in bytes, before base64.
const KEY_BYTES: usize = 16;
/// Most characters of a caller's text that an error repeats.
const MAX_ECHO_CHARS: usize = 200;

/// Why a socket isn't opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    /// A plain request came where sockets are opened.
    #[error("this path takes WebSocket handshakes only")]
    NotASocket,
    /// The page's origin may not open sockets here.
    #[error("pages of {origin} may not open sockets here")]
    Origin {
        /// As the browser sent it.
        origin: String,
    },
    /// No socket is opened at this path.
    #[error("no socket is opened at {path}")]
    Path {
        /// The path asked for.
        path: String,
    },
    /// None of the subprotocols is spoken here, or none was offered.
    #[error("no known subprotocol among {offered:?}")]
    Subprotocol {
        /// The offers; None if there was none.
        offered: Option<String>,
    },
    /// The key is missing or isn't 16 bytes in base64.
    #[error("sec-websocket-key isn't 16 bytes in base64")]
    Key,
    /// The version isn't 13.
    #[error("sec-websocket-version isn't 13")]
    Version,
}

/// What a handshake is answered with.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) subprotocol: Subprotocol,
    /// The value of `sec-websocket-accept`.
    pub(super) key: HeaderValue,
}

/// True for a handshake, be it a good one or not.
pub(super) fn is_asked(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::GET
        && request.version() == Version::HTTP_11
        && lists(headers, &header::UPGRADE, "websocket")
        && lists(headers, &header::CONNECTION, "upgrade")
}

/// Whether the socket is opened.
pub(super) fn check(head: &Parts, origins: &AllowedOrigins) -> Result<Accepted, HandshakeError> {
    let headers = &head.headers;
    if let Some(origin) = headers.get(header::ORIGIN)
        && !is_own(origin, headers.get(header::HOST))
        && !origins.allows(origin)
    {
        return Err(HandshakeError::Origin {
            origin: echo(&String::from_utf8_lossy(origin.as_bytes())),
        });
    }
    let offered = joined(headers, &header::SEC_WEBSOCKET_PROTOCOL);
    let chosen = offered.as_deref().and_then(Subprotocol::choose);
    let subprotocol = chosen.ok_or_else(|| HandshakeError::Subprotocol {
        offered: offered.as_deref().map(echo),
    })?;
    let path = head.uri.path();
    let is_method = rpc_name(path).is_some();
    if !is_method && !(subprotocol.has_ids() && (path == PATH || path == "/")) {
        return Err(HandshakeError::Path { path: echo(path) });
    }
    let version = headers.get(header::SEC_WEBSOCKET_VERSION);
    if version.is_none_or(|version| version.as_bytes() != VERSION) {
        return Err(HandshakeError::Version);
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY);
    let key = key.filter(|key| is_key(key)).ok_or(HandshakeError::Key)?;
    let key = derive_accept_key(key.as_bytes()).parse();
    Ok(Accepted {
        subprotocol,
        key: key.map_err(|_| HandshakeError::Key)?,
    })
}

fn is_key(key: &HeaderValue) -> bool {
    let bytes = key.to_str().ok().map(wire::base64::decode);
    matches!(bytes, Some(Ok(bytes)) if bytes.len() == KEY_BYTES)
}

/// True if the page came from this very server, by whatever name and scheme it was asked.
fn is_own(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let text = |value: &HeaderValue| value.to_str().map(str::to_ascii_lowercase).ok();
    let (Some(origin), Some(host)) = (text(origin), host.and_then(text)) else {
        return false;
    };
    match origin.split_once("://") {
        // A proxy in front may speak TLS, and browsers leave a scheme's own port out.
        Some(("http", authority)) => same(authority, &host, ":80"),
        Some(("https", authority)) => same(authority, &host, ":443"),
        _ => false,
    }
}

fn same(authority: &str, host: &str, own_port: &str) -> bool {
    let bare = |text: &str| text.strip_suffix(own_port).unwrap_or(text).to_owned();
    bare(authority) == bare(host)
}

/// True if a comma-parted header has that token, whatever its case.
fn lists(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter();
    let mut tokens = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    tokens.any(|found| found.trim().eq_ignore_ascii_case(token))
}

/// All values of a header; None if there is none.
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values = headers.get_all(name).iter();
    let values: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// The caller's own text, cut to a length that is fit for an answer.
fn echo(text: &str) -> String {
    text.chars().take(MAX_ECHO_CHARS).collect()
}
