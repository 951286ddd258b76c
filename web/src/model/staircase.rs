//! The steps of `/balance`: what each arranges, and which of its answers a measured run bears out.
//!
//! An answer is right by what was counted, never by what is usual; `usual` only says which mechanism the
//! page explains. Words are `i18n::balance`'s.

use super::balance::{Policy, Trouble};
use super::ledger::{Ledger, Row};

/// Calls that a step makes.
pub const CALLS: u64 = 150;
/// Calls that it makes per second.
pub const RATE: u32 = 40;
/// The replica that gets into trouble, by its place.
pub const TROUBLED: usize = 1;

/// A step, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Step {
    /// One replica.
    #[default]
    One,
    /// Three of them.
    Three,
    /// One of three is slow.
    Slow,
    /// One of three dies meanwhile.
    Dead,
    /// All calls over one connection, then a pick for each call.
    Pinned,
    /// All controls.
    Free,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 6] = [
        Self::One,
        Self::Three,
        Self::Slow,
        Self::Dead,
        Self::Pinned,
        Self::Free,
    ];

    /// Returns its number, from 1 on.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// Returns the step of a fragment such as `#step-3`; the first one for any other.
    pub fn from_fragment(fragment: &str) -> Self {
        let is_named = |step: &Self| step.fragment() == fragment;
        Self::ALL.into_iter().find(is_named).unwrap_or_default()
    }

    /// Returns its fragment.
    pub fn fragment(self) -> String {
        format!("#step-{}", self.number())
    }

    /// Returns the step so many places further, if there is one.
    pub fn beside(self, places: isize) -> Option<Self> {
        let place = (self as usize).checked_add_signed(places)?;
        Self::ALL.get(place).copied()
    }

    /// Returns how many replicas it has.
    pub fn replicas(self) -> u32 {
        if self == Self::One { 1 } else { 3 }
    }

    /// Returns the trouble that one replica is in from the start.
    pub fn trouble(self) -> Trouble {
        if self == Self::Slow {
            Trouble::Slow
        } else {
            Trouble::Fine
        }
    }

    /// Returns the runs it makes: policy and calls of each.
    pub fn runs(self) -> &'static [(Policy, u64)] {
        match self {
            Self::Pinned => &[(Policy::PickFirst, CALLS / 2), (Policy::P2c, CALLS / 2)],
            _ => &[(Policy::P2c, CALLS)],
        }
    }

    /// Returns after how many calls the replica is killed.
    pub fn kill_after(self) -> Option<u64> {
        (self == Self::Dead).then_some(CALLS / 3)
    }

    /// Returns which answer is the usual one, whose mechanism the page explains.
    pub fn usual(self) -> usize {
        match self {
            Self::One | Self::Dead => 0,
            Self::Three | Self::Slow | Self::Pinned | Self::Free => 1,
        }
    }

    /// Returns which of the step's answers the run bears out.
    pub fn outcome(self, measured: &Measured) -> usize {
        let shares = || measured.rows.iter().map(|row| row.picked);
        let most = shares().max().unwrap_or(0);
        let all: u64 = shares().sum();
        match self {
            // All calls were answered by one; some by others; none at all.
            Self::One | Self::Free => match measured.rows.iter().map(|row| row.answered).max() {
                Some(answered) if answered == measured.calls => 0,
                Some(0) | None => 2,
                Some(_) => 1,
            },
            // Exactly even; uneven, but each has some; one has none.
            Self::Three => match shares().min().unwrap_or(0) {
                least if least == most => 0,
                0 => 2,
                _ => 1,
            },
            // A quarter or more; fewer; none.
            Self::Slow => match measured.troubled() {
                0 => 2,
                picked if picked * 4 < all => 1,
                _ => 0,
            },
            // No call failed; up to one in ten; more.
            Self::Dead => match measured.errors {
                0 => 0,
                errors if errors * 10 <= measured.calls => 1,
                _ => 2,
            },
            // Spread; all to one; all to one at first, then over to another.
            Self::Pinned => match shares().filter(|picked| *picked > 0).count() {
                0 | 1 => 1,
                _ if most * 2 > all => 2,
                _ => 0,
            },
        }
    }
}

/// What a step's run has measured.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    /// Counts of each replica; of the first run where there are two.
    pub rows: Vec<Row>,
    /// Calls that the page made in it.
    pub calls: u64,
    /// Calls that failed, as the page saw it, in all runs.
    pub errors: u64,
    /// Names of the codes they failed with.
    pub codes: Vec<String>,
    /// Picks for a call that another replica had failed.
    pub retries: u64,
    /// p50 and p99 of the page's calls, in milliseconds.
    pub times: Option<(f64, f64)>,
    /// Counts of the second run, if there was one.
    pub second: Vec<Row>,
}

impl Measured {
    /// Takes in the counts of a run: the first one's, or the second one's.
    pub fn add(&mut self, ledger: &Ledger, place: usize) {
        self.errors += ledger.errors();
        self.codes.extend(ledger.codes());
        self.retries += ledger.retries();
        if place > 0 {
            self.second = ledger.rows();
            return;
        }
        self.rows = ledger.rows();
        self.calls = ledger.begun();
        let [p50, _, p99] = ledger.percentiles();
        self.times = p50.zip(p99);
    }

    /// Returns how often the replica in trouble was picked.
    pub fn troubled(&self) -> u64 {
        self.rows.get(TROUBLED).map_or(0, |row| row.picked)
    }
}

/// What is told at the end of a step's run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reveal {
    /// Which step's.
    pub step: Step,
    /// The measured numbers.
    pub measured: Measured,
    /// The answer that the reader chose; none if none was.
    pub chosen: Option<usize>,
    /// The answer that the run bears out.
    pub outcome: usize,
}

impl Reveal {
    /// Judges a run.
    pub fn of(step: Step, measured: Measured, chosen: Option<usize>) -> Self {
        Self {
            step,
            outcome: step.outcome(&measured),
            measured,
            chosen,
        }
    }
}

#[cfg(test)]
mod tests;
