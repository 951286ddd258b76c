//! Sends finished spans to a collector by OTLP, in the background: a call that was recorded pays for a push into a bounded
//! queue (`queue`), and for a counter if that is full. One task takes batches out (`delivery`), puts them into OTLP's words
//! (`message`) and sends them (`sender`), by gRPC or as protobuf over HTTP. A collector that is down, slow or refusing costs
//! spans, which are counted (`counts`), and nothing else.
//! Messages and client are those of crate opentelemetry-proto, not opentelemetry-otlp's exporter: that one copies each batch
//! twice on its way, has one resource, keeps the cause of a failure to itself, and reads the environment, which `config` does
//! here. Sources: OTLP 1.10; OpenTelemetry's SDK specification, "Batching processor" and "OpenTelemetry Protocol Exporter".

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Uri};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tracing::warn;

use super::span::Span;
use counts::{Counts, Reason};
use delivery::Delivery;
use message::Resource;
use queue::Queue;
use sender::Sender;

pub use counts::Told;
pub use sender::SenderError;

mod counts;
mod delivery;
mod message;
mod queue;
mod sender;

/// Where spans are sent, and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// The collector: for HTTP the whole URL.
    pub endpoint: Uri,
    /// By what it's spoken to.
    pub protocol: Protocol,
    /// Sent with each request; credentials may be among them.
    pub headers: HeaderMap,
    /// True if requests are compressed with gzip.
    pub is_compressed: bool,
    /// How long one attempt may take.
    pub attempt_timeout: Duration,
    /// Certificates, as PEM, that the collector's must lead to; None for those that the system trusts.
    pub trusted: Option<Vec<u8>>,
    /// What this process is called there; None for its source's name.
    pub service_name: Option<String>,
    /// What else is told of this process.
    pub attributes: Vec<(String, String)>,
    /// How spans are gathered.
    pub batches: Batches,
}

/// OTLP's two protocols that are spoken here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// gRPC on HTTP/2.
    Grpc,
    /// Protobuf in POST requests of HTTP/1.1; the specification's default.
    #[default]
    Http,
}

/// How spans are gathered. The defaults are the specification's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batches {
    /// Spans that wait at most.
    pub max_queue: usize,
    /// Spans that are sent at once, about: those of one call stay together.
    pub max_batch: usize,
    /// How long a span waits for others.
    pub delay: Duration,
    /// How long a batch is tried for.
    pub timeout: Duration,
}

impl Default for Batches {
    fn default() -> Self {
        Self {
            max_queue: 2048,
            max_batch: 512,
            delay: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
        }
    }
}

/// Takes finished spans to be sent; clones are the same. What was taken is sent until the last one is dropped.
#[derive(Clone, Debug)]
pub struct Exporter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    closing: watch::Sender<bool>,
    /// None once it's awaited.
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What callers and the task that sends have in common.
#[derive(Debug)]
struct Shared {
    queue: Queue,
    counts: Counts,
}

impl Exporter {
    /// Sends from now on, by a task of the current runtime; nothing is sent before there are spans. `source` is this
    /// process itself, `random` gives any 64 bits.
    pub fn start(config: Config, source: &str, random: fn() -> u64) -> Result<Self, SenderError> {
        let sender = Sender::new(&config)?;
        let shared = Arc::new(Shared {
            queue: Queue::new(config.batches),
            counts: Counts::default(),
        });
        let (closing, is_closing) = watch::channel(false);
        let delivery = Delivery {
            shared: Arc::clone(&shared),
            sender,
            resource: Resource::new(&config, source),
            batches: config.batches,
            attempt_timeout: config.attempt_timeout,
            random,
            is_closing,
        };
        Ok(Self(Arc::new(Inner {
            shared,
            closing,
            task: Mutex::new(Some(tokio::spawn(delivery.run()))),
        })))
    }

    /// Takes spans that belong together, or none of them if the queue is full. Never waits.
    pub fn offer(&self, spans: &Arc<Vec<Span>>) {
        let Shared { queue, counts } = &*self.0.shared;
        if !queue.push(spans) {
            counts.dropped(Reason::QueueFull, spans.len());
        }
    }

    /// What was sent and what wasn't, for the metrics.
    pub fn told(&self) -> Told {
        Told(Arc::clone(&self.0.shared))
    }

    /// Sends what waits, and returns when that is done, has failed, or has taken so long.
    pub async fn finish(&self, within: Duration) {
        self.0.closing.send_replace(true);
        let task = self.0.task.lock();
        let task = task.unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut task) = task else {
            return;
        };
        if timeout(within, &mut task).await.is_err() {
            task.abort();
            // It ends at its next pause, or has ended.
            let _ = task.await;
        }
        let left = self.0.shared.queue.len();
        if left > 0 {
            warn!(spans = left, "{left} spans were not sent before the end");
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let task = self.task.get_mut();
        if let Some(task) = task.unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests;
