//! A trace in one line.

use std::collections::HashSet;
use std::iter;
use std::sync::Arc;
use std::time::Duration;

use wire::code::Code;
use wire::traceparent::TraceId;

use crate::telemetry::span::{Facts, Kind, Span};

/// What a list says of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub trace_id: TraceId,
    /// The method that was called first; None while no span tells it.
    pub method: Option<String>,
    /// When its first span began, in nanoseconds since 1970, by that source's clock.
    pub began_at: u64,
    /// From the beginning of its first span to the end of the last, by their sources' clocks.
    pub took: Duration,
    /// The name of the code that the caller got; None while no span tells it.
    pub code: Option<String>,
    /// Spans.
    pub spans: usize,
    /// Those of them that are errors.
    pub errors: usize,
    /// Attempts at replicas.
    pub attempts: usize,
    /// Whose the topmost span is.
    pub source: Arc<str>,
}

impl Summary {
    /// That of the spans of one trace, in the order of their beginnings; None if there are none.
    pub fn of(trace_id: TraceId, spans: &[Span]) -> Option<Self> {
        let ids: HashSet<_> = spans.iter().map(|span| span.span_id).collect();
        let is_top = |span: &&Span| span.parent.is_none_or(|parent| !ids.contains(&parent));
        let top = spans.iter().find(is_top).or_else(|| spans.first())?;
        // What the topmost span says counts, then the calls that its source made, then whatever comes first.
        let is_own_call = |span: &&Span| span.kind() == Kind::Client && span.source == top.source;
        let told = iter::once(top)
            .chain(spans.iter().filter(is_own_call))
            .chain(spans);
        let method = told.clone().find_map(Span::method);
        let code = told.clone().find_map(Span::code);
        let began_at = spans.iter().map(|span| span.began_at).min()?;
        let ended_at = spans.iter().map(Span::ended_at).max()?;
        let is_attempt = |span: &&Span| matches!(span.facts, Facts::Attempted(_));
        Some(Self {
            trace_id,
            method: method.map(str::to_owned),
            began_at,
            took: Duration::from_nanos(ended_at.saturating_sub(began_at)),
            code: code.map(str::to_owned),
            spans: spans.len(),
            errors: spans.iter().filter(|span| span.is_error()).count(),
            attempts: spans.iter().filter(is_attempt).count(),
            source: Arc::clone(&top.source),
        })
    }

    /// True if anything of it went wrong.
    pub fn has_failed(&self) -> bool {
        self.errors > 0
            || self
                .code
                .as_deref()
                .is_some_and(|code| code != Code::Ok.name())
    }
}
