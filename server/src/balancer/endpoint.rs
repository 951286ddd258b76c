//! A replica's network address, as a person writes it: `HOST:PORT`, host a name, an IPv4 address or an IPv6 address in
//! brackets. Names are looked up at each connect, so that a moved replica is found again.

use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::Arc;

use http::uri::Authority;
use tokio::net::TcpStream;

/// Where a replica listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    authority: Arc<str>,
}

/// Why a text isn't an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// A scheme such as `http://` stands in front.
    #[error("'{0}' has a scheme; replicas are named HOST:PORT and speak gRPC without TLS")]
    Scheme(String),
    /// The port is missing or no number from 1 to 65535.
    #[error("'{0}' has no port; replicas are named HOST:PORT, such as 127.0.0.1:50051")]
    Port(String),
    /// What stands before the port isn't a host.
    #[error("'{0}' has no host; replicas are named HOST:PORT, such as 127.0.0.1:50051")]
    Host(String),
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        if text.contains("://") {
            return Err(EndpointError::Scheme(text.to_owned()));
        }
        let authority: Authority = text
            .parse()
            .map_err(|_| EndpointError::Host(text.to_owned()))?;
        if authority.host().is_empty() || text.contains('@') {
            return Err(EndpointError::Host(text.to_owned()));
        }
        match authority.port_u16() {
            None | Some(0) => Err(EndpointError::Port(text.to_owned())),
            Some(_) => Ok(Self {
                authority: text.into(),
            }),
        }
    }
}

impl Endpoint {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.authority
    }

    /// The host and the port.
    pub(super) fn parts(&self) -> (&str, u16) {
        let (host, port) = self
            .authority
            .rsplit_once(':')
            .unwrap_or((&self.authority, ""));
        // The parser took none other.
        (host, port.parse().unwrap_or_default())
    }

    /// Opens a TCP connection to the first of its addresses that takes one.
    pub(super) async fn connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(&*self.authority).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// For the `:authority` of requests.
    pub(super) fn authority(&self) -> Option<Authority> {
        self.authority.parse().ok()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.authority)
    }
}
