//! Where the time went: the browser's phases, then the server's own account.

use std::sync::Arc;

use leptos::prelude::*;

use crate::i18n::{locale, text};
use crate::model::decimal::fixed;
use crate::model::record::Record;
use crate::model::time::format_millis;
use crate::model::timing::{Phase, Phases, ServerTiming, Span};

/// Bars of time with their table in one.
#[component]
pub fn TimingTab(
    /// The record of the call that's looked at.
    #[prop(into)]
    record: Signal<Option<Arc<Record>>>,
) -> impl IntoView {
    let view = move || record.get().map(|record| view! { <Bars record /> });
    view! { <div data-test="timing">{view}</div> }
}

#[component]
fn Bars(record: Arc<Record>) -> impl IntoView {
    let total = record.ended_millis.unwrap_or(0.0);
    let phases = record.phases.clone();
    let spans = phases
        .as_ref()
        .map(|phases| phases.spans.clone())
        .unwrap_or_default();
    let until = spans
        .iter()
        .fold(total, |until, (_, span)| until.max(span.end));
    let is_hidden = phases.as_ref().is_none_or(|phases| phases.is_hidden);
    let rows = spans
        .into_iter()
        .map(|(phase, span)| view! { <PhaseRow phase span until /> });
    let whole = Span {
        start: 0.0,
        end: total,
    };
    let protocol = phases
        .map(|Phases { protocol, .. }| protocol)
        .filter(|name| !name.is_empty());
    let server: Vec<ServerTiming> = record.server_timing();
    let has_account = !server.is_empty();
    view! {
        <table class="phases">
            <caption>{text(|m| m.timing_caption)} {protocol.map(|name| format!(" · {name}"))}</caption>
            <thead>
                <tr>
                    <th scope="col">{text(|m| m.phase)}</th>
                    <th scope="col">{text(|m| m.phase_start)}</th>
                    <th scope="col">{text(|m| m.phase_length)}</th>
                    <th scope="col"><span class="unseen">{text(|m| m.phase_bar)}</span></th>
                </tr>
            </thead>
            <tbody>
                {rows.collect_view()}
                <BarRow name=Signal::derive(text(|m| m.phase_whole)) span=whole until />
            </tbody>
        </table>
        <Show when=move || is_hidden>
            <p class="hint">{text(|m| m.phases_hidden)}</p>
        </Show>
        <h3>{text(|m| m.server_account)}</h3>
        <Show when=move || has_account fallback=|| view! { <p class="note">{text(|m| m.no_server_account)}</p> }>
            <dl class="pairs">
                {server.iter().map(|timing| view! {
                    <div class="pair">
                        <dt>{timing.name.clone()}</dt>
                        <dd>
                            {timing.description.clone()} " "
                            {timing.millis.map(format_millis)}
                        </dd>
                    </div>
                }).collect_view()}
            </dl>
        </Show>
    }
}

#[component]
fn PhaseRow(phase: Phase, span: Span, until: f64) -> impl IntoView {
    let name = Signal::derive(move || {
        let messages = locale().get().messages();
        match phase {
            Phase::Queue => messages.phase_queue,
            Phase::Lookup => messages.phase_lookup,
            Phase::Connect => messages.phase_connect,
            Phase::Wait => messages.phase_wait,
            Phase::Receive => messages.phase_receive,
        }
    });
    view! { <BarRow name span until /> }
}

#[component]
fn BarRow(name: Signal<&'static str>, span: Span, until: f64) -> impl IntoView {
    let percent = move |millis: f64| {
        if until > 0.0 {
            100.0 * millis / until
        } else {
            0.0
        }
    };
    // A phase too short to see still leaves a mark.
    let width = percent(span.millis()).max(0.4);
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="on-wire">{format_millis(span.start)}</td>
            <td class="on-wire">{format_millis(span.millis())}</td>
            <td class="phase-bar">
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect x=fixed(percent(span.start), 2) width=fixed(width, 2) height="8" />
                </svg>
            </td>
        </tr>
    }
}
