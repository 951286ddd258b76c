//! What every component can be asked: its services and methods as descriptors, and their HTTP rules.
//! A `Schema` is everything that is known at one moment and never changes; a new one replaces it whole.
//! A component may have several versions at once, while its replicas are replaced: the newest one that has a method
//! describes it, or the newest one with HTTP rules if some have none; only replicas of versions that have it are asked.
//! Routes are the gateway's; this room knows no HTTP paths. Source of descriptors: `load`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use prost_reflect::{DescriptorPool, MethodDescriptor, ServiceDescriptor};

use prost_types::method_options::IdempotencyLevel;

use http_rule::HttpRule;

pub mod http_rule;
pub mod load;

/// The name of the component that stands for the API server's own services.
pub const OWN_COMPONENT: &str = "gangplank";

/// One version of a component's schema.
#[derive(Clone, Debug)]
pub struct Version {
    /// The files, with all that they import.
    pub pool: DescriptorPool,
    /// Full names of the services that are served; the pool may know more.
    pub services: Vec<String>,
    /// Names of the replicas that speak it; None if all do.
    pub replicas: Option<Arc<[Arc<str>]>>,
}

/// What one component is asked, before it is checked against the others.
#[derive(Clone, Debug)]
pub struct Source {
    /// The component's name.
    pub component: Arc<str>,
    /// Newest first.
    pub versions: Vec<Version>,
}

/// Why sources don't make a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Two components serve the same service, so nobody could tell whom a caller means.
    #[error("service {service} is claimed by two components, {first} and {second}")]
    Claimed {
        /// The service's full name.
        service: String,
        /// Who has it.
        first: Arc<str>,
        /// Who wants it too.
        second: Arc<str>,
    },
    /// A version says that it serves what its files don't have.
    #[error("component {component} serves {service}, but none of its files describes it")]
    Missing {
        /// The component.
        component: Arc<str>,
        /// The service's full name.
        service: String,
    },
}

/// How many messages one side of a method sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Messages {
    /// Exactly one.
    One,
    /// Any number: a stream.
    Many,
}

/// One method, as the gateway needs it.
#[derive(Clone, Debug)]
pub struct Method {
    /// Full name, `pkg.Service/Method`.
    pub name: Arc<str>,
    /// The component that serves it.
    pub component: Arc<str>,
    /// Names of the replicas that have it; None if all of the component's do.
    pub replicas: Option<Arc<[Arc<str>]>>,
    /// Its messages and options.
    pub descriptor: MethodDescriptor,
    /// How HTTP/JSON may ask for it: what `google.api.http` says, additional bindings included; often empty.
    pub rules: Vec<HttpRule>,
    /// True if its file says that calling it twice is as good as once (`idempotency_level`).
    pub is_idempotent: bool,
}

impl Method {
    /// What its caller sends.
    pub fn requests(&self) -> Messages {
        messages(self.descriptor.is_client_streaming())
    }

    /// What it answers.
    pub fn responses(&self) -> Messages {
        messages(self.descriptor.is_server_streaming())
    }

    /// True if either side may send any number of messages.
    pub fn is_stream(&self) -> bool {
        self.descriptor.is_client_streaming() || self.descriptor.is_server_streaming()
    }
}

fn is_idempotent(method: &MethodDescriptor) -> bool {
    let options = method.method_descriptor_proto().options.as_ref();
    options
        .is_some_and(|options| options.idempotency_level() != IdempotencyLevel::IdempotencyUnknown)
}

fn messages(is_stream: bool) -> Messages {
    if is_stream {
        Messages::Many
    } else {
        Messages::One
    }
}

/// One service and whose it is.
#[derive(Clone, Debug)]
pub struct Service {
    /// The component that serves it.
    pub component: Arc<str>,
    /// As the newest version has it.
    pub descriptor: ServiceDescriptor,
    /// In the order of the file; methods that only older versions have come last.
    pub methods: Vec<Arc<Method>>,
}

/// Everything that is known of all components.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    sources: Vec<Source>,
    services: BTreeMap<String, Service>,
    methods: HashMap<Arc<str>, Arc<Method>>,
}

impl Schema {
    /// Joins what the components serve. Fails if two of them claim one service.
    pub fn new(sources: Vec<Source>) -> Result<Self, SchemaError> {
        let mut schema = Self::default();
        for source in &sources {
            for version in &source.versions {
                schema.add(&source.component, version)?;
            }
        }
        schema.sources = sources;
        Ok(schema)
    }

    /// Later versions only add what newer ones don't have; their replicas still serve what both have.
    fn add(&mut self, component: &Arc<str>, version: &Version) -> Result<(), SchemaError> {
        for name in &version.services {
            let Some(descriptor) = version.pool.get_service_by_name(name) else {
                let (component, service) = (Arc::clone(component), name.clone());
                return Err(SchemaError::Missing { component, service });
            };
            let service = self
                .services
                .entry(name.clone())
                .or_insert_with(|| Service {
                    component: Arc::clone(component),
                    descriptor: descriptor.clone(),
                    methods: Vec::new(),
                });
            if service.component != *component {
                return Err(SchemaError::Claimed {
                    service: name.clone(),
                    first: Arc::clone(&service.component),
                    second: Arc::clone(component),
                });
            }
            for method in descriptor.methods() {
                let full_name = format!("{name}/{}", method.name());
                let known = service
                    .methods
                    .iter_mut()
                    .find(|known| *known.name == *full_name);
                match known {
                    Some(known) => Arc::make_mut(known).also(version.replicas.as_ref(), &method),
                    None => service.methods.push(Arc::new(Method {
                        name: full_name.into(),
                        component: Arc::clone(component),
                        replicas: version.replicas.clone(),
                        rules: http_rule::rules(&method),
                        is_idempotent: is_idempotent(&method),
                        descriptor: method,
                    })),
                }
            }
            for method in &service.methods {
                self.methods
                    .insert(Arc::clone(&method.name), Arc::clone(method));
            }
        }
        Ok(())
    }

    /// The components, in the order of their configuration.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Full names and services, in alphabetical order.
    pub fn services(&self) -> impl Iterator<Item = (&str, &Service)> {
        self.services
            .iter()
            .map(|(name, service)| (name.as_str(), service))
    }

    /// The service of that full name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name)
    }

    /// The method of that full name, `pkg.Service/Method`.
    pub fn method(&self, name: &str) -> Option<&Arc<Method>> {
        self.methods.get(name)
    }
}

impl Method {
    /// Replicas of an older version have it as well.
    fn also(&mut self, older: Option<&Arc<[Arc<str>]>>, method: &MethodDescriptor) {
        // Some servers describe themselves without options; a replica that joins mustn't take the routes away.
        let rules = http_rule::rules(method);
        if self.rules.is_empty() && !rules.is_empty() {
            self.descriptor = method.clone();
            self.rules = rules;
        }
        self.is_idempotent |= is_idempotent(method);
        self.replicas = match (&self.replicas, older) {
            (Some(newer), Some(older)) => Some(newer.iter().chain(older.iter()).cloned().collect()),
            _ => None,
        };
    }
}

#[cfg(test)]
pub(crate) mod tests;
