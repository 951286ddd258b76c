//! The words of `/balance`.
//!
//! They're part of its bundle, not of the first load.

mod en;
mod zh;

use super::{Locale, Worded, Words};
use crate::model::balance::{Pick, Policy, Trouble};
use crate::model::ledger::Verdict;
use crate::model::scene::Scene;
use crate::model::staircase::{Reveal, Step};

/// Every text in one language.
#[allow(missing_docs)] // The English text beside each name is its documentation.
pub struct BalanceWords {
    pub title: &'static str,
    pub lede: &'static str,
    pub feed_asking: &'static str,
    pub feed_lost: &'static str,
    pub feed_absent: &'static str,
    pub refused: &'static str,

    // The staircase.
    pub steps: &'static str,
    pub step_name: fn(Step) -> &'static str,
    pub step_text: fn(Step) -> &'static str,
    pub question: fn(Step) -> &'static str,
    pub answers: fn(Step) -> &'static [&'static str],
    pub see: &'static str,
    pub see_again: &'static str,
    pub asking: &'static str,
    pub arranging: &'static str,
    pub running_step: &'static str,
    pub right: &'static str,
    pub wrong: &'static str,
    pub unanswered: &'static str,
    pub measured: fn(&Reveal) -> String,
    pub why: fn(Step) -> &'static str,
    pub unusual: &'static str,
    pub back: &'static str,
    pub next: &'static str,
    pub no_demo: &'static str,

    // Replicas.
    pub replicas: &'static str,
    pub spread_by: fn(&str) -> String,
    pub waiting: fn(u32) -> String,
    pub failing_fast: &'static str,
    pub in_flight: &'static str,
    pub picks_ever: &'static str,
    pub rate_lately: &'static str,
    pub next_probe: fn(&str) -> String,
    pub spared: &'static str,
    pub trouble: fn(Trouble) -> &'static str,
    pub trouble_hint: fn(Trouble) -> &'static str,
    pub pause: &'static str,
    pub activity: fn(bool, bool) -> &'static str,

    // Picks.
    pub ribbon: &'static str,
    pub ribbon_hint: &'static str,
    pub ribbon_empty: &'static str,
    pub ribbon_idle: &'static str,
    pub pick: fn(&Pick) -> String,

    // Counts.
    pub counts: &'static str,
    pub counts_hint: &'static str,
    pub column_replica: &'static str,
    pub column_share: &'static str,
    pub column_server: &'static str,
    pub column_page: &'static str,
    pub verdict: fn(Verdict) -> String,
    pub callers: &'static str,
    pub calls: &'static str,
    pub errors: &'static str,
    pub retries: &'static str,
    pub achieved: &'static str,
    pub callers_hint: &'static str,
    pub as_table: &'static str,

    // Controls.
    pub load: &'static str,
    pub rate: &'static str,
    pub by_page: fn(u32) -> String,
    pub by_server: fn(u32) -> String,
    pub start: &'static str,
    pub bounded: &'static str,
    pub reset_counts: &'static str,
    pub load_hint: &'static str,
    pub spread: &'static str,
    pub component: &'static str,
    pub policy: &'static str,
    pub policy_words: fn(Policy) -> &'static str,
    pub header: &'static str,
    pub header_hint: &'static str,
    pub demo: &'static str,
    pub scale: &'static str,
    pub demo_hint: &'static str,
    pub restore: &'static str,
    pub leaving: &'static str,
}

impl Words for BalanceWords {
    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &en::WORDS,
            Locale::Zh => &zh::WORDS,
        }
    }
}

/// Returns a text that follows the page's language.
pub fn text(choose: fn(&BalanceWords) -> &'static str) -> impl Fn() -> &'static str + Copy {
    super::words(choose)
}

impl Worded for Scene {
    type Words = BalanceWords;
}

#[cfg(test)]
mod tests;
