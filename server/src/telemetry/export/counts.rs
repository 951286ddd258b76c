//! What became of the spans that were offered, for the metrics.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::Shared;

/// Why spans were not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// More came than could be sent.
    QueueFull,
    /// The collector didn't want them.
    Refused,
    /// The collector took too long.
    TimedOut,
    /// There was no collector.
    Unreachable,
}

impl Reason {
    const ALL: [Self; 4] = [
        Self::QueueFull,
        Self::Refused,
        Self::TimedOut,
        Self::Unreachable,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::Refused => "refused",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Counts {
    exported: AtomicU64,
    /// By the number of their reason.
    dropped: [AtomicU64; Reason::ALL.len()],
}

impl Counts {
    pub(super) fn exported(&self, spans: usize) {
        self.exported.fetch_add(spans as u64, Ordering::Relaxed);
    }

    pub(super) fn dropped(&self, reason: Reason, spans: usize) {
        self.dropped[reason as usize].fetch_add(spans as u64, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn get(&self) -> (u64, [u64; Reason::ALL.len()]) {
        let dropped = Reason::ALL.map(|reason| self.of(reason));
        (self.exported.load(Ordering::Relaxed), dropped)
    }

    fn of(&self, reason: Reason) -> u64 {
        self.dropped[reason as usize].load(Ordering::Relaxed)
    }
}

/// Tells the metrics of an exporter.
#[derive(Debug)]
pub struct Told(pub(super) Arc<Shared>);

impl Collector for Told {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Shared { queue, counts } = &*self.0;
        let name = "gangplank_spans_exported";
        let help = "Spans that the collector took";
        let exported = ConstCounter::new(counts.exported.load(Ordering::Relaxed));
        exported.encode(encoder.encode_descriptor(name, help, None, MetricType::Counter)?)?;
        let name = "gangplank_spans_dropped";
        let help = "Spans that were not sent to the collector";
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for reason in Reason::ALL {
            let dropped = ConstCounter::new(counts.of(reason));
            dropped.encode(family.encode_family(&[("reason", reason.name())])?)?;
        }
        let name = "gangplank_spans_queued";
        let help = "Spans that wait to be sent to the collector";
        let queued = ConstGauge::new(i64::try_from(queue.len()).unwrap_or(i64::MAX));
        queued.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)?;
        Ok(())
    }
}
