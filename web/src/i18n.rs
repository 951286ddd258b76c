//! The page's words in English and Simplified Chinese.
//!
//! [`Messages`] is a struct with one value per language, so a missing key fails the build.
//! A text with numbers in it is a function: each language orders its own sentence.
//! No library: two constants are the whole mechanism, and cost the first load nothing but the words.

use leptos::prelude::*;
use wire::code::Code;

mod en;
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
    pub language_group: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub server_checking: &'static str,
    pub server_ready: &'static str,
    pub server_gone: &'static str,

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
    pub say_hello: &'static str,
    pub say_goodbye: &'static str,
    pub cancel: &'static str,
    pub rejected_by_server: &'static str,

    // Answer.
    pub answer: &'static str,
    pub answer_empty: &'static str,
    pub waiting: &'static str,
    pub from_replica: fn(&str) -> String,
    pub status: &'static str,
    pub served_by: &'static str,
    pub served_at: &'static str,
    pub round_trip: &'static str,
    pub server_message: &'static str,
    pub gone_title: &'static str,
    pub gone_remedy: fn(&str) -> String,
    pub gone_retrying: &'static str,
    pub back_again: &'static str,

    // Calls on this page.
    pub calls: &'static str,
    pub calls_empty: &'static str,
    pub column_method: &'static str,
    pub column_status: &'static str,
    pub column_replica: &'static str,
    pub column_time: &'static str,
    pub pending: &'static str,

    // Footer.
    pub footer: &'static str,

    /// What a status code means, in one sentence.
    pub code_meaning: fn(Code) -> &'static str,
}
