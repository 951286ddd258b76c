//! The waterfall: a row for each span, as ARIA's treegrid pattern has it, with a bar on the time axis.
//!
//! Rows are one stop of the Tab key; arrows walk, open and close. Only so many rows are drawn at once.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::overview::hue;
use super::plain::{OfRow, change, in_row, name, opened, parts, word};
use crate::components::told::{Mark, flag, press, shown, tell};
use crate::i18n::traces::{TraceWords, text};
use crate::model::trace::Span;
use crate::model::trace::figures::duration;
use crate::model::trace::layout::{ROW_BOX, ROW_HEIGHT, percent};
use crate::model::trace::tree::Node;
use crate::model::traces::Traces;
use crate::model::traces::opened::{Move, Opened, ROWS, Row};
use crate::state::traces::{Tracer, focus};

/// How far a row is set in for each span above it, in pixels, and for how many at most.
const INDENT: usize = 12;
const DEEPEST: usize = 8;
/// Where a bar is drawn in a row's height.
const BAR_TOP: &str = "8";
const BAR_HEIGHT: &str = "10";
/// Rows by which a press of a button moves what is drawn.
const PAGE: isize = ROWS.cast_signed();

/// The waterfall.
#[component]
pub fn Waterfall(
    /// The traces.
    tracer: Tracer,
) -> impl IntoView {
    let page = tracer.page();
    let rows = |page: &Traces| page.of_opened(|own| own.rows.len());
    let row = |tracer, row| view! { <SpanRow tracer row /> }.into_any();
    let pager = move || view! { <Pager tracer /> }.into_any();
    let is_long = |page: &Traces| page.of_opened(|own| own.seen().len() > ROWS);
    view! {
        <p class="hint" id="waterfall-hint">{name(|m| m.waterfall_hint)}</p>
        <div class="waterfall-frame">
            <div
                role="treegrid"
                class="waterfall"
                aria-label=text(|m| m.waterfall)
                aria-describedby="waterfall-hint"
                aria-rowcount=opened(tracer, |_, own| (own.seen().len() + 1).to_string())
                data-test="waterfall"
                on:keydown=move |event| walk(tracer, &event)
            >
                <div role="rowgroup">
                    <div role="row" class="span-row span-head" aria-rowindex="1">
                        <div role="columnheader" class="span-name">{name(|m| m.column_span)}</div>
                        <div role="columnheader" class="span-took">{name(|m| m.column_took)}</div>
                        <div role="columnheader" class="span-line">
                            {word("unseen", name(|m| m.column_timeline))}
                            <Axis tracer />
                        </div>
                    </div>
                </div>
                <div role="rowgroup">{parts(tracer, rows, row)}</div>
            </div>
        </div>
        {shown(page, is_long, pager)}
    }
}

#[component]
fn Axis(tracer: Tracer) -> impl IntoView {
    let ticks = |page: &Traces| page.of_opened(|own| own.ticks.len());
    view! {
        <svg class="axis" width="100%" height="22" aria-hidden="true">
            {parts(tracer, ticks, tick)}
        </svg>
    }
}

fn tick(tracer: Tracer, place: usize) -> AnyView {
    let told = move |read: fn((String, String)) -> String| {
        tell(tracer.page(), move |_, page| {
            let tick = page.of_opened(|own| own.ticks.get(place).cloned());
            tick.map(read).unwrap_or_default()
        })
    };
    view! { <text class="tick-name" x=told(|tick| tick.0) y="16" dx="3">{told(|tick| tick.1)}</text> }.into_any()
}

/// Returns whether the row's span is open, for assistive technology; nothing where it has nothing to open.
fn expanded(tracer: Tracer, row: usize) -> Mark {
    let page = tracer.page();
    Box::new(move || {
        page.with(|page| {
            let own = page.opened.as_ref()?;
            let span = own.rows.get(row)?.span;
            let state = if own.is_closed(span) { "false" } else { "true" };
            own.has_children(span).then_some(state)
        })
    })
}

