//! The list of calls made on this page, newest first, like a network panel.

use leptos::prelude::*;

use super::status_badge::StatusBadge;
use crate::i18n::text;
use crate::model::call::{Call, time_shares};
use crate::model::time::format_millis;

/// The calls made on this page.
#[component]
pub fn CallLog(
    /// Every call kept, newest first.
    #[prop(into)]
    calls: Signal<Vec<Call>>,
) -> impl IntoView {
    let rows = move || {
        let calls = calls.get();
        let shares = time_shares(&calls);
        calls
            .into_iter()
            .zip(shares)
            .map(|(call, share)| view! { <Row call share /> })
            .collect_view()
    };
    let empty = move || calls.with(Vec::is_empty);
    view! {
        <div class="table-frame">
            <table class="log" data-test="calls">
                <thead>
                    <tr>
                        <th scope="col">"#"</th>
                        <th scope="col">{text(|m| m.column_method)}</th>
                        <th scope="col">{text(|m| m.column_status)}</th>
                        <th scope="col">{text(|m| m.column_replica)}</th>
                        <th scope="col" class="log-time-column">{text(|m| m.column_time)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <Show when=empty>
            <p class="note log-empty">{text(|m| m.calls_empty)}</p>
        </Show>
    }
}

#[component]
fn Row(call: Call, share: f64) -> impl IntoView {
    let replica = call
        .answer()
        .map_or("–", |answer| &answer.replica)
        .to_owned();
    let time = call
        .elapsed_millis()
        .map_or_else(|| "…".to_owned(), format_millis);
    view! {
        <tr>
            <td class="on-wire">{call.number}</td>
            <td class="on-wire">{call.short_name().to_owned()}</td>
            <td><StatusBadge code=call.code() /></td>
            <td class="on-wire">{replica}</td>
            <td>
                <div class="log-time">
                <svg class="log-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect width=format!("{share:.2}") height="8" />
                </svg>
                <span>{time}</span>
                </div>
            </td>
        </tr>
    }
}
