//! Asks `gangplank.v1.AdminService` what stands behind the API server, with the page's lent client.

use prost::{DecodeError, Message};
use proto::gangplank::v1 as pb;
use wire::code::Code;

use super::lent::Lent;
use super::paths::{LIST_COMPONENTS, LIST_METHODS, LIST_SERVICES};
use crate::model::components::{
    Component, Kind, Method, Overview, Replica, ReplicaState, Route, Service, routes,
};
use crate::model::refusal::Refusal;
use crate::model::time::format_timestamp;

/// The component that the API server's own services belong to; it isn't listed.
const OWN_COMPONENT: &str = "gangplank";

/// Returns every component with its replicas, services and methods.
pub async fn overview(client: &Lent) -> Result<Overview, Refusal> {
    let asked = pb::ListComponentsRequest {};
    let components: pb::ListComponentsResponse = call(client, LIST_COMPONENTS, &asked).await?;
    let asked = pb::ListServicesRequest::default();
    let services: pb::ListServicesResponse = call(client, LIST_SERVICES, &asked).await?;
    let mut owned = Vec::new();
    for service in services.services {
        owned.push((
            service.component.clone(),
            with_methods(client, service).await?,
        ));
    }
    let components = components
        .components
        .into_iter()
        .map(|component| Component {
            services: services_of(&component.name, &owned),
            replicas: component.replicas.into_iter().map(replica).collect(),
            name: component.name,
            schema_source: component.schema_source,
            schema_error: component.schema_error,
        });
    Ok(Overview {
        components: components.collect(),
        own_services: services_of(OWN_COMPONENT, &owned),
    })
}

async fn call<T: Message + Default>(
    client: &Lent,
    path: &str,
    request: &impl Message,
) -> Result<T, Refusal> {
    let answer = client.call(path, &request.encode_to_vec()).await?;
    T::decode(answer).map_err(|error: DecodeError| Refusal {
        code: Code::Internal,
        message: error.to_string(),
        is_unreached: false,
    })
}

async fn with_methods(client: &Lent, service: pb::Service) -> Result<Service, Refusal> {
    let asked = pb::ListMethodsRequest {
        service: service.name.clone(),
    };
    let methods: pb::ListMethodsResponse = call(client, LIST_METHODS, &asked).await?;
    Ok(Service {
        name: service.name,
        comment: service.comment,
        is_deprecated: service.deprecated,
        methods: methods.methods.into_iter().map(method).collect(),
    })
}

fn services_of(component: &str, services: &[(String, Service)]) -> Vec<Service> {
    let own = services.iter().filter(|(owner, _)| owner == component);
    own.map(|(_, service)| service.clone()).collect()
}

fn replica(replica: pb::Replica) -> Replica {
    Replica {
        state: replica_state(replica.state()),
        name: replica.name,
        address: replica.address,
        last_error: replica.last_error,
        connected_since: replica
            .connected_since
            .and_then(|time| format_timestamp(time.seconds, time.nanos)),
        calls_in_flight: replica.calls_in_flight,
        calls_total: replica.calls_total,
    }
}

/// Returns the page's word for a state.
pub(super) fn replica_state(state: pb::ReplicaState) -> ReplicaState {
    match state {
        pb::ReplicaState::Unspecified => ReplicaState::Unknown,
        pb::ReplicaState::Starting => ReplicaState::Starting,
        pb::ReplicaState::Ready => ReplicaState::Ready,
        pb::ReplicaState::Unreachable => ReplicaState::Unreachable,
        pb::ReplicaState::Ejected => ReplicaState::Ejected,
        pb::ReplicaState::Probing => ReplicaState::Probing,
        pb::ReplicaState::NotServing => ReplicaState::NotServing,
    }
}

fn method(method: pb::Method) -> Method {
    let bindings = method.http_bindings.into_iter().map(|binding| Route {
        verb: binding.verb,
        template: binding.template,
    });
    let kind = Kind::of(method.client_streaming, method.server_streaming);
    let (_, name) = method.name.rsplit_once('/').unwrap_or(("", &method.name));
    Method {
        name: name.to_owned(),
        kind,
        request: method.request_type,
        response: method.response_type,
        routes: routes(&method.name, bindings.collect()),
        comment: method.comment,
        is_deprecated: method.deprecated,
    }
}
