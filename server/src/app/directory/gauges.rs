//! The replicas in the metrics: read from the pools whenever somebody asks, so that they never differ from what the admin
//! services and the page tell. A replica that is no longer discovered is no longer there.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::State;
use crate::balance::{Balance, Snapshot, Standing};

/// Tells the replicas of all components.
#[derive(Debug)]
pub(in crate::app) struct Gauges(pub(in crate::app) State);

/// What is told of each replica: name, help, and its value.
type Of<T> = (&'static str, &'static str, fn(&Snapshot) -> T);

const COUNTERS: [Of<u64>; 2] = [
    (
        "gangplank_replica_picks",
        "How often the balancer picked the replica",
        |replica| replica.picks,
    ),
    (
        "gangplank_replica_failures",
        "Calls that the replica failed by its own fault",
        |replica| replica.failures,
    ),
];

const GAUGES: [Of<i64>; 4] = [
    (
        "gangplank_replica_up",
        "1 if the replica takes calls, else 0",
        |replica| i64::from(takes_calls(replica)),
    ),
    (
        "gangplank_replica_ejected",
        "1 if the replica is ejected for its failures or being probed, else 0",
        |replica| {
            let standing = &replica.standing;
            i64::from(matches!(
                standing,
                Standing::Ejected { .. } | Standing::Probing { .. }
            ))
        },
    ),
    (
        "gangplank_replica_calls_in_flight",
        "Calls that the replica is answering",
        |replica| i64::from(replica.in_flight),
    ),
    (
        "gangplank_replica_connections",
        "Connections that are open to the replica",
        |replica| i64::from(replica.connections),
    ),
];

/// The quantiles of `Snapshot::latencies`.
const QUANTILES: [&str; 3] = ["0.5", "0.95", "0.99"];

fn takes_calls(replica: &Snapshot) -> bool {
    matches!(replica.standing, Standing::Ready | Standing::Spared { .. })
}

impl Collector for Gauges {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let components = self.0.names().into_iter();
        let balances: Vec<(String, Balance)> = components
            .filter_map(|name| Some((name.to_string(), self.0.balance(&name, u64::MAX)?)))
            .collect();
        for (name, help, value) in COUNTERS {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (labels, replica) in replicas(&balances) {
                let counter = ConstCounter::new(value(replica));
                counter.encode(family.encode_family(&labels)?)?;
            }
        }
        for (name, help, value) in GAUGES {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            for (labels, replica) in replicas(&balances) {
                let gauge = ConstGauge::new(value(replica));
                gauge.encode(family.encode_family(&labels)?)?;
            }
        }
        let help = "Time from the pick to the first byte of the answer's body, of the last ten to twenty seconds";
        let name = "gangplank_replica_latency_seconds";
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for ([component, replica], snapshot) in replicas(&balances) {
            for (quantile, latency) in QUANTILES.iter().zip(snapshot.latencies.iter().flatten()) {
                let labels = [component, replica, ("quantile", *quantile)];
                let gauge = ConstGauge::new(latency.as_secs_f64());
                gauge.encode(family.encode_family(&labels)?)?;
            }
        }
        let help = "Picks for calls that another replica had failed";
        let name = "gangplank_retries";
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (component, balance) in &balances {
            let counter = ConstCounter::new(balance.retries_total);
            counter.encode(family.encode_family(&[("component", component.as_str())])?)?;
        }
        Ok(())
    }
}

type Labels<'a> = [(&'static str, &'a str); 2];

fn replicas(balances: &[(String, Balance)]) -> impl Iterator<Item = (Labels<'_>, &Snapshot)> {
    balances.iter().flat_map(|(component, balance)| {
        let replicas = balance.replicas.iter();
        replicas.map(|replica| {
            let labels = [
                ("component", component.as_str()),
                ("replica", &*replica.name),
            ];
            (labels, replica)
        })
    })
}
