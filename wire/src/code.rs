//! Codes: the outcome of a call as a number from 0 to 16.
//! Maps to and from the number, the wire's name, `grpc-status` text and the HTTP status.
//! The two HTTP tables aren't inverse to each other: one reads an answer that never met gRPC, the other makes one.
//! Source: gRPC `statuscodes.md` and `http-grpc-status-mapping.md`; `http_status` follows grpc-gateway.

use std::fmt;

/// The outcome of a call; the discriminant is the number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The call succeeded.
    Ok = 0,
    /// The caller gave the call up.
    Canceled = 1,
    /// An error without a better code, or a code this version doesn't know.
    Unknown = 2,
    /// The arguments are wrong whatever the state of the system.
    InvalidArgument = 3,
    /// Time ran out before the call ended; it may still have had an effect.
    DeadlineExceeded = 4,
    /// The thing asked for doesn't exist.
    NotFound = 5,
    /// The thing to create exists.
    AlreadyExists = 6,
    /// The caller is known and may not do this.
    PermissionDenied = 7,
    /// A quota or a size limit is used up.
    ResourceExhausted = 8,
    /// The system isn't in the state this call needs.
    FailedPrecondition = 9,
    /// The call met a conflict, such as a lost transaction.
    Aborted = 10,
    /// The call went past a valid range.
    OutOfRange = 11,
    /// The method doesn't exist here or isn't supported.
    Unimplemented = 12,
    /// An invariant broke on the answering side.
    Internal = 13,
    /// Nobody can answer right now; worth another try.
    Unavailable = 14,
    /// Data is lost or damaged for good.
    DataLoss = 15,
    /// The caller is not known.
    Unauthenticated = 16,
}

impl Code {
    /// Every code, in the order of its number.
    pub const ALL: [Self; 17] = [
        Self::Ok,
        Self::Canceled,
        Self::Unknown,
        Self::InvalidArgument,
        Self::DeadlineExceeded,
        Self::NotFound,
        Self::AlreadyExists,
        Self::PermissionDenied,
        Self::ResourceExhausted,
        Self::FailedPrecondition,
        Self::Aborted,
        Self::OutOfRange,
        Self::Unimplemented,
        Self::Internal,
        Self::Unavailable,
        Self::DataLoss,
        Self::Unauthenticated,
    ];

    /// Returns the code of a number, or None above 16 (readers treat such a number as `Unknown`).
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// Parses `grpc-status` text: one or two decimal digits, no sign, no space. None for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits
            .then(|| text.parse().ok().and_then(Self::from_number))
            .flatten()
    }

    /// The number on the wire, 0 to 16.
    pub fn number(self) -> u32 {
        self as u32
    }

    /// The wire's spelling, in capitals; `Canceled` has two Ls there: `CANCELLED`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Canceled => "CANCELLED",
            Self::Unknown => "UNKNOWN",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Aborted => "ABORTED",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::DataLoss => "DATA_LOSS",
            Self::Unauthenticated => "UNAUTHENTICATED",
        }
    }

    /// The code of an HTTP answer that carries no `grpc-status`.
    /// Never `Ok`: such an answer with status 200 is `Unknown`, since the outcome was lost.
    pub fn from_http_status(http_status: u16) -> Self {
        match http_status {
            400 | 431 => Self::Internal,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 => Self::Unimplemented,
            429 | 502 | 503 | 504 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }

    /// The HTTP status that carries this code in the JSON dialect.
    pub fn http_status(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::InvalidArgument | Self::FailedPrecondition | Self::OutOfRange => 400,
            Self::Unauthenticated => 401,
            Self::PermissionDenied => 403,
            Self::NotFound => 404,
            Self::AlreadyExists | Self::Aborted => 409,
            Self::ResourceExhausted => 429,
            Self::Canceled => 499,
            Self::Unknown | Self::Internal | Self::DataLoss => 500,
            Self::Unimplemented => 501,
            Self::Unavailable => 503,
            Self::DeadlineExceeded => 504,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests;
