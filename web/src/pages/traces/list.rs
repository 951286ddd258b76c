//! The list of traces: filters, rows that are links, and words where there's nothing to list.
//!
//! Rows are one stop of the Tab key; J, K and the arrows walk them. While one has the focus the list stands still.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Node;

use super::plain::{Name, button, columns, hint, name, parts, word};
use super::trial::attempt;
use crate::components::told::{Told, enter, flag, mark, press, shown, state, tell};
use crate::i18n::traces::TraceWords;
use crate::model::trace::Summary;
use crate::model::trace::figures::{duration, precise, time_of_day};
use crate::model::trace::layout::percent;
use crate::model::trace::short;
use crate::model::traces::Traces;
use crate::model::traces::list::{List, ROWS};
use crate::model::traces::trial::Act;
use crate::state::traces::{Tracer, focus};

/// Rows by which a press of a button moves the list.
const PAGE: isize = ROWS.cast_signed();

/// The list.
#[component]
pub fn TraceList(
    /// The traces.
    tracer: Tracer,
) -> impl IntoView {
    let page = tracer.page();
    let table = move || view! { <Table tracer /> }.into_any();
    let empty = move || view! { <Empty tracer /> }.into_any();
    let kept = tell(page, |words, page| match page.list.kept {
        (0, 0) => String::new(),
        (kept, evicted) => (words.kept)(kept, evicted),
    });
    view! {
        <section class="sheet wide" aria-labelledby="list-heading">
            <h2 id="list-heading">{name(|m| m.list)}</h2>
            <Filters tracer />
            {shown(page, |page| !page.list.shown().is_empty(), table)}
            {shown(page, |page| page.list.shown().is_empty(), empty)}
            {hint("kept", kept)}
        </section>
    }
}

#[component]
fn Filters(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    let toggle_errors = move || {
        tracer.set_filter(|page| {
            page.list
                .set_filter(|filter| filter.only_errors = !filter.only_errors);
        });
    };
    view! {
        <div class="filters">
            <div class="field">
                <label for="trace-filter">{name(|m| m.filter)}</label>
                <input
                    id="trace-filter"
                    class="on-wire"
                    data-test="trace-filter"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=tell(page, |_, page| page.list.filter.method.clone())
                    on:input=enter(move |value| {
                        tracer.set_filter(|page| page.list.set_filter(|filter| filter.method = value));
                    })
                />
            </div>
            <div class="field field-short">
                <label for="min-duration">{name(|m| m.min_duration)}</label>
                <input
                    id="min-duration"
                    class="on-wire"
                    data-test="min-duration"
                    inputmode="decimal"
                    autocomplete="off"
                    aria-invalid=mark(page, "true", |page| page.list.is_min_invalid())
                    aria-describedby="min-error"
                    prop:value=tell(page, |_, page| page.list.min_text.clone())
                    on:input=enter(move |value| tracer.set_filter(|page| page.list.set_min(value)))
                />
                <p id="min-error" class="field-error" data-test="min-error">
                    {tell(page, |words, page| {
                        if page.list.is_min_invalid() { words.min_invalid } else { "" }.to_owned()
                    })}
                </p>
            </div>
            <label class="tick">
                <input
                    type="checkbox"
                    data-test="only-errors"
                    prop:checked=flag(page, |page| page.list.filter.only_errors)
                    on:change=enter(move |_| toggle_errors())
                />
                <span>{name(|m| m.only_errors)}</span>
            </label>
            <button
                type="button"
                class="button"
                data-test="pause"
                aria-pressed=state(page, |page| page.list.is_paused)
                on:click=press(move || tracer.change(|page| page.list.toggle_pause()))
            >
                {tell(page, |words, page| if page.list.is_paused { words.resume } else { words.pause }.to_owned())}
            </button>
            <span class="hint" role="status" data-test="news">
                {tell(page, |words, page| match page.list.news() {
                    0 => String::new(),
                    count => (words.news)(count),
                })}
            </span>
        </div>
    }
}

#[component]
fn Empty(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    let words = tell(page, |words, page| {
        if page.list.is_filtered_out() {
            words.empty_filtered
        } else {
            words.empty
        }
        .to_owned()
    });
    let send = move || attempt(tracer, Act::Send, "send-first", |m| m.send);
    view! {
        <p class="note" data-test="empty">{words}</p>
        <div class="row">{shown(page, |page| page.list.filter.is_open() && !page.trial.has_no_demo, send)}</div>
    }
}

#[component]
fn Table(tracer: Tracer) -> impl IntoView {
    let page = tracer.page();
    let rows = |page: &Traces| page.list.rows();
    let counted = tell(page, |words, page| {
        let list = &page.list;
        let last = list.from + list.rows();
        (words.rows)(list.from + 1, last, list.shown().len())
    });
    view! {
        {hint("list-hint", name(|m| m.list_hint))}
        <div
            class="table-frame traces"
            on:keydown=move |event| walk(tracer, &event)
            on:focusin=move |_| tracer.change(|page| page.list.hold())
            on:focusout=move |event| leave(tracer, &event)
        >
            <table class="log" data-test="traces">
                {columns(&[
                    ("", |m| m.column_time),
                    ("", |m| m.column_method),
                    ("took-column", |m| m.column_took),
                    ("", |m| m.column_status),
                    ("", |m| m.column_spans),
                ])}
                <tbody>{parts(tracer, rows, trace_row)}</tbody>
            </table>
        </div>
        <div class="row row-close pager">
            <span class="hint" data-test="rows">{counted}</span>
            {turn(tracer, "newer", |m| m.newer, -PAGE, |list| list.from == 0)}
            {turn(tracer, "older", |m| m.older, PAGE, is_at_end)}
        </div>
    }
}

