//! The critical path: what the end of a trace had to wait for, moment by moment; and what each span did by itself.
//!
//! Walk back from the end of the topmost span: it waited for the child that ended last; before that one began, for the
//! one that had ended last by then, and so on; where no child is left, it worked by itself. The same in each child.
//! A child that ends later than its parent is taken to end with it.

use super::order::ordered;
use super::tree::Tree;

/// A stretch of the critical path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The span that worked.
    pub span: usize,
    /// From when, by the common clock.
    pub from: i64,
    /// Until when.
    pub to: i64,
}

/// When a span began and ended, by the common clock.
pub type Times = (i64, i64);

/// Returns the topmost span that the path ends with: the first root, or the longest orphan where there's no root.
pub fn top(tree: &Tree, times: &[Times]) -> Option<usize> {
    let root = tree.tops.first().copied()?;
    if !tree.nodes[root].is_orphan {
        return Some(root);
    }
    let longest = |place: &&usize| times[**place].1.saturating_sub(times[**place].0);
    // The first of the longest, so that it doesn't change from one look to the next.
    tree.tops.iter().rev().max_by_key(longest).copied()
}

/// Returns the critical path, the first stretch first.
pub fn critical(tree: &Tree, times: &[Times]) -> Vec<Stretch> {
    let mut path = Vec::new();
    let Some(top) = top(tree, times) else {
        return path;
    };
    // Not by recursion: a chain may be as long as a trace.
    let mut open = vec![(top, times[top])];
    while let Some((span, bounds)) = open.pop() {
        let began = times[span].0.max(bounds.0);
        let end = times[span].1.min(bounds.1);
        let mut cursor = end;
        let children = &tree.nodes[span].children;
        let last = |child: usize| (times[children[child]].1.min(end), times[children[child]].0);
        let by_end = ordered(children.len(), &|one, other| last(one) < last(other));
        for child in by_end.into_iter().rev().map(|place| children[place]) {
            let (from, to) = (times[child].0.max(began), times[child].1.min(end));
            // One that went on beside a later one held nobody up.
            if to > cursor || to <= from {
                continue;
            }
            push(&mut path, span, to, cursor);
            open.push((child, (from, to)));
            cursor = from;
        }
        push(&mut path, span, began.min(cursor), cursor);
    }
    let by_start = ordered(path.len(), &|one, other| path[one].from < path[other].from);
    by_start.into_iter().map(|place| path[place]).collect()
}

fn push(path: &mut Vec<Stretch>, span: usize, from: i64, to: i64) {
    if from < to {
        path.push(Stretch { span, from, to });
    }
}

/// Returns how long each span worked while none of its children did.
pub fn own_times(tree: &Tree, times: &[Times]) -> Vec<i64> {
    let own = tree.nodes.iter().zip(times).map(|(node, (began, ended))| {
        // Children are in the order of their beginnings.
        let (mut own, mut cursor) = (0_i64, *began);
        for (from, to) in node.children.iter().map(|child| times[*child]) {
            own += from.min(*ended).saturating_sub(cursor).max(0);
            cursor = cursor.max(to);
        }
        own + ended.saturating_sub(cursor).max(0)
    });
    own.collect()
}

#[cfg(test)]
mod tests;
