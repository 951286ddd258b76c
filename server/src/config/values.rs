//! Readers of single values, for flags and for the file. Each error says what is expected, with an example.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;
use serde::{Deserialize as _, Deserializer};

use super::Stop;
use crate::balance::{Policy, PolicyError};
use crate::balancer::discovery::Target;
use crate::gateway::origin::{Origin, OriginError};
use crate::schema::OWN_COMPONENT;
use crate::telemetry::{self, tracer::Trust};

/// `NAME=VALUE`, where the name is a component's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named<T> {
    pub(super) name: Arc<str>,
    pub(super) value: T,
}

pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "expected an IP address and a port, such as 127.0.0.1:8080".to_owned())
}

pub(super) fn origin(text: &str) -> Result<Origin, String> {
    text.parse().map_err(|error: OriginError| error.to_string())
}

pub(super) fn header(text: &str) -> Result<HeaderName, String> {
    let name: HeaderName = text
        .parse()
        .map_err(|_| "expected a header's name, such as x-tenant".to_owned())?;
    if name.as_str().starts_with("grpc-") {
        return Err("names that begin with grpc- are gRPC's own".to_owned());
    }
    Ok(name)
}

pub(super) fn trust(text: &str) -> Result<Trust, String> {
    match text {
        "parent" => Ok(Trust::Parent),
        "link" => Ok(Trust::Link),
        _ => Err("expected parent or link".to_owned()),
    }
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.parse().ok();
    let share = share.filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "expected a number from 0 to 1, such as 0.1".to_owned())
}

pub(super) fn replicas(text: &str) -> Result<Named<Vec<Target>>, String> {
    let Named { name, value } = named(text, "NAME=HOST:PORT, such as orders=127.0.0.1:50051")?;
    let targets = value.split(',').map(str::trim).map(str::parse);
    let targets: Result<Vec<Target>, _> = targets.collect();
    let value = targets.map_err(|error| error.to_string())?;
    Ok(Named { name, value })
}

pub(super) fn path(text: &str) -> Result<Named<PathBuf>, String> {
    let Named { name, value } = named(text, "NAME=PATH, such as orders=protos")?;
    let value = PathBuf::from(value);
    Ok(Named { name, value })
}

pub(super) fn policy(text: &str) -> Result<Named<Policy>, String> {
    let Named { name, value } = named(text, "NAME=POLICY, such as orders=round_robin")?;
    let value: Policy = value
        .parse()
        .map_err(|error: PolicyError| error.to_string())?;
    Ok(Named { name, value })
}

/// A component's name stands in URLs, metrics and errors, so it is kept simple.
fn named<'a>(text: &'a str, expected: &str) -> Result<Named<&'a str>, String> {
    let parts = text.split_once('=').filter(|(_, value)| !value.is_empty());
    let (name, value) = parts.ok_or_else(|| format!("expected {expected}"))?;
    let is_name_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(is_name_char) {
        return Err(format!(
            "'{name}': a component's name is of a-z, 0-9 and '-'"
        ));
    }
    if name == OWN_COMPONENT {
        return Err(format!(
            "'{name}' is the name of the API server's own services"
        ));
    }
    let name = name.into();
    Ok(Named { name, value })
}

pub(super) fn log_filter(text: &str) -> Result<String, String> {
    telemetry::parse_filter(text)
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}

/// A whole number and a unit: ms, s, m or h.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let unit_at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let unit_millis = match unit {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let number: Option<u64> = number.parse().ok();
    let millis = number
        .zip(unit_millis)
        .and_then(|(number, unit)| number.checked_mul(unit));
    millis
        .map(Duration::from_millis)
        .ok_or_else(|| "expected a whole number and a unit (ms, s, m, h), such as 250ms".to_owned())
}

/// The same from the file.
pub(super) fn deserialize_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    duration(&text).map(Some).map_err(serde::de::Error::custom)
}

/// Every text by one reader.
/// `parent` or `link`, in the file.
pub(super) fn deserialize_trust<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Trust>, D::Error> {
    let text = String::deserialize(deserializer)?;
    trust(&text).map(Some).map_err(serde::de::Error::custom)
}

/// A share from 0 to 1, in the file.
pub(super) fn deserialize_share<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    let number = f64::deserialize(deserializer)?;
    let share = share(&number.to_string());
    share.map(Some).map_err(serde::de::Error::custom)
}

pub(super) fn all<T>(
    texts: &[String],
    read: fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, Stop> {
    let values = texts
        .iter()
        .map(|text| read(text).map_err(|error| Stop::Failure(format!("'{text}': {error}"))));
    values.collect()
}
