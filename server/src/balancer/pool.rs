//! The replicas of one component, as the rest of the server sees them: follows discovery, takes calls, tells how it fares.
//! Dropping an answer's future or body resets its stream at once, which is how a replica learns of a cancel.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use hyper::body::Incoming;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use wire::code::Code;

use super::blame::blame;
use super::breaker;
use super::call::{Call, Carrier};
use super::discovery::Discovered;
use super::outgoing::address;
use super::pulse::Pulse;
use super::replica::Replica;
use super::shared::{Settings, Shared};
use super::{CallError, upkeep};
use crate::balance::{Balance, Health, Policy};

/// Calls that wait for a replica at most: what a component without replicas may hold of the server's requests.
const MAX_WAITING: u32 = 500;

/// Which failed calls are made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Attempts of one call at most, the first included; 1 for no retries. At most 5, as in gRPC.
    pub max_attempts: u32,
    /// Codes for which calls of any method are made again; those of idempotent methods are for UNAVAILABLE anyway.
    pub codes: Vec<Code>,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            codes: Vec::new(),
        }
    }
}

/// What a pool needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The component's name.
    pub component: Arc<str>,
    /// The replicas of this moment, and of each one after.
    pub discovery: watch::Receiver<Discovered>,
    /// By which policy they are picked at first.
    pub policy: Policy,
    /// Which failed calls are made again.
    pub retry: Retry,
    /// When a replica is ejected, and for how long.
    pub breaker: breaker::Config,
    /// How dead connections are found.
    pub pulse: Pulse,
    /// Where chance begins.
    pub seed: u64,
    /// The wall clock.
    pub now: fn() -> SystemTime,
    /// Words an error that ends an answer in mid-stream.
    pub to_status: fn(&CallError) -> Status,
}

/// The replicas of one component. Dropping it closes all connections once their calls have ended.
#[derive(Debug)]
pub struct Pool {
    pub(super) shared: Arc<Shared>,
    pub(super) retry: Retry,
    pub(super) max_waiting: u32,
    pub(super) to_status: fn(&CallError) -> Status,
    discovery: watch::Receiver<Discovered>,
    /// Follows discovery, and owns the connections.
    _tending: JoinSet<()>,
}

/// What a replica answered.
#[derive(Debug)]
pub struct Answer {
    /// The replica's name.
    pub replica: Arc<str>,
    /// When the request was handed to it.
    pub picked_at: Instant,
    /// 1, or more if others failed the call before.
    pub attempts: u32,
    /// Its head, and its body as it comes; the body fails with a status.
    pub response: http::Response<Body>,
}

impl Pool {
    /// Begins to connect; `changed` is told whenever a replica comes, goes, or changes its standing.
    pub fn spawn(config: Config, changed: &Arc<watch::Sender<()>>) -> Self {
        let settings = Settings {
            component: config.component,
            policy: config.policy,
            pulse: config.pulse,
            breaker: config.breaker,
            clock: config.now,
            seed: config.seed,
        };
        let shared = Arc::new(Shared::new(settings, changed));
        let mut tending = Tending {
            shared: Arc::clone(&shared),
            kept: HashMap::new(),
        };
        let mut discovery = config.discovery.clone();
        // At once, so that the first call finds everybody who is known.
        tending.follow(&discovery.borrow_and_update());
        let mut tasks = JoinSet::new();
        tasks.spawn(tending.run(discovery));
        Self {
            shared,
            retry: config.retry,
            max_waiting: MAX_WAITING,
            to_status: config.to_status,
            discovery: config.discovery,
            _tending: tasks,
        }
    }

    /// Everything at this moment, with the picks after that number.
    pub fn balance(&self, picks_since: u64) -> Balance {
        let now = Instant::now();
        let shared = &self.shared;
        let active = shared.active();
        let is_picked = |replica: &Arc<Replica>| {
            let mut picked = active.replicas.iter();
            picked.any(|other| Arc::ptr_eq(other, replica))
        };
        let replicas = shared.replicas();
        let replicas = replicas.iter();
        let unready_since = shared.unready_since();
        Balance {
            policy: active.policy.clone(),
            replicas: replicas
                .map(|replica| replica.snapshot(now, is_picked(replica)))
                .collect(),
            picks: shared.picks.since(picks_since),
            picks_total: shared.picks.total(),
            retries_total: shared.picks.retries(),
            calls_waiting: shared.waiting.load(Ordering::Relaxed),
            is_failing_fast: unready_since
                .is_some_and(|since| now.duration_since(since) >= super::call::QUEUE_WAIT),
            discovery_error: self.discovery.borrow().error.clone(),
        }
    }

