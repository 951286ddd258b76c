//! What is made of a trace once it's here: the tree, one common clock, the critical path. Made anew when it grows.

use super::clock::{Clock, align};
use super::order::ordered;
use super::path::{Stretch, Times, critical, own_times, top};
use super::tree::{Tree, parents};
use super::{Span, Trace};

/// A trace, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Who asked for whom.
    pub tree: Tree,
    /// The clocks of the sources; the first one's is the common one.
    pub clocks: Vec<Clock>,
    /// The place of each span's source among the clocks.
    pub sources: Vec<usize>,
    /// When each span began and ended, by the common clock.
    pub times: Vec<Times>,
    /// What the end had to wait for.
    pub path: Vec<Stretch>,
    /// How long each span is on that path.
    pub on_path: Vec<i64>,
    /// How long each span worked while none of its children did.
    pub own: Vec<i64>,
    /// When the first span began, by the common clock.
    pub start: i64,
    /// When the last one ended.
    pub end: i64,
}

impl Reading {
    /// Reads the spans of a trace.
    pub fn of(spans: &[Span]) -> Self {
        let parents = parents(spans);
        let (clocks, sources) = align(spans, &parents);
        let times: Vec<Times> = spans
            .iter()
            .zip(&sources)
            .map(|(span, source)| {
                let offset = clocks[*source].offset;
                (
                    span.start.saturating_sub(offset),
                    span.end().saturating_sub(offset),
                )
            })
            .collect();
        let starts: Vec<i64> = times.iter().map(|(start, _)| *start).collect();
        let tree = Tree::of(spans, &parents, &starts);
        let path = critical(&tree, &times);
        let mut on_path = vec![0; spans.len()];
        for stretch in &path {
            on_path[stretch.span] += stretch.to - stretch.from;
        }
        let own = own_times(&tree, &times);
        Self {
            start: starts.iter().copied().min().unwrap_or(0),
            end: times.iter().map(|(_, end)| *end).max().unwrap_or(0),
            tree,
            clocks,
            sources,
            times,
            path,
            on_path,
            own,
        }
    }

    /// Returns from the beginning of the first span to the end of the last one, by the common clock.
    pub fn duration(&self) -> i64 {
        self.end.saturating_sub(self.start)
    }

    /// Returns the span that the critical path ends with.
    pub fn top(&self) -> Option<usize> {
        top(&self.tree, &self.times)
    }

    /// Returns how long each source is on the critical path, the longest first; those that aren't are left out.
    pub fn shares(&self) -> Vec<(String, i64)> {
        let mut shares: Vec<(String, i64)> = Vec::new();
        for (source, clock) in self.clocks.iter().enumerate() {
            let own = self.on_path.iter().zip(&self.sources);
            let share = own
                .filter(|(_, own)| **own == source)
                .map(|(time, _)| time)
                .sum();
            if share > 0 {
                shares.push((clock.source.clone(), share));
            }
        }
        let by_share = ordered(shares.len(), &|one, other| shares[one].1 > shares[other].1);
        by_share
            .into_iter()
            .map(|place| shares[place].clone())
            .collect()
    }

    /// Returns how many attempts the call with the most of them took; 0 if no attempt is told.
    pub fn attempts(&self) -> u32 {
        let attempts = self.tree.nodes.iter().map(|node| node.attempt);
        attempts.max().unwrap_or(0)
    }
}

impl Trace {
    /// Returns whether all that a call of this page through the API server leaves seems to be here: nothing asked for
    /// by a span that isn't, a root, and something that an attempt led to.
    pub fn is_whole(&self) -> bool {
        let is_here = |id: &str| self.spans.iter().any(|span| span.id == id);
        let is_missing = |span: &Span| !span.parent.is_empty() && !is_here(&span.parent);
        let is_last_answered = self
            .spans
            .iter()
            .filter(|span| span.is_attempt() && !span.is_error())
            .all(|attempt| self.spans.iter().any(|span| span.parent == attempt.id));
        self.spans.iter().any(Span::is_attempt)
            && !self.spans.iter().any(is_missing)
            && is_last_answered
    }
}

#[cfg(test)]
mod tests;
