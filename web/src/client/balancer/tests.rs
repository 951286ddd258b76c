//! What is read, against what prost writes by the schema.

use prost::Message as _;
use proto::gangplank::v1 as pb;

use super::balances;
use crate::client::admin::replica_state;
use crate::model::balance::{Policy, Reason};

fn duration(nanos: i32) -> prost_types::Duration {
    prost_types::Duration { seconds: 1, nanos }
}

fn told() -> pb::Balance {
    pb::Balance {
        component: "my-service".to_owned(),
        policy: pb::Policy::RingHash.into(),
        hash_header: "x-user".to_owned(),
        replicas: vec![pb::ReplicaBalance {
            name: "replica-0".to_owned(),
            address: "127.0.0.1:1".to_owned(),
            state: pb::ReplicaState::Ejected.into(),
            state_reason: "7 failures in a row".to_owned(),
            spared: true,
            next_probe_in: Some(duration(500_000_000)),
            calls_in_flight: 3,
            picks: 1_000,
            failures: 7,
            calls_per_second: 12.5,
            latency_p50: Some(duration(0)),
            latency_p95: Some(duration(250_000_000)),
            latency_p99: Some(duration(750_000_000)),
            connections: 2,
            load: 4.0,
            weight: 1.0,
            last_error: "reset".to_owned(),
        }],
        picks: vec![pb::Pick {
            number: 70,
            picked_at: None,
            replica: "replica-0".to_owned(),
            reason: pb::PickReason::LowerLoad.into(),
            over: "replica-1".to_owned(),
            load: 1.5,
            over_load: 2.5,
            attempt: 2,
        }],
        picks_total: 70,
        retries_total: 5,
        calls_waiting: 4,
        failing_fast: true,
        discovery_error: "no such name".to_owned(),
    }
}

#[test]
fn every_field_is_read_as_the_schema_has_it() {
    let message = pb::WatchReplicasResponse {
        balances: vec![told()],
    };
    let balances = balances(&message.encode_to_vec());
    let [balance] = &balances[..] else {
        panic!("{balances:?}")
    };
    assert_eq!(balance.component, "my-service");
    assert_eq!(
        (balance.policy, &*balance.hash_header),
        (Policy::RingHash, "x-user")
    );
    assert_eq!((balance.picks_total, balance.retries_total), (70, 5));
    assert_eq!((balance.waiting, balance.is_failing_fast), (4, true));
    assert_eq!(balance.discovery_error, "no such name");
    let replica = &balance.replicas[0];
    assert_eq!(
        (&*replica.name, &*replica.state_reason),
        ("replica-0", "7 failures in a row")
    );
    assert!(replica.is_spared);
    assert_eq!(replica.next_probe_millis, Some(1_500.0));
    assert_eq!((replica.in_flight, replica.picks), (3, 1_000));
    assert!((replica.per_second - 12.5).abs() < f64::EPSILON);
    assert_eq!(replica.latencies, Some([1_000.0, 1_250.0, 1_750.0]));
    let pick = &balance.picks[0];
    assert_eq!(
        (pick.number, &*pick.replica, pick.attempt),
        (70, "replica-0", 2)
    );
    let expected = Reason::LowerLoad {
        load: 1.5,
        over: "replica-1".to_owned(),
        over_load: 2.5,
    };
    assert_eq!(pick.reason, expected);
}

#[test]
fn every_state_and_policy_has_the_schema_s_number() {
    for number in 0..=6 {
        let state = pb::ReplicaState::try_from(number).expect("the schema has it");
        let told = pb::ListReplicasResponse {
            balances: vec![pb::Balance {
                replicas: vec![pb::ReplicaBalance {
                    state: number,
                    ..pb::ReplicaBalance::default()
                }],
                ..pb::Balance::default()
            }],
        };
        let read = balances(&told.encode_to_vec());
        assert_eq!(read[0].replicas[0].state, replica_state(state));
    }
    for (place, policy) in Policy::ALL.into_iter().enumerate() {
        let number = i32::try_from(place + 1).expect("there are seven");
        let name = pb::Policy::try_from(number).expect("the schema has it");
        let expected = format!("POLICY_{}", policy.key().to_uppercase());
        assert_eq!(name.as_str_name(), expected);
    }
}
