//! Claims about what is told of balances, and about policies that can't be.

use std::sync::Mutex;

use futures_util::StreamExt as _;
use tonic::Code;

use super::*;
use crate::balance::Health;

/// A replica that fares well.
fn replica(name: &str) -> Snapshot {
    Snapshot {
        name: name.into(),
        address: "127.0.0.1:50051".to_owned(),
        health: Health::Starting,
        standing: Standing::Ready,
        generation: 1,
        connections: 1,
        last_error: None,
        in_flight: 2,
        picks: 7,
        failures: 3,
        calls_per_second: 1.5,
        latencies: Some([1, 2, 3].map(Duration::from_millis)),
        load: 4.0,
        weight: 1.0,
    }
}

fn pick(number: u64) -> Pick {
    Pick {
        number,
        picked_at: SystemTime::UNIX_EPOCH,
        replica: "ship-0".into(),
        reason: PickReason::LowerLoad {
            load: 1.0,
            over: "ship-1".into(),
            over_load: 3.0,
        },
        attempt: 2,
    }
}

fn balance(picks: Vec<Pick>) -> Balance {
    let out = Snapshot {
        standing: Standing::Ejected {
            reason: "7 failures in a row".to_owned(),
            next_probe_in: Duration::from_secs(2),
        },
        ..replica("ship-1")
    };
    Balance {
        policy: Policy::P2c,
        replicas: vec![replica("ship-0"), out],
        picks,
        picks_total: 9,
        retries_total: 1,
        calls_waiting: 0,
        is_failing_fast: false,
        discovery_error: None,
    }
}

/// Of a component that has had nine picks; policies that are set go to the list.
fn balancers(draining: &watch::Sender<bool>) -> (Balancers, Arc<Mutex<Vec<String>>>) {
    let set = Arc::<Mutex<Vec<String>>>::default();
    let noted = Arc::clone(&set);
    let config = Config {
        components: Arc::new(|| vec!["port".into(), "ship".into()]),
        balance: Arc::new(|name, since| {
            let picks = (1..=9).filter(|number| *number > since).map(pick);
            (name == "ship").then(|| balance(picks.collect()))
        }),
        set_policy: Arc::new(move |name, policy| {
            noted.lock().unwrap().push(format!("{name} {policy}"));
        }),
    };
    let drained = Status::unavailable("the server ends");
    (Balancers::new(config, draining.subscribe(), drained), set)
}

fn here() -> watch::Sender<bool> {
    watch::Sender::new(false)
}

#[tokio::test]
async fn a_replica_is_told_with_its_state_and_reason() {
    let (balancers, _) = balancers(&here());
    let component = "ship".to_owned();
    let request = Request::new(pb::ListReplicasRequest { component });
    let answer = balancers.list_replicas(request).await.unwrap().into_inner();
    let [balance] = &*answer.balances else {
        panic!("one component")
    };
    assert_eq!(balance.policy(), pb::Policy::P2c);
    let [ready, out] = &*balance.replicas else {
        panic!("two replicas")
    };
    assert_eq!(ready.state(), pb::ReplicaState::Ready);
    assert_eq!(
        (ready.picks, ready.failures, ready.calls_in_flight),
        (7, 3, 2)
    );
    assert_eq!(ready.latency_p99, proto_duration(Duration::from_millis(3)));
    assert_eq!(out.state(), pb::ReplicaState::Ejected);
    assert_eq!(out.state_reason, "7 failures in a row");
    assert_eq!(out.next_probe_in, proto_duration(Duration::from_secs(2)));
    let first = &balance.picks[0];
    assert_eq!(
        (first.number, first.attempt, &*first.over),
        (1, 2, "ship-1")
    );
    assert_eq!(first.reason(), pb::PickReason::LowerLoad);
}

#[tokio::test(start_paused = true)]
async fn a_watch_tells_each_pick_once_and_ends_with_the_drain() {
    let draining = here();
    let (balancers, _) = balancers(&draining);
    let request = Request::new(pb::WatchReplicasRequest {
        component: "ship".to_owned(),
        interval: proto_duration(Duration::from_secs(1)),
    });
    let mut told = balancers
        .watch_replicas(request)
        .await
        .unwrap()
        .into_inner();
    let mut counts = Vec::new();
    for _ in 0..2 {
        let answer = told.next().await.unwrap().unwrap();
        counts.push(answer.balances[0].picks.len());
    }
    assert_eq!(counts, [9, 0]);
    draining.send_replace(true);
    let end = told.next().await.unwrap().unwrap_err();
    assert_eq!(end.code(), Code::Unavailable);
    assert!(told.next().await.is_none());
}

#[tokio::test]
async fn a_policy_is_set_for_the_component_that_is_named() {
    let (balancers, set) = balancers(&here());
    let ask = |component: &str, policy: pb::Policy, header: &str| {
        Request::new(pb::SetPolicyRequest {
            component: component.to_owned(),
            policy: policy.into(),
            hash_header: header.to_owned(),
        })
    };
    for (policy, header) in [
        (pb::Policy::RoundRobin, ""),
        (pb::Policy::RingHash, "x-user"),
    ] {
        balancers
            .set_policy(ask("ship", policy, header))
            .await
            .unwrap();
    }
    let expected = ["ship round_robin", "ship ring_hash:x-user"];
    assert_eq!(*set.lock().unwrap(), expected);
    for (component, policy, header, code) in [
        ("dock", pb::Policy::P2c, "", Code::NotFound),
        ("", pb::Policy::P2c, "", Code::InvalidArgument),
        ("ship", pb::Policy::Unspecified, "", Code::InvalidArgument),
        ("ship", pb::Policy::RingHash, "", Code::InvalidArgument),
    ] {
        let refused = balancers.set_policy(ask(component, policy, header)).await;
        assert_eq!(refused.unwrap_err().code(), code, "{component} {policy:?}");
    }
    assert_eq!(set.lock().unwrap().len(), 2);
}
