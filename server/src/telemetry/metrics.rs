//! Counters, gauges and histograms in the text format of `OpenMetrics`, which Prometheus reads.
//! The number of series is bounded: components, replicas, methods, dialects and codes are those of the configuration
//! and the schema, never what a caller made up; a method that isn't served here is `_OTHER`. A method that leaves
//! the schema keeps its series until the process ends, since a counter that vanishes looks like a restart.
//! A call costs one look-up when it begins and atomic additions from then on: its series are found together.
//! Source of names: OpenTelemetry semantic conventions, docs/rpc/rpc-metrics.md, as Prometheus spells them;
//! `gangplank_` is our own.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use wire::code::Code;

use super::names::UNKNOWN_METHOD;

/// The type of what `Metrics::render` returns.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the duration's buckets, in seconds. Three in each decade, so that a quantile is read to a factor
/// of 2.5 at most; from half a millisecond, which a call over loopback may take, to 10 s, a usual deadline. What is
/// above 60 s is a stream that was left open. OpenTelemetry's advice begins at 5 ms, where we would see one bucket.
const DURATION_SECS: [f64; 15] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
];

/// Everything that is counted; clones count together.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    calls: Family<CallLabels, Counter>,
    durations: Family<MethodLabels, Histogram, fn() -> Histogram>,
    in_flight: Family<TrafficLabels, Gauge>,
    received: Family<TrafficLabels, Counter>,
    sent: Family<TrafficLabels, Counter>,
    reloads: Family<ReloadLabels, Counter>,
    /// Handles into the families above, by what a call is counted under.
    series: RwLock<HashMap<Key, Arc<Series>>>,
    unknown: Arc<str>,
    /// Counters that are kept elsewhere.
    collectors: Mutex<Registry>,
}

/// A method that is served here.
#[derive(Clone, Copy, Debug)]
pub struct Callee<'a> {
    /// The component's name.
    pub component: &'a Arc<str>,
    /// Full name, `pkg.Service/Method`.
    pub method: &'a Arc<str>,
}

/// What became of a schema that was loaded anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// It's in use.
    Ok,
    /// It's broken, so that the one before stays.
    Refused,
}

impl Metrics {
    /// Nothing has been counted yet.
    pub fn new() -> Self {
        let mut registry = Registry::default();
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("gangplank_build", "The running build", build);
        let mut inner = Inner {
            registry,
            calls: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATION_SECS)),
            in_flight: Family::default(),
            received: Family::default(),
            sent: Family::default(),
            reloads: Family::default(),
            series: RwLock::default(),
            unknown: UNKNOWN_METHOD.into(),
            collectors: Mutex::default(),
        };
        inner.register();
        Self(Arc::new(inner))
    }

    /// Begins to count a call; `callee` is None for a method that isn't served here.
    pub fn begin(&self, callee: Option<Callee<'_>>, dialect: &'static str) -> OpenCall {
        let unknown = &self.0.unknown;
        let (component, method) = match callee {
            Some(callee) => (callee.component, callee.method),
            None => (unknown, unknown),
        };
        let series = self.0.series(Key {
            component: Arc::clone(component),
            method: Arc::clone(method),
            dialect,
        });
        series.in_flight.inc();
        OpenCall { series }
    }

    /// Asks `collector` too whenever the metrics are read; to be told once, at the start.
    pub fn ask(&self, collector: impl Collector + 'static) {
        let mut collectors = self
            .0
            .collectors
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        collectors.register_collector(Box::new(collector));
    }

    /// A component's schema was loaded anew, or refused.
    pub fn schema_reloaded(&self, component: &str, outcome: Reload) {
        let labels = ReloadLabels {
            component: component.to_owned(),
            outcome: match outcome {
                Reload::Ok => "ok",
                Reload::Refused => "refused",
            },
        };
        self.0.reloads.get_or_create(&labels).inc();
    }

    /// Everything that is counted, as text of type `CONTENT_TYPE`.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Fails only if the writer does, and a string takes all that is written.
        let _ = encode_registry(&mut text, &self.0.registry);
        let collectors = self.0.collectors.lock();
        let _ = encode_registry(
            &mut text,
            &collectors.unwrap_or_else(PoisonError::into_inner),
        );
        let _ = encode_eof(&mut text);
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Inner {
    /// Gives each family its name; the format adds `_total` to counters and the unit to names.
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "gangplank_calls",
            "Calls that ended, by the code that their caller was told",
            self.calls.clone(),
        );
        registry.register_with_unit(
            "rpc_server_call_duration",
            "Time from a call's head to the last byte of its answer",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register(
            "gangplank_calls_in_flight",
            "Calls that have begun and not ended",
            self.in_flight.clone(),
        );
        registry.register_with_unit(
            "gangplank_received",
            "Bodies of calls received from callers",
            Unit::Bytes,
            self.received.clone(),
        );
        registry.register_with_unit(
            "gangplank_sent",
            "Bodies of answers sent to callers",
            Unit::Bytes,
            self.sent.clone(),
        );
        registry.register(
            "gangplank_schema_reloads",
            "Schemas that were loaded anew",
            self.reloads.clone(),
        );
    }

    fn series(&self, key: Key) -> Arc<Series> {
        // A panic elsewhere can't leave the map half changed.
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = known.get(&key) {
            return Arc::clone(series);
        }
        drop(known);
        let mut known = self.series.write().unwrap_or_else(PoisonError::into_inner);
        let series = known
            .entry(key)
            .or_insert_with_key(|key| Arc::new(Series::new(self, key)));
        Arc::clone(series)
    }
}

