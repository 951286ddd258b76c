//! What the reader tries: one call, one slow hop, one retry; and what came out of it.

use crate::model::refusal::Refusal;
use crate::model::trace::Trace;
use crate::model::trace::compare::{Change, Grown, compare, grown};

/// By how much a hop is slowed, in nanoseconds.
pub const ADDED: i64 = 300_000_000;
/// How much of that must be seen in a bar for it to have grown.
const SEEN: i64 = ADDED / 2;

/// Something to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// One call.
    Send,
    /// One call before, and one after a hop was slowed.
    Slow,
    /// Calls until one was sent twice.
    Retry,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Nothing was tried yet.
    #[default]
    Idle,
    /// The demo's replicas are disturbed.
    Preparing,
    /// A call is made.
    Calling,
    /// Its spans are waited for.
    Gathering,
    /// It's done, and the demo is as it was.
    Done,
    /// Something couldn't be done.
    Failed,
    /// No call was sent twice.
    Missed,
}

impl Stage {
    /// Returns its name for tests.
    pub fn key(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Preparing => "preparing",
            Self::Calling => "calling",
            Self::Gathering => "gathering",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Missed => "missed",
        }
    }

    /// Returns whether it goes on.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Preparing | Self::Calling | Self::Gathering)
    }
}

/// What came out of slowing a hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Every bar before and after.
    pub changes: Vec<Change>,
    /// Which of them grew.
    pub grown: Grown,
    /// The one whose own time grew.
    pub own: Option<usize>,
    /// What the reader had guessed.
    pub guess: Option<usize>,
}

impl Outcome {
    /// Returns what came out of two calls.
    pub fn of(before: &Trace, after: &Trace, guess: Option<usize>) -> Self {
        let changes = compare(before, after);
        let (grown, own) = grown(&changes, SEEN);
        Self {
            changes,
            grown,
            own,
            guess,
        }
    }

    /// Returns which of the answers offered is the right one; none if none is.
    pub fn answer(&self) -> Option<usize> {
        match self.grown {
            Grown::Lowest => Some(0),
            Grown::Chain => Some(1),
            Grown::Topmost => Some(2),
            Grown::Other => None,
        }
    }

    /// Returns whether a bar grew.
    pub fn has_grown(change: &Change) -> bool {
        change.grew() >= SEEN
    }

    /// Returns the longest of the bars, which they're drawn by.
    pub fn longest(&self) -> i64 {
        let took = self.changes.iter().flat_map(|change| change.took);
        took.max().unwrap_or(0).max(1)
    }
}

/// What is tried.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trial {
    /// What it is.
    pub act: Option<Act>,
    /// How far it is.
    pub stage: Stage,
    /// The answer that the reader chose.
    pub guess: Option<usize>,
    /// What came out of slowing a hop.
    pub outcome: Option<Outcome>,
    /// Why it couldn't be done.
    pub refusal: Option<Refusal>,
    /// The server has no demo.
    pub has_no_demo: bool,
}

impl Trial {
    /// Begins something; what came out before is gone.
    pub fn begin(&mut self, act: Act) {
        *self = Self {
            act: Some(act),
            stage: Stage::Calling,
            guess: self.guess,
            has_no_demo: self.has_no_demo,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests;
