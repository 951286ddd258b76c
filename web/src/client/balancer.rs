//! Asks `gangplank.v1.BalancerService` how calls are spread, and sets by which policy, with the lent client.

use std::time::Duration;

use prost::Message as _;
use proto::gangplank::v1 as pb;

use super::admin::{call, replica_state};
use super::lent::Lent;
use super::paths::{LIST_REPLICAS, SET_POLICY, WATCH_REPLICAS};
use crate::model::balance::{Balance, Pick, Policy, Reason, Replica};
use crate::model::refusal::Refusal;

/// Time between two answers of a watch: quick enough to be seen moving.
const INTERVAL: Duration = Duration::from_millis(250);

/// Returns every component as its balancer sees it now.
pub async fn list(client: &Lent) -> Result<Vec<Balance>, Refusal> {
    let asked = pb::ListReplicasRequest::default();
    let told: pb::ListReplicasResponse = call(client, LIST_REPLICAS, &asked).await?;
    Ok(told.balances.into_iter().map(balance).collect())
}

/// Hands over the same four times a second, until `take` wants no more or the server ends it.
pub async fn watch(
    client: &Lent,
    mut take: impl FnMut(Vec<Balance>) -> bool + 'static,
) -> Result<(), Refusal> {
    let asked = pb::WatchReplicasRequest {
        component: String::new(),
        interval: INTERVAL.try_into().ok(),
    };
    let told = move |message| match pb::WatchReplicasResponse::decode(message) {
        Ok(told) => take(told.balances.into_iter().map(balance).collect()),
        // One that can't be read is followed by others.
        Err(_) => true,
    };
    client
        .stream(WATCH_REPLICAS, &asked.encode_to_vec(), told)
        .await
}

/// Sets a component's policy, for calls that come from now on.
pub async fn set_policy(
    client: &Lent,
    component: String,
    policy: Policy,
    hash_header: String,
) -> Result<(), Refusal> {
    let asked = pb::SetPolicyRequest {
        component,
        policy: policy_number(policy).into(),
        hash_header,
    };
    call::<pb::SetPolicyResponse>(client, SET_POLICY, &asked)
        .await
        .map(drop)
}

fn balance(balance: pb::Balance) -> Balance {
    Balance {
        policy: match balance.policy() {
            pb::Policy::Unspecified => Policy::Unknown,
            pb::Policy::P2c => Policy::P2c,
            pb::Policy::LeastRequest => Policy::LeastRequest,
            pb::Policy::RoundRobin => Policy::RoundRobin,
            pb::Policy::WeightedRoundRobin => Policy::WeightedRoundRobin,
            pb::Policy::Random => Policy::Random,
            pb::Policy::RingHash => Policy::RingHash,
            pb::Policy::PickFirst => Policy::PickFirst,
        },
        component: balance.component,
        hash_header: balance.hash_header,
        replicas: balance.replicas.into_iter().map(replica).collect(),
        picks: balance.picks.into_iter().map(pick).collect(),
        picks_total: balance.picks_total,
        retries_total: balance.retries_total,
        waiting: balance.calls_waiting,
        is_failing_fast: balance.failing_fast,
    }
}

fn policy_number(policy: Policy) -> pb::Policy {
    match policy {
        Policy::Unknown => pb::Policy::Unspecified,
        Policy::P2c => pb::Policy::P2c,
        Policy::LeastRequest => pb::Policy::LeastRequest,
        Policy::RoundRobin => pb::Policy::RoundRobin,
        Policy::WeightedRoundRobin => pb::Policy::WeightedRoundRobin,
        Policy::Random => pb::Policy::Random,
        Policy::RingHash => pb::Policy::RingHash,
        Policy::PickFirst => pb::Policy::PickFirst,
    }
}

fn replica(replica: pb::ReplicaBalance) -> Replica {
    let latencies = [
        replica.latency_p50,
        replica.latency_p95,
        replica.latency_p99,
    ];
    Replica {
        state: replica_state(replica.state()),
        name: replica.name,
        state_reason: replica.state_reason,
        is_spared: replica.spared,
        next_probe_millis: replica
            .next_probe_in
            .map(|time| millis(time.seconds, time.nanos)),
        in_flight: replica.calls_in_flight,
        picks: replica.picks,
        per_second: replica.calls_per_second,
        latencies: match latencies.map(|time| Some(millis(time?.seconds, time?.nanos))) {
            [Some(p50), Some(p95), Some(p99)] => Some([p50, p95, p99]),
            _ => None,
        },
    }
}

fn pick(pick: pb::Pick) -> Pick {
    Pick {
        number: pick.number,
        reason: match pick.reason() {
            pb::PickReason::Unspecified => Reason::Unknown,
            pb::PickReason::Only => Reason::Only,
            pb::PickReason::Turn => Reason::Turn,
            pb::PickReason::LowerLoad => Reason::LowerLoad {
                load: pick.load,
                over: pick.over,
                over_load: pick.over_load,
            },
            pb::PickReason::Drawn => Reason::Drawn,
            pb::PickReason::Hashed => Reason::Hashed,
            pb::PickReason::First => Reason::First,
            pb::PickReason::Probe => Reason::Probe,
        },
        replica: pick.replica,
        attempt: pick.attempt,
    }
}

/// Returns a duration in milliseconds; of one that lasts decades, as much as counts.
pub(super) fn millis(seconds: i64, nanos: i32) -> f64 {
    let seconds = i32::try_from(seconds).unwrap_or(i32::MAX);
    f64::from(seconds) * 1e3 + f64::from(nanos) / 1e6
}
