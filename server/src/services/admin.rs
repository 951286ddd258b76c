//! `gangplank.v1.AdminService`: what stands behind the API server, read-only.
//! Methods and descriptors come from the schema of the moment, the state of replicas from whoever counts it; both are
//! asked for at every call and nothing is kept here. A name that nobody has is `NOT_FOUND`, and the message names what
//! there is. Source: proto/gangplank/v1/admin.proto.

use std::sync::Arc;

use prost_reflect::{FileDescriptor, MethodDescriptor, ServiceDescriptor};
use proto::gangplank::v1 as pb;
use proto::gangplank::v1::admin_service_server::AdminService;
use tonic::{Request, Response, Status};

use super::balancer::told_standing;
use super::reflection::CurrentSchema;
use crate::balance::{Health, Snapshot};
use crate::schema::http_rule::{HttpRule, RuleBody};
use crate::schema::{self, Messages, Schema, Service};

/// How many names a refusal lists: enough to see a slip, few enough for a header.
const MAX_NAMES: usize = 20;

/// Tells the components of this moment and the state of their replicas, in the order of the configuration.
pub type CurrentComponents = Arc<dyn Fn() -> Vec<ComponentState> + Send + Sync>;

/// Whom the admin service asks.
#[derive(Clone)]
pub struct Config {
    /// Tells services, methods and descriptors, those of the API server itself included.
    pub schema: CurrentSchema,
    /// Tells components and replicas, without the API server itself.
    pub components: CurrentComponents,
}

/// One component, apart from its schema.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentState {
    /// As the configuration has it.
    pub name: String,
    /// In the order of their discovery.
    pub replicas: Vec<Snapshot>,
    /// Where its schema comes from, in words.
    pub schema_source: String,
    /// Why the schema couldn't be loaded the last time; None if it could.
    pub schema_error: Option<String>,
}

/// Handles the calls; clones are the same.
#[derive(Clone)]
pub struct Admin {
    config: Config,
}

impl Admin {
    /// Tells what the configured sources tell.
    pub fn new(config: Config) -> Self {
        Self { config }
    }
}

#[tonic::async_trait]
impl AdminService for Admin {
    async fn list_components(
        &self,
        _: Request<pb::ListComponentsRequest>,
    ) -> Result<Response<pb::ListComponentsResponse>, Status> {
        let schema = (self.config.schema)();
        let components = (self.config.components)().into_iter();
        let components = components.map(|state| component(state, &schema));
        Ok(Response::new(pb::ListComponentsResponse {
            components: components.collect(),
        }))
    }

    async fn list_services(
        &self,
        request: Request<pb::ListServicesRequest>,
    ) -> Result<Response<pb::ListServicesResponse>, Status> {
        let wanted = request.into_inner().component;
        let schema = (self.config.schema)();
        let components = (self.config.components)();
        let names = components.iter().map(|component| &*component.name);
        let names = names.chain(loaded(&schema));
        if !wanted.is_empty() && !names.clone().any(|name| name == wanted) {
            return Err(unknown("component", names));
        }
        let services = schema
            .services()
            .filter(|(_, service)| wanted.is_empty() || *service.component == *wanted)
            .map(|(name, found)| service(name, found));
        Ok(Response::new(pb::ListServicesResponse {
            services: services.collect(),
        }))
    }

    async fn list_methods(
        &self,
        request: Request<pb::ListMethodsRequest>,
    ) -> Result<Response<pb::ListMethodsResponse>, Status> {
        let wanted = request.into_inner().service;
        let schema = (self.config.schema)();
        let Some(service) = schema.service(&wanted) else {
            let names = schema.services().map(|(name, _)| name);
            return Err(unknown("service", names));
        };
        let methods = service.methods.iter().map(|found| method(found));
        Ok(Response::new(pb::ListMethodsResponse {
            methods: methods.collect(),
        }))
    }

    async fn get_descriptors(
        &self,
        request: Request<pb::GetDescriptorsRequest>,
    ) -> Result<Response<pb::GetDescriptorsResponse>, Status> {
        let wanted = request.into_inner().component;
        let schema = (self.config.schema)();
        let source = schema.sources().iter().find(|s| *s.component == *wanted);
        let Some(newest) = source.and_then(|source| source.versions.first()) else {
            let names = loaded(&schema);
            return Err(unknown("component with a schema", names));
        };
        Ok(Response::new(pb::GetDescriptorsResponse {
            file_descriptor_set: newest.pool.encode_to_vec(),
        }))
    }
}

