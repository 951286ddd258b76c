//! Why a request takes the route it takes: the answer of `GET /debug/routes`.
//! The outcome is `find`'s own. The candidates are worked out apart from the trie, from each template alone, which
//! costs more than `find` and can name what the trie never looks at: first the routes that have the path, in the
//! order of the search, then those that nearly have it.

use std::cmp::Reverse;

use serde::Serialize;

use super::path::{Path, Reading, compare, next_segment};
use super::{Entry, Found, Route, Routes, preference};
use crate::gateway::template::Segment;

/// How many candidates an explanation names; those that nearly have the path can be all of the table.
pub const MAX_CANDIDATES: usize = 50;

/// What would become of a request, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The verb asked with.
    pub verb: String,
    /// The path asked for, as it came.
    pub path: String,
    /// What `find` says.
    pub outcome: Outcome,
    /// At most `MAX_CANDIDATES`; none if the path is refused. Routes whose first segment already differs are no
    /// candidates.
    pub candidates: Vec<Candidate>,
    /// How many candidates aren't named.
    pub left_off: usize,
}

/// What `find` says of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Outcome {
    /// It takes the candidate whose verdict says so.
    Route {
        /// Field paths with dots, and their values, in the order of the path.
        bindings: Vec<(String, String)>,
    },
    /// No route has it, but it's the plain form of a method, `POST /pkg.Service/Method`. Not `find`'s to say.
    Plain {
        /// The method's full name.
        method: String,
        /// Whose it is.
        component: String,
    },
    /// The API server answers it itself, before any route. Not `find`'s to say.
    Own,
    /// The path is known with other verbs.
    OtherVerbs {
        /// Sorted.
        verbs: Vec<String>,
    },
    /// No route has that path.
    Nothing {
        /// The path without its trailing slash, if that one is known.
        hint: Option<String>,
    },
    /// The path is refused.
    BadPath {
        /// Why.
        error: String,
    },
}

/// One route that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// Its verb.
    pub verb: String,
    /// Its template, as it was written.
    pub template: String,
    /// Whose it is.
    pub owner: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a candidate. Segments are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Verdict {
    /// This is the request's route.
    Taken,
    /// It has path and verb, but a more specific route comes first, or one for exactly this verb.
    Outranked,
    /// It has the path, but serves another verb.
    OtherVerb,
    /// It needs a custom verb, and the path ends without that one.
    NoCustomVerb {
        /// As the template has it, decoded.
        expected: String,
    },
    /// A literal and the path's segment aren't the same.
    LiteralDiffers {
        /// Which.
        segment: usize,
        /// The literal, decoded.
        expected: String,
        /// The path's segment, as it came.
        found: String,
    },
    /// `*` meets an empty segment.
    EmptySegment {
        /// Which.
        segment: usize,
    },
    /// The path ends where the template goes on.
    PathTooShort {
        /// The first one that is missing.
        segment: usize,
    },
    /// The template ends where the path goes on.
    PathTooLong {
        /// The first one that is too many.
        segment: usize,
    },
}

impl<T> Routes<T> {
    /// Explains what `find` says of a request. Looks at every route.
    pub fn explain(&self, verb: &http::Method, path: &str) -> Explanation {
        let mut candidates = match Path::parse(path) {
            Ok(path) => self.candidates(verb.as_str(), path),
            Err(_) => Vec::new(),
        };
        let left_off = candidates.len().saturating_sub(MAX_CANDIDATES);
        candidates.truncate(MAX_CANDIDATES);
        Explanation {
            verb: verb.to_string(),
            path: path.to_owned(),
            outcome: outcome(self.find(verb, path)),
            candidates,
            left_off,
        }
    }

