//! The table of routes: which method an HTTP verb and a path ask for.
//! An immutable trie over segments, searched literal before `*` before `**`, left to right, going back where a
//! branch leads nowhere or has other verbs only. If the path's last colon begins a custom verb that leads
//! somewhere, it is one; else it belongs to the segment.
//! http.proto has no rules of precedence; these are ours, and `tests` names each one as a claim.
//! Nothing here knows methods or messages: a route leads to a `T`. Field paths are looked up by the transcoder.

use std::ops::ControlFlow;

use path::{Path, Reading};
use trie::{End, Node};

use super::template::{Segment, Template, TemplateError};

pub use explain::{Candidate, Explanation, MAX_CANDIDATES, Outcome, Verdict};
pub use path::PathError;

mod explain;
mod path;
mod trie;

/// The verb that stands for any.
const ANY_VERB: &str = "*";

/// One route, before it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// HTTP's verb in capitals; `*` stands for any.
    pub verb: String,
    /// As it was written.
    pub template: String,
    /// Whose route it is, for errors and listings: a method's full name.
    pub owner: String,
    /// Where it leads.
    pub target: T,
}

/// Why a route can't be in the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// Two entries would answer the same requests; the names of variables make no difference.
    #[error("{verb} {first_template} of {first} and {second_template} of {second} are the same")]
    Duplicate {
        /// Their verb.
        verb: String,
        /// The owner of the earlier one.
        first: String,
        /// The earlier template.
        first_template: String,
        /// The owner of the later one.
        second: String,
        /// The later template.
        second_template: String,
    },
    /// The template doesn't parse.
    #[error("template {template:?} of {owner}: {error}")]
    Template {
        /// Whose it is.
        owner: String,
        /// As it was written.
        template: String,
        /// What is wrong and where.
        error: TemplateError,
    },
    /// Not a token of HTTP.
    #[error("verb {verb:?} of {owner} isn't one of HTTP")]
    Verb {
        /// Whose it is.
        owner: String,
        /// As it was written.
        verb: String,
    },
}

/// All routes at one moment; never changes.
#[derive(Debug)]
pub struct Routes<T> {
    routes: Vec<Route<T>>,
    root: Node,
}

#[derive(Debug)]
struct Route<T> {
    entry: Entry<T>,
    template: Template,
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'r, T> {
    /// This.
    Route(Match<'r, T>),
    /// The path is known, but not with this verb: 405. Sorted for `Allow`; with HEAD wherever there is GET.
    OtherVerbs(Vec<&'r str>),
    /// No route has that path.
    Nothing {
        /// The path without its trailing slash, if that one is known.
        hint: Option<String>,
    },
    /// The path means different things to different readers, and is refused whatever the routes are.
    BadPath(PathError),
}

/// A route with the values that its path gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'r, T> {
    /// Where the route leads.
    pub target: &'r T,
    /// As it was written; a name for logs with few values.
    pub template: &'r str,
    /// Field paths and decoded values, in the order of the path. A variable of one segment is decoded in full;
    /// in others `%2F` stays, so that it can't be taken for a slash between segments.
    pub bindings: Vec<(&'r [String], String)>,
}

impl<T> Routes<T> {
    /// Makes a table of entries; their order makes no difference. Fails with all that is wrong with them.
    pub fn build(entries: Vec<Entry<T>>) -> Result<Self, Vec<RouteError>> {
        let mut table = Self {
            routes: Vec::with_capacity(entries.len()),
            root: Node::default(),
        };
        let added: Vec<_> = entries.into_iter().map(|entry| table.add(entry)).collect();
        let errors: Vec<_> = added.into_iter().filter_map(Result::err).collect();
        if errors.is_empty() {
            Ok(table)
        } else {
            Err(errors)
        }
    }

    fn add(&mut self, entry: Entry<T>) -> Result<(), RouteError> {
        if http::Method::from_bytes(entry.verb.as_bytes()).is_err() {
            let Entry { verb, owner, .. } = entry;
            return Err(RouteError::Verb { owner, verb });
        }
        let template = match Template::parse(&entry.template) {
            Ok(template) => template,
            Err(error) => {
                let Entry {
                    template, owner, ..
                } = entry;
                return Err(RouteError::Template {
                    owner,
                    template,
                    error,
                });
            }
        };
        let end = End {
            custom_verb: template.custom_verb().map(Into::into),
            verb: entry.verb.as_str().into(),
            route: self.routes.len(),
        };
        let ends = self.root.ends_mut(template.segments());
        if let Some(same) = ends.iter().find(|other| other.clashes(&end)) {
            let first = &self.routes[same.route].entry;
            return Err(RouteError::Duplicate {
                verb: entry.verb,
                first: first.owner.clone(),
                first_template: first.template.clone(),
                second: entry.owner,
                second_template: entry.template,
            });
        }
        ends.push(end);
        self.routes.push(Route { entry, template });
        Ok(())
    }

    /// Every route, in the order of building.
    pub fn entries(&self) -> impl Iterator<Item = &Entry<T>> {
        self.routes.iter().map(|route| &route.entry)
    }

    /// Finds the route of a request; `path` is without its query.
    pub fn find(&self, verb: &http::Method, path: &str) -> Found<'_, T> {
        self.find_shown(verb, path, |_| true)
    }

    /// Finds it as if there were no other routes than those whose targets are shown: what is hidden is no match,
    /// has no verbs, and isn't hinted at.
    ///
    /// A search enters each node of the trie at most once, since a node has one parent and stands at one depth, so
    /// that there is one way to it: no path makes it look at more segments than all templates have together.
    /// There are six searches at most: for the route, then for other verbs, then for a hint, each with two readings
    /// of the last colon. Recursion ends at `MAX_SEGMENTS`.
    /// A hit allocates only its values, a miss only its hint.
    pub fn find_shown(
        &self,
        verb: &http::Method,
        path: &str,
        is_shown: impl Fn(&T) -> bool,
    ) -> Found<'_, T> {
        let is_shown = |end: &End| is_shown(&self.routes[end.route].entry.target);
        let path = match Path::parse(path) {
            Ok(path) => path,
            Err(error) => return Found::BadPath(error),
        };
        for reading in path.readings() {
            let route = self.root.walk(reading.segments, &mut |ends| {
                let ends = ends.iter().filter(|end| is_shown(end));
                serving(ends, reading, verb.as_str())
                    .map_or(ControlFlow::Continue(()), ControlFlow::Break)
            });
            if let ControlFlow::Break(end) = route {
                return self.routes[end.route].found(reading);
            }
        }
        let verbs = self.verbs(path, is_shown);
        if !verbs.is_empty() {
            return Found::OtherVerbs(verbs);
        }
        let other = path.without_trailing_slash();
        let hint = other.filter(|other| !self.verbs(*other, is_shown).is_empty());
        Found::Nothing {
            hint: hint.map(|other| other.to_string()),
        }
    }

