//! OpenTelemetry's own environment variables: whether spans are exported, where to and how. Nothing is sent unasked: there
//! must be an endpoint, or `OTEL_TRACES_EXPORTER=otlp`. Where spans have a variable of their own (`…_TRACES_…`), it wins.
//! An empty variable is an unset one. One that can't be read is an error, as a flag is, though the specification would have
//! it ignored: who sets it wants to be heard. Values aren't echoed, since they may hold credentials.
//! Not read: samplers (`--trace-sample` is one), propagators, span limits, client certificates.
//! Sources: OpenTelemetry specification, "Environment variables" of the SDK and of the OTLP exporter.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::ops::RangeInclusive;
use std::time::Duration;

use http::uri::{PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use percent_encoding::percent_decode_str;

use super::Stop;
use crate::telemetry::export::{Batches, Config, Protocol};

const EXPORTER: &str = "OTEL_TRACES_EXPORTER";
const DISABLED: &str = "OTEL_SDK_DISABLED";
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
const RESOURCE: &str = "OTEL_RESOURCE_ATTRIBUTES";
const MAX_QUEUE: &str = "OTEL_BSP_MAX_QUEUE_SIZE";
const MAX_BATCH: &str = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";
const DELAY: &str = "OTEL_BSP_SCHEDULE_DELAY";
const BATCH_TIMEOUT: &str = "OTEL_BSP_EXPORT_TIMEOUT";

/// For spans, and for all that OTLP carries.
type Names = [&'static str; 2];

const ENDPOINT: Names = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];
const PROTOCOL: Names = [
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
];
const HEADERS: Names = [
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_HEADERS",
];
const TIMEOUT: Names = [
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
];
const COMPRESSION: Names = [
    "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
    "OTEL_EXPORTER_OTLP_COMPRESSION",
];
const CERTIFICATE: Names = [
    "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CERTIFICATE",
];

/// The endpoints that the specification has where none is named.
const DEFAULT_GRPC: &str = "http://localhost:4317";
const DEFAULT_HTTP: &str = "http://localhost:4318";
/// Where spans go, below an endpoint for everything.
const TRACES_PATH: &str = "v1/traces";
/// How long one attempt may take.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// Spans that may be made to wait: some hundred megabytes.
const QUEUE_SIZES: RangeInclusive<usize> = 1..=1_000_000;
/// Milliseconds that a person may mean: to a day.
const MILLIS: RangeInclusive<u64> = 0..=24 * 60 * 60 * 1000;

/// What the environment says; None if nothing is to be exported. `lookup` reads one variable.
pub(super) fn export(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Option<Config>, Stop> {
    let environment = Environment(lookup);
    if !environment.is_on()? {
        return Ok(None);
    }
    let protocol = environment.protocol()?;
    let mut attributes = environment.pairs(RESOURCE)?;
    let mut named = environment.text(SERVICE_NAME)?;
    attributes.retain(|(key, value)| {
        let is_name = key == "service.name";
        if is_name {
            named.get_or_insert_with(|| value.clone());
        }
        !is_name
    });
    Ok(Some(Config {
        endpoint: environment.endpoint(protocol)?,
        protocol,
        headers: environment.headers()?,
        is_compressed: environment.is_compressed()?,
        attempt_timeout: environment.attempt_timeout()?,
        trusted: environment.trusted()?,
        service_name: named,
        attributes,
        batches: environment.batches()?,
    }))
}

struct Environment<L>(L);

impl<L: Fn(&str) -> Option<OsString>> Environment<L> {
    fn is_on(&self) -> Result<bool, Stop> {
        let is_disabled = self.read(DISABLED, "true or false", |text| {
            let text = text.to_ascii_lowercase();
            text.parse::<bool>().ok()
        })?;
        if is_disabled == Some(true) {
            return Ok(false);
        }
        let exporter = self.read(EXPORTER, "otlp or none", |text| match text {
            "otlp" => Some(true),
            "none" => Some(false),
            _ => None,
        })?;
        let has_endpoint = self.either(ENDPOINT)?.is_some();
        Ok(exporter.unwrap_or(has_endpoint))
    }

    fn protocol(&self) -> Result<Protocol, Stop> {
        let protocol = self.either_read(PROTOCOL, "grpc or http/protobuf", |text| match text {
            "grpc" => Some(Protocol::Grpc),
            "http/protobuf" => Some(Protocol::Http),
            _ => None,
        })?;
        Ok(protocol.unwrap_or_default())
    }

    fn endpoint(&self, protocol: Protocol) -> Result<Uri, Stop> {
        let Some((name, text)) = self.either(ENDPOINT)? else {
            return Ok(match protocol {
                Protocol::Grpc => Uri::from_static(DEFAULT_GRPC),
                Protocol::Http => below(Uri::from_static(DEFAULT_HTTP)),
            });
        };
        let expected = "a URL such as http://localhost:4318, without a user in it";
        let uri: Option<Uri> = text.parse().ok();
        let uri = uri.filter(|uri| {
            let is_known = |scheme| scheme == &Scheme::HTTP || scheme == &Scheme::HTTPS;
            let authority = uri.authority();
            uri.scheme().is_some_and(is_known)
                && authority.is_some_and(|authority| !authority.as_str().contains('@'))
        });
        let uri = uri.ok_or_else(|| wrong(name, expected))?;
        let is_whole = protocol == Protocol::Grpc || name == ENDPOINT[0];
        Ok(if is_whole { uri } else { below(uri) })
    }

    fn headers(&self) -> Result<HeaderMap, Stop> {
        let Some((name, _)) = self.either(HEADERS)? else {
            return Ok(HeaderMap::new());
        };
        let mut headers = HeaderMap::new();
        for (key, value) in self.pairs(name)? {
            let key: Option<HeaderName> = key.parse().ok();
            let value: Option<HeaderValue> = value.parse().ok();
            let (Some(key), Some(mut value)) = (key, value) else {
                return Err(wrong(name, "headers, such as x-tenant=blue"));
            };
            value.set_sensitive(true);
            headers.append(key, value);
        }
        Ok(headers)
    }

    fn is_compressed(&self) -> Result<bool, Stop> {
        let compressed = self.either_read(COMPRESSION, "gzip or none", |text| match text {
            "gzip" => Some(true),
            "none" => Some(false),
            _ => None,
        })?;
        Ok(compressed.unwrap_or(false))
    }

    fn attempt_timeout(&self) -> Result<Duration, Stop> {
        let timeout = self.either_read(TIMEOUT, "milliseconds, such as 10000", millis)?;
        Ok(timeout.unwrap_or(DEFAULT_TIMEOUT))
    }

    fn trusted(&self) -> Result<Option<Vec<u8>>, Stop> {
        let Some((name, path)) = self.either(CERTIFICATE)? else {
            return Ok(None);
        };
        let read = fs::read(path);
        read.map(Some)
            .map_err(|error| wrong(name, format_args!("a file with certificates: {error}")))
    }

    fn batches(&self) -> Result<Batches, Stop> {
        let usual = Batches::default();
        let number = "a whole number from 1 to 1000000";
        let size = |text: &str| {
            let size: Option<usize> = text.parse().ok();
            size.filter(|size| QUEUE_SIZES.contains(size))
        };
        let duration = "milliseconds, such as 5000";
        let max_queue = self.read(MAX_QUEUE, number, size)?;
        let max_queue = max_queue.unwrap_or(usual.max_queue);
        let max_batch = self.read(MAX_BATCH, number, size)?;
        if max_batch.is_some_and(|max_batch| max_batch > max_queue) {
            let expected = format_args!("at most {MAX_QUEUE}, which is {max_queue}");
            return Err(wrong(MAX_BATCH, expected));
        }
        Ok(Batches {
            max_queue,
            max_batch: max_batch.unwrap_or(usual.max_batch).min(max_queue),
            delay: self.read(DELAY, duration, millis)?.unwrap_or(usual.delay),
            timeout: self
                .read(BATCH_TIMEOUT, duration, millis)?
                .unwrap_or(usual.timeout),
        })
    }

    /// `key=value,key=value`, as W3C Baggage has it: values may be percent-encoded.
    fn pairs(&self, name: &str) -> Result<Vec<(String, String)>, Stop> {
        let text = self.text(name)?.unwrap_or_default();
        let parts = text.split(',').map(str::trim);
        let pairs = parts.filter(|part| !part.is_empty()).map(|part| {
            let (key, value) = part.split_once('=')?;
            let key = Some(key.trim()).filter(|key| !key.is_empty())?;
            let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
            Some((key.to_owned(), value.into_owned()))
        });
        let pairs: Option<Vec<_>> = pairs.collect();
        pairs.ok_or_else(|| wrong(name, "pairs, such as key=value,key=value"))
    }

    fn either_read<T>(
        &self,
        names: Names,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Stop> {
        let Some((name, text)) = self.either(names)? else {
            return Ok(None);
        };
        let value = read(&text).ok_or_else(|| wrong(name, expected))?;
        Ok(Some(value))
    }

    fn either(&self, names: Names) -> Result<Option<(&'static str, String)>, Stop> {
        for name in names {
            if let Some(text) = self.text(name)? {
                return Ok(Some((name, text)));
            }
        }
        Ok(None)
    }

    fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Stop> {
        let value = self.text(name)?.map(|text| read(&text));
        value
            .map(|value| value.ok_or_else(|| wrong(name, expected)))
            .transpose()
    }

    fn text(&self, name: &str) -> Result<Option<String>, Stop> {
        let Some(text) = (self.0)(name) else {
            return Ok(None);
        };
        let text = text.into_string().map_err(|_| wrong(name, "Unicode"))?;
        let text = text.trim();
        Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }
}

/// Where spans go, where `uri` is for everything that OTLP carries.
fn below(uri: Uri) -> Uri {
    let path = format!("{}/{TRACES_PATH}", uri.path().trim_end_matches('/'));
    let mut parts = uri.into_parts();
    // What follows a path that was one is one too.
    parts.path_and_query = PathAndQuery::try_from(path).ok();
    Uri::from_parts(parts).unwrap_or_default()
}

fn millis(text: &str) -> Option<Duration> {
    let millis: Option<u64> = text.parse().ok();
    let millis = millis.filter(|millis| MILLIS.contains(millis))?;
    Some(Duration::from_millis(millis))
}

fn wrong(name: &str, expected: impl Display) -> Stop {
    Stop::Failure(format!("{name}: expected {expected}"))
}

#[cfg(test)]
mod tests;
