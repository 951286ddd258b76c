//! `gangplank.toml`: the flags' names as keys, and a table for each component. Unknown keys are refused, since a
//! misspelled limit is no limit. The example in the repository, `gangplank.toml`, holds every key.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use wire::code::Code;

use super::cli::LimitFlags;
use super::{Component, Stop, values};
use crate::balance::{Policy, PolicyError};
use crate::balancer::Retry;
use crate::balancer::discovery::TargetError;
use crate::schema::load::Origin as SchemaOrigin;
use crate::telemetry::tracer::Trust;

/// Attempts of one call at most, as gRPC has it.
const MAX_ATTEMPTS: u32 = 5;

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub(super) listen: Option<SocketAddr>,
    pub(super) admin_listen: Option<SocketAddr>,
    pub(super) allow_origin: Vec<String>,
    pub(super) forward_header: Vec<String>,
    pub(super) replicas: Option<u16>,
    pub(super) name: Option<String>,
    pub(super) threads: Option<NonZeroUsize>,
    pub(super) log: Option<String>,
    #[serde(deserialize_with = "values::deserialize_duration")]
    pub(super) drain_timeout: Option<Duration>,
    pub(super) dns_server: Option<SocketAddr>,
    #[serde(deserialize_with = "values::deserialize_duration")]
    pub(super) dns_interval: Option<Duration>,
    #[serde(deserialize_with = "values::deserialize_trust")]
    pub(super) public_traces: Option<Trust>,
    #[serde(deserialize_with = "values::deserialize_share")]
    pub(super) trace_sample: Option<f64>,
    pub(super) limits: LimitFlags,
    components: BTreeMap<String, Table>,
    /// Where relative paths begin: the file's own folder.
    #[serde(skip)]
    folder: PathBuf,
}

/// One component.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    replicas: Vec<String>,
    protos: Option<PathBuf>,
    descriptor_set: Option<PathBuf>,
    policy: Option<String>,
    retry_attempts: Option<u32>,
    #[serde(default)]
    retry_codes: Vec<String>,
}

impl Table {
    fn policy(&self) -> Result<Policy, String> {
        let policy = self.policy.as_deref().map(str::parse).transpose();
        let policy = policy.map_err(|error: PolicyError| error.to_string())?;
        Ok(policy.unwrap_or_default())
    }

    fn retry(&self) -> Result<Retry, String> {
        let max_attempts = self.retry_attempts.unwrap_or(Retry::default().max_attempts);
        if !(1..=MAX_ATTEMPTS).contains(&max_attempts) {
            return Err(format!(
                "retry-attempts must be 1 (no retries) to {MAX_ATTEMPTS}; it is {max_attempts}"
            ));
        }
        let codes = self.retry_codes.iter().map(|name| {
            let mut codes = Code::ALL.into_iter().skip(1);
            let found = codes.find(|code| code.name() == name);
            found.ok_or_else(|| {
                format!("'{name}' in retry-codes is no code; they are written like UNAVAILABLE")
            })
        });
        Ok(Retry {
            max_attempts,
            codes: codes.collect::<Result<_, _>>()?,
        })
    }
}

/// Why a file can't be used; one line each.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("can't read {}: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: {text}", path.display())]
    Parse { path: PathBuf, text: String },
}

impl File {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, FileError> {
        let text = fs::read_to_string(path).map_err(|source| FileError::Read {
            path: path.to_owned(),
            source,
        })?;
        let mut file: Self = toml::from_str(&text).map_err(|error| FileError::Parse {
            path: path.to_owned(),
            text: in_one_line(&error, &text),
        })?;
        path.parent()
            .unwrap_or(Path::new(""))
            .clone_into(&mut file.folder);
        Ok(file)
    }

    /// The components in alphabetical order.
    pub(super) fn components(&self) -> Result<Vec<Component>, Stop> {
        let components = self.components.iter().map(|(name, table)| {
            let in_component = |error: String| Stop::Failure(format!("component {name}: {error}"));
            let schema = match (&table.protos, &table.descriptor_set) {
                (None, None) => SchemaOrigin::Reflection,
                (Some(protos), None) => SchemaOrigin::Protos(self.folder.join(protos)),
                (None, Some(set)) => SchemaOrigin::DescriptorSet(self.folder.join(set)),
                (Some(_), Some(_)) => {
                    return Err(in_component(
                        "protos and descriptor-set are two schemas".to_owned(),
                    ));
                }
            };
            let replicas = table.replicas.iter().map(|text| text.parse());
            let replicas: Result<_, TargetError> = replicas.collect();
            Ok(Component {
                name: name.as_str().into(),
                replicas: replicas.map_err(|error| in_component(error.to_string()))?,
                schema,
                policy: table.policy().map_err(in_component)?,
                retry: table.retry().map_err(in_component)?,
            })
        });
        components.collect()
    }
}

/// toml's message without its drawing, and the line it means.
fn in_one_line(error: &toml::de::Error, text: &str) -> String {
    let line = error
        .span()
        .map(|span| text[..span.start].matches('\n').count() + 1);
    let line = line.map_or_else(String::new, |line| format!("line {line}: "));
    format!("{line}{}", error.message().replace('\n', " "))
}
