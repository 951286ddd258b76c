//! How full the store is, for the metrics.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::{Fill, Store};

impl Collector for Store {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Fill {
            spans,
            bytes,
            evicted,
        } = self.fill();
        let gauges = [
            (
                "gangplank_spans_kept",
                "Spans that are kept for /traces",
                spans,
            ),
            (
                "gangplank_spans_kept_bytes",
                "What they take in memory, about",
                bytes,
            ),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)?;
        }
        let name = "gangplank_spans_evicted";
        let help = "Spans that had to make room for newer ones";
        let counter = ConstCounter::new(evicted);
        counter.encode(encoder.encode_descriptor(name, help, None, MetricType::Counter)?)?;
        Ok(())
    }
}
