//! `gangplank.v1.BalancerService`: who was picked and why, how each replica fares, and by which policy.
//! Everything is asked for at every answer; nothing is kept here but, for a watch, the number of the last pick that it told.
//! A watch ends in a drain with what the server then answers to every call. Source: proto/gangplank/v1/balancer.proto.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::stream::{self, Stream};
use proto::gangplank::v1 as pb;
use proto::gangplank::v1::balancer_service_server::BalancerService;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tonic::{Request, Response, Status};

use super::admin::unknown;
use crate::balance::{Balance, Pick, PickReason, Policy, Snapshot, Standing};

/// Between two answers of a watch, unless its caller says otherwise: a person sees it move.
const INTERVAL: Duration = Duration::from_millis(500);
/// Faster would be work for nobody's eyes.
const MIN_INTERVAL: Duration = Duration::from_millis(100);
/// Slower, and connections in between take the watch for dead.
const MAX_INTERVAL: Duration = Duration::from_mins(1);

/// Tells one component's balance, with the picks after that number; None if there is no such component.
pub type CurrentBalance = Arc<dyn Fn(&str, u64) -> Option<Balance> + Send + Sync>;
/// Sets a component's policy.
pub type SetPolicy = Arc<dyn Fn(&str, Policy) + Send + Sync>;

/// What is asked of the balancers.
#[derive(Clone)]
pub struct Config {
    /// Names of all components, in the order of the configuration.
    pub components: Arc<dyn Fn() -> Vec<Arc<str>> + Send + Sync>,
    /// How the calls of one are spread.
    pub balance: CurrentBalance,
    /// Changes that.
    pub set_policy: SetPolicy,
}

/// Handles the calls; clones are the same.
#[derive(Clone)]
pub(super) struct Balancers {
    config: Config,
    /// True once the process drains.
    draining: watch::Receiver<bool>,
    drained: Status,
}

impl Balancers {
    /// Tells what the balancers tell, until `draining`; watches end with `drained`.
    pub(super) fn new(config: Config, draining: watch::Receiver<bool>, drained: Status) -> Self {
        Self {
            config,
            draining,
            drained,
        }
    }

    /// The components asked for; empty for all.
    fn components(&self, wanted: &str) -> Result<Vec<Arc<str>>, Status> {
        let mut components = (self.config.components)();
        if !wanted.is_empty() {
            if !components.iter().any(|name| **name == *wanted) {
                let names = components.iter().map(|name| &**name);
                return Err(unknown("component", names));
            }
            components.retain(|name| **name == *wanted);
        }
        Ok(components)
    }

    fn balance(&self, component: &str, picks_since: u64) -> Option<pb::Balance> {
        let balance = (self.config.balance)(component, picks_since)?;
        Some(told(component, balance))
    }
}

/// A stream of snapshots.
type Watch = Pin<Box<dyn Stream<Item = Result<pb::WatchReplicasResponse, Status>> + Send>>;

#[tonic::async_trait]
impl BalancerService for Balancers {
    async fn list_replicas(
        &self,
        request: Request<pb::ListReplicasRequest>,
    ) -> Result<Response<pb::ListReplicasResponse>, Status> {
        let components = self.components(&request.into_inner().component)?;
        let balances = components.iter().filter_map(|name| self.balance(name, 0));
        Ok(Response::new(pb::ListReplicasResponse {
            balances: balances.collect(),
        }))
    }

    type WatchReplicasStream = Watch;

    async fn watch_replicas(
        &self,
        request: Request<pb::WatchReplicasRequest>,
    ) -> Result<Response<Watch>, Status> {
        let pb::WatchReplicasRequest {
            component,
            interval: every,
        } = request.into_inner();
        let every = every
            .and_then(|every| Duration::try_from(every).ok())
            .unwrap_or(INTERVAL)
            .clamp(MIN_INTERVAL, MAX_INTERVAL);
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let components = self.components(&component)?.into_iter();
        let watching = Watching {
            balancers: self.clone(),
            ticks,
            told: components.map(|name| (name, 0)).collect(),
            has_ended: false,
        };
        Ok(Response::new(Box::pin(stream::unfold(
            watching,
            Watching::next,
        ))))
    }

    async fn set_policy(
        &self,
        request: Request<pb::SetPolicyRequest>,
    ) -> Result<Response<pb::SetPolicyResponse>, Status> {
        let request = request.into_inner();
        if request.component.is_empty() {
            return Err(Status::invalid_argument("component must be named"));
        }
        let component = self.components(&request.component)?.remove(0);
        let policy = policy(&request)?;
        (self.config.set_policy)(&component, policy);
        let balance = self.balance(&component, u64::MAX);
        Ok(Response::new(pb::SetPolicyResponse { balance }))
    }
}

/// One watch.
struct Watching {
    balancers: Balancers,
    ticks: Interval,
    /// Components, and the last pick of each that was told.
    told: Vec<(Arc<str>, u64)>,
    has_ended: bool,
}

impl Watching {
    async fn next(mut self) -> Option<(Result<pb::WatchReplicasResponse, Status>, Self)> {
        if self.has_ended {
            return None;
        }
        let mut draining = self.balancers.draining.clone();
        let is_draining = tokio::select! {
            _ = self.ticks.tick() => false,
            // The sender lives as long as the services, which this holds.
            _ = draining.wait_for(|is_draining| *is_draining) => true,
        };
        if is_draining {
            self.has_ended = true;
            return Some((Err(self.balancers.drained.clone()), self));
        }
        let mut balances = Vec::with_capacity(self.told.len());
        for (component, told) in &mut self.told {
            if let Some(balance) = self.balancers.balance(component, *told) {
                *told = balance.picks.last().map_or(*told, |pick| pick.number);
                balances.push(balance);
            }
        }
        Some((Ok(pb::WatchReplicasResponse { balances }), self))
    }
}

