//! Claims about what the admin service tells, and about names that nobody has.

use std::time::{Duration, SystemTime};

use prost_reflect::DescriptorPool;
use tonic::Code;

use super::*;
use crate::balance::Standing;
use crate::schema::tests::{pool, source};

const SHIP: &str = "
    syntax = 'proto3'; package ship.v1;
    message Rope {}
    // Deck work.
    //   Hard.
    service Deck {
        option deprecated = true;
        // Swab it.
        rpc Swab(stream Rope) returns (Rope) { option deprecated = true; }
        rpc Sail(Rope) returns (stream Rope);
    }";

fn replicas() -> Vec<Snapshot> {
    let since = SystemTime::UNIX_EPOCH + Duration::from_secs(5);
    let reason: Arc<str> = "connection refused".into();
    let ready = Snapshot {
        name: "ship-0".into(),
        address: "127.0.0.1:50051".to_owned(),
        health: Health::Ready { since },
        standing: Standing::Ready,
        generation: 1,
        connections: 1,
        last_error: None,
        in_flight: 3,
        picks: 70,
        failures: 0,
        calls_per_second: 0.0,
        latencies: None,
        load: 1.0,
        weight: 1.0,
    };
    let lost = Snapshot {
        name: "ship-1".into(),
        health: Health::Unreachable {
            error: Arc::clone(&reason),
        },
        standing: Standing::Unreachable {
            reason: Arc::clone(&reason),
        },
        last_error: Some(reason),
        picks: 7,
        ..ready.clone()
    };
    vec![ready, lost]
}

/// Our own services, a component with a schema, and one that has none yet.
fn admin() -> Admin {
    let ours = DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap();
    let sources = vec![
        source("gangplank", ours),
        source("ship", pool(&[("ship.proto", SHIP)])),
    ];
    let schema = Arc::new(Schema::new(sources).unwrap());
    let ship = ComponentState {
        name: "ship".to_owned(),
        replicas: replicas(),
        schema_source: "reflection".to_owned(),
        schema_error: None,
    };
    let port = ComponentState {
        name: "port".to_owned(),
        replicas: Vec::new(),
        schema_source: "file port.binpb".to_owned(),
        schema_error: Some("no such file".to_owned()),
    };
    Admin::new(Config {
        schema: Arc::new(move || Arc::clone(&schema)),
        components: Arc::new(move || vec![ship.clone(), port.clone()]),
    })
}

async fn services(component: &str) -> Result<Vec<pb::Service>, Status> {
    let component = component.to_owned();
    let request = Request::new(pb::ListServicesRequest { component });
    Ok(admin().list_services(request).await?.into_inner().services)
}

async fn methods(service: &str) -> Result<Vec<pb::Method>, Status> {
    let service = service.to_owned();
    let request = Request::new(pb::ListMethodsRequest { service });
    Ok(admin().list_methods(request).await?.into_inner().methods)
}

async fn descriptors(component: &str) -> Result<DescriptorPool, Status> {
    let component = component.to_owned();
    let request = Request::new(pb::GetDescriptorsRequest { component });
    let answer = admin().get_descriptors(request).await?.into_inner();
    Ok(DescriptorPool::decode(&*answer.file_descriptor_set).unwrap())
}

#[track_caller]
fn check_unknown<T>(answer: Result<T, Status>, message: &str) {
    let status = answer.err().unwrap();
    assert_eq!((status.code(), status.message()), (Code::NotFound, message));
}

