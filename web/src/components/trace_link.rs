//! A link to the trace of a call, named by the call's number as the log has it.

use leptos::prelude::*;

use crate::i18n::text;
use crate::model::page::trace_url;

/// The link.
#[component]
pub fn TraceLink(
    /// The call's number on this page.
    number: u32,
    /// Its trace, as digits.
    trace_id: String,
) -> impl IntoView {
    let word = text(|m| m.trace);
    view! { <a href=trace_url(&trace_id) data-test="trace">{move || format!("{} #{number}", word())}</a> }
}
