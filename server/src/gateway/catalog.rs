//! Every service and method, read from descriptor sets: the one source, so none is repeated by hand.
//! Descriptors may overlap (imports come along); a service is listed once.

use std::collections::BTreeMap;

use prost::{DecodeError, Message as _};
use prost_types::FileDescriptorSet;

/// Services by full name, each with its methods by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    services: BTreeMap<String, BTreeMap<String, Requests>>,
}

/// How many messages a method takes from its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// Exactly one: unary and server-streaming methods.
    One,
    /// Any number: client-streaming and bidirectional methods.
    Many,
}

impl Catalog {
    /// Reads encoded `google.protobuf.FileDescriptorSet`s. Fails if one of them isn't that.
    pub fn decode(descriptor_sets: &[&[u8]]) -> Result<Self, DecodeError> {
        let mut catalog = Self::default();
        for bytes in descriptor_sets {
            for file in FileDescriptorSet::decode(*bytes)?.file {
                for service in &file.service {
                    let name = match file.package() {
                        "" => service.name().to_owned(),
                        package => format!("{package}.{}", service.name()),
                    };
                    let methods = service.method.iter().map(|method| {
                        let requests = if method.client_streaming() {
                            Requests::Many
                        } else {
                            Requests::One
                        };
                        (method.name().to_owned(), requests)
                    });
                    catalog.services.entry(name).or_default().extend(methods);
                }
            }
        }
        Ok(catalog)
    }

    /// Full names of the services, in alphabetical order.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// True if a service of that full name is known.
    pub fn has_service(&self, service: &str) -> bool {
        self.services.contains_key(service)
    }

    /// How many messages that method takes; None if the service isn't known or has no such method.
    pub fn requests(&self, service: &str, method: &str) -> Option<Requests> {
        self.services.get(service)?.get(method).copied()
    }
}
