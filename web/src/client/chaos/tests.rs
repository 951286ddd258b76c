//! What is written and read, against prost and the schema.

use prost::Message as _;
use proto::gangplank::v1 as pb;
use proto::myservice::v1::SayHelloResponse;

use super::{demo, disturbed, disturbed_as, replica_of, report};
use crate::model::balance::Trouble;
use crate::model::ledger::Report;

#[test]
fn every_trouble_is_read_back_as_it_was_written() {
    for trouble in Trouble::ALL {
        let asked = disturbed("replica-1", trouble);
        let asked = pb::DisturbReplicaRequest::decode(&asked[..]).expect("prost reads it");
        assert_eq!(asked.replica, "replica-1");
        let told = pb::ScaleDemoResponse {
            replicas: vec![pb::DemoReplica {
                name: asked.replica,
                disturbance: asked.disturbance,
            }],
        };
        let read = demo(&told.encode_to_vec());
        assert_eq!((&*read[0].name, read[0].trouble), ("replica-1", trouble));
    }
}

#[test]
fn report_is_read_as_the_schema_has_it() {
    let told = pb::RunLoadResponse {
        begun: 10,
        succeeded: 8,
        failed: 1,
        answered: vec![pb::Answered {
            replica: "replica-2".to_owned(),
            calls: 8,
        }],
        codes: vec!["UNAVAILABLE".to_owned()],
        latency_p50: Some(prost_types::Duration {
            seconds: 0,
            nanos: 1_500_000,
        }),
        latency_p99: None,
    };
    let expected = Report {
        begun: 10,
        failed: 1,
        codes: vec!["UNAVAILABLE".to_owned()],
        answered: vec![("replica-2".to_owned(), 8)],
        p50: Some(1.5),
        p99: None,
    };
    assert_eq!(report(&told.encode_to_vec()), expected);
}

#[test]
fn greeting_names_its_replica() {
    let answer = SayHelloResponse {
        message: "Hello, World!".to_owned(),
        replica: "replica-1".to_owned(),
        served_at: None,
    };
    assert_eq!(replica_of(&answer.encode_to_vec()), "replica-1");
}

#[test]
fn disturbances_are_kept_in_the_server_s_own_words() {
    let slow = pb::Disturbance {
        delay: Some(prost_types::Duration {
            seconds: 2,
            nanos: 5,
        }),
        broken: true,
        ..pb::Disturbance::default()
    };
    let replica = |name: &str, disturbance| pb::DemoReplica {
        name: name.to_owned(),
        disturbance,
    };
    let told = pb::ListDemoReplicasResponse {
        replicas: vec![
            replica("replica-0", Some(slow)),
            replica("replica-1", Some(pb::Disturbance::default())),
            replica("replica-2", None),
        ],
    };
    let read = disturbed_as(&told.encode_to_vec());
    let names: Vec<&str> = read.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["replica-0", "replica-1", "replica-2"]);
    assert_eq!(pb::Disturbance::decode(read[0].1.clone()), Ok(slow));
    assert!(read[1].1.is_empty() && read[2].1.is_empty());
}
