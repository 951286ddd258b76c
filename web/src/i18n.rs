//! The page's words in English and Simplified Chinese.
//!
//! [`Messages`] is a struct with one value per language, so a missing key fails the build.
//! A text with numbers in it is a function: each language orders its own sentence.
//! Annexes have words of their own, beside this file: they aren't part of the first load.
//! No library: two constants are the whole mechanism, and cost the first load nothing but the words.

use leptos::prelude::*;
use wire::code::Code;

use crate::model::break_it::Break;
use crate::model::fault::Fault;

pub mod balance;
pub mod bytes;
pub mod code;
pub mod compare;
pub mod components;
pub mod decode;
mod en;
pub mod replica_state;
pub mod streams;
pub mod traces;

mod zh;

#[cfg(test)]
mod tests;

/// A language the page speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// English.
    En,
    /// 简体中文.
    Zh,
}

impl Locale {
    /// Returns the language of a BCP 47 tag: Chinese for `zh…`, English for anything else.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Self::Zh
        } else {
            Self::En
        }
    }

    /// Returns the BCP 47 tag, as `<html lang>` has it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }

    /// Returns every text of this language.
    pub fn messages(self) -> &'static Messages {
        match self {
            Self::En => &en::MESSAGES,
            Self::Zh => &zh::MESSAGES,
        }
    }
}

/// Returns the language of the app around the caller, from its context.
pub fn locale() -> ReadSignal<Locale> {
    expect_context()
}

/// The words of one place on the page, in every language.
pub trait Words: Sized + 'static {
    /// Returns the words in a language.
    fn of(locale: Locale) -> &'static Self;
}

/// Something that is told in the words of its place.
pub trait Worded: Send + Sync + 'static {
    /// Those words.
    type Words: Words;
}

