//! Names of every service and method, read from descriptor sets: the one source, so none is repeated by hand.
//! Descriptors may overlap (imports come along); a service is listed once.

use std::collections::{BTreeMap, BTreeSet};

use prost::{DecodeError, Message as _};
use prost_types::FileDescriptorSet;

/// Services by full name, each with the names of its methods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    services: BTreeMap<String, BTreeSet<String>>,
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
                    let methods = service.method.iter().map(|method| method.name().to_owned());
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

    /// True if the service is known and has a method of that name.
    pub fn has_method(&self, service: &str, method: &str) -> bool {
        self.services
            .get(service)
            .is_some_and(|methods| methods.contains(method))
    }
}
