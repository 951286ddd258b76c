//! How calls are spread over replicas, as `/balance` draws it: what the balancer told at one moment.
//!
//! Times are milliseconds. A replica's mark is its place in the order of first appearance: it stays the
//! same when replicas come and go, so that a hue means one replica for as long as the page is open.

use super::components::ReplicaState;

/// How many picks the ribbon shows.
pub const RIBBON: usize = 100;
/// The header that `ring_hash` goes by unless the reader names another one.
pub const DEFAULT_HEADER: &str = "x-user";

/// Which of the ready replicas takes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// The server says something this page doesn't know.
    #[default]
    Unknown,
    /// The cheaper of two drawn.
    P2c,
    /// The one of two drawn with fewer calls in flight.
    LeastRequest,
    /// In turn.
    RoundRobin,
    /// In turn, in proportion to what replicas report.
    WeightedRoundRobin,
    /// Any, by chance.
    Random,
    /// By a header's value.
    RingHash,
    /// The same one as long as it lasts.
    PickFirst,
}

impl Policy {
    /// Every policy that can be chosen.
    pub const ALL: [Self; 7] = [
        Self::P2c,
        Self::LeastRequest,
        Self::RoundRobin,
        Self::WeightedRoundRobin,
        Self::Random,
        Self::RingHash,
        Self::PickFirst,
    ];

    /// Returns the name that flags and files have for it, the same in every language.
    pub fn key(self) -> &'static str {
        match self {
            Self::Unknown => "?",
            Self::P2c => "p2c",
            Self::LeastRequest => "least_request",
            Self::RoundRobin => "round_robin",
            Self::WeightedRoundRobin => "weighted_round_robin",
            Self::Random => "random",
            Self::RingHash => "ring_hash",
            Self::PickFirst => "pick_first",
        }
    }

    /// Returns the policy of a key.
    pub fn from_key(key: &str) -> Self {
        let known = Self::ALL.into_iter().find(|policy| policy.key() == key);
        known.unwrap_or_default()
    }
}

/// Why a replica was picked.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Reason {
    /// The server says something this page doesn't know.
    #[default]
    Unknown,
    /// No other could be picked.
    Only,
    /// It was its turn.
    Turn,
    /// Its load was lower.
    LowerLoad {
        /// Its own, in the policy's measure.
        load: f64,
        /// The other one's name.
        over: String,
        /// The other one's load.
        over_load: f64,
    },
    /// It was drawn by chance.
    Drawn,
    /// The header's value belongs to it.
    Hashed,
    /// It takes every call.
    First,
    /// The call finds out whether it has recovered.
    Probe,
}

/// One decision of the balancer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pick {
    /// Counts the component's picks from 1 on.
    pub number: u64,
    /// Who was picked.
    pub replica: String,
    /// Why.
    pub reason: Reason,
    /// 1 for a call's first replica, 2 for the one that took over.
    pub attempt: u32,
}

/// How one replica fares.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replica {
    /// Its name.
    pub name: String,
    /// How it fares.
    pub state: ReplicaState,
    /// Why it's in that state, in the server's words; empty if it's ready.
    pub state_reason: String,
    /// It would be ejected, were it not the last one.
    pub is_spared: bool,
    /// How long until a call may probe it; none unless it's ejected.
    pub next_probe_millis: Option<f64>,
    /// Calls that it's handling.
    pub in_flight: u32,
    /// How often it was picked since it was discovered.
    pub picks: u64,
    /// Calls that ended per second.
    pub per_second: f64,
    /// 50, 95 and 99 % of its calls took at most this; none without calls.
    pub latencies: Option<[f64; 3]>,
}

