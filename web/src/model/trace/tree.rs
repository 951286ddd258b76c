//! Who asked for whom: spans as a tree, in whatever order and however incomplete they came.
//!
//! A span whose parent isn't there is an orphan and stands on top, behind the roots. A ring of parents, which no honest
//! program makes, is cut at its first span, which becomes an orphan too: every span has exactly one place.

use super::Span;
use super::order::ordered;

/// A span's place in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// The place of its parent among the spans.
    pub parent: Option<usize>,
    /// Its children, the first to begin first.
    pub children: Vec<usize>,
    /// How many are above it.
    pub depth: usize,
    /// It names a parent that isn't there.
    pub is_orphan: bool,
    /// Counts the attempts of one call from 1 on; 0 for what is no attempt.
    pub attempt: u32,
}

/// All spans of a trace in their places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// One for each span, in the spans' order.
    pub nodes: Vec<Node>,
    /// The topmost: roots, then orphans, each the first to begin first.
    pub tops: Vec<usize>,
    /// Every span, parents before their children.
    pub order: Vec<usize>,
}

/// Returns the place of each span's parent; none where it has none, where that isn't there, or would be a ring.
pub fn parents(spans: &[Span]) -> Vec<Option<usize>> {
    let by_id = ordered(spans.len(), &|one, other| spans[one].id < spans[other].id);
    let find = |id: &str| {
        let place = by_id.partition_point(|own| *spans[*own].id < *id);
        by_id.get(place).copied().filter(|own| spans[*own].id == id)
    };
    let mut parents: Vec<_> = spans.iter().map(|span| find(&span.parent)).collect();
    cut_rings(&mut parents);
    parents
}

/// Takes the parent away from one span of each ring.
fn cut_rings(parents: &mut [Option<usize>]) {
    // In which walk a span was met; each is walked over once.
    let mut met = vec![0; parents.len()];
    for first in 0..parents.len() {
        let walk = first + 1;
        let mut at = first;
        while met[at] == 0 {
            met[at] = walk;
            let Some(parent) = parents[at] else { break };
            if met[parent] == walk {
                parents[at] = None;
            }
            at = parent;
        }
    }
}

impl Tree {
    /// Puts spans into their places, given their parents and when each began by one common clock.
    pub fn of(spans: &[Span], parents: &[Option<usize>], starts: &[i64]) -> Self {
        let mut nodes = vec![Node::default(); spans.len()];
        let by_start = ordered(spans.len(), &|one, other| starts[one] < starts[other]);
        let (mut roots, mut orphans) = (Vec::new(), Vec::new());
        for place in by_start {
            let is_orphan = parents[place].is_none() && !spans[place].parent.is_empty();
            nodes[place].is_orphan = is_orphan;
            nodes[place].parent = parents[place];
            match parents[place] {
                Some(parent) => {
                    if spans[place].is_attempt() {
                        let own = nodes[parent].children.iter();
                        let before = own.filter(|child| spans[**child].is_attempt()).count();
                        nodes[place].attempt = u32::try_from(before + 1).unwrap_or(u32::MAX);
                    }
                    nodes[parent].children.push(place);
                }
                None if is_orphan => orphans.push(place),
                None => roots.push(place),
            }
        }
        roots.append(&mut orphans);
        let mut tree = Self {
            nodes,
            tops: roots,
            order: Vec::with_capacity(spans.len()),
        };
        tree.walk();
        tree
    }

    /// Finds order and depth. Not by recursion: a chain may be as long as a trace.
    fn walk(&mut self) {
        let mut stack: Vec<usize> = self.tops.iter().rev().copied().collect();
        while let Some(place) = stack.pop() {
            self.order.push(place);
            let depth = self.nodes[place].depth + 1;
            for child in self.nodes[place].children.clone().into_iter().rev() {
                self.nodes[child].depth = depth;
                stack.push(child);
            }
        }
    }

    /// Returns whether a span's parent isn't there.
    pub fn has_orphans(&self) -> bool {
        self.nodes.iter().any(|node| node.is_orphan)
    }

    /// Returns the spans that are seen while those marked keep their children to themselves.
    pub fn seen(&self, is_closed: &[bool]) -> Vec<usize> {
        let mut seen = Vec::new();
        let mut closed_at = usize::MAX;
        for place in self.order.iter().copied() {
            let depth = self.nodes[place].depth;
            if depth > closed_at {
                continue;
            }
            closed_at = usize::MAX;
            if is_closed.get(place) == Some(&true) {
                closed_at = depth;
            }
            seen.push(place);
        }
        seen
    }
}

#[cfg(test)]
mod tests;
