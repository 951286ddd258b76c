//! What is written and read, against prost and the schema.

use prost::Message as _;
use proto::gangplank::v1 as pb;
use proto::myservice::v1::SayHelloResponse;

use super::{demo, disturbed, replica_of, report};
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
