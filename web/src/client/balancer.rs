//! Asks `gangplank.v1.BalancerService` how calls are spread, and sets by which policy, with the lent client.
//!
//! Messages are read field by field: with prost's readers this bundle would be too large. Field numbers are
//! those of proto/gangplank/v1/balancer.proto; a test holds them to it.

use super::lent::Lent;
use super::paths::{LIST_REPLICAS, SET_POLICY, WATCH_REPLICAS};
use crate::model::balance::{Balance, Pick, Policy, Reason, Replica};
use crate::model::components::ReplicaState;
use crate::model::message::{Fields, Raw, Writer};
use crate::model::refusal::Refusal;

/// Time between two answers of a watch: quick enough to be seen moving.
const INTERVAL_MILLIS: u32 = 250;

/// Returns every component as its balancer sees it now.
pub async fn list(client: &Lent) -> Result<Vec<Balance>, Refusal> {
    Ok(balances(&client.call(LIST_REPLICAS, &[]).await?))
}

/// Hands over the same four times a second, until `take` wants no more or the server ends it.
pub async fn watch(
    client: &Lent,
    mut take: impl FnMut(Vec<Balance>) -> bool + 'static,
) -> Result<(), Refusal> {
    let asked = Writer::default().millis(2, INTERVAL_MILLIS).done();
    let told = move |message: bytes::Bytes| take(balances(&message));
    client.stream(WATCH_REPLICAS, &asked, told).await
}

/// Sets a component's policy, for calls that come from now on.
pub async fn set_policy(
    client: &Lent,
    component: &str,
    policy: Policy,
    hash_header: &str,
) -> Result<(), Refusal> {
    let number = Policy::ALL.iter().position(|own| *own == policy);
    let asked = Writer::default()
        .bytes(1, component.as_bytes())
        .number(2, number.map_or(0, |place| place as u64 + 1))
        .bytes(3, hash_header.as_bytes())
        .done();
    client.call(SET_POLICY, &asked).await.map(drop)
}

/// Reads the balances of either answer.
fn balances(message: &[u8]) -> Vec<Balance> {
    let balances = Fields::of(message).filter(|(number, _)| *number == 1);
    balances.map(|(_, raw)| balance(raw.bytes())).collect()
}

fn balance(message: &[u8]) -> Balance {
    let mut balance = Balance::default();
    for (number, raw) in Fields::of(message) {
        match number {
            1 => balance.component = raw.text(),
            2 => {
                // In the order of the enum, which begins with "unspecified".
                let place = (raw.small() as usize).wrapping_sub(1);
                balance.policy = Policy::ALL.get(place).copied().unwrap_or_default();
            }
            3 => balance.hash_header = raw.text(),
            4 => balance.replicas.push(replica(raw.bytes())),
            5 => balance.picks.push(pick(raw.bytes())),
            6 => balance.picks_total = raw.number(),
            7 => balance.retries_total = raw.number(),
            8 => balance.waiting = raw.small(),
            9 => balance.is_failing_fast = raw.number() != 0,
            10 => balance.discovery_error = raw.text(),
            _ => {}
        }
    }
    balance
}

fn replica(message: &[u8]) -> Replica {
    let mut replica = Replica::default();
    let mut latencies = [None; 3];
    for (number, raw) in Fields::of(message) {
        match number {
            1 => replica.name = raw.text(),
            3 => replica.state = state(raw),
            4 => replica.state_reason = raw.text(),
            5 => replica.is_spared = raw.number() != 0,
            6 => replica.next_probe_millis = Some(raw.millis()),
            7 => replica.in_flight = raw.small(),
            8 => replica.picks = raw.number(),
            10 => replica.per_second = raw.double(),
            11..=13 => latencies[number as usize - 11] = Some(raw.millis()),
            _ => {}
        }
    }
    if let [Some(p50), Some(p95), Some(p99)] = latencies {
        replica.latencies = Some([p50, p95, p99]);
    }
    replica
}

fn state(raw: Raw<'_>) -> ReplicaState {
    match raw.number() {
        1 => ReplicaState::Starting,
        2 => ReplicaState::Ready,
        3 => ReplicaState::Unreachable,
        4 => ReplicaState::Ejected,
        5 => ReplicaState::Probing,
        6 => ReplicaState::NotServing,
        _ => ReplicaState::Unknown,
    }
}

fn pick(message: &[u8]) -> Pick {
    let mut pick = Pick::default();
    let (mut reason, mut over) = (0, String::new());
    let (mut load, mut over_load) = (0.0, 0.0);
    for (number, raw) in Fields::of(message) {
        match number {
            1 => pick.number = raw.number(),
            3 => pick.replica = raw.text(),
            4 => reason = raw.number(),
            5 => over = raw.text(),
            6 => load = raw.double(),
            7 => over_load = raw.double(),
            8 => pick.attempt = raw.small(),
            _ => {}
        }
    }
    pick.reason = match reason {
        1 => Reason::Only,
        2 => Reason::Turn,
        3 => Reason::LowerLoad {
            load,
            over,
            over_load,
        },
        4 => Reason::Drawn,
        5 => Reason::Hashed,
        6 => Reason::First,
        7 => Reason::Probe,
        _ => Reason::Unknown,
    };
    pick
}

#[cfg(test)]
mod tests;
