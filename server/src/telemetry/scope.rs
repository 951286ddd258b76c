//! What is open of one trace in this process: the span that answers the call, and below it those of what is called for it.
//! They travel with the call as `OpenSpan`, whose clones are one span. All that are finished are handed on together, once
//! the last handle is gone: one lock for a call, however many spans it has.
//! A trace that isn't recorded costs ids only; they still travel on, so that whoever is called stays in the trace.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;
use wire::traceparent::{SpanId, TraceId, TraceParent};

use super::span::{Facts, Span, nanos};
use super::tracer::{Caller, Tracer, Trust};

/// A span that has begun; clones are the same. An extension of the request.
#[derive(Clone, Debug)]
pub struct OpenSpan {
    scope: Arc<Scope>,
    span_id: SpanId,
    parent: Option<SpanId>,
    began: Instant,
}

#[derive(Debug)]
struct Scope {
    tracer: Tracer,
    trace_id: TraceId,
    /// Times are told from these on, so that they agree with each other whatever is done to the wall clock.
    began: Instant,
    began_at: u64,
    link: Option<TraceParent>,
    is_recorded: bool,
    finished: Mutex<Vec<Span>>,
}

impl OpenSpan {
    /// The span that answers a call, whose head came at `began`; `is_wanted` is false for calls that leave no trace.
    pub fn answering(tracer: &Tracer, caller: Caller, began: Instant, is_wanted: bool) -> Self {
        let parent = caller.context.filter(|_| caller.trust == Trust::Parent);
        let trace_id = parent.map_or_else(|| tracer.new_trace_id(), |parent| parent.trace_id);
        let is_kept_out = parent.is_some_and(|parent| !parent.is_sampled);
        let is_recorded =
            is_wanted && !is_kept_out && tracer.records(trace_id, caller.context.is_some(), began);
        let parent_id = parent.map(|parent| parent.span_id);
        // Whoever is called is told of the span that is recorded last.
        let span_id = parent_id
            .filter(|_| !is_recorded)
            .unwrap_or_else(|| tracer.new_span_id());
        let began_at = || tracer.now().saturating_sub(nanos(began.elapsed()));
        Self {
            scope: Arc::new(Scope {
                began,
                began_at: if is_recorded { began_at() } else { 0 },
                tracer: tracer.clone(),
                trace_id,
                link: caller.context.filter(|_| caller.trust == Trust::Link),
                is_recorded,
                finished: Mutex::default(),
            }),
            span_id,
            parent: parent_id,
            began,
        }
    }

    /// The trace.
    pub fn trace_id(&self) -> TraceId {
        self.scope.trace_id
    }

    /// False if nobody will read what becomes of it.
    pub fn is_recorded(&self) -> bool {
        self.scope.is_recorded
    }

    /// When it began.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Who called, where that isn't its parent.
    pub fn link(&self) -> Option<TraceParent> {
        self.scope.link
    }

    /// A span below it that begins now.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            scope: Arc::clone(&self.scope),
            span_id: self.scope.tracer.new_span_id(),
            parent: Some(self.span_id),
            began: Instant::now(),
        }
    }

    /// What to tell whoever is called in it.
    pub fn traceparent(&self) -> TraceParent {
        TraceParent {
            trace_id: self.scope.trace_id,
            span_id: self.span_id,
            is_sampled: self.scope.is_recorded,
        }
    }

    /// Ends it, at that moment; to be told once. One that isn't recorded is forgotten.
    pub fn end(&self, ended: Instant, facts: Facts) {
        let scope = &self.scope;
        if !scope.is_recorded {
            return;
        }
        let since = self.began.saturating_duration_since(scope.began);
        let span = Span {
            trace_id: scope.trace_id,
            span_id: self.span_id,
            parent: self.parent,
            source: Arc::clone(scope.tracer.source()),
            began_at: scope.began_at.saturating_add(nanos(since)),
            took: ended.saturating_duration_since(self.began),
            facts,
        };
        let mut finished = scope
            .finished
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if finished.capacity() == 0 {
            // What most calls have: the answer, the call of the component, one attempt.
            finished.reserve_exact(3);
        }
        finished.push(span);
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let finished = self.finished.get_mut();
        let finished = std::mem::take(finished.unwrap_or_else(PoisonError::into_inner));
        if !finished.is_empty() {
            self.tracer.finished(self.trace_id, finished);
        }
    }
}

#[cfg(test)]
mod tests;
