//! Everything that `/balance` shows, in one value: one signal holds it, so that little code follows it.

use super::balance::{Balance, DemoReplica, Marks, Ribbon};
use super::ledger::Ledger;
use super::refusal::Refusal;
use super::staircase::{Reveal, Step};

/// How the watch of the balancer fares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Feed {
    /// The first answer is awaited.
    #[default]
    Asking,
    /// Answers come.
    Live,
    /// It broke, and is asked for again.
    Lost(Refusal),
    /// The server has no such service.
    Absent,
}

impl Feed {
    /// Returns its name for tests.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Live => "live",
            Self::Lost(_) => "lost",
            Self::Absent => "absent",
        }
    }
}

/// What the load is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activity {
    /// Nothing was started.
    #[default]
    Idle,
    /// Calls are made.
    Running,
    /// The reader paused.
    Paused,
    /// A bounded run has ended.
    Done,
}

impl Activity {
    /// Returns its name for tests.
    pub fn key(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
        }
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// The question is open.
    #[default]
    Asking,
    /// Replicas are started, ended or disturbed.
    Arranging,
    /// Calls are made.
    Running,
    /// What came out is told.
    Revealed,
    /// Something couldn't be done.
    Failed,
}

impl Phase {
    /// Returns its name for tests.
    pub fn key(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Arranging => "arranging",
            Self::Running => "running",
            Self::Revealed => "revealed",
            Self::Failed => "failed",
        }
    }

    /// Returns whether a run is going on.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Arranging | Self::Running)
    }
}

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that excludes none of the others"
)]
pub struct Scene {
    /// The page's style sheet is there, or won't come.
    pub is_styled: bool,
    /// How the watch fares.
    pub feed: Feed,
    /// Names of all components.
    pub components: Vec<String>,
    /// The one that the reader chose; empty for the first.
    pub chosen: String,
    /// The component that's looked at.
    pub balance: Balance,
    /// Its latest picks.
    pub ribbon: Ribbon,
    /// The ribbon as it was when the reader began to look at a pick.
    pub still: Option<Ribbon>,
    /// The place of the pick that's looked at.
    pub looked_at: Option<usize>,
    /// The place of the pick that Tab leads to.
    pub stop: usize,
    /// Which hue and number each replica has.
    pub marks: Marks,
    /// The counts of the run.
    pub ledger: Ledger,
    /// What's shown stays as it is, but for changes of state.
    pub is_held: bool,
    /// Calls per second.
    pub rate: u32,
    /// What the load is doing.
    pub activity: Activity,
    /// Why the last thing that was asked for wasn't done.
    pub refusal: Option<Refusal>,
    /// The demo's replicas.
    pub demo: Vec<DemoReplica>,
    /// The server has no demo.
    pub has_no_demo: bool,
    /// This page changed something that's to be restored.
    pub is_touched: bool,
    /// The header that `ring_hash` is to go by.
    pub header: String,
    /// The open step.
    pub step: Step,
    /// The answer that the reader chose.
    pub answer: Option<usize>,
    /// Where the step stands.
    pub phase: Phase,
    /// What came out of it.
    pub reveal: Option<Reveal>,
    /// What is read out to those who don't see it.
    pub said: String,
}

impl Scene {
    /// Takes in an answer of the balancer; returns whether it changes what's shown.
    pub fn observe(&mut self, balances: Vec<Balance>, is_first: bool) -> bool {
        self.feed = Feed::Live;
        self.components = balances.iter().map(|own| own.component.clone()).collect();
        let wanted = self.components.iter().position(|name| *name == self.chosen);
        let Some(balance) = balances.into_iter().nth(wanted.unwrap_or(0)) else {
            return true;
        };
        for replica in &balance.replicas {
            if self.marks.get(&replica.name).is_none() {
                self.marks.add(&replica.name);
            }
        }
        self.ledger.observe(&balance, is_first);
        if self.is_held && !balance.differs_in_state(&self.balance) {
            return false;
        }
        self.ribbon.take(&balance);
        self.balance = balance;
        true
    }

    /// Looks at another component: what was counted of the one before is gone.
    pub fn choose(&mut self, component: String) {
        self.chosen = component;
        self.ledger = Ledger::default();
        self.ribbon = Ribbon::default();
    }

    /// Looks at the pick at a place, or at none; the ribbon stands still meanwhile.
    pub fn look_at(&mut self, place: Option<usize>) {
        self.still = place.map(|_| self.shown_ribbon().clone());
        self.looked_at = place;
    }

    /// Returns the ribbon as it's drawn.
    pub fn shown_ribbon(&self) -> &Ribbon {
        self.still.as_ref().unwrap_or(&self.ribbon)
    }

    /// Opens a step, with its question.
    pub fn open(&mut self, step: Step) {
        self.step = step;
        self.answer = None;
        self.phase = Phase::Asking;
        self.reveal = None;
    }

    /// Returns whether calls are being made.
    pub fn is_running(&self) -> bool {
        self.activity == Activity::Running
    }

    /// Returns a replica's mark.
    pub fn mark(&self, name: &str) -> usize {
        self.marks.get(name).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