/// What a call is counted under from its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    component: Arc<str>,
    method: Arc<str>,
    dialect: &'static str,
}

/// Handles of everything that a call of that key may count.
struct Series {
    key: Key,
    calls: Family<CallLabels, Counter>,
    /// By the code's number; made when a call first ends so.
    ended: [OnceLock<Counter>; Code::ALL.len()],
    duration: Histogram,
    in_flight: Gauge,
    received: Counter,
    sent: Counter,
}

impl Series {
    fn new(inner: &Inner, key: &Key) -> Self {
        let traffic = TrafficLabels {
            component: Arc::clone(&key.component),
            dialect: key.dialect,
        };
        let method = MethodLabels {
            method: Arc::clone(&key.method),
            dialect: key.dialect,
        };
        Self {
            key: key.clone(),
            calls: inner.calls.clone(),
            ended: Default::default(),
            duration: inner.durations.get_or_create_owned(&method),
            in_flight: inner.in_flight.get_or_create_owned(&traffic),
            received: inner.received.get_or_create_owned(&traffic),
            sent: inner.sent.get_or_create_owned(&traffic),
        }
    }

    fn ended(&self, code: Code) -> &Counter {
        self.ended[code as usize].get_or_init(|| {
            self.calls.get_or_create_owned(&CallLabels {
                component: Arc::clone(&self.key.component),
                method: Arc::clone(&self.key.method),
                dialect: self.key.dialect,
                code: code.name(),
            })
        })
    }
}

/// A call that is being counted; it's in flight until this is dropped.
pub struct OpenCall {
    series: Arc<Series>,
}

impl OpenCall {
    /// That many more bytes of its body have come, as they are on the wire.
    pub fn received(&self, bytes: usize) {
        self.series.received.inc_by(bytes as u64);
    }

    /// That many more bytes of its answer have gone, as they are on the wire.
    pub fn sent(&self, bytes: usize) {
        self.series.sent.inc_by(bytes as u64);
    }

    /// It ended with that code; to be told once.
    pub fn end(&self, code: Code, took: Duration) {
        self.series.ended(code).inc();
        self.series.duration.observe(took.as_secs_f64());
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        self.series.in_flight.dec();
    }
}

impl fmt::Debug for OpenCall {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("OpenCall").field(&self.series.key).finish()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    component: Arc<str>,
    method: Arc<str>,
    dialect: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MethodLabels {
    method: Arc<str>,
    dialect: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TrafficLabels {
    component: Arc<str>,
    dialect: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReloadLabels {
    component: String,
    outcome: &'static str,
}

#[cfg(test)]
mod tests;
