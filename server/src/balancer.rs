//! Replicas of components: where they are found, how they fare, and which one takes the next call.
//! Each replica keeps connections of its own, made in the background, so that a call finds them ready. Who may be picked
//! is one set behind one pointer (`shared`); a pick reads it and a few atomics, by a `policy`. How calls end decides who is
//! ejected (`breaker`), how fast an answer came decides whom `p2c` prefers (`latency`), and what never reached a replica
//! goes to another one (`call`). `crate::balance` is what it tells of itself.
//! Nothing here knows HTTP routes or JSON; requests come whole, with frames for a body.

use std::sync::Arc;

use h2::Reason;

pub use breaker::Config as BreakerConfig;
pub use call::Call;
pub use discovery::{Discovered, Found};
pub use endpoint::{Endpoint, EndpointError};
pub use pool::{Answer, Config, Pool, Retry};
pub use pulse::Pulse;
pub use spans::Traced;

mod backoff;
mod blame;
mod breaker;
mod budget;
mod call;
mod connection;
pub mod discovery;
mod endpoint;
mod health;
mod latency;
mod line;
mod link;
mod orca;
mod outgoing;
mod picks;
mod policy;
mod pool;
mod pulse;
mod replica;
mod shared;
mod spans;
mod ticket;
mod upkeep;

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
