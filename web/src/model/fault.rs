//! What went wrong between the page and a proper gRPC-Web answer, and the status code it means.
//!
//! A fault is the page's own finding: the server's own statuses aren't faults.
//! Codes follow gRPC's table from HTTP statuses; `i18n` holds the one-line remedy of each.

use std::fmt;

use wire::base64::Base64Error;
use wire::code::Code;
use wire::frame::FrameError;
use wire::trailers::TrailersError;

/// Why an answer isn't a proper gRPC-Web one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The browser says that it has no network.
    Offline,
    /// The page came by https and the call would go by http.
    MixedContent,
    /// Something answers at the address, but its answer isn't meant for this page's origin.
    OriginRefused,
    /// Nothing answers at the address.
    Unreachable,
    /// The answer was a redirect, as login pages make.
    Redirected,
    /// An HTTP status other than 200, and no `grpc-status`.
    HttpStatus(u16),
    /// HTTP 200 with something other than gRPC-Web, such as an HTML page.
    ContentType(String),
    /// HTTP 200 with something other than the JSON that was asked for.
    NotJson,
    /// The text mode's base64 is broken.
    Text(Base64Error),
    /// The stream of frames is malformed, cut, or over the limit.
    Frame(FrameError),
    /// A frame is compressed, which this page never offered.
    Compressed,
    /// The trailer block is malformed or has no `grpc-status`.
    Trailers(TrailersError),
    /// The body ended without a trailer frame.
    MissingTrailers,
    /// The connection broke while the body was on its way.
    BrokenBody,
    /// The deadline passed before the answer had come.
    DeadlinePassed,
    /// The body is larger than this many bytes.
    AnswerSize(usize),
    /// A unary call succeeded with this many messages instead of one.
    MessageCount(usize),
}

impl Fault {
    /// Returns the status code that a call with this fault ends with.
    pub fn code(&self) -> Code {
        match self {
            Self::Offline
            | Self::MixedContent
            | Self::OriginRefused
            | Self::Unreachable
            | Self::BrokenBody => Code::Unavailable,
            Self::Redirected
            | Self::ContentType(_)
            | Self::NotJson
            | Self::MissingTrailers
            | Self::Trailers(TrailersError::MissingStatus) => Code::Unknown,
            Self::HttpStatus(status) => Code::from_http_status(*status),
            Self::Frame(FrameError::TooLong { .. }) | Self::AnswerSize(_) => {
                Code::ResourceExhausted
            }
            Self::Text(_) | Self::Frame(_) | Self::Compressed | Self::Trailers(_) => Code::Internal,
            Self::MessageCount(_) => Code::Unimplemented,
            Self::DeadlinePassed => Code::DeadlineExceeded,
        }
    }

    /// Returns whether nothing that could be read came back.
    pub fn is_unreached(&self) -> bool {
        matches!(
            self,
            Self::Offline | Self::MixedContent | Self::OriginRefused | Self::Unreachable
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str("the browser is offline"),
            Self::MixedContent => f.write_str("an https page can't call an http server"),
            Self::OriginRefused => f.write_str("the server doesn't allow this page's origin"),
            Self::Unreachable => f.write_str("nothing answers at this address"),
            Self::Redirected => f.write_str("the answer is a redirect"),
            Self::HttpStatus(status) => write!(f, "HTTP {status} without a gRPC status"),
            Self::ContentType(found) if found.is_empty() => {
                f.write_str("the answer has no content type")
            }
            Self::ContentType(found) => write!(f, "the answer is {found}, not gRPC-Web"),
            Self::NotJson => f.write_str("the answer isn't JSON"),
            Self::Text(error) => write!(f, "broken base64: {error}"),
            Self::Frame(error) => error.fmt(f),
            Self::DeadlinePassed => f.write_str("the deadline passed in the page"),
            Self::AnswerSize(limit) => write!(f, "the answer exceeds {limit} bytes"),
            Self::Compressed => f.write_str("a frame is compressed, which nobody asked for"),
            Self::Trailers(error) => write!(f, "broken trailers: {error}"),
            Self::MissingTrailers => f.write_str("the body ended without trailers"),
            Self::BrokenBody => f.write_str("the connection broke within the answer"),
            Self::MessageCount(count) => write!(f, "{count} messages where one is due"),
        }
    }
}

#[cfg(test)]
mod tests;
