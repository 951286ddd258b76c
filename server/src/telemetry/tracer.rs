//! Who begins spans: decides which traces are recorded, gives ids, and hands finished spans on.
//! A trace is recorded by its id, not by what its caller wishes: callers can keep theirs out, but can't force one in. The
//! share is taken of the id's random half, so that every process with the same share takes the same traces.
//! How many of them are recorded in a second is bounded besides (`limit`).
//! Source: OpenTelemetry, consistent probability sampling; W3C Trace Context, level 2, section 3.2.2.5.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use tokio::time::Instant;
use wire::traceparent::{SpanId, TraceId, TraceParent};

use super::export::Exporter;
use super::span::{Span, nanos};
use super::store::Store;
use limit::Limit;

mod limit;

/// The part of a trace's id that decides, in values.
const RANDOM_VALUES: u64 = 1 << 56;

/// Makes ids and times, and takes finished spans; clones are the same.
#[derive(Clone, Debug)]
pub struct Tracer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    /// Ids whose random part is at least this are recorded.
    threshold: u64,
    /// None if there is no limit.
    limits: Option<Limits>,
}

/// How many calls are recorded in a second.
#[derive(Debug)]
struct Limits {
    /// Of callers without a trace.
    begun: Limit,
    /// Of those with one.
    joined: Limit,
}

/// What a tracer is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who does what it records.
    pub source: Arc<str>,
    /// Where finished spans are kept; None if nobody could read them here.
    pub store: Option<Store>,
    /// What sends them to a collector; None if nobody asked for it.
    pub exporter: Option<Exporter>,
    /// Which share of the traces is recorded, 0 to 1.
    pub ratio: f64,
    /// Any 64 bits.
    pub random: fn() -> u64,
    /// The wall clock.
    pub now: fn() -> SystemTime,
}

impl Tracer {
    /// Records what `config` says.
    pub fn new(config: Config) -> Self {
        let has_readers = config.store.is_some() || config.exporter.is_some();
        let ratio = if has_readers { config.ratio } else { 0.0 };
        Self(Arc::new(Inner {
            config,
            threshold: threshold(ratio),
            limits: None,
        }))
    }

    /// The same for another source within the process. It has no limit: it only hears of what was let in already.
    #[must_use]
    pub fn of(&self, source: &str) -> Self {
        let config = Config {
            source: source.into(),
            ..self.0.config.clone()
        };
        self.with(config, None)
    }

    /// The same, with so many calls in a second at most, and as many again of callers that are in a trace.
    #[must_use]
    pub fn limited(&self, per_second: u32) -> Self {
        let limits = Limits {
            begun: Limit::new(per_second),
            joined: Limit::new(per_second),
        };
        self.with(self.0.config.clone(), Some(limits))
    }

    /// Another that takes the same share of traces.
    fn with(&self, config: Config, limits: Option<Limits>) -> Self {
        Self(Arc::new(Inner {
            config,
            threshold: self.0.threshold,
            limits,
        }))
    }

    /// True if a call that comes at `now` is recorded; asked once for each, since it counts. `is_joined` if the caller is in a
    /// trace, whether that goes on here or is linked to.
    pub(super) fn records(&self, trace_id: TraceId, is_joined: bool, now: Instant) -> bool {
        let has_room = |limits: &Limits| {
            let limit = if is_joined {
                &limits.joined
            } else {
                &limits.begun
            };
            limit.takes(now)
        };
        self.samples(trace_id) && self.0.limits.as_ref().is_none_or(has_room)
    }

    /// True if the trace belongs to the share that is recorded.
    fn samples(&self, trace_id: TraceId) -> bool {
        // The remainder fits.
        let random = u64::try_from(trace_id.get() % u128::from(RANDOM_VALUES)).unwrap_or(0);
        random >= self.0.threshold
    }

    /// Names a trace that nobody has named yet.
    pub fn new_trace_id(&self) -> TraceId {
        loop {
            let id = u128::from(self.random()) << 64 | u128::from(self.random());
            if let Some(id) = TraceId::new(id) {
                return id;
            }
        }
    }

    pub(super) fn new_span_id(&self) -> SpanId {
        loop {
            if let Some(id) = SpanId::new(self.random()) {
                return id;
            }
        }
    }

    pub(super) fn source(&self) -> &Arc<str> {
        &self.0.config.source
    }

    /// Nanoseconds since 1970.
    pub(super) fn now(&self) -> u64 {
        let now = (self.0.config.now)();
        let since = now.duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, nanos)
    }

    /// Takes finished spans of one trace that others made; those of traces that aren't recorded are let go.
    pub fn given(&self, trace_id: TraceId, spans: Vec<Span>) {
        if self.samples(trace_id) {
            self.finished(trace_id, spans);
        }
    }

    /// The same, but they aren't sent on: whoever made them sends them where they belong.
    pub fn kept(&self, trace_id: TraceId, spans: Vec<Span>) {
        if self.samples(trace_id)
            && let Some(store) = &self.0.config.store
        {
            store.add(trace_id, Arc::new(spans));
        }
    }

    /// Takes finished spans of one trace.
    pub(super) fn finished(&self, trace_id: TraceId, spans: Vec<Span>) {
        let spans = Arc::new(spans);
        if let Some(exporter) = &self.0.config.exporter {
            exporter.offer(&spans);
        }
        if let Some(store) = &self.0.config.store {
            store.add(trace_id, spans);
        }
    }

    fn random(&self) -> u64 {
        (self.0.config.random)()
    }
}

impl Collector for Tracer {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let limits = self.0.limits.as_ref();
        let beyond = limits.map_or(0, |limits| limits.begun.beyond() + limits.joined.beyond());
        let name = "gangplank_traces_beyond_limit";
        let help = "Calls whose traces were not recorded, beyond --max-traces-per-second";
        let counter = ConstCounter::new(beyond);
        counter.encode(encoder.encode_descriptor(name, help, None, MetricType::Counter)?)
    }
}

/// From where on ids are recorded.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1 of 2^56 fits, and the last bits of it don't matter"
)]
fn threshold(ratio: f64) -> u64 {
    ((1.0 - ratio.clamp(0.0, 1.0)) * RANDOM_VALUES as f64) as u64
}

/// What a caller's `traceparent` counts for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Its span is the parent: the trace goes on.
    #[default]
    Parent,
    /// A new trace begins, which links to it.
    Link,
}

/// The context that a caller sent, if any.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// What it says.
    pub context: Option<TraceParent>,
    /// What it counts for.
    pub trust: Trust,
}

#[cfg(test)]
mod tests;
