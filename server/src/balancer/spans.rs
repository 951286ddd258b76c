//! The spans of one call: that of the call itself, and below it one for each attempt at a replica.
//! A call's span ends as its last attempt does, or with the error that kept it from having one; what is dropped before was
//! given up by the caller. Source of their shape: gRPC proposal A72.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use wire::code::Code;

use super::replica::Replica;
use crate::balance::PickReason;
use crate::telemetry::scope::OpenSpan;
use crate::telemetry::span::{Attempted, Called, Facts, PickedFor, RetryReason};

/// What a call is made in, and what it's called there.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The span that the call is made in.
    pub span: OpenSpan,
    /// The method's full name.
    pub method: Arc<str>,
}

/// The span of a call; clones are one, which is told when the last is dropped.
#[derive(Clone, Debug)]
pub(super) struct CallSpan(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    span: OpenSpan,
    method: Arc<str>,
    component: Arc<str>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    attempts: u32,
    /// None until an attempt has ended.
    end: Option<End>,
}

#[derive(Clone, Debug)]
struct End {
    at: Instant,
    code: Code,
    error: Option<Box<str>>,
}

impl End {
    fn now(code: Code, error: Option<Box<str>>) -> Self {
        let at = Instant::now();
        Self { at, code, error }
    }
}

impl CallSpan {
    /// Begins now; None if nobody will read it.
    pub(super) fn begin(traced: &Traced, component: &Arc<str>) -> Option<Self> {
        let is_recorded = traced.span.is_recorded();
        is_recorded.then(|| {
            Self(Arc::new(Inner {
                span: traced.span.child(),
                method: Arc::clone(&traced.method),
                component: Arc::clone(component),
                state: Mutex::default(),
            }))
        })
    }

    /// An attempt at a replica begins now.
    pub(super) fn attempt(
        &self,
        replica: &Arc<Replica>,
        reason: &PickReason,
        retry: Option<RetryReason>,
    ) -> AttemptSpan {
        let mut state = self.state();
        let previous = state.attempts;
        state.attempts += 1;
        // As long as an attempt goes on, none has decided.
        state.end = None;
        drop(state);
        AttemptSpan {
            span: self.0.span.child(),
            call: self.clone(),
            replica: Arc::clone(replica),
            reason: picked_for(reason),
            previous,
            retry,
            has_ended: false,
        }
    }

    /// There is no replica for it.
    pub(super) fn failed(&self, code: Code, error: String) {
        self.end(End::now(code, Some(error.into())));
    }

    fn end(&self, end: End) {
        self.state().end = Some(end);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let end = state.end.take();
        let end = end.unwrap_or_else(|| End::now(Code::Canceled, None));
        let facts = Called {
            method: Arc::clone(&self.method),
            component: Arc::clone(&self.component),
            code: end.code,
            error: end.error,
            attempts: state.attempts,
        };
        self.span.end(end.at, Facts::Called(facts));
    }
}

/// The span of an attempt.
#[derive(Debug)]
pub(super) struct AttemptSpan {
    call: CallSpan,
    span: OpenSpan,
    replica: Arc<Replica>,
    reason: PickedFor,
    previous: u32,
    retry: Option<RetryReason>,
    has_ended: bool,
}

impl AttemptSpan {
    /// What it's called in the replica's traces.
    pub(super) fn span(&self) -> &OpenSpan {
        &self.span
    }

    /// It ended; the first end counts.
    pub(super) fn end(&mut self, code: Code, error: Option<String>) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        let end = End::now(code, error.map(Into::into));
        let call = &self.call.0;
        let facts = Attempted {
            method: Arc::clone(&call.method),
            component: Arc::clone(&call.component),
            replica: Arc::clone(&self.replica.name),
            peer: self.replica.authority.clone(),
            reason: self.reason.clone(),
            previous: self.previous,
            retry: self.retry,
            code,
            error: end.error.clone(),
        };
        self.span.end(end.at, Facts::Attempted(Box::new(facts)));
        self.call.end(end);
    }
}

impl Drop for AttemptSpan {
    fn drop(&mut self) {
        self.end(Code::Canceled, None);
    }
}

fn picked_for(reason: &PickReason) -> PickedFor {
    PickedFor::Word(match reason {
        PickReason::Only => "only one",
        PickReason::Turn => "its turn",
        PickReason::LowerLoad {
            load,
            over,
            over_load,
        } => {
            return PickedFor::LowerLoad {
                load: *load,
                over: Arc::clone(over),
                over_load: *over_load,
            };
        }
        PickReason::Drawn => "drawn",
        PickReason::Hashed => "hashed",
        PickReason::First => "first",
        PickReason::Probe => "probe",
    })
}
