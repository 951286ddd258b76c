//! The list of calls made on this page, newest first, like a network panel.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::status_badge::StatusBadge;
use super::trace_link::TraceLink;
use crate::i18n::text;
use crate::model::call::{Call, Summary, longest_millis};
use crate::model::decimal::fixed;
use crate::model::time::format_millis;

/// Rows that are drawn; older calls are found by the filter and in the export.
const MAX_ROWS: usize = 100;

/// The calls made on this page. J and K walk them while the list has the focus.
#[component]
pub fn CallLog(
    /// Every call kept, newest first.
    #[prop(into)]
    calls: Signal<Vec<Arc<Call>>>,
    /// The number of the call that's looked at.
    #[prop(into)]
    selected: Signal<Option<u32>>,
    /// New calls stay out of the list.
    #[prop(into)]
    is_paused: Signal<bool>,
    /// The reader looks at a call.
    #[prop(into)]
    on_select: Callback<u32>,
    /// The reader pauses or resumes the list.
    #[prop(into)]
    on_pause: Callback<()>,
    /// The reader clears the list.
    #[prop(into)]
    on_clear: Callback<()>,
    /// The reader wants the list as a file.
    #[prop(into)]
    on_export: Callback<()>,
) -> impl IntoView {
    let filter = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        let wanted = filter.get();
        let summaries = |calls: &Vec<Arc<Call>>| {
            let all = calls.iter().map(|call| Summary::of(call));
            all.filter(|call| call.contains(&wanted))
                .take(MAX_ROWS)
                .collect::<Vec<_>>()
        };
        calls.with(summaries)
    });
    let rows = move || {
        let calls = shown.get();
        let longest = longest_millis(&calls);
        calls
            .into_iter()
            .map(|call| view! { <Row call longest selected on_select /> })
            .collect_view()
    };
    let walk = move |event: KeyboardEvent| {
        let Some(step) = step_of(&event) else { return };
        event.prevent_default();
        if let Some(number) =
            shown.with_untracked(|calls| neighbor(calls, selected.get_untracked(), step))
        {
            on_select.run(number);
        }
    };
    view! {
        <Tools filter is_paused on_pause on_clear on_export />
        <div class="table-frame" tabindex="0" role="group" aria-label=text(|m| m.calls) on:keydown=walk data-test="call-list">
            <table class="log" data-test="calls">
                <thead>
                    <tr>
                        <th scope="col">"#"</th>
                        <th scope="col">{text(|m| m.column_method)}</th>
                        <th scope="col">{text(|m| m.column_dialect)}</th>
                        <th scope="col">{text(|m| m.column_kind)}</th>
                        <th scope="col">{text(|m| m.column_status)}</th>
                        <th scope="col">{text(|m| m.column_replica)}</th>
                        <th scope="col">{text(|m| m.column_size)}</th>
                        <th scope="col" class="log-time-column">{text(|m| m.column_time)}</th>
                        <th scope="col">{text(|m| m.trace)}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows}
                </tbody>
            </table>
        </div>
        <Show when=move || shown.with(Vec::is_empty)>
            <p class="note log-empty">
                {move || {
                    if calls.with(Vec::is_empty) { text(|m| m.calls_empty)() } else { text(|m| m.calls_filtered)() }
                }}
            </p>
        </Show>
    }
}

#[component]
fn Tools(
    filter: RwSignal<String>,
    is_paused: Signal<bool>,
    on_pause: Callback<()>,
    on_clear: Callback<()>,
    on_export: Callback<()>,
) -> impl IntoView {
    let pause_name = move || {
        if is_paused.get() {
            text(|m| m.resume)()
        } else {
            text(|m| m.pause)()
        }
    };
    view! {
        <div class="log-tools">
            <input
                type="search"
                data-test="filter"
                aria-label=text(|m| m.filter)
                placeholder=text(|m| m.filter)
                bind:value=filter
            />
            <button
                type="button"
                class="button button-small"
                data-test="pause"
                aria-pressed=move || is_paused.get().to_string()
                on:click=move |_| on_pause.run(())
            >
                {pause_name}
            </button>
            <button type="button" class="button button-small" data-test="clear" on:click=move |_| on_clear.run(())>
                {text(|m| m.clear)}
            </button>
            <button type="button" class="button button-small" data-test="export" on:click=move |_| on_export.run(())>
                {text(|m| m.export)}
            </button>
        </div>
    }
}

#[component]
fn Row(
    call: Summary,
    longest: f64,
    selected: Signal<Option<u32>>,
    on_select: Callback<u32>,
) -> impl IntoView {
    let Summary {
        number,
        name,
        trace_id,
        dialect,
        is_stream,
        code,
        replica,
        size,
        elapsed_millis,
    } = call;
    let replica = if replica.is_empty() {
        "–".to_owned()
    } else {
        replica
    };
    let kind = if is_stream {
        text(|m| m.kind_stream)
    } else {
        text(|m| m.kind_unary)
    };
    let trace = trace_id.map(|trace_id| view! { <TraceLink number trace_id /> });
    let time = elapsed_millis.map_or_else(|| "…".to_owned(), format_millis);
    let share = elapsed_millis
        .filter(|_| longest > 0.0)
        .map_or(0.0, |elapsed| elapsed / longest);
    view! {
        <tr class:selected=move || selected.get() == Some(number) data-test="call">
            <td class="on-wire">{number}</td>
            <td>
                <button type="button" class="link" on:click=move |_| on_select.run(number)>{name}</button>
            </td>
            <td data-test="dialect">{dialect}</td>
            <td>{kind}</td>
            <td><StatusBadge code /></td>
            <td class="on-wire">{replica}</td>
            <td class="on-wire">{size} " B"</td>
            <td>
                <div class="log-time">
                    <svg class="log-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                        <rect width=fixed(100.0 * share, 2) height="8" />
                    </svg>
                    <span>{time}</span>
                </div>
            </td>
            <td>{trace}</td>
        </tr>
    }
}

/// Returns where a key walks: one row down or up. Keys with a modifier are the browser's.
fn step_of(event: &KeyboardEvent) -> Option<isize> {
    let is_special = event.ctrl_key() || event.meta_key() || event.alt_key();
    match &*event.key() {
        _ if is_special => None,
        "j" | "J" | "ArrowDown" => Some(1),
        "k" | "K" | "ArrowUp" => Some(-1),
        _ => None,
    }
}

/// Returns the call `step` rows from the selected one; the first when none is selected.
fn neighbor(calls: &[Summary], selected: Option<u32>, step: isize) -> Option<u32> {
    let position = calls.iter().position(|call| Some(call.number) == selected);
    let wanted = position.map_or(0, |position| position.saturating_add_signed(step));
    calls
        .get(wanted.min(calls.len().checked_sub(1)?))
        .map(|call| call.number)
}
