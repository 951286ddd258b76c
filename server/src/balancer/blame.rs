//! What a failed attempt means: whose fault it was, whether the replica's program ever saw it, and what it asks for.
//! Sources: RFC 9113, sections 6.8 and 8.7; gRPC proposal A6.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName};

use super::CallError;
use super::upkeep::chain;

/// Milliseconds after which a replica wants a call again; negative for never.
const PUSHBACK: HeaderName = HeaderName::from_static("grpc-retry-pushback-ms");

/// Whose fault it is: a reset says so, everything else is the connection's.
pub(super) fn blame(component: &Arc<str>, replica: &Arc<str>, error: &hyper::Error) -> CallError {
    let (component, replica) = (Arc::clone(component), Arc::clone(replica));
    match http2(error)
        .filter(|h2| h2.is_reset())
        .and_then(h2::Error::reason)
    {
        Some(reason) => CallError::Reset {
            component,
            replica,
            reason,
        },
        None => CallError::Broken {
            component,
            replica,
            cause: chain(error),
        },
    }
}

/// True if no program of the replica has seen the call: its stream was refused, a goodbye left it out, or it was still
/// waiting for its turn when the connection ended.
pub(super) fn is_untouched(error: &hyper::Error) -> bool {
    if error.is_canceled() || error.is_user() {
        return true;
    }
    http2(error).is_some_and(|h2| {
        let is_refused = h2.is_reset() && h2.reason() == Some(h2::Reason::REFUSED_STREAM);
        h2.is_remote() && (is_refused || h2.is_go_away())
    })
}

fn http2(error: &hyper::Error) -> Option<&h2::Error> {
    error.source()?.downcast_ref()
}

/// Whether a replica wants a failed call again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushback {
    /// It left that open.
    Unsaid,
    /// After this time.
    After(Duration),
    /// It doesn't; nor does one whose words can't be read.
    Never,
}

/// What the head of an answer says.
pub(super) fn pushback(headers: &HeaderMap) -> Pushback {
    let Some(value) = headers.get(PUSHBACK) else {
        return Pushback::Unsaid;
    };
    let millis = value.to_str().ok().and_then(|text| text.parse().ok());
    millis.map_or(Pushback::Never, |millis| {
        Pushback::After(Duration::from_millis(millis))
    })
}

#[cfg(test)]
mod tests;