/// Returns a text of one place that follows the page's language.
pub fn words<W: Words>(choose: fn(&W) -> &'static str) -> impl Fn() -> &'static str + Copy {
    let locale = locale();
    move || choose(W::of(locale.get()))
}

/// Returns a text that follows the page's language.
pub fn text(choose: fn(&Messages) -> &'static str) -> impl Fn() -> &'static str + Copy {
    let locale = locale();
    move || choose(locale.get().messages())
}

/// Every text of the page in one language.
///
/// Fields are grouped by where they're seen, and named by what they say.
#[allow(missing_docs)] // The English text beside each name is its documentation.
pub struct Messages {
    // The document.
    pub document_title: &'static str,

    // Header.
    pub skip_to_content: &'static str,
    pub nav: &'static str,
    pub nav_call: &'static str,
    pub nav_streams: &'static str,
    pub nav_balance: &'static str,
    pub nav_traces: &'static str,
    pub nav_compare: &'static str,
    pub nav_components: &'static str,
    pub nav_decode: &'static str,
    pub language_group: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub server_checking: &'static str,
    pub server_ready: &'static str,
    pub server_gone: &'static str,
    pub not_found: &'static str,
    pub annex_loading: &'static str,
    pub annex_failed: &'static str,
    pub retry: &'static str,

    // Hero.
    pub title: &'static str,
    pub lede: &'static str,

    // Request.
    pub request: &'static str,
    pub name: &'static str,
    pub language: &'static str,
    pub language_unspecified: &'static str,
    pub deadline: &'static str,
    pub deadline_hint: &'static str,
    pub deadline_invalid: &'static str,
    pub dialect: &'static str,
    pub more: &'static str,
    pub metadata: &'static str,
    pub bodies: &'static str,
    pub bodies_hint: &'static str,
    pub protobuf_framed: &'static str,
    pub metadata_invalid: fn(usize) -> String,
    pub format: &'static str,
    pub format_binary: &'static str,
    pub format_text: &'static str,
    pub say_hello: &'static str,
    pub say_goodbye: &'static str,
    pub cancel: &'static str,
    pub rejected_by_server: &'static str,
    pub share: &'static str,
    pub with_secrets: &'static str,
    pub link_copied: &'static str,

    // Answer.
    pub answer: &'static str,
    pub answer_empty: &'static str,
    pub waiting: &'static str,
    pub from_replica: fn(&str) -> String,
    pub messages_received: fn(usize) -> String,
    pub status: &'static str,
    pub served_by: &'static str,
    pub served_at: &'static str,
    pub round_trip: &'static str,
    pub on_the_wire: &'static str,
    pub server_message: &'static str,
    pub page_says: &'static str,
    pub gone_title: &'static str,
    pub gone_place: fn(&str) -> String,
    pub gone_retrying: &'static str,
    pub back_again: &'static str,

    // What happened.
    pub what_happened: &'static str,
    pub diagram: &'static str,
    pub diagram_empty: &'static str,
    pub as_table: &'static str,
    pub drawn_slower: fn(f64) -> String,
    pub lane_browser: &'static str,
    pub lane_server: &'static str,
    pub lane_service: &'static str,
    pub hop_to_component: &'static str,
    pub own_answer: &'static str,
    pub step_handed: &'static str,
    pub step_answered: &'static str,
    pub step_head: &'static str,
    pub step_more_frames: fn(usize, usize) -> String,
    pub step_json: &'static str,
    pub step_foreign: &'static str,
    pub step_abort: &'static str,
    pub step_nothing: &'static str,
    pub at_time: fn(&str) -> String,
    pub took_time: fn(&str) -> String,
    pub column_hop: &'static str,
    pub column_what: &'static str,

    // Inspector.
    pub inspector: &'static str,
    pub inspector_empty: &'static str,
    pub tab_message: &'static str,
    pub tab_headers: &'static str,
    pub tab_wire: &'static str,
    pub tab_timing: &'static str,
    pub tab_code: &'static str,
    pub request_json: &'static str,
    pub no_message: &'static str,
    pub request_headers: &'static str,
    pub request_headers_hint: &'static str,
    pub response_headers: &'static str,
    pub response_headers_hint: &'static str,
    pub trailers: &'static str,
    pub as_text: &'static str,
    pub side: &'static str,
    pub text_mode_step: fn(usize, usize) -> String,
    pub left_out: fn(usize) -> String,
    pub timing_caption: &'static str,
    pub phase: &'static str,
    pub phase_start: &'static str,
    pub phase_length: &'static str,
    pub phase_bar: &'static str,
    pub phase_whole: &'static str,
    pub phase_queue: &'static str,
    pub phase_lookup: &'static str,
    pub phase_connect: &'static str,
    pub phase_wait: &'static str,
    pub phase_receive: &'static str,
    pub phases_hidden: &'static str,
    pub server_account: &'static str,
    pub no_server_account: &'static str,

    // Break it.
    pub break_it: &'static str,
    pub break_intro: &'static str,
    pub break_name: fn(Break) -> &'static str,
    pub break_explained: fn(Break) -> &'static str,

    // Calls on this page.
    pub calls: &'static str,
    pub calls_empty: &'static str,
    pub calls_filtered: &'static str,
    pub filter: &'static str,
    pub pause: &'static str,
    pub resume: &'static str,
    pub clear: &'static str,
    pub export: &'static str,
    pub column_method: &'static str,
    pub column_dialect: &'static str,
    pub column_kind: &'static str,
    pub kind_unary: &'static str,
    pub kind_stream: &'static str,
    pub column_status: &'static str,
    pub column_replica: &'static str,
    pub column_size: &'static str,
    pub column_time: &'static str,
    pub trace: &'static str,
    pub pending: &'static str,

    // Footer.
    pub footer: &'static str,

    /// What a status code means, in one sentence.
    pub code_meaning: fn(Code) -> &'static str,
    /// What to do about a fault, in one line.
    pub fault_remedy: fn(&Fault) -> String,
}
