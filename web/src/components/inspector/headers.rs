//! Headers and trailers, as far as a page may see them.

use std::sync::Arc;

use leptos::prelude::*;

use crate::i18n::text;
use crate::model::record::{Lines, Record};

/// What travelled besides the messages.
#[component]
pub fn HeadersTab(
    /// The record of the call that's looked at.
    #[prop(into)]
    record: Signal<Option<Arc<Record>>>,
) -> impl IntoView {
    let of = move |lines: fn(&Record) -> Lines| {
        Signal::derive(move || {
            record
                .get()
                .map(|record| lines(&record))
                .unwrap_or_default()
        })
    };
    let http_status = move || {
        let record = record.get()?;
        Some(format!("HTTP {}", record.response.as_ref()?.http_status))
    };
    let url = move || record.get().map(|record| format!("POST {}", record.url));
    view! {
        <div class="columns columns-2">
            <section aria-label=text(|m| m.request_headers)>
                <h3>{text(|m| m.request_headers)}</h3>
                <p class="on-wire wrap">{url}</p>
                <Pairs lines=of(|record| record.request_headers.clone()) />
                <p class="hint">{text(|m| m.request_headers_hint)}</p>
            </section>
            <section aria-label=text(|m| m.response_headers)>
                <h3>{text(|m| m.response_headers)}</h3>
                <p class="on-wire" data-test="http-status">{http_status}</p>
                <Pairs lines=of(|record| {
                    record.response.as_ref().map(|head| head.headers.clone()).unwrap_or_default()
                }) />
                <h3>{text(|m| m.trailers)}</h3>
                <div data-test="trailers">
                    <Pairs lines=of(|record| record.trailers.clone()) />
                </div>
                <p class="hint">{text(|m| m.response_headers_hint)}</p>
            </section>
        </div>
    }
}

#[component]
fn Pairs(#[prop(into)] lines: Signal<Lines>) -> impl IntoView {
    let rows = move || {
        let rows = lines.get().into_iter().map(|(name, value)| {
            view! {
                <div class="pair">
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            }
        });
        rows.collect_view()
    };
    let is_empty = move || lines.with(Vec::is_empty);
    view! {
        <Show when=move || !is_empty() fallback=|| view! { <p class="note">"–"</p> }>
            <dl class="pairs">{rows}</dl>
        </Show>
    }
}
