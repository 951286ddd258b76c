//! Two traces of the same kind of call, bar by bar: which grew, and which worked longer by itself.

use super::reading::Reading;
use super::{Kind, Span, Trace};

/// One bar before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What was done.
    pub name: String,
    /// Its place in the call.
    pub kind: Kind,
    /// Which attempt of a call it is; 0 if it's none.
    pub attempt: u32,
    /// Who did it, before and after.
    pub sources: [String; 2],
    /// How many are above it.
    pub depth: usize,
    /// How long it took, before and after.
    pub took: [i64; 2],
    /// How long it worked by itself, before and after.
    pub own: [i64; 2],
}

impl Change {
    /// Returns how much longer it took.
    pub fn grew(&self) -> i64 {
        self.took[1] - self.took[0]
    }

    /// Returns how much longer it worked by itself.
    pub fn own_grew(&self) -> i64 {
        self.own[1] - self.own[0]
    }
}

/// Which bars grew by what was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grown {
    /// Only one that works by itself.
    Lowest,
    /// That one and all above it.
    Chain,
    /// Only the topmost.
    Topmost,
    /// None, or another set of them.
    Other,
}

/// Returns the bars that both traces have, in the tree's order. Those are taken for the same that stand equally deep
/// and are of the same kind and name, counted in order.
pub fn compare(before: &Trace, after: &Trace) -> Vec<Change> {
    let (earlier, later) = (Reading::of(&before.spans), Reading::of(&after.spans));
    let mut left: Vec<usize> = later.tree.order.clone();
    let mut changes = Vec::new();
    for one in earlier.tree.order.iter().copied() {
        let span = &before.spans[one];
        let depth = earlier.tree.nodes[one].depth;
        let is_same = |other: &usize| {
            let own = &after.spans[*other];
            later.tree.nodes[*other].depth == depth && is_alike(span, own)
        };
        let Some(place) = left.iter().position(is_same) else {
            continue;
        };
        let other = left.remove(place);
        changes.push(Change {
            name: span.short_name().to_owned(),
            kind: span.kind,
            attempt: earlier.tree.nodes[one].attempt,
            sources: [span.source.clone(), after.spans[other].source.clone()],
            depth,
            took: [span.duration, after.spans[other].duration],
            own: [earlier.own[one], later.own[other]],
        });
    }
    changes
}

fn is_alike(one: &Span, other: &Span) -> bool {
    one.name == other.name && one.kind == other.kind
}

/// Returns which bars grew by at least `added`, and the one among them whose own time did.
pub fn grown(changes: &[Change], added: i64) -> (Grown, Option<usize>) {
    let is_grown = |change: &Change| change.grew() >= added;
    let own = changes.iter().position(|change| change.own_grew() >= added);
    let deepest = changes.iter().map(|change| change.depth).max().unwrap_or(0);
    let count = changes.iter().filter(|change| is_grown(change)).count();
    let grown = match own {
        None => Grown::Other,
        Some(place) if count == 1 && changes[place].depth == 0 && deepest > 0 => Grown::Topmost,
        Some(_) if count == 1 => Grown::Lowest,
        Some(place) => {
            let above = |change: &Change| change.depth > changes[place].depth || is_grown(change);
            if changes.iter().all(above) {
                Grown::Chain
            } else {
                Grown::Other
            }
        }
    };
    (grown, own)
}

#[cfg(test)]
mod tests;
