//! The task that sends: batch after batch, each tried until it's taken, refused for good, or out of time. After a failure it
//! pauses, longer each time, so that a collector that is down isn't knocked at for each batch; the log hears of it when
//! things change, not each time.
//! Its pace is bounded: what comes faster fills the queue and is dropped there, so that sending takes a known part of a core
//! however many calls there are.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use tracing::{info, warn};

use super::counts::Reason;
use super::message::{Message, Resource};
use super::queue::Group;
use super::sender::{Failure, Sender};
use super::{Batches, Shared};

/// Spans that are sent in a second at most: those of thousands of calls, and an end to what a server at full load spends
/// on words that it could spend on calls. What is above it is dropped and counted.
const MAX_SPANS_PER_SECOND: u32 = 5_000;
/// The first pause after a failure; each further one is twice as long.
const MIN_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause: how late it is noticed that the collector is back.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// Spans that are put into words at a stretch; calls get their turn in between.
const STRETCH: usize = 64;

pub(super) struct Delivery {
    pub(super) shared: Arc<Shared>,
    pub(super) sender: Sender,
    pub(super) resource: Resource,
    pub(super) batches: Batches,
    pub(super) attempt_timeout: Duration,
    pub(super) random: fn() -> u64,
    pub(super) is_closing: watch::Receiver<bool>,
}

/// What was learned of the collector.
#[derive(Debug, Default)]
struct Collector {
    /// It failed, and how long the pause after that is.
    pause: Option<Duration>,
    /// Not to be tried before.
    not_before: Option<Instant>,
    /// Why it has nothing of what was tried last.
    reason: Option<Reason>,
}

impl Delivery {
    /// Until the end of the process, and then until nothing is left, or the first failure.
    pub(super) async fn run(mut self) {
        let mut collector = Collector::default();
        while let Some(groups) = self.shared.queue.batch(&mut self.is_closing).await {
            let spans = groups.iter().map(|group| group.len()).sum();
            let taken = Instant::now();
            let delivered = self.deliver(&groups, &mut collector).await;
            match delivered {
                Ok(refused) => {
                    let refused = refused.min(spans);
                    self.shared.counts.exported(spans - refused);
                    self.shared.counts.dropped(Reason::Refused, refused);
                }
                Err(reason) => self.shared.counts.dropped(reason, spans),
            }
            if delivered.is_err() && *self.is_closing.borrow() {
                return;
            }
            self.shared.queue.done(spans);
            let least = Duration::from_secs(1) * count(spans) / MAX_SPANS_PER_SECOND;
            self.wait_until(taken + least).await;
        }
    }

    /// Tries until the batch's time is over. Tells how many of its spans the collector didn't want, or why it has none.
    async fn deliver(
        &mut self,
        groups: &[Group],
        collector: &mut Collector,
    ) -> Result<usize, Reason> {
        let end = Instant::now() + self.batches.timeout;
        loop {
            if let Some(not_before) = collector.not_before.take() {
                if not_before > end && !*self.is_closing.borrow() {
                    collector.not_before = Some(not_before);
                    self.wait_until(end).await;
                    // There was a failure, since there is a pause.
                    return Err(collector.reason.unwrap_or(Reason::Unreachable));
                }
                self.wait_until(not_before).await;
            }
            let failure = match self.attempt(groups, end).await {
                Ok(refused) => {
                    self.is_up(collector);
                    return Ok(refused);
                }
                Err(failure) => failure,
            };
            self.is_down(collector, &failure);
            if !failure.is_passing || *self.is_closing.borrow() || Instant::now() >= end {
                return Err(failure.reason);
            }
        }
    }

    async fn attempt(&mut self, groups: &[Group], end: Instant) -> Result<usize, Failure> {
        let mut message = Message::new(&self.resource);
        let mut stretch = 0;
        for group in groups {
            message.add(group);
            stretch += group.len();
            if stretch >= STRETCH {
                stretch = 0;
                tokio::task::yield_now().await;
            }
        }
        let left = end.saturating_duration_since(Instant::now());
        let limit = self.attempt_timeout.min(left);
        let sending = timeout(limit, self.sender.send(message.finish()));
        if let Ok(outcome) = sending.await {
            return outcome;
        }
        // An answer that comes late is nobody's; a connection that is silent may be dead.
        self.sender.hang_up();
        let cause = format!("no answer within {} ms", limit.as_millis());
        Err(Failure::passing(Reason::TimedOut, cause))
    }

    fn is_up(&self, collector: &mut Collector) {
        if collector.pause.take().is_some() {
            info!("spans are sent to {} again", self.sender);
        }
    }

    fn is_down(&self, collector: &mut Collector, failure: &Failure) {
        if collector.pause.is_none() {
            let Failure { cause, .. } = failure;
            warn!(
                "spans can't be sent to {}: {cause}; they are dropped meanwhile",
                self.sender
            );
        }
        let pause = collector
            .pause
            .map_or(MIN_PAUSE, |pause| (pause * 2).min(MAX_PAUSE));
        collector.pause = Some(pause);
        collector.reason = Some(failure.reason);
        // Up to a fifth more, so that processes that lost the same collector don't come back as one.
        let [random, ..] = (self.random)().to_le_bytes();
        let jitter = pause * u32::from(random) / (5 * u32::from(u8::MAX));
        let asked = failure.after.unwrap_or_default().min(MAX_PAUSE);
        collector.not_before = Some(Instant::now() + (pause + jitter).max(asked));
    }

    /// Returns at once if the process is about to end.
    async fn wait_until(&mut self, moment: Instant) {
        let closing = self.is_closing.wait_for(|is_closing| *is_closing);
        tokio::select! {
            () = sleep_until(moment) => {}
            _ = closing => {}
        }
    }
}

fn count(spans: usize) -> u32 {
    u32::try_from(spans).unwrap_or(u32::MAX)
}
