//! What a replica reports of its own load, as a weight: calls per second by what they cost it.
//! The report comes with the trailers of any answer (`endpoint-load-metrics-bin`, an `xds.data.orca.v3.OrcaLoadReport`).
//! A newcomer's reports are waited out, since its first seconds say little; one that is old counts no more. A report that
//! can't be read is ignored. Sources: gRPC proposals A51 and A58.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prost::Message;
use tokio::time::Instant;

/// How long a replica's first reports are waited out.
const BLACKOUT: Duration = Duration::from_secs(10);
/// After which a report counts no more.
const EXPIRY: Duration = Duration::from_mins(3);
/// How much errors cost, as a part of the utilization.
const ERROR_PENALTY: f64 = 1.0;

/// The fields of a report that make a weight.
#[derive(Clone, PartialEq, Message)]
struct Report {
    #[prost(double, tag = "1")]
    cpu_utilization: f64,
    #[prost(double, tag = "6")]
    rps_fractional: f64,
    #[prost(double, tag = "7")]
    eps: f64,
    #[prost(double, tag = "9")]
    application_utilization: f64,
}

impl Report {
    /// None if it says too little.
    fn weight(&self) -> Option<f64> {
        let utilization = if self.application_utilization > 0.0 {
            self.application_utilization
        } else {
            self.cpu_utilization
        };
        let is_told = utilization > 0.0 && self.rps_fractional > 0.0;
        let errors = self.eps / self.rps_fractional * ERROR_PENALTY;
        let weight = self.rps_fractional / (utilization + errors.max(0.0));
        (is_told && weight.is_finite()).then_some(weight)
    }
}

/// The weight of one replica.
#[derive(Debug)]
pub(super) struct Weight {
    created: Instant,
    /// A float's bits.
    value: AtomicU64,
    /// Milliseconds from `created` to the last report; 0 for none.
    reported_ms: AtomicU64,
    /// The same for the first one after a pause.
    began_ms: AtomicU64,
}

impl Weight {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            created: now,
            value: AtomicU64::new(0),
            reported_ms: AtomicU64::new(0),
            began_ms: AtomicU64::new(0),
        }
    }

    /// Takes the value of a report's header.
    pub(super) fn report(&self, now: Instant, header: &[u8]) {
        let text = std::str::from_utf8(header).ok();
        let bytes = text.and_then(|text| wire::base64::decode(text).ok());
        let report = bytes.and_then(|bytes| Report::decode(&*bytes).ok());
        let Some(weight) = report.and_then(|report| report.weight()) else {
            return;
        };
        // At least 1, since 0 stands for none.
        let millis = self.millis(now).max(1);
        let before = self.reported_ms.swap(millis, Ordering::Relaxed);
        if before == 0 || is_older(millis, before, EXPIRY) {
            self.began_ms.store(millis, Ordering::Relaxed);
        }
        self.value.store(weight.to_bits(), Ordering::Relaxed);
    }

    /// What it weighs now; None if it reports nothing that counts.
    pub(super) fn read(&self, now: Instant) -> Option<f64> {
        let reported = self.reported_ms.load(Ordering::Relaxed);
        if reported == 0 {
            return None;
        }
        let millis = self.millis(now);
        let began = self.began_ms.load(Ordering::Relaxed);
        if is_older(millis, reported, EXPIRY) || !is_older(millis, began, BLACKOUT) {
            return None;
        }
        Some(f64::from_bits(self.value.load(Ordering::Relaxed)))
    }

    fn millis(&self, now: Instant) -> u64 {
        let millis = now.saturating_duration_since(self.created).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX)
    }
}

fn is_older(now_ms: u64, then_ms: u64, limit: Duration) -> bool {
    u128::from(now_ms.saturating_sub(then_ms)) >= limit.as_millis()
}

#[cfg(test)]
mod tests;
