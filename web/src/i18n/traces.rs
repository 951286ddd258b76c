//! The words of `/traces`.
//!
//! They're part of its bundle, not of the first load.

mod en;
mod zh;

use super::{Locale, Worded, Words};
use crate::model::trace::Summary;
use crate::model::trace::clock::Clock;
use crate::model::traces::Traces;
use crate::model::traces::trial::{Outcome, Stage};

/// Every text in one language.
#[allow(missing_docs)] // The English text beside each name is its documentation.
pub struct TraceWords {
    pub title: &'static str,
    pub lede: &'static str,
    pub feed_asking: &'static str,
    pub feed_lost: &'static str,
    pub feed_absent: &'static str,

    // Try it.
    pub trial: &'static str,
    pub send: &'static str,
    pub slow: &'static str,
    pub retry: &'static str,
    pub trial_hint: &'static str,
    pub no_demo: &'static str,
    pub question: &'static str,
    pub answers: [&'static str; 3],
    pub stage: fn(Stage) -> &'static str,
    pub refused: &'static str,
    pub right: &'static str,
    pub wrong: &'static str,
    /// How the guess was, and the answer.
    pub verdict: fn(&str, &str) -> String,
    pub unanswered: &'static str,
    pub unusual: &'static str,
    pub grown: fn(&Outcome) -> String,
    pub why: &'static str,
    pub column_bar: &'static str,
    pub column_before: &'static str,
    pub column_after: &'static str,
    pub column_grew: &'static str,
    pub column_own_grew: &'static str,

    // The list.
    pub list: &'static str,
    pub list_hint: &'static str,
    pub filter: &'static str,
    pub only_errors: &'static str,
    pub min_duration: &'static str,
    pub min_invalid: &'static str,
    pub pause: &'static str,
    pub resume: &'static str,
    pub news: fn(usize) -> String,
    pub column_time: &'static str,
    pub column_method: &'static str,
    pub column_took: &'static str,
    pub column_status: &'static str,
    pub column_spans: &'static str,
    pub unnamed: &'static str,
    pub pending: &'static str,
    pub parts: fn(&Summary) -> String,
    pub empty: &'static str,
    pub empty_filtered: &'static str,
    pub rows: fn(usize, usize, usize) -> String,
    pub older: &'static str,
    pub newer: &'static str,
    pub kept: fn(u64, u64) -> String,

    // One trace.
    pub back: &'static str,
    pub asking: &'static str,
    pub gone: &'static str,
    pub failed: &'static str,
    pub again: &'static str,
    pub began: &'static str,
    pub took: &'static str,
    pub status: &'static str,
    pub spans: &'static str,
    pub clock: fn(&Clock) -> String,
    pub clock_agrees: fn(&str, &str, &str) -> String,
    pub shares: fn(&str, &[(String, i64)]) -> String,
    pub path_hint: &'static str,
    pub orphans: &'static str,
    pub retried: fn(u32) -> String,
    pub export: &'static str,
    pub export_hint: &'static str,
    pub share: &'static str,
    pub shared: &'static str,

    // The waterfall.
    pub waterfall: &'static str,
    pub waterfall_hint: &'static str,
    pub overview_hint: &'static str,
    pub closer: &'static str,
    pub farther: &'static str,
    pub earlier: &'static str,
    pub later: &'static str,
    pub whole: &'static str,
    pub to_span: &'static str,
    pub column_span: &'static str,
    pub column_timeline: &'static str,
    pub attempt: fn(u32, &str) -> String,
    pub orphan: &'static str,
    pub error: &'static str,
    pub placed: fn(&str, &str) -> String,
    pub legend_path: &'static str,
    pub legend_event: &'static str,
    pub as_table: &'static str,
    pub column_source: &'static str,
    pub column_kind: &'static str,
    pub column_begins: &'static str,
    pub column_own: &'static str,
    pub column_on_path: &'static str,

    // One span.
    pub details: &'static str,
    pub in_trace: &'static str,
    pub raw: &'static str,
    pub corrected_by: &'static str,
    pub own: &'static str,
    pub on_path: &'static str,
    pub attributes: &'static str,
    pub no_attributes: &'static str,
    pub events: &'static str,
    pub event_place: fn(&str, &str) -> String,
    pub links: &'static str,
    pub link: &'static str,
    pub ids: &'static str,
    pub parent: &'static str,
    pub state: &'static str,
}

impl Words for TraceWords {
    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &en::WORDS,
            Locale::Zh => &zh::WORDS,
        }
    }
}

impl Worded for Traces {
    type Words = TraceWords;
}

/// Returns a text that follows the page's language.
pub fn text(choose: fn(&TraceWords) -> &'static str) -> impl Fn() -> &'static str + Copy {
    super::words(choose)
}

#[cfg(test)]
mod tests;
