//! How the calls of a component are spread, as data: what the balancer tells and everybody above shows.
//! Below the rooms, since the balancer fills it in, services tell it, metrics count it and the configuration names policies;
//! none of them knows another. Nothing here decides anything.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderName;

/// By what a replica is picked for a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// The cheaper of two drawn at random, by calls in flight and decayed latency.
    #[default]
    P2c,
    /// The one of two drawn at random with fewer calls in flight.
    LeastRequest,
    /// One after the other.
    RoundRobin,
    /// One after the other, in proportion to what they report of their own load.
    WeightedRoundRobin,
    /// Any, by chance.
    Random,
    /// The same one for the same value of this header.
    RingHash {
        /// The header's name.
        header: HeaderName,
    },
    /// The same one for as long as it can be reached.
    PickFirst,
}

/// A text that is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no policy; there are p2c, least_request, round_robin, weighted_round_robin, random, ring_hash:HEADER \
     and pick_first"
)]
pub struct PolicyError(String);

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Ok(match text {
            "p2c" => Self::P2c,
            "least_request" => Self::LeastRequest,
            "round_robin" => Self::RoundRobin,
            "weighted_round_robin" => Self::WeightedRoundRobin,
            "random" => Self::Random,
            "pick_first" => Self::PickFirst,
            _ => {
                let header = text.strip_prefix("ring_hash:");
                let header = header.and_then(|name| name.parse().ok());
                let header = header.ok_or_else(|| PolicyError(text.to_owned()))?;
                Self::RingHash { header }
            }
        })
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::P2c => f.write_str("p2c"),
            Self::LeastRequest => f.write_str("least_request"),
            Self::RoundRobin => f.write_str("round_robin"),
            Self::WeightedRoundRobin => f.write_str("weighted_round_robin"),
            Self::Random => f.write_str("random"),
            Self::RingHash { header } => write!(f, "ring_hash:{header}"),
            Self::PickFirst => f.write_str("pick_first"),
        }
    }
}

/// Whether a replica can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// No attempt has ended yet.
    Starting,
    /// There is a connection.
    Ready {
        /// When it was made, by the wall clock.
        since: SystemTime,
    },
    /// There is none; the next attempt is on its way.
    Unreachable {
        /// Why the last attempt or connection ended.
        error: Arc<str>,
    },
}

/// Whether a replica may be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It hasn't been reached yet.
    Starting,
    /// It may.
    Ready,
    /// It may, though it failed too often: it is the last one.
    Spared {
        /// What it would have been ejected for.
        reason: String,
    },
    /// There is no connection.
    Unreachable {
        /// Why.
        reason: Arc<str>,
    },
    /// Its calls failed too often.
    Ejected {
        /// In words, such as "7 failures in a row".
        reason: String,
        /// When a call may probe it.
        next_probe_in: Duration,
    },
    /// One call is on its way to find out whether it has recovered.
    Probing {
        /// What it was ejected for.
        reason: String,
    },
    /// It says that it doesn't serve.
    NotServing,
}

/// A replica as it is at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The replica's name.
    pub name: Arc<str>,
    /// Where it listens.
    pub address: String,
    /// Whether it can be reached.
    pub health: Health,
    /// Whether it may be picked.
    pub standing: Standing,
    /// How many times it was reached anew: each time it may be another program.
    pub generation: u64,
    /// Connections that are open.
    pub connections: u32,
    /// What went wrong the last time; kept after it is mended.
    pub last_error: Option<Arc<str>>,
    /// Calls that it is answering.
    pub in_flight: u32,
    /// How often it was picked.
    pub picks: u64,
    /// Calls that failed by its own fault.
    pub failures: u64,
    /// Calls that ended per second, over the last ten seconds.
    pub calls_per_second: f64,
    /// p50, p95 and p99 of the time from the pick to the first byte of the answer's body; None without calls.
    pub latencies: Option<[Duration; 3]>,
    /// What p2c compares.
    pub load: f64,
    /// Its share by `weighted_round_robin`.
    pub weight: f64,
}

/// A component's balancer at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// By which it picks.
    pub policy: Policy,
    /// In the order of their discovery.
    pub replicas: Vec<Snapshot>,
    /// Those since the number asked for, oldest first.
    pub picks: Vec<Pick>,
    /// How many there were.
    pub picks_total: u64,
    /// How many of them were for a call that another replica had failed.
    pub retries_total: u64,
    /// Calls that wait for a replica.
    pub calls_waiting: u32,
    /// True if calls fail at once.
    pub is_failing_fast: bool,
    /// Why the last look-up of its replicas failed; None if it didn't.
    pub discovery_error: Option<Arc<str>>,
}
/// Why a replica was picked.
#[derive(Clone, Debug, PartialEq)]
pub enum PickReason {
    /// It was the only one that could be picked.
    Only,
    /// It was its turn.
    Turn,
    /// Its load was lower than that of another that was drawn.
    LowerLoad {
        /// Its own, in the policy's measure.
        load: f64,
        /// The other's name.
        over: Arc<str>,
        /// The other's load.
        over_load: f64,
    },
    /// It was drawn by chance.
    Drawn,
    /// The header's value belongs to it.
    Hashed,
    /// It is the one that takes every call.
    First,
    /// It was ejected, and this call finds out whether it has recovered.
    Probe,
}

/// One decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// Counts the picks of the component from 1 on.
    pub number: u64,
    /// When, by the wall clock.
    pub picked_at: SystemTime,
    /// The replica's name.
    pub replica: Arc<str>,
    /// Why.
    pub reason: PickReason,
    /// 1 for a call's first replica.
    pub attempt: u32,
}

#[cfg(test)]
mod tests;
