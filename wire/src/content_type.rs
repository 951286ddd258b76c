//! Content types of gRPC, parsed into dialect × codec.
//! Shape: `application/grpc`, then nothing, `-web` or `-web-text`, then nothing or `+codec`, then parameters.
//! Case and parameters are ignored, since gateways add `; charset=utf-8` and capitals on their way.
//! JSON and WebSocket aren't told here; a name in gRPC's family with a foreign codec still is,
//! so that the caller can answer it in its own dialect.
//! Source: gRPC PROTOCOL-HTTP2.md and PROTOCOL-WEB.md.

/// How a call is put on HTTP, as far as its content type tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// gRPC over HTTP/2: frames in the body, status in HTTP trailers.
    Grpc,
    /// gRPC-Web: frames in the body, status in a last trailer frame.
    GrpcWeb,
    /// gRPC-Web whose body is written in base64.
    GrpcWebText,
    /// HTTP with JSON: one message for a body, the outcome in the HTTP status. Never parsed here.
    Json,
}

impl Dialect {
    /// The content type that answers and requests of this dialect carry.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Grpc => "application/grpc",
            Self::GrpcWeb => "application/grpc-web+proto",
            Self::GrpcWebText => "application/grpc-web-text+proto",
            Self::Json => "application/json",
        }
    }
}

/// The format of the messages inside the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Protobuf, named or implied.
    Proto,
    /// Any other name, such as `+json`; nothing here can decode it.
    Other,
}

/// A content type of gRPC's family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentType {
    /// How the call is put on HTTP.
    pub dialect: Dialect,
    /// The format of the messages.
    pub codec: Codec,
}

impl ContentType {
    /// Parses a `content-type` value; None for anything outside gRPC's family, `application/grpcfoo` included.
    pub fn parse(text: &str) -> Option<Self> {
        let essence = text
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let (family, codec) = match essence.split_once('+') {
            Some((family, "proto")) => (family, Codec::Proto),
            Some((family, _)) => (family, Codec::Other),
            None => (essence.as_str(), Codec::Proto),
        };
        let dialect = match family {
            "application/grpc" => Dialect::Grpc,
            "application/grpc-web" => Dialect::GrpcWeb,
            "application/grpc-web-text" => Dialect::GrpcWebText,
            _ => return None,
        };
        Some(Self { dialect, codec })
    }
}

#[cfg(test)]
mod tests;
