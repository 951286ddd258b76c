//! Claims about the table of handlers.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use prost::Message as _;
use tonic::Status;

use super::*;

async fn services() -> Services {
    let my_service = my_service::Config {
        replica: "replica-7".to_owned(),
        delay: Duration::ZERO,
        now: || SystemTime::UNIX_EPOCH,
        to_status: |error| Status::invalid_argument(error.to_string()),
    };
    Services::new(Config {
        max_message_bytes: 1024,
        drained: Status::unavailable("the server ends"),
        my_service,
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn every_described_service_has_a_handler() {
    let services = services().await;
    let mut described = BTreeSet::new();
    for set in DESCRIPTOR_SETS {
        for file in prost_types::FileDescriptorSet::decode(set).unwrap().file {
            let names = file
                .service
                .iter()
                .map(|s| format!("{}.{}", file.package(), s.name()));
            described.extend(names);
        }
    }
    assert_eq!(described.len(), services.handlers.len());
    for name in described {
        assert!(services.serves(&name), "{name} has no handler");
    }
}

#[tokio::test]
async fn a_service_without_handler_is_unimplemented() {
    let response = services()
        .await
        .handle("no.Such", Request::new(Body::empty()))
        .await;
    assert_eq!(response.headers()["grpc-status"], "12");
}
