//! One call made on this page, from the press of the button to its end.

use std::pin::Pin;
use std::sync::Arc;

use super::greeting::Answer;
use super::record::Record;
use super::status::Failure;
use wire::code::Code;

/// A call under way: one type for all of them, so that what follows a call is compiled once.
pub type CallFuture = Pin<Box<dyn Future<Output = Result<Success, Failure>>>>;

/// Calls the page keeps; older ones leave the list first.
pub const MAX_CALLS: usize = 1_000;
/// Bytes of bodies that the page keeps over all calls; older calls leave the list first.
pub const MAX_HELD_BYTES: usize = 32 * 1024 * 1024;

/// One call of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Counts up from 1 on each page.
    pub number: u32,
    /// Everything that went over the wire.
    pub record: Arc<Record>,
    /// Where the call stands.
    pub outcome: Outcome,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// No end yet.
    Pending,
    /// The call ended, with an answer or a failure.
    Ended {
        /// What came of it.
        result: Result<Success, Failure>,
        /// From the press of the button to the end, in milliseconds.
        elapsed_millis: f64,
    },
}

/// A call that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Success {
    /// MyService answered.
    Greeting(Answer),
    /// A call whose messages the page doesn't read: how many came.
    Messages(usize),
}

impl Call {
    /// Returns the status code, or none while the call is pending.
    pub fn code(&self) -> Option<Code> {
        match &self.outcome {
            Outcome::Pending => None,
            Outcome::Ended { result: Ok(_), .. } => Some(Code::Ok),
            Outcome::Ended {
                result: Err(failure),
                ..
            } => Some(failure.code),
        }
    }

    /// Returns whether the same stands on the wire in two states of a call, and it's as far.
    pub fn has_same_traffic(&self, other: &Self) -> bool {
        let is_same_state = self.code() == other.code();
        self.number == other.number && is_same_state && self.record.has_same_traffic(&other.record)
    }

    /// Returns the trace that the call is part of, as digits.
    pub fn trace_id(&self) -> Option<String> {
        let (id, _) = self.record.trace()?;
        Some(id.to_owned())
    }

    /// Returns the greeting of a call that succeeded with one.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Ended {
                result: Ok(Success::Greeting(answer)),
                ..
            } => Some(answer),
            _ => None,
        }
    }

    /// Returns the failure of a call that ended without success.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Ended {
                result: Err(failure),
                ..
            } => Some(failure),
            _ => None,
        }
    }

    /// Returns how long the call took in milliseconds, or none while it is pending.
    pub fn elapsed_millis(&self) -> Option<f64> {
        match self.outcome {
            Outcome::Pending => None,
            Outcome::Ended { elapsed_millis, .. } => Some(elapsed_millis),
        }
    }

    /// Returns the name of the replica that answered: by its message, else by `Server-Timing`.
    pub fn replica(&self) -> Option<String> {
        let by_message = self.answer().map(|answer| answer.replica.clone());
        by_message.or_else(|| {
            let timings = self.record.server_timing();
            timings
                .into_iter()
                .find(|timing| timing.name == "replica")?
                .description
        })
    }
}

/// What the list shows of a call: small, so that it's cheap to see whether anything changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The call's number.
    pub number: u32,
    /// Service and method.
    pub name: String,
    /// The trace that the call is part of, as digits, if it's part of one.
    pub trace_id: Option<String>,
    /// How the call was put on HTTP; the name is the same in every language.
    pub dialect: &'static str,
    /// The answer is a stream.
    pub is_stream: bool,
    /// Status code, or none while pending.
    pub code: Option<Code>,
    /// Name of the replica; empty where nobody said.
    pub replica: String,
    /// Size of the answer's body in bytes.
    pub size: usize,
    /// How long it took in milliseconds, or none while pending.
    pub elapsed_millis: Option<f64>,
}

impl Summary {
    /// Returns what the list shows of a call.
    pub fn of(call: &Call) -> Self {
        Self {
            number: call.number,
            name: call.record.short_name().to_owned(),
            trace_id: call.trace_id(),
            dialect: call.record.dialect_name(),
            is_stream: call.record.is_stream,
            code: call.code(),
            replica: call.replica().unwrap_or_default(),
            size: call.record.response_size(),
            elapsed_millis: call.elapsed_millis(),
        }
    }

    /// Returns whether method, dialect, status or replica contain a text; case doesn't matter.
    pub fn contains(&self, wanted: &str) -> bool {
        let code = self.code.map_or("", Code::name);
        let all =
            format!("{} {} {code} {}", self.name, self.dialect, self.replica).to_ascii_lowercase();
        all.contains(&wanted.to_ascii_lowercase())
    }
}

/// Returns the longest duration of the calls that ended, in milliseconds; 0 without any.
pub fn longest_millis(calls: &[Summary]) -> f64 {
    calls
        .iter()
        .filter_map(|call| call.elapsed_millis)
        .fold(0.0, f64::max)
}

/// Drops the oldest calls, at the end of the list, until both bounds hold; keeps the newest always.
pub fn enforce_bounds(calls: &mut Vec<Arc<Call>>) {
    calls.truncate(MAX_CALLS);
    let mut held = 0;
    let within = calls.iter().take_while(|call| {
        held += call.record.held_bytes();
        held <= MAX_HELD_BYTES
    });
    let kept = within.count().max(1);
    calls.truncate(kept);
}

#[cfg(test)]
mod tests;
