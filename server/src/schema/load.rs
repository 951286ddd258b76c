//! Where descriptors come from: server reflection, an encoded descriptor set, or a folder of `.proto` files.
//! Reflection is read from one replica through whatever service reaches it; files are read and compiled at once.
//! Services that every component has, health and reflection, are left out: the API server answers those itself.

use std::path::PathBuf;

use prost_reflect::{DescriptorError, DescriptorPool};

pub mod files;
mod mend;
pub mod reflect;

/// Services that belong to no component in particular.
const COMMON: [&str; 2] = ["grpc.health.", "grpc.reflection."];

/// Where a component's descriptors come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From its replicas, each time one is connected.
    Reflection,
    /// From a file with an encoded `google.protobuf.FileDescriptorSet`.
    DescriptorSet(PathBuf),
    /// From every `.proto` file in a folder and below; imports are found from that folder on.
    Protos(PathBuf),
}

impl Origin {
    /// For people.
    pub fn describe(&self) -> String {
        match self {
            Self::Reflection => "server reflection".to_owned(),
            Self::DescriptorSet(path) => format!("descriptor set {}", path.display()),
            Self::Protos(path) => format!("proto files in {}", path.display()),
        }
    }
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The files, with all that they import.
    pub pool: DescriptorPool,
    /// Full names of the services that are served.
    pub services: Vec<String>,
}

/// Why descriptors can't be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The descriptors contradict each other or lack an import.
    #[error("the descriptors don't fit together: {0}")]
    Descriptors(#[from] DescriptorError),
    /// A file or folder can't be read.
    #[error("can't read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A `.proto` file isn't valid.
    #[error("{0}")]
    Protos(String),
    /// Nothing that is served.
    #[error("no services are described there")]
    Empty,
    /// The replica doesn't answer reflection as it should.
    #[error("reflection: {0}")]
    Reflection(String),
    /// The replica describes too much.
    #[error("reflection: more than {limit} {what}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

fn is_common(service: &str) -> bool {
    COMMON.iter().any(|prefix| service.starts_with(prefix))
}