fn is_chosen(page: &Traces, row: usize) -> bool {
    page.of_opened(|own| own.chosen_row() == Some(row))
}

/// One row; which span it shows changes as rows open and close.
#[component]
fn SpanRow(tracer: Tracer, row: usize) -> impl IntoView {
    let page = tracer.page();
    let told = move |read: OfRow| in_row(tracer, row, read);
    let stop = tell(page, move |_, page| {
        let stop = page.of_opened(|own| own.chosen_row().unwrap_or(0));
        if stop == row { "0" } else { "-1" }.to_owned()
    });
    let choose = move || {
        tracer.change(|page| {
            if let Some(own) = &mut page.opened {
                own.choose_row(row);
            }
        });
    };
    view! {
        <div
            role="row"
            class="span-row"
            tabindex=stop
            data-test="span"
            data-span=told(|_, _, _, span, _| span.id.clone())
            data-source=told(|_, _, _, span, _| span.source.clone())
            data-name=told(|_, _, _, span, _| span.name.clone())
            data-failed=told(|_, _, _, span, _| span.is_error().to_string())
            data-critical=told(|_, own, row, _, _| (own.reading.on_path[row.span] > 0).to_string())
            prop:ariaLevel=told(|_, _, _, _, node| (node.depth + 1).to_string())
            aria-rowindex=tell(page, move |_, page| page.of_opened(|own| (own.from + row + 2).to_string()))
            aria-expanded=expanded(tracer, row)
            aria-selected=tell(page, move |_, page| is_chosen(page, row).to_string())
            on:focus=move |_| choose()
            on:click=move |_| choose()
        >
            <div role="gridcell" class="span-name"><SpanName tracer row /></div>
            <div role="gridcell" class="span-took on-wire">{told(|_, _, _, span, _| duration(span.duration))}</div>
            <div role="gridcell" class="span-line">
                {word("unseen", told(placed))}
                <Line tracer row />
            </div>
        </div>
    }
}

fn placed(words: &TraceWords, own: &Opened, row: &Row, _: &Span, _: &Node) -> String {
    let begins = own.reading.times[row.span].0 - own.reading.start;
    let on_path = match own.reading.on_path[row.span] {
        0 => String::new(),
        time => duration(time),
    };
    (words.placed)(&duration(begins), &on_path)
}

#[component]
fn SpanName(tracer: Tracer, row: usize) -> impl IntoView {
    let told = move |read: OfRow| in_row(tracer, row, read);
    let indent = told(|_, _, _, _, node| (node.depth.min(DEEPEST) * INDENT).to_string());
    let guides = told(|_, _, _, _, node| {
        let lines =
            (0..node.depth.min(DEEPEST)).map(|level| format!("M{} 0V60", level * INDENT + 11));
        lines.collect()
    });
    let twisty = told(|_, own, row, _, _| {
        match (own.has_children(row.span), own.is_closed(row.span)) {
            (false, _) => "",
            (true, true) => "▸",
            (true, false) => "▾",
        }
        .to_owned()
    });
    let toggle = move || {
        tracer.change(|page| {
            if let Some(own) = &mut page.opened
                && let Some(span) = own.rows.get(row).map(|row| row.span)
            {
                own.toggle(span);
            }
        });
    };
    let source =
        told(|_, own, row, _, _| format!("span-source {}", hue(own.reading.sources[row.span])));
    view! {
        <svg class="guides" width="120" height="100%" aria-hidden="true"><path d=guides /></svg>
        <svg class="indent" width=indent height="1" aria-hidden="true"></svg>
        <span class="twisty" aria-hidden="true" data-test="twisty" on:click=press(toggle)>{twisty}</span>
        <span class="span-words">
            {word("span-title", told(|words, _, _, span, node| title(words, span, node)))}
            " " <span class=source>{told(|_, _, _, span, _| span.source.clone())}</span>
            " " {word("span-failed", told(|words, _, _, span, _| failure(words, span)))}
            " " {word("span-orphan", told(|words, _, _, _, node| if node.is_orphan { words.orphan } else { "" }.to_owned()))}
        </span>
    }
}

