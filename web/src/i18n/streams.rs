//! The words of `/streams`.
//!
//! They're part of its bundle, not of the first load.

mod en;
mod zh;

use super::{Locale, Worded, Words};
use crate::model::talk::{Kind, Phase, Talk, Way};

/// Every text in one language.
#[allow(missing_docs)] // The English text beside each name is its documentation.
pub struct StreamWords {
    pub title: &'static str,
    pub lede: &'static str,

    // What is called.
    pub kind: &'static str,
    pub kind_name: fn(Kind) -> &'static str,
    pub kind_text: fn(Kind, Way) -> &'static str,
    pub way: &'static str,
    pub way_name: fn(Way) -> &'static str,
    pub way_badge: &'static str,
    pub way_hint: fn(Way) -> &'static str,
    pub deadline: &'static str,
    pub deadline_hint: &'static str,
    pub deadline_invalid: &'static str,
    pub share: &'static str,
    pub shared: &'static str,
    pub name: &'static str,
    pub text: &'static str,
    pub add: &'static str,
    pub send: &'static str,
    pub half_close: &'static str,
    pub queue: fn(usize) -> String,
    pub begin: fn(Kind, Way) -> &'static str,
    pub burst: fn(u32) -> String,
    pub cancel: &'static str,
    pub greet: &'static str,
    pub greet_many: fn(u32) -> String,
    pub greet_hint: &'static str,
    pub slow: &'static str,
    pub slow_hint: &'static str,

    // What happens.
    pub messages: &'static str,
    pub phase: fn(Phase) -> &'static str,
    pub elapsed: fn(&str) -> String,
    pub counted: fn(&Talk, usize) -> String,
    pub ended_ok: &'static str,
    pub ended: fn(&str) -> String,
    pub ended_here: &'static str,
    pub ended_late: &'static str,
    pub inspect: &'static str,
    pub resumed: fn(u32) -> String,
    pub missed: fn(u64) -> String,
    pub empty: &'static str,
    pub column_time: &'static str,
    pub column_gap: &'static str,
    pub column_size: &'static str,
    pub column_sent: &'static str,
    pub column_received: &'static str,
    pub bookmark: fn(u64) -> String,
    pub missed_here: fn(u64) -> String,
    pub rows: fn(usize, usize, usize) -> String,
    pub older: &'static str,
    pub newer: &'static str,
    pub latest: &'static str,
    pub look_hint: &'static str,
    pub looked_at: fn(bool, u64) -> String,
    pub more_bytes: fn(usize) -> String,

    // Many streams.
    pub crowd: &'static str,
    pub crowd_text: fn(Way) -> &'static str,
    pub gather: fn(usize) -> String,
    pub dismiss_one: &'static str,
    pub dismiss_all: &'static str,
    pub crowd_counted: fn(usize, usize) -> String,
    pub crowd_met: &'static str,
    pub crowd_unmet: fn(Way) -> &'static str,
    pub member: fn(&str) -> &'static str,
}

impl Words for StreamWords {
    fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &en::WORDS,
            Locale::Zh => &zh::WORDS,
        }
    }
}

impl Worded for Talk {
    type Words = StreamWords;
}

/// Returns a text that follows the page's language.
pub fn text(choose: fn(&StreamWords) -> &'static str) -> impl Fn() -> &'static str + Copy {
    super::words(choose)
}