fn policy(request: &pb::SetPolicyRequest) -> Result<Policy, Status> {
    Ok(match request.policy() {
        pb::Policy::P2c => Policy::P2c,
        pb::Policy::LeastRequest => Policy::LeastRequest,
        pb::Policy::RoundRobin => Policy::RoundRobin,
        pb::Policy::WeightedRoundRobin => Policy::WeightedRoundRobin,
        pb::Policy::Random => Policy::Random,
        pb::Policy::PickFirst => Policy::PickFirst,
        pb::Policy::RingHash => {
            let header = request.hash_header.parse();
            let header = header.map_err(|_| {
                Status::invalid_argument(
                    "hash_header must be a header's name, such as x-user, with RING_HASH",
                )
            })?;
            Policy::RingHash { header }
        }
        pb::Policy::Unspecified => {
            return Err(Status::invalid_argument(
                "policy must be one of P2C, LEAST_REQUEST, ROUND_ROBIN, WEIGHTED_ROUND_ROBIN, RANDOM, RING_HASH, \
                 PICK_FIRST",
            ));
        }
    })
}

fn told(component: &str, balance: Balance) -> pb::Balance {
    let hash_header = match &balance.policy {
        Policy::RingHash { header } => header.to_string(),
        _ => String::new(),
    };
    pb::Balance {
        component: component.to_owned(),
        policy: told_policy(&balance.policy).into(),
        hash_header,
        replicas: balance.replicas.into_iter().map(told_replica).collect(),
        picks: balance.picks.into_iter().map(told_pick).collect(),
        picks_total: balance.picks_total,
        retries_total: balance.retries_total,
        calls_waiting: balance.calls_waiting,
        failing_fast: balance.is_failing_fast,
        discovery_error: balance
            .discovery_error
            .map_or_else(String::new, |error| error.to_string()),
    }
}

fn told_policy(policy: &Policy) -> pb::Policy {
    match policy {
        Policy::P2c => pb::Policy::P2c,
        Policy::LeastRequest => pb::Policy::LeastRequest,
        Policy::RoundRobin => pb::Policy::RoundRobin,
        Policy::WeightedRoundRobin => pb::Policy::WeightedRoundRobin,
        Policy::Random => pb::Policy::Random,
        Policy::RingHash { .. } => pb::Policy::RingHash,
        Policy::PickFirst => pb::Policy::PickFirst,
    }
}

/// The state's name, and its reason in words.
pub(super) fn told_standing(standing: &Standing) -> (pb::ReplicaState, String) {
    match standing {
        Standing::Starting => (pb::ReplicaState::Starting, String::new()),
        Standing::Ready => (pb::ReplicaState::Ready, String::new()),
        Standing::Spared { reason } => (pb::ReplicaState::Ready, reason.clone()),
        Standing::Unreachable { reason } => (pb::ReplicaState::Unreachable, reason.to_string()),
        Standing::Ejected { reason, .. } => (pb::ReplicaState::Ejected, reason.clone()),
        Standing::Probing { reason } => (pb::ReplicaState::Probing, reason.clone()),
        Standing::NotServing => (
            pb::ReplicaState::NotServing,
            "it says so by grpc.health.v1".to_owned(),
        ),
    }
}

fn told_replica(replica: Snapshot) -> pb::ReplicaBalance {
    let (state, state_reason) = told_standing(&replica.standing);
    let next_probe_in = match &replica.standing {
        Standing::Ejected { next_probe_in, .. } => Some(*next_probe_in),
        _ => None,
    };
    let latency = |index: usize| replica.latencies.map(|latencies| latencies[index]);
    pb::ReplicaBalance {
        name: replica.name.to_string(),
        address: replica.address,
        state: state.into(),
        state_reason,
        spared: matches!(replica.standing, Standing::Spared { .. }),
        next_probe_in: next_probe_in.and_then(proto_duration),
        calls_in_flight: replica.in_flight,
        picks: replica.picks,
        failures: replica.failures,
        calls_per_second: replica.calls_per_second,
        latency_p50: latency(0).and_then(proto_duration),
        latency_p95: latency(1).and_then(proto_duration),
        latency_p99: latency(2).and_then(proto_duration),
        connections: replica.connections,
        load: replica.load,
        weight: replica.weight,
        last_error: replica
            .last_error
            .map_or_else(String::new, |error| error.to_string()),
    }
}

fn told_pick(pick: Pick) -> pb::Pick {
    let reason = match &pick.reason {
        PickReason::Only => pb::PickReason::Only,
        PickReason::Turn => pb::PickReason::Turn,
        PickReason::LowerLoad { .. } => pb::PickReason::LowerLoad,
        PickReason::Drawn => pb::PickReason::Drawn,
        PickReason::Hashed => pb::PickReason::Hashed,
        PickReason::First => pb::PickReason::First,
        PickReason::Probe => pb::PickReason::Probe,
    };
    let (load, over, over_load) = match pick.reason {
        PickReason::LowerLoad {
            load,
            over,
            over_load,
        } => (load, over.to_string(), over_load),
        _ => (0.0, String::new(), 0.0),
    };
    pb::Pick {
        number: pick.number,
        picked_at: Some(proto_time(pick.picked_at)),
        replica: pick.replica.to_string(),
        reason: reason.into(),
        over,
        load,
        over_load,
        attempt: pick.attempt,
    }
}

/// None for what protobuf can't say, which is over 10,000 years.
pub(super) fn proto_duration(duration: Duration) -> Option<prost_types::Duration> {
    duration.try_into().ok()
}

fn proto_time(time: SystemTime) -> prost_types::Timestamp {
    time.into()
}

#[cfg(test)]
mod tests;
