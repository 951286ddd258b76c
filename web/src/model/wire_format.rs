//! How the page puts a call on the wire: gRPC-Web in one of its two forms, or HTTP with JSON.

/// Binary frames, the same in base64, or no frames at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WireFormat {
    /// `application/grpc-web+proto`: bytes as they are.
    #[default]
    Binary,
    /// `application/grpc-web-text+proto`: the same bytes in base64.
    Text,
    /// `application/json`: a plain HTTP request with the message as JSON.
    Json,
}

impl WireFormat {
    /// Returns the name that stands in forms and links; [`WireFormat::from_key`] reads it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Text => "text",
            Self::Json => "json",
        }
    }

    /// Returns the format of a key; binary when no format has that key.
    pub fn from_key(key: &str) -> Self {
        let known = [Self::Text, Self::Json];
        known
            .into_iter()
            .find(|format| format.key() == key)
            .unwrap_or_default()
    }

    /// Returns what a call takes that only gRPC-Web can make.
    #[must_use]
    pub fn grpc_web(self) -> Self {
        match self {
            Self::Json => Self::Binary,
            own => own,
        }
    }
}
