//! How far the clocks of a trace's sources are apart, as far as the spans themselves tell it.
//!
//! A call's server span lies within its client span, whatever their clocks say. With the client's span from `b0` to
//! `b1` and the server's from `s0` to `s1`, each by its own clock, the server's clock is ahead by at least `s1 - b1`
//! and by at most `s0 - b0`. If nothing speaks against equal clocks, nothing is corrected; else the middle is taken.
//! A source has one clock in a trace: all its calls narrow the same bounds. Offsets add up down the tree.
//! A server notes its end only after its last byte has left, so that a small overhang says nothing about clocks.

use super::order::ordered;
use super::{Kind, Span};

/// How much later than its caller a server may end without being suspected, in nanoseconds.
const OVERHANG: i64 = 1_000_000;

/// What is known of one source's clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clock {
    /// The source.
    pub source: String,
    /// The source whose calls it was measured by; empty for the first one, and for those that nothing ties to it.
    pub by: String,
    /// By how much it's ahead of the first source's clock, as it's drawn; 0 where nothing is corrected.
    pub offset: i64,
    /// It is drawn otherwise than it came, with respect to `by`.
    pub is_corrected: bool,
    /// By how much it's ahead of the clock of `by`, at least; none if no bound is known.
    pub low: Option<i64>,
    /// The same, at most.
    pub high: Option<i64>,
    /// How much it's ahead of the clock of `by`, as it's drawn.
    pub step: i64,
}

impl Clock {
    /// Returns by how much the correction may be wrong in either direction; none if that isn't known.
    pub fn uncertainty(&self) -> Option<i64> {
        let (low, high) = (self.low?, self.high?);
        Some((high.saturating_sub(self.step)).max(self.step.saturating_sub(low)))
    }

    /// Returns whether any call ties it to the first source.
    pub fn is_tied(&self) -> bool {
        !self.by.is_empty()
    }
}

/// A call between two sources, and by how much the server's clock is ahead.
#[derive(Debug, Clone, Copy)]
struct Edge {
    client: usize,
    server: usize,
    low: Option<i64>,
    high: i64,
}

/// Returns the clocks of all sources, the first one's in front, and the place of each span's clock among them.
pub fn align(spans: &[Span], parents: &[Option<usize>]) -> (Vec<Clock>, Vec<usize>) {
    let (mut clocks, places) = sources(spans, parents);
    let edges: Vec<Edge> = edges(spans, parents, &places);
    let mut is_placed = vec![false; clocks.len()];
    if let Some(first) = is_placed.first_mut() {
        *first = true;
    }
    while let Some((client, server)) = next(&edges, &is_placed) {
        let own = edges
            .iter()
            .filter(|edge| edge.client == client && edge.server == server);
        let (low, high) = bounds(own);
        let step = step(low, high);
        clocks[server] = Clock {
            by: clocks[client].source.clone(),
            offset: clocks[client].offset.saturating_add(step),
            is_corrected: step != 0,
            low,
            high: Some(high),
            step,
            source: std::mem::take(&mut clocks[server].source),
        };
        is_placed[server] = true;
    }
    (clocks, places)
}

/// The sources in the order in which the tree has them, and which is whose. The topmost span that was asked for by
/// nobody comes first: its clock is the one that others are drawn by.
fn sources(spans: &[Span], parents: &[Option<usize>]) -> (Vec<Clock>, Vec<usize>) {
    let rank = |place: usize| {
        let span = &spans[place];
        let is_below = parents[place].is_some();
        (is_below, !span.parent.is_empty(), span.start)
    };
    let by_rank = ordered(spans.len(), &|one, other| rank(one) < rank(other));
    let mut clocks: Vec<Clock> = Vec::new();
    let mut places = vec![0; spans.len()];
    for span in by_rank {
        let known = clocks
            .iter()
            .position(|clock| clock.source == spans[span].source);
        places[span] = known.unwrap_or(clocks.len());
        if known.is_none() {
            clocks.push(Clock {
                source: spans[span].source.clone(),
                ..Clock::default()
            });
        }
    }
    (clocks, places)
}

fn edges(spans: &[Span], parents: &[Option<usize>], places: &[usize]) -> Vec<Edge> {
    let edge = |(child, parent): (usize, &Option<usize>)| {
        let parent = (*parent)?;
        let (client, server) = (places[parent], places[child]);
        let (asked, answered) = (&spans[parent], &spans[child]);
        // A queue's consumer may take as long as it likes, and whoever gave up doesn't know when the other one ended.
        let is_within = answered.kind != Kind::Consumer && answered.duration <= asked.duration;
        (client != server).then(|| Edge {
            client,
            server,
            low: is_within.then(|| answered.end().saturating_sub(asked.end())),
            high: answered.start.saturating_sub(asked.start),
        })
    };
    parents.iter().enumerate().filter_map(edge).collect()
}

/// Returns the first call from a source that has its place to one that hasn't.
fn next(edges: &[Edge], is_placed: &[bool]) -> Option<(usize, usize)> {
    let is_next = |edge: &&Edge| is_placed[edge.client] && !is_placed[edge.server];
    let edge = edges.iter().find(is_next)?;
    Some((edge.client, edge.server))
}

/// Returns what holds for all calls; for the first alone where they contradict each other.
fn bounds<'a>(edges: impl Iterator<Item = &'a Edge>) -> (Option<i64>, i64) {
    let mut first = None;
    let (mut low, mut high) = (None, i64::MAX);
    for edge in edges {
        first = first.or(Some((edge.low, edge.high)));
        low = low.max(edge.low);
        high = high.min(edge.high);
    }
    match first {
        Some(first) if low.is_some_and(|low| low > high) => first,
        _ => (low, high),
    }
}

/// Returns by how much the server's clock is taken to be ahead.
fn step(low: Option<i64>, high: i64) -> i64 {
    let Some(low) = low else {
        return high.min(0);
    };
    if high >= 0 && low <= OVERHANG {
        return 0;
    }
    low.midpoint(high)
}

#[cfg(test)]
mod tests;
