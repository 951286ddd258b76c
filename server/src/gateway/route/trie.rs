//! The trie: a node for each prefix of templates, with the names of variables left out.
//! Literals are held decoded and compared with the decoded segment byte by byte, without allocating;
//! they have no slash, so that an encoded slash never matches one.
//! Verbs aren't looked at here; whoever walks decides by them which place is good enough.

use std::ops::ControlFlow;

use super::path::{compare, next_segment};
use crate::gateway::template::Segment;

/// What templates with the same beginning have in common.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Sorted by text.
    literals: Vec<(Box<str>, Node)>,
    any: Option<Box<Node>>,
    /// Templates that end here.
    here: Vec<End>,
    /// Templates that end here with `**`.
    rest: Vec<End>,
}

/// The end of one route's template.
#[derive(Debug)]
pub(super) struct End {
    pub(super) custom_verb: Option<Box<str>>,
    /// HTTP's.
    pub(super) verb: Box<str>,
    /// Its place in the table.
    pub(super) route: usize,
}

impl End {
    /// True if both would answer the same requests, given that their segments are the same.
    pub(super) fn clashes(&self, other: &Self) -> bool {
        self.verb == other.verb && self.custom_verb == other.custom_verb
    }
}

impl Node {
    /// Where a template's routes are kept; makes what isn't there yet.
    pub(super) fn ends_mut(&mut self, segments: &[Segment]) -> &mut Vec<End> {
        match segments {
            [] => &mut self.here,
            [Segment::Rest, ..] => &mut self.rest,
            [Segment::Any, after @ ..] => self.any.get_or_insert_default().ends_mut(after),
            [Segment::Literal(text), after @ ..] => {
                let known = self
                    .literals
                    .binary_search_by(|(known, _)| (**known).cmp(text));
                let index = known.unwrap_or_else(|index| {
                    self.literals
                        .insert(index, (text.as_str().into(), Self::default()));
                    index
                });
                self.literals[index].1.ends_mut(after)
            }
        }
    }

    /// Shows every place that has these segments, the most specific first, until `visit` breaks.
    /// None stands for no more segments, which isn't the same as an empty one.
    pub(super) fn walk<'n, B>(
        &'n self,
        segments: Option<&str>,
        visit: &mut impl FnMut(&'n [End]) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        match segments.map(next_segment) {
            None => visit(&self.here)?,
            Some((segment, after)) => {
                if let Some(node) = self.literal(segment) {
                    node.walk(after, visit)?;
                }
                if let Some(node) = self.any.as_ref().filter(|_| !segment.is_empty()) {
                    node.walk(after, visit)?;
                }
            }
        }
        visit(&self.rest)
    }

    fn literal(&self, segment: &str) -> Option<&Self> {
        let known = self
            .literals
            .binary_search_by(|(literal, _)| compare(literal, segment));
        known.ok().map(|index| &self.literals[index].1)
    }
}