#[tokio::test]
async fn components_come_with_replicas_services_and_errors() {
    let request = Request::new(pb::ListComponentsRequest {});
    let answer = admin().list_components(request).await.unwrap();
    let replica = |name: &str, state: pb::ReplicaState, calls_total| pb::Replica {
        name: name.to_owned(),
        address: "127.0.0.1:50051".to_owned(),
        state: state.into(),
        last_error: String::new(),
        connected_since: None,
        calls_in_flight: 3,
        calls_total,
    };
    let ship = pb::Component {
        name: "ship".to_owned(),
        replicas: vec![
            pb::Replica {
                connected_since: Some(prost_types::Timestamp {
                    seconds: 5,
                    nanos: 0,
                }),
                ..replica("ship-0", pb::ReplicaState::Ready, 70)
            },
            pb::Replica {
                last_error: "connection refused".to_owned(),
                ..replica("ship-1", pb::ReplicaState::Unreachable, 7)
            },
        ],
        schema_source: "reflection".to_owned(),
        schema_error: String::new(),
        services: vec!["ship.v1.Deck".to_owned()],
    };
    let port = pb::Component {
        name: "port".to_owned(),
        replicas: Vec::new(),
        schema_source: "file port.binpb".to_owned(),
        schema_error: "no such file".to_owned(),
        services: Vec::new(),
    };
    assert_eq!(answer.into_inner().components, [ship, port]);
}

#[tokio::test]
async fn services_can_be_those_of_one_component() {
    let all = services("").await.unwrap();
    let names: Vec<_> = all.iter().map(|service| &*service.name).collect();
    let expected = [
        "gangplank.v1.AdminService",
        "gangplank.v1.BalancerService",
        "gangplank.v1.ChaosService",
        "gangplank.v1.TraceService",
        "myservice.v1.MyService",
        "ship.v1.Deck",
    ];
    assert_eq!(names, expected);
    let deck = pb::Service {
        name: "ship.v1.Deck".to_owned(),
        component: "ship".to_owned(),
        deprecated: true,
        comment: "Deck work.\n  Hard.".to_owned(),
    };
    assert_eq!(services("ship").await.unwrap(), [deck]);
    assert_eq!(services("port").await.unwrap(), []);
}

#[tokio::test]
async fn methods_tell_their_messages_streams_and_comment() {
    let method = |name: &str| pb::Method {
        name: name.to_owned(),
        component: "ship".to_owned(),
        request_type: "ship.v1.Rope".to_owned(),
        response_type: "ship.v1.Rope".to_owned(),
        ..pb::Method::default()
    };
    let swab = pb::Method {
        client_streaming: true,
        deprecated: true,
        comment: "Swab it.".to_owned(),
        ..method("ship.v1.Deck/Swab")
    };
    let sail = pb::Method {
        server_streaming: true,
        ..method("ship.v1.Deck/Sail")
    };
    assert_eq!(methods("ship.v1.Deck").await.unwrap(), [swab, sail]);
}

#[tokio::test]
async fn methods_tell_every_http_binding() {
    let methods = methods("myservice.v1.MyService").await.unwrap();
    let binding = |verb: &str, template: &str, body: &str| pb::HttpBinding {
        verb: verb.to_owned(),
        template: template.to_owned(),
        body: body.to_owned(),
        response_body: String::new(),
    };
    let expected = [
        binding("GET", "/v1/hello/{name}", ""),
        binding("POST", "/v1/hello", "*"),
    ];
    assert_eq!(methods[0].http_bindings, expected);
}

#[tokio::test]
async fn descriptors_are_whole() {
    let pool = descriptors("gangplank").await.unwrap();
    let ours = DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap();
    assert_eq!(pool.encode_to_vec(), ours.encode_to_vec());
    let ship = descriptors("ship").await.unwrap();
    assert!(ship.get_service_by_name("ship.v1.Deck").is_some());
}

#[tokio::test]
async fn unknown_names_are_told_what_there_is() {
    check_unknown(
        services("shop").await,
        "there is no component of that name, but gangplank, port, ship",
    );
    check_unknown(
        methods("ship.v1.Dock").await,
        "there is no service of that name, \
         but gangplank.v1.AdminService, gangplank.v1.BalancerService, \
         gangplank.v1.ChaosService, gangplank.v1.TraceService, myservice.v1.MyService, ship.v1.Deck",
    );
    check_unknown(
        descriptors("port").await,
        "there is no component with a schema of that name, but gangplank, ship",
    );
}

#[test]
fn a_refusal_lists_a_bounded_number_of_names() {
    let names: Vec<_> = (10..35).map(|number| format!("c{number}")).collect();
    let status = unknown("component", names.iter().map(String::as_str));
    let message = status.message();
    assert!(message.ends_with(", c28, c29 and 5 more"), "{message}");
}