    /// Changes whom calls go to from now on.
    pub fn set_policy(&self, policy: Policy) {
        self.shared.set_policy(policy);
    }

    /// True if a replica may be picked.
    pub fn is_ready(&self) -> bool {
        self.shared.unready_since().is_none()
    }

    /// Returns once every replica is connected or has failed once.
    pub async fn tried(&self) {
        for replica in self.shared.replicas() {
            let mut health = replica.health.subscribe();
            // Fails only if the replica is gone, and this holds it.
            let _ = health.wait_for(|health| *health != Health::Starting).await;
        }
    }

    /// Sends a call to a replica, and to another one if that can't take it.
    pub async fn call(&self, call: Call) -> Result<Answer, CallError> {
        Carrier::new(self, call).carry().await
    }

    /// Asks the one replica of that name about itself; no pick, and counted nowhere.
    pub async fn ask(
        &self,
        name: &str,
        mut request: http::Request<Body>,
    ) -> Result<http::Response<Incoming>, CallError> {
        let component = &self.shared.component;
        let replicas = self.shared.replicas();
        let found = replicas.iter().find(|replica| *replica.name == *name);
        let link = found.and_then(|replica| Some((replica, replica.link()?)));
        let Some((replica, link)) = link else {
            return Err(CallError::NoReplica {
                component: Arc::clone(component),
                last_error: None,
            });
        };
        address(&mut request, replica);
        let sent = link.sender().send_request(request).await;
        sent.map_err(|error| blame(component, &replica.name, &error))
    }

    /// Why the one that was found last can't be reached.
    pub(super) fn last_error(&self, eligible: Option<&[Arc<str>]>) -> Option<Arc<str>> {
        let replicas = self.shared.replicas();
        let mut eligible = replicas
            .iter()
            .rev()
            .filter(|replica| eligible.is_none_or(|names| names.contains(&replica.name)));
        let of_replica = eligible.find_map(|replica| match &*replica.health.borrow() {
            Health::Unreachable { error } => Some(Arc::clone(error)),
            Health::Ready { .. } if !replica.is_serving() => {
                Some(format!("{} says that it doesn't serve", replica.name).into())
            }
            Health::Starting | Health::Ready { .. } => None,
        });
        of_replica.or_else(|| self.discovery.borrow().error.clone())
    }
}

/// Follows discovery.
struct Tending {
    shared: Arc<Shared>,
    /// The tasks of each replica; dropping them gives up its connections.
    kept: HashMap<Arc<str>, (Arc<Replica>, JoinSet<()>)>,
}

impl Tending {
    async fn run(mut self, mut discovery: watch::Receiver<Discovered>) {
        while discovery.changed().await.is_ok() {
            self.follow(&discovery.borrow_and_update());
        }
        // Nothing new will be found; what is there stays.
        std::future::pending::<()>().await;
    }

    /// Takes in who is new and lets go who is gone: calls on them go on to their end.
    fn follow(&mut self, discovered: &Discovered) {
        let found = &discovered.replicas;
        let is_there = |replica: &Replica| {
            let mut found = found.iter();
            found.any(|found| found.name == replica.name && found.endpoint == replica.endpoint)
        };
        self.kept.retain(|_, (replica, _)| is_there(replica));
        let mut replicas = Vec::with_capacity(found.len());
        for found in found.iter() {
            if let Some((known, _)) = self.kept.get(&found.name) {
                replicas.push(Arc::clone(known));
                continue;
            }
            let (name, endpoint) = (Arc::clone(&found.name), found.endpoint.clone());
            let config = self.shared.breaker.clone();
            if let Some(replica) = Replica::new(name, endpoint, config, Instant::now()) {
                let replica = Arc::new(replica);
                let tasks = upkeep::spawn(&self.shared, &replica);
                self.kept
                    .insert(Arc::clone(&found.name), (Arc::clone(&replica), tasks));
                replicas.push(replica);
            }
        }
        self.shared.set_replicas(replicas);
    }
}