    fn candidates(&self, verb: &str, path: Path<'_>) -> Vec<Candidate> {
        let mut with_path = Vec::new();
        let mut near = Vec::new();
        for route in &self.routes {
            match route.miss(path) {
                None => with_path.push(route),
                Some((depth @ 1.., verdict)) => near.push((depth, route, verdict)),
                Some(_) => {}
            }
        }
        with_path.sort_by_cached_key(|route| (route.rank(), preference(&route.entry.verb, verb)));
        let mut is_taken = false;
        let with_path = with_path.into_iter().map(|route| {
            let verdict = match preference(&route.entry.verb, verb) {
                None => Verdict::OtherVerb,
                Some(_) if is_taken => Verdict::Outranked,
                Some(_) => Verdict::Taken,
            };
            is_taken |= verdict == Verdict::Taken;
            Candidate::new(&route.entry, verdict)
        });
        near.sort_by_cached_key(|(depth, route, _)| (Reverse(*depth), route.rank()));
        let near = near
            .into_iter()
            .map(|(_, route, verdict)| Candidate::new(&route.entry, verdict));
        with_path.chain(near).collect()
    }
}

impl<T> Route<T> {
    /// The search's order among routes that have one path: custom verbs first, then segment by segment.
    fn rank(&self) -> (bool, Vec<u8>) {
        let segments = self
            .template
            .segments()
            .iter()
            .map(|segment| match segment {
                Segment::Literal(_) => 0,
                Segment::Any => 1,
                Segment::Rest => 3,
            });
        // The end of a template comes before `**` that stands for nothing.
        (
            self.template.custom_verb().is_none(),
            segments.chain([2]).collect(),
        )
    }

    /// Why it doesn't have the path, and how many segments they have in common; None if it has.
    fn miss(&self, path: Path<'_>) -> Option<(usize, Verdict)> {
        let (segments, custom_verb) = (self.template.segments(), self.template.custom_verb());
        if let Some(reading) = path.readings().find(|reading| reading.is_for(custom_verb)) {
            return miss(segments, reading);
        }
        let whole = path
            .readings()
            .last()
            .and_then(|reading| miss(segments, reading));
        let depth = whole.map_or(segments.len(), |(depth, _)| depth);
        let expected = custom_verb.unwrap_or_default().to_owned();
        Some((depth, Verdict::NoCustomVerb { expected }))
    }
}

fn miss(segments: &[Segment], reading: Reading<'_>) -> Option<(usize, Verdict)> {
    let mut rest = reading.segments;
    for (depth, expected) in segments.iter().enumerate() {
        let segment = depth + 1;
        if *expected == Segment::Rest {
            return None;
        }
        let Some((found, after)) = rest.map(next_segment) else {
            return Some((depth, Verdict::PathTooShort { segment }));
        };
        match expected {
            Segment::Literal(literal) if compare(literal, found).is_ne() => {
                let (expected, found) = (literal.clone(), found.to_owned());
                return Some((
                    depth,
                    Verdict::LiteralDiffers {
                        segment,
                        expected,
                        found,
                    },
                ));
            }
            Segment::Any if found.is_empty() => {
                return Some((depth, Verdict::EmptySegment { segment }));
            }
            _ => rest = after,
        }
    }
    let segment = segments.len() + 1;
    rest.map(|_| (segments.len(), Verdict::PathTooLong { segment }))
}

impl Candidate {
    fn new<T>(entry: &Entry<T>, verdict: Verdict) -> Self {
        Self {
            verb: entry.verb.clone(),
            template: entry.template.clone(),
            owner: entry.owner.clone(),
            verdict,
        }
    }
}

fn outcome<T>(found: Found<'_, T>) -> Outcome {
    match found {
        Found::Route(route) => {
            let bindings = route.bindings.into_iter();
            Outcome::Route {
                bindings: bindings
                    .map(|(path, value)| (path.join("."), value))
                    .collect(),
            }
        }
        Found::OtherVerbs(verbs) => Outcome::OtherVerbs {
            verbs: verbs.into_iter().map(str::to_owned).collect(),
        },
        Found::Nothing { hint } => Outcome::Nothing { hint },
        Found::BadPath(error) => Outcome::BadPath {
            error: error.to_string(),
        },
    }
}
