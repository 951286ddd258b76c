//! Replicas of components: who they are, whether they can be reached, and which one takes the next call.
//! Each replica keeps one HTTP/2 connection, made in the background and again when it is lost, so that a call finds it
//! ready and never waits for a handshake that somebody else caused. A pick goes round robin over those that are ready.
//! A call that didn't leave goes to the next replica; one that did is never sent twice.
//! Nothing here knows HTTP paths or JSON; requests come whole, with frames for a body.

use std::sync::Arc;

use h2::Reason;

pub use endpoint::{Endpoint, EndpointError};
pub use pool::{Answer, Config, Pool};
pub use replica::{Health, Snapshot};

mod connection;
mod endpoint;
mod pick;
mod pool;
mod replica;

/// Why a call got no answer, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No replica that has the method can be reached.
    #[error("no ready replica of component {component}{}", said(last_error.as_deref()))]
    NoReplica {
        /// The component.
        component: Arc<str>,
        /// Why the one tried last can't be reached; None if there is none to try.
        last_error: Option<Arc<str>>,
    },
    /// The replica ended the call with an HTTP/2 reset.
    #[error("replica {replica} of component {component} reset the call: {reason}")]
    Reset {
        /// The component.
        component: Arc<str>,
        /// The replica's name.
        replica: Arc<str>,
        /// What it said.
        reason: Reason,
    },
    /// The connection broke with the call on it; what the replica did by then isn't known.
    #[error("the connection to replica {replica} of component {component} broke: {cause}")]
    Broken {
        /// The component.
        component: Arc<str>,
        /// The replica's name.
        replica: Arc<str>,
        /// What the HTTP library says.
        cause: String,
    },
}

fn said(last_error: Option<&str>) -> String {
    last_error.map_or_else(String::new, |error| format!(" (the last one: {error})"))
}