/// Components whose schema is known.
fn loaded(schema: &Schema) -> impl Iterator<Item = &str> + Clone {
    let sources = schema.sources().iter();
    let loaded = sources.filter(|source| !source.versions.is_empty());
    loaded.map(|source| &*source.component)
}

/// Doesn't repeat the wrong name, which may be longer than a header may be.
pub(super) fn unknown<'a>(kind: &str, known: impl Iterator<Item = &'a str>) -> Status {
    let mut known: Vec<_> = known.collect();
    known.sort_unstable();
    known.dedup();
    let more = known.len().saturating_sub(MAX_NAMES);
    known.truncate(MAX_NAMES);
    let list = known.join(", ");
    Status::not_found(match (known.is_empty(), more) {
        (true, _) => format!("there is no {kind} at all"),
        (false, 0) => format!("there is no {kind} of that name, but {list}"),
        (false, more) => format!("there is no {kind} of that name, but {list} and {more} more"),
    })
}

fn component(state: ComponentState, schema: &Schema) -> pb::Component {
    let services = schema
        .services()
        .filter(|(_, service)| *service.component == *state.name)
        .map(|(name, _)| name.to_owned());
    pb::Component {
        services: services.collect(),
        replicas: state.replicas.into_iter().map(replica).collect(),
        name: state.name,
        schema_source: state.schema_source,
        schema_error: state.schema_error.unwrap_or_default(),
    }
}

fn replica(replica: Snapshot) -> pb::Replica {
    let (state, _) = told_standing(&replica.standing);
    let since = match replica.health {
        Health::Ready { since } => Some(since),
        Health::Starting | Health::Unreachable { .. } => None,
    };
    pb::Replica {
        name: replica.name.to_string(),
        address: replica.address,
        state: state.into(),
        last_error: replica
            .last_error
            .map_or_else(String::new, |error| error.to_string()),
        connected_since: since.map(Into::into),
        calls_in_flight: replica.in_flight,
        calls_total: replica.picks,
    }
}

fn service(name: &str, service: &Service) -> pb::Service {
    let descriptor = &service.descriptor;
    pb::Service {
        name: name.to_owned(),
        component: service.component.to_string(),
        deprecated: is_deprecated_service(descriptor),
        comment: comment(&descriptor.parent_file(), descriptor.path()),
    }
}

fn method(method: &schema::Method) -> pb::Method {
    let descriptor = &method.descriptor;
    pb::Method {
        name: method.name.to_string(),
        component: method.component.to_string(),
        request_type: descriptor.input().full_name().to_owned(),
        response_type: descriptor.output().full_name().to_owned(),
        client_streaming: method.requests() == Messages::Many,
        server_streaming: method.responses() == Messages::Many,
        http_bindings: method.rules.iter().map(binding).collect(),
        deprecated: is_deprecated_method(descriptor),
        comment: comment(&descriptor.parent_file(), descriptor.path()),
    }
}

fn binding(rule: &HttpRule) -> pb::HttpBinding {
    pb::HttpBinding {
        verb: rule.verb.clone(),
        template: rule.template.clone(),
        body: match &rule.body {
            RuleBody::None => String::new(),
            RuleBody::All => "*".to_owned(),
            RuleBody::Field(name) => name.clone(),
        },
        response_body: rule.response_body.clone().unwrap_or_default(),
    }
}

fn is_deprecated_service(service: &ServiceDescriptor) -> bool {
    let options = service.service_descriptor_proto().options.as_ref();
    options.is_some_and(prost_types::ServiceOptions::deprecated)
}

fn is_deprecated_method(method: &MethodDescriptor) -> bool {
    let options = method.method_descriptor_proto().options.as_ref();
    options.is_some_and(prost_types::MethodOptions::deprecated)
}

/// The comment above what has that path in the file, without the space that follows each `//`.
fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let info = file.file_descriptor_proto().source_code_info.as_ref();
    let mut locations = info.iter().flat_map(|info| &info.location);
    let location = locations.find(|location| location.path == path);
    let text = location.map_or("", |location| location.leading_comments());
    let lines = text
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests;