/// Returns what a span is called on the page.
pub fn title(words: &TraceWords, span: &Span, node: &Node) -> String {
    match node.attempt {
        0 => span.short_name().to_owned(),
        number => (words.attempt)(number, span.replica()),
    }
}

/// Returns how a span failed; empty if it didn't.
pub fn failure(words: &TraceWords, span: &Span) -> String {
    if !span.is_error() {
        return String::new();
    }
    let code = span
        .text("rpc.response.status_code")
        .or(span.text("error.type"));
    format!("✕ {}", code.unwrap_or(words.error))
}

/// The bar, what of it is on the critical path, and its events.
#[component]
fn Line(tracer: Tracer, row: usize) -> impl IntoView {
    let page = tracer.page();
    let told = move |read: OfRow| in_row(tracer, row, read);
    let class = told(|_, own, row, span, _| {
        let failed = if span.is_error() { " failed" } else { "" };
        format!("line {}{failed}", hue(own.reading.sources[row.span]))
    });
    let left = told(|_, _, row, _, _| row.bar.map(|bar| percent(bar.left)).unwrap_or_default());
    let width = told(|_, _, row, _, _| row.bar.map(|bar| percent(bar.width)).unwrap_or_default());
    let is_outside = flag(page, move |page| {
        page.of_opened(|own| own.rows.get(row).is_none_or(|row| row.bar.is_none()))
    });
    view! {
        <svg class=class width="100%" height=ROW_HEIGHT aria-hidden="true">
            <svg viewBox=ROW_BOX preserveAspectRatio="none" width="100%" height=ROW_HEIGHT>
                <path class="grid" d=opened(tracer, |_, own| own.grid.clone()) />
            </svg>
            <rect class="bar" class:outside=is_outside x=left y=BAR_TOP width=width height=BAR_HEIGHT rx="2" />
            <svg viewBox=ROW_BOX preserveAspectRatio="none" width="100%" height=ROW_HEIGHT>
                <path class="critical" d=told(|_, _, row, _, _| row.critical.clone()) />
                <path class="moment" d=told(|_, _, row, _, _| row.events.clone()) />
            </svg>
        </svg>
    }
}

/// The rest of a trace with more spans than are drawn.
#[component]
fn Pager(tracer: Tracer) -> impl IntoView {
    let rows = opened(tracer, |words, own| {
        let last = own.from + own.rows.len();
        (words.rows)(own.from + 1, last, own.seen().len())
    });
    view! {
        <div class="row row-close pager">
            <span class="hint" data-test="span-rows">{rows}</span>
            {change(tracer, "rows-before", |m| m.earlier, |own| own.scroll(-PAGE), |own| own.from == 0)}
            {change(tracer, "rows-after", |m| m.later, |own| own.scroll(PAGE), is_at_end)}
        </div>
    }
}

fn is_at_end(own: &Opened) -> bool {
    own.from + own.rows.len() >= own.seen().len()
}

/// Keys walk the rows, open and close them.
fn walk(tracer: Tracer, event: &KeyboardEvent) {
    let way = match event.key().as_str() {
        "ArrowDown" => Move::By(1),
        "ArrowUp" => Move::By(-1),
        "PageDown" => Move::By(10),
        "PageUp" => Move::By(-10),
        "ArrowRight" => Move::Out,
        "ArrowLeft" => Move::In,
        "Home" => Move::First,
        "End" => Move::Last,
        _ => return,
    };
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    event.prevent_default();
    tracer.change(|page| {
        if let Some(own) = &mut page.opened {
            own.go(way);
        }
    });
    focus(".waterfall [tabindex='0']");
}
