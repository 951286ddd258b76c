//! How the page puts gRPC-Web on the wire.

/// Binary frames, or the same in base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WireFormat {
    /// `application/grpc-web+proto`: bytes as they are.
    #[default]
    Binary,
    /// `application/grpc-web-text+proto`: the same bytes in base64.
    Text,
}

impl WireFormat {
    /// Returns the name that stands in forms and links; [`WireFormat::from_key`] reads it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Text => "text",
        }
    }

    /// Returns the format of a key; binary when no format has that key.
    pub fn from_key(key: &str) -> Self {
        if key == Self::Text.key() {
            Self::Text
        } else {
            Self::Binary
        }
    }
}
