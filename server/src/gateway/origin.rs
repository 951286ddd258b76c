//! Web origins, parsed whole: scheme, host, port. Comparing prefixes of text instead is how
//! `http://localhost.evil.example` gets in.
//! Shape: `scheme "://" host [":" port]`, host an IPv6 address in brackets or a name, nothing behind it.
//! Source: RFC 6454 section 6.2.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;

use http::HeaderValue;

/// One origin in its normal form: lower case, the scheme's default port left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: Host,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Name(String),
    V6(Ipv6Addr),
}

/// Why a text isn't an origin that can be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// `*` would let every page on the web call this server with its user's reach.
    #[error("'*' would let every web page call this server; name each origin")]
    Any,
    /// `null` is shared by all sandboxed pages and local files, so it names nobody.
    #[error("'null' is the origin of any sandboxed page; name a real one")]
    Null,
    /// There is no `scheme://` in front.
    #[error("an origin starts with a scheme, such as http://localhost:8081")]
    NoScheme,
    /// The host is missing or has characters that no host has.
    #[error("an origin has a host, such as http://localhost:8081")]
    BadHost,
    /// The port isn't a number from 0 to 65535.
    #[error("an origin's port is a number up to 65535")]
    BadPort,
    /// Something follows the port.
    #[error("an origin ends after the port: no path, not even '/'")]
    TrailingPath,
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        match text {
            "*" => return Err(OriginError::Any),
            "null" => return Err(OriginError::Null),
            _ => {}
        }
        let text = text.to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://").ok_or(OriginError::NoScheme)?;
        let is_scheme_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if scheme.is_empty() || !scheme.chars().all(is_scheme_char) {
            return Err(OriginError::NoScheme);
        }
        if authority.contains(['/', '?', '#']) {
            return Err(OriginError::TrailingPath);
        }
        let (host, port) = split_port(authority)?;
        let port = port
            .map(str::parse)
            .transpose()
            .map_err(|_| OriginError::BadPort)?;
        let default_port = match scheme {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        };
        let port = port.filter(|port| Some(*port) != default_port);
        Ok(Self {
            scheme: scheme.to_owned(),
            host,
            port,
        })
    }
}

fn split_port(authority: &str) -> Result<(Host, Option<&str>), OriginError> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, rest) = rest.split_once(']').ok_or(OriginError::BadHost)?;
        let address = address.parse().map_err(|_| OriginError::BadHost)?;
        let port = match rest {
            "" => None,
            _ => Some(rest.strip_prefix(':').ok_or(OriginError::BadHost)?),
        };
        return Ok((Host::V6(address), port));
    }
    let (name, port) = match authority.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (authority, None),
    };
    let is_host_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if name.is_empty() || !name.chars().all(is_host_char) {
        return Err(OriginError::BadHost);
    }
    Ok((Host::Name(name.to_owned()), port))
}

impl Origin {
    /// True for pages that this machine serves to itself, at any port:
    /// `localhost`, `*.localhost`, `127.0.0.0/8` and `[::1]` over http or https.
    pub fn is_loopback(&self) -> bool {
        if self.scheme != "http" && self.scheme != "https" {
            return false;
        }
        match &self.host {
            Host::V6(address) => address.is_loopback(),
            Host::Name(name) if name == "localhost" || name.ends_with(".localhost") => true,
            Host::Name(name) => name
                .parse()
                .is_ok_and(|address: Ipv4Addr| address.is_loopback()),
        }
    }
}

/// Which pages may read answers: every loopback origin, and those named.
#[derive(Clone, Debug, Default)]
pub struct AllowedOrigins {
    named: Arc<[Origin]>,
}

impl AllowedOrigins {
    /// Loopback and `named`.
    pub fn new(named: &[Origin]) -> Self {
        Self {
            named: named.into(),
        }
    }

    /// True if a page of that `Origin` header may read answers.
    pub fn allows(&self, origin: &HeaderValue) -> bool {
        let origin = origin
            .to_str()
            .ok()
            .and_then(|text| text.parse::<Origin>().ok());
        origin.is_some_and(|origin| origin.is_loopback() || self.named.contains(&origin))
    }
}