/// One component at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Balance {
    /// Its name.
    pub component: String,
    /// By which policy its replicas are picked.
    pub policy: Policy,
    /// The header that `ring_hash` goes by; else empty.
    pub hash_header: String,
    /// Its replicas.
    pub replicas: Vec<Replica>,
    /// The latest picks, oldest first.
    pub picks: Vec<Pick>,
    /// Picks since the API server started.
    pub picks_total: u64,
    /// How many of them were for a call that another replica had failed.
    pub retries_total: u64,
    /// Calls that wait for a replica.
    pub waiting: u32,
    /// None has been ready for so long that calls fail at once.
    pub is_failing_fast: bool,
    /// Why the last look-up of its replicas failed, in the server's words; empty if it didn't.
    pub discovery_error: String,
}

impl Balance {
    /// Returns whether a reader who has paused the page still wants to see this change.
    pub fn differs_in_state(&self, other: &Self) -> bool {
        let same = |(a, b): (&Replica, &Replica)| {
            a.name == b.name && a.state == b.state && a.is_spared == b.is_spared
        };
        self.component != other.component
            || self.policy != other.policy
            || self.hash_header != other.hash_header
            || self.replicas.len() != other.replicas.len()
            || !self.replicas.iter().zip(&other.replicas).all(same)
    }

    /// Returns the replicas that changed their state since `before`.
    pub fn news<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Replica> {
        self.replicas.iter().filter(|replica| {
            let old = before.replicas.iter().find(|old| old.name == replica.name);
            self.component == before.component && old.is_none_or(|old| old.state != replica.state)
        })
    }
}

/// Names in the order of their first appearance: a name's mark is its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks(Vec<String>);

impl Marks {
    /// Gives a name the next mark.
    pub fn add(&mut self, name: &str) {
        self.0.push(name.to_owned());
    }

    /// Returns the mark of a name that has one.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|known| known == name)
    }
}

/// Returns the class of a mark: one of four hues, with a pattern where hues begin again.
pub fn mark_class(mark: usize) -> String {
    let pattern = if mark / 4 % 2 == 1 {
        " mark-striped"
    } else {
        ""
    };
    format!("mark mark-{}{pattern}", mark % 4 + 1)
}

/// The latest picks, oldest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ribbon {
    picks: Vec<Pick>,
}

impl Ribbon {
    /// Takes in those that it doesn't have yet. Numbers that fell back mean another server: it begins anew.
    pub fn take(&mut self, balance: &Balance) {
        let mut last = self.picks.last().map_or(0, |pick| pick.number);
        if balance.picks_total < last {
            *self = Self::default();
            last = 0;
        }
        let fresh = balance.picks.iter().filter(|pick| pick.number > last);
        self.picks.extend(fresh.cloned());
        let excess = self.picks.len().saturating_sub(RIBBON);
        self.picks.drain(..excess);
    }

    /// Returns the pick at a place, 0 for the latest.
    pub fn latest(&self, place: usize) -> Option<&Pick> {
        self.picks.iter().rev().nth(place)
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.picks.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.picks.is_empty()
    }
}

/// The trouble that a replica of the demo is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// None.
    Fine,
    /// Its answers wait.
    Slow,
    /// Its calls fail.
    Broken,
    /// Its port is closed.
    Killed,
    /// It says that it doesn't serve.
    Draining,
}

impl Trouble {
    /// Every trouble, and none.
    pub const ALL: [Self; 5] = [
        Self::Slow,
        Self::Broken,
        Self::Killed,
        Self::Draining,
        Self::Fine,
    ];
    /// How long a slow replica's answers wait.
    pub const DELAY_MILLIS: u32 = 300;

    /// Returns the name of its button for tests.
    pub fn key(self) -> &'static str {
        match self {
            Self::Fine => "revive",
            Self::Slow => "slow",
            Self::Broken => "break",
            Self::Killed => "kill",
            Self::Draining => "drain",
        }
    }
}

/// A replica of the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoReplica {
    /// Its name.
    pub name: String,
    /// The trouble that it's in.
    pub trouble: Trouble,
}

#[cfg(test)]
mod tests;
