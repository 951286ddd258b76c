//! Claims about the table of handlers.

use std::time::SystemTime;

use super::*;
use crate::schema::Schema;
use crate::telemetry::store::Store;
use crate::telemetry::tracer::{self, Tracer};

fn config() -> Config {
    Config {
        max_message_bytes: 1024,
        drained: Status::unavailable("the server ends"),
        schema: Arc::new(Arc::<Schema>::default),
    }
}

/// A demo without replicas.
struct NoDemo;

#[tonic::async_trait]
impl Demo for NoDemo {
    async fn replicas(&self) -> Vec<chaos::DemoReplica> {
        Vec::new()
    }

    async fn disturb(&self, _: &str, _: chaos::Disturbance) -> Result<(), chaos::DemoError> {
        Err(chaos::DemoError::NoSuchReplica)
    }

    async fn scale(&self, _: usize) -> Result<(), chaos::DemoError> {
        Ok(())
    }
}

fn replica() -> Services {
    let draining = Arc::<watch::Sender<bool>>::default();
    let my_service = my_service::Config {
        replica: "replica-7".into(),
        greetings: Arc::new(my_service::Greetings::new(SystemTime::UNIX_EPOCH)),
        draining: draining.subscribe(),
        drained: config().drained,
        trouble: Arc::default(),
        now: || SystemTime::UNIX_EPOCH,
        to_status: |error| Status::invalid_argument(error.to_string()),
    };
    Services::replica(&config(), my_service, draining)
}

fn traces() -> traces::Config {
    let store = Store::new(0);
    traces::Config {
        pages: Tracer::new(tracer::Config {
            source: "page".into(),
            store: Some(store.clone()),
            exporter: None,
            ratio: 1.0,
            random: || 7,
            now: || SystemTime::UNIX_EPOCH,
        }),
        store,
        now: || SystemTime::UNIX_EPOCH,
    }
}

fn api_server() -> Services {
    let own = ApiServer {
        admin: admin::Config {
            schema: config().schema,
            components: Arc::new(Vec::new),
        },
        balancer: balancer::Config {
            components: Arc::new(Vec::new),
            balance: Arc::new(|_, _| None),
            set_policy: Arc::new(|_, _| {}),
        },
        traces: traces(),
        chaos: Some((Arc::new(NoDemo), Front::default())),
    };
    Services::api_server(&config(), own)
}

#[test]
fn every_handler_is_described() {
    for services in [replica(), api_server()] {
        let source = services.source().unwrap();
        let [version] = &*source.versions else {
            panic!("one version")
        };
        assert_eq!(version.services.len(), services.handlers.len());
        assert!(
            Schema::new(vec![source.clone()]).is_ok(),
            "all are in the pool"
        );
    }
}

#[test]
fn only_a_replica_has_my_service_and_a_name() {
    let has_my_service =
        |services: &Services| services.handlers.contains_key("myservice.v1.MyService");
    assert!(has_my_service(&replica()));
    let name = "myservice.v1.MyService";
    assert_eq!(
        replica().replica_of(name).map(|name| &**name),
        Some("replica-7")
    );
    assert_eq!(replica().replica_of("grpc.health.v1.Health"), None);
    assert!(!has_my_service(&api_server()));
    assert_eq!(api_server().replica_of(name), None);
}

#[tokio::test]
async fn a_service_without_handler_is_unimplemented() {
    let response = replica()
        .handle("no.Such", Request::new(Body::empty()))
        .await;
    assert_eq!(response.headers()["grpc-status"], "12");
}