    /// The verbs of all shown routes that have the path, sorted.
    fn verbs(&self, path: Path<'_>, is_shown: impl Fn(&End) -> bool) -> Vec<&str> {
        let mut verbs = Vec::new();
        for reading in path.readings() {
            let _: ControlFlow<()> = self.root.walk(reading.segments, &mut |ends| {
                let ends = ends
                    .iter()
                    .filter(|end| reading.is_for(end.custom_verb.as_deref()) && is_shown(end));
                verbs.extend(ends.map(|end| &*end.verb));
                ControlFlow::Continue(())
            });
        }
        if verbs.contains(&"GET") {
            verbs.push("HEAD");
        }
        verbs.sort_unstable();
        verbs.dedup();
        verbs
    }
}

/// The route of one place that serves a verb: its own, or GET's for HEAD, or the one for any verb.
fn serving<'r>(
    ends: impl Iterator<Item = &'r End>,
    reading: Reading<'_>,
    verb: &str,
) -> Option<&'r End> {
    let ends = ends.filter(|end| reading.is_for(end.custom_verb.as_deref()));
    let serving = ends.filter_map(|end| Some((preference(&end.verb, verb)?, end)));
    serving.min_by_key(|(rank, _)| *rank).map(|(_, end)| end)
}

/// How well a route's verb serves a request's, 0 being best; None if it doesn't.
fn preference(route: &str, request: &str) -> Option<u8> {
    if route == request {
        Some(0)
    } else if route == "GET" && request == "HEAD" {
        Some(1)
    } else {
        (route == ANY_VERB).then_some(2)
    }
}

impl<T> Route<T> {
    fn found(&self, reading: Reading<'_>) -> Found<'_, T> {
        let mut bindings = Vec::with_capacity(self.template.variables().len());
        for variable in self.template.variables() {
            let last = &self.template.segments()[variable.segments.end - 1];
            let end = (*last != Segment::Rest).then_some(variable.segments.end);
            let raw = reading.span(variable.segments.start, end);
            let Some(value) = path::decode(raw, variable.is_multi_segment) else {
                let variable = variable.field_path.join(".");
                return Found::BadPath(PathError::NotUtf8 { variable });
            };
            bindings.push((variable.field_path.as_slice(), value));
        }
        Found::Route(Match {
            target: &self.entry.target,
            template: &self.entry.template,
            bindings,
        })
    }
}

#[cfg(test)]
mod tests;