/// Returns whether the oldest are drawn.
fn is_at_end(list: &List) -> bool {
    list.from + list.rows() >= list.shown().len()
}

/// A button that turns the pages of the list.
fn turn(
    tracer: Tracer,
    hook: &'static str,
    own: Name,
    rows: isize,
    is_idle: fn(&List) -> bool,
) -> AnyView {
    let is_idle = flag(tracer.page(), move |page| is_idle(&page.list));
    let act = move || tracer.change(|page| page.list.scroll(rows));
    button(hook, name(own), is_idle, act)
}

/// What is told of the trace in a row.
type OfSummary = fn(&TraceWords, &Traces, &Summary) -> String;

fn of_summary(tracer: Tracer, row: usize, read: OfSummary) -> Told {
    tell(tracer.page(), move |words, page| {
        let summary = page.list.row(row);
        summary.map_or_else(String::new, |own| read(words, page, own))
    })
}

fn status(tracer: Tracer, row: usize) -> AnyView {
    let told = move |read: OfSummary| of_summary(tracer, row, read);
    let badge = told(|_, _, own| {
        let class = match &*own.code {
            "" => "badge-pending",
            "OK" => "badge-ok",
            _ => "badge-bad",
        };
        format!("badge {class}")
    });
    let code = told(|words, _, own| match &*own.code {
        "" => words.pending.to_owned(),
        code => code.to_owned(),
    });
    view! { <span class=badge>{code}</span> }.into_any()
}

/// One row of the list; which trace it shows changes as others come.
fn trace_row(tracer: Tracer, row: usize) -> AnyView {
    let page = tracer.page();
    let told = move |read: OfSummary| of_summary(tracer, row, read);
    let method = told(|words, _, own| match &*own.method {
        "" => words.unnamed.to_owned(),
        method => short(method).to_owned(),
    });
    let service = told(|_, _, own| {
        let service = own.method.split('/').next().unwrap_or_default();
        if service == own.method { "" } else { service }.to_owned()
    });
    let stop = tell(page, move |_, page| {
        if page.list.stop.min(page.list.rows().saturating_sub(1)) == row {
            "0"
        } else {
            "-1"
        }
        .to_owned()
    });
    let class = told(|_, _, own| {
        let failed = if own.errors > 0 { " some-failed" } else { "" };
        format!("on-wire{failed}")
    });
    let bar =
        told(|_, page, own| percent(100.0 * precise(own.duration) / precise(page.list.longest())));
    view! {
        <tr data-id=told(|_, _, own| own.id.clone()) data-code=told(|_, _, own| own.code.clone())>
            <td class="on-wire">{told(|_, _, own| time_of_day(own.start))}</td>
            <td>
                <a
                    class="on-wire"
                    href=told(|_, _, own| format!("#{}", own.id))
                    data-test="open-trace"
                    tabindex=stop
                    on:focus=move |_| tracer.change(|page| page.list.stop = row)
                >
                    {method}
                </a>
                " " {word("service-name", service)}
            </td>
            <td class="took-column">
                <span class="log-time">
                    <svg class="log-bar" height="8" aria-hidden="true"><rect width=bar height="8" rx="2" /></svg>
                    {word("on-wire", told(|_, _, own| duration(own.duration)))}
                </span>
            </td>
            <td>{status(tracer, row)}</td>
            <td class=class data-test="parts">{told(|words, _, own| (words.parts)(own))}</td>
        </tr>
    }
    .into_any()
}

/// Lets the list go on once the focus has left it; from row to row it stays inside.
fn leave(tracer: Tracer, event: &FocusEvent) {
    let list = event
        .current_target()
        .and_then(|list| list.dyn_into::<Node>().ok());
    let next = event
        .related_target()
        .and_then(|next| next.dyn_into::<Node>().ok());
    if list.is_none_or(|list| !list.contains(next.as_ref())) || next.is_none() {
        tracer.change(|page| page.list.let_go());
    }
}

/// Keys walk the rows, beyond those that are drawn as well.
fn walk(tracer: Tracer, event: &KeyboardEvent) {
    let is_special = event.ctrl_key() || event.meta_key() || event.alt_key();
    let all = isize::MAX / 2;
    let rows = match event.key().as_str() {
        "ArrowDown" | "j" | "J" => 1,
        "ArrowUp" | "k" | "K" => -1,
        "PageDown" => PAGE,
        "PageUp" => -PAGE,
        "Home" => -all,
        "End" => all,
        _ => return,
    };
    if is_special {
        return;
    }
    event.prevent_default();
    tracer.change(|page| {
        page.list.step(rows);
    });
    focus(".traces [tabindex='0']");
}
