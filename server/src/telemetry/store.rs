//! The newest finished spans of this process, in memory, bounded by number and by bytes.
//! They are kept as they come, in groups: what one call left behind, or what somebody sent at once. Adding is a push under
//! a lock; traces are put together only when somebody reads, outside of it. The oldest groups make room.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use wire::traceparent::{SpanId, TraceId};

use super::span::Span;
use summary::Summary;

mod gauges;
pub mod summary;

/// Spans at most, whatever their size: reading them all takes about a millisecond.
const MAX_SPANS: usize = 20_000;

/// The ring; clones are the same.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    max_bytes: usize,
    ring: Mutex<Ring>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Ring {
    groups: VecDeque<Group>,
    bytes: usize,
    spans: usize,
    evicted: u64,
    /// Groups that were ever added.
    added: u64,
}

/// What came at once, of one trace.
#[derive(Clone, Debug)]
struct Group {
    trace_id: TraceId,
    number: u64,
    spans: Arc<Vec<Span>>,
    bytes: usize,
}

/// How full the ring is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// Spans that are kept.
    pub spans: u64,
    /// What they take, in bytes, about.
    pub bytes: u64,
    /// Spans that had to make room since the start.
    pub evicted: u64,
}

/// Traces that have changed, and up to where that was told.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The newest last.
    pub traces: Vec<Summary>,
    /// To ask from here on the next time.
    pub until: u64,
}

impl Store {
    /// Keeps at most so many bytes, about; 0 keeps nothing.
    pub fn new(max_bytes: usize) -> Self {
        Self(Arc::new(Inner {
            max_bytes,
            ring: Mutex::default(),
            changed: watch::Sender::new(()),
        }))
    }

    /// Keeps spans of one trace, which came at once.
    pub fn add(&self, trace_id: TraceId, spans: Arc<Vec<Span>>) {
        let bytes = size_of::<Group>() + spans.iter().map(Span::weight).sum::<usize>();
        let mut ring = self.ring();
        ring.added += 1;
        let number = ring.added;
        ring.bytes += bytes;
        ring.spans += spans.len();
        ring.groups.push_back(Group {
            trace_id,
            number,
            spans,
            bytes,
        });
        let mut gone = Vec::new();
        while ring.bytes > self.0.max_bytes || ring.spans > MAX_SPANS {
            let Some(oldest) = ring.groups.pop_front() else {
                break;
            };
            ring.bytes -= oldest.bytes;
            ring.spans -= oldest.spans.len();
            ring.evicted += oldest.spans.len() as u64;
            gone.push(oldest);
        }
        // Freed outside the lock.
        drop(ring);
        drop(gone);
        if self.0.changed.receiver_count() > 0 {
            self.0.changed.send_replace(());
        }
    }

    /// Summaries of the traces that `wanted` takes, the newest first.
    pub fn newest(&self, limit: usize, wanted: impl Fn(&Summary) -> bool) -> Vec<Summary> {
        let mut summaries = summarize(self.groups(), |_| true);
        summaries.reverse();
        summaries.retain(wanted);
        summaries.truncate(limit);
        summaries
    }

    /// All spans of one trace that are kept, in the order of their beginnings; one that came twice as it came last.
    pub fn trace(&self, trace_id: TraceId) -> Vec<Span> {
        let groups = self.groups().into_iter();
        let groups = groups.filter(|group| group.trace_id == trace_id);
        merged(&groups.collect::<Vec<_>>())
    }

    /// Traces that got spans after `since`, at most `limit` of them, the newest.
    pub fn changes(&self, since: u64, limit: usize) -> Changes {
        let groups = self.groups();
        let until = groups.last().map_or(since, |group| group.number);
        let is_new = |groups: &[Group]| groups.iter().any(|group| group.number > since);
        let mut traces = if until > since {
            summarize(groups, is_new)
        } else {
            Vec::new()
        };
        traces.drain(..traces.len().saturating_sub(limit));
        Changes { traces, until }
    }

    /// Where a watch begins that is to be told of what is new from now on.
    pub fn now(&self) -> u64 {
        self.ring().added
    }

    /// Told whenever spans were added.
    pub fn watch(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    /// How full it is.
    pub fn fill(&self) -> Fill {
        let ring = self.ring();
        Fill {
            spans: ring.spans as u64,
            bytes: ring.bytes as u64,
            evicted: ring.evicted,
        }
    }

    fn groups(&self) -> Vec<Group> {
        self.ring().groups.iter().cloned().collect()
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A summary of each trace that `wanted` takes, that with the newest spans last.
fn summarize(groups: Vec<Group>, wanted: impl Fn(&[Group]) -> bool) -> Vec<Summary> {
    let mut traces: HashMap<TraceId, Vec<Group>> = HashMap::new();
    for group in groups {
        traces.entry(group.trace_id).or_default().push(group);
    }
    let mut traces: Vec<_> = traces
        .into_iter()
        .filter(|(_, groups)| wanted(groups))
        .collect();
    // A trace's first span decides: one that grows stays in its place.
    traces.sort_by_key(|(_, groups)| groups.first().map(|group| group.number));
    let summaries = traces.into_iter();
    let summaries =
        summaries.filter_map(|(trace_id, groups)| Summary::of(trace_id, &merged(&groups)));
    summaries.collect()
}

/// The spans of one trace.
fn merged(groups: &[Group]) -> Vec<Span> {
    let mut places: HashMap<SpanId, usize> = HashMap::new();
    let mut spans: Vec<Span> = Vec::new();
    for span in groups.iter().flat_map(|group| group.spans.iter()) {
        let place = *places.entry(span.span_id).or_insert(spans.len());
        match spans.get_mut(place) {
            Some(known) => *known = span.clone(),
            None => spans.push(span.clone()),
        }
    }
    // Of those that began at once, who took longer asked for the other.
    spans.sort_by_key(|span| (span.began_at, Reverse(span.took)));
    spans
}

#[cfg(test)]
mod tests;
