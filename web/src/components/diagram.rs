//! The sequence of a call as SVG, drawn from what was measured, and the same as a table.

use std::sync::Arc;

use leptos::prelude::*;

use super::trace_link::TraceLink;
use crate::i18n::bytes::BytesWords;
use crate::i18n::{Locale, Messages, Words as _, locale, text};
use crate::model::call::Call;
use crate::model::sequence::{
    Component, Lane, Shows, Step, What, component, is_own_answer, last_millis, steps,
};
use crate::model::time::format_millis;

/// Drawing time of all arrows together, in milliseconds.
const DRAWING_MILLIS: i32 = 700;
const WIDTH: i32 = 800;
const TOP: i32 = 98;
const STEP: i32 = 46;
/// How far an arrow falls: a message that travels arrives later than it leaves.
const FALL: i32 = 14;

/// The sequence of a call.
#[component]
pub fn Diagram(
    /// The call, if any was made.
    #[prop(into)]
    call: Signal<Option<Arc<Call>>>,
    /// The reader wants to see what an arrow carries.
    #[prop(into)]
    on_show: Callback<Shows>,
) -> impl IntoView {
    // The browser's account of the phases comes late and changes no arrow.
    let changed = |old: Option<&Option<Arc<Call>>>, new: Option<&Option<Arc<Call>>>| {
        let (Some(Some(old)), Some(Some(new))) = (old, new) else {
            return true;
        };
        !old.has_same_traffic(new)
    };
    let content = Memo::new_with_compare(move |_| call.get(), changed);
    let steps = Memo::new(move |_| content.get().map(|call| steps(&call)).unwrap_or_default());
    let is_empty = move || steps.with(Vec::is_empty);
    let stretch = move || {
        let last = steps.with(|steps| last_millis(steps));
        let drawing = f64::from(DRAWING_MILLIS);
        (last > 0.0 && last < drawing)
            .then(|| (locale().get().messages().drawn_slower)(drawing / last))
    };
    let served = Memo::new(move |_| content.get().and_then(|call| component(&call.record)));
    let trace = move || {
        let call = content.get()?;
        let (number, trace_id) = (call.number, call.trace_id()?);
        Some(view! { <TraceLink number trace_id /> })
    };
    let dialect = move || {
        call.get()
            .map_or("gRPC-Web", |call| call.record.dialect_name())
    };
    let is_own = Memo::new(move |_| {
        content
            .get()
            .is_some_and(|call| is_own_answer(&call.record))
    });
    let protocol = move || {
        let phases = call.get().and_then(|call| call.record.phases.clone());
        phases
            .map(|phases| phases.protocol)
            .filter(|protocol| !protocol.is_empty())
    };
    view! {
        <Show when=move || !is_empty() fallback=|| view! { <p class="note diagram-empty">{text(|m| m.diagram_empty)}</p> }>
            <div class="diagram-frame">
                <Picture steps served dialect=Signal::derive(dialect) protocol=Signal::derive(protocol) on_show />
            </div>
            <Show when=move || is_own.get()>
                <p class="hint" data-test="own-answer">{text(|m| m.own_answer)}</p>
            </Show>
            <p class="hint">{trace}</p>
            <details class="twin" data-test="diagram-table">
                <summary>{text(|m| m.as_table)}</summary>
                <Twin steps />
            </details>
            <p class="hint moving">{stretch}</p>
        </Show>
    }
}

#[component]
fn Picture(
    steps: Memo<Vec<Step>>,
    served: Memo<Option<Component>>,
    dialect: Signal<&'static str>,
    protocol: Signal<Option<String>>,
    on_show: Callback<Shows>,
) -> impl IntoView {
    let height = move || TOP + STEP * small(steps.with(Vec::len)) + 8;
    let has_replica = move || served.with(Option::is_some);
    let replica = move || {
        served
            .get()
            .map(|served| served.replica)
            .unwrap_or_default()
    };
    let component_name = Signal::derive(move || {
        served
            .get()
            .and_then(|served| served.name)
            .unwrap_or_else(|| text(|m| m.lane_service)().to_owned())
    });
    let arrows = move || {
        let steps = steps.get();
        let count = steps.len().max(1);
        let arrows = steps.into_iter().enumerate().map(|(number, step)| {
            let delay = DRAWING_MILLIS / small(count) * small(number);
            view! { <Arrow step number delay on_show /> }
        });
        arrows.collect_view()
    };
    let hop = move || {
        let protocol = protocol.get().map(|protocol| protocol_name(&protocol));
        let dialect = dialect.get();
        protocol.map_or_else(
            || dialect.to_owned(),
            |protocol| format!("{dialect} · {protocol}"),
        )
    };
    view! {
        <svg
            class="diagram"
            data-test="diagram"
            viewBox=move || format!("0 0 {WIDTH} {}", height())
            role="group"
            aria-label=text(|m| m.diagram)
        >
            <LaneHead lane=Lane::Browser name=Signal::derive(move || text(|m| m.lane_browser)().to_owned()) note=Signal::derive(|| "Rust · WebAssembly".to_owned()) />
            <LaneHead lane=Lane::Server name=Signal::derive(move || text(|m| m.lane_server)().to_owned()) note=Signal::derive(|| "gangplank".to_owned()) />
            <Show when=has_replica>
                <LaneHead lane=Lane::Replica name=component_name note=Signal::derive(replica) />
                <text class="hop" x="545" y="64">{text(|m| m.hop_to_component)}</text>
            </Show>
            <text class="hop" x="255" y="64">{hop}</text>
            <path
                class="lanes"
                d=move || {
                    let end = height() - 4;
                    let third = if has_replica() { format!("M690 52V{end}") } else { String::new() };
                    format!("M110 52V{end}M400 52V{end}{third}")
                }
            />
            {arrows}
        </svg>
    }
}

#[component]
fn LaneHead(lane: Lane, name: Signal<String>, note: Signal<String>) -> impl IntoView {
    view! {
        <text class="lane" x=position(lane) y="20">{name}</text>
        <text class="lane-note" x=position(lane) y="40">{note}</text>
    }
}

#[component]
fn Arrow(step: Step, number: usize, delay: i32, on_show: Callback<Shows>) -> impl IntoView {
    let y = TOP + STEP * small(number);
    let (from, to) = (position(step.from), position(step.to));
    let direction = if to > from { 1 } else { -1 };
    let (start, tip) = (from + 6 * direction, to - 6 * direction);
    let (tip_y, back) = (y + FALL, tip - 9 * direction);
    let class = match step.what {
        What::Abort | What::Nothing | What::Foreign { .. } => "arrow arrow-bad",
        _ => "arrow",
    };
    let middle = i32::midpoint(from, to);
    let shows = step.shows.clone();
    let step = StoredValue::new(step);
    let label = move || step.with_value(|step| what_text(step, locale().get()));
    let time = move || step.with_value(|step| time_text(step, locale().get().messages()));
    let full = move || format!("{} {}", label(), time());
    let show = move || on_show.run(shows.clone());
    let by_key = show.clone();
    view! {
        <g
            class=class
            role="button"
            tabindex="0"
            data-test="arrow"
            aria-label=full
            style:animation-delay=format!("{delay}ms")
            on:click=move |_| show()
            on:keydown=move |event| {
                if matches!(&*event.key(), "Enter" | " ") {
                    event.prevent_default();
                    by_key();
                }
            }
        >
            <rect class="arrow-place" x=from.min(to) + 8 y=y - 18 width=(from - to).abs() - 16 height="36" rx="4" />
            <path class="arrow-line" d=format!("M{start} {y} {tip} {tip_y}") />
            <path class="arrow-head" d=format!("M{tip} {tip_y} {back} {} {back} {}z", tip_y - 5, tip_y + 4) />
            <text class="arrow-label" x=middle y=y - 3>{label}</text>
            " "
            <text class="arrow-time" x=middle y=y + 20>{time}</text>
        </g>
    }
}

#[component]
fn Twin(steps: Memo<Vec<Step>>) -> impl IntoView {
    let lane = |lane: Lane, messages: &'static Messages| match lane {
        Lane::Browser => messages.lane_browser,
        Lane::Server => messages.lane_server,
        Lane::Replica => messages.lane_service,
    };
    let rows = move || {
        let locale = locale().get();
        let messages = locale.messages();
        let rows = steps.get().into_iter().map(|step| {
            view! {
                <tr>
                    <td>{lane(step.from, messages)} " → " {lane(step.to, messages)}</td>
                    <td>{what_text(&step, locale)}</td>
                    <td class="on-wire">{time_text(&step, messages)}</td>
                </tr>
            }
        });
        rows.collect_view()
    };
    view! {
        <table class="log">
            <thead>
                <tr>
                    <th scope="col">{text(|m| m.column_hop)}</th>
                    <th scope="col">{text(|m| m.column_what)}</th>
                    <th scope="col">{text(|m| m.column_time)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn what_text(step: &Step, locale: Locale) -> String {
    let (messages, wire) = (locale.messages(), BytesWords::of(locale));
    match &step.what {
        What::Request { method, size } => format!("{method} · {size} B"),
        What::Handed => messages.step_handed.to_owned(),
        What::Answered => messages.step_answered.to_owned(),
        What::Head { http_status } => format!("HTTP {http_status} · {}", messages.step_head),
        What::MessageFrame { size } => format!("{} · {size} B", wire.message_frame),
        What::TrailerFrame { size } => format!("{} · {size} B", wire.trailer_frame),
        What::MoreFrames { count, size } => (messages.step_more_frames)(*count, *size),
        What::Json { size } => format!("{} · {size} B", messages.step_json),
        What::Foreign { size } => format!("{} · {size} B", messages.step_foreign),
        What::Abort => messages.step_abort.to_owned(),
        What::Nothing => messages.step_nothing.to_owned(),
    }
}

fn time_text(step: &Step, messages: &Messages) -> String {
    match (step.at_millis, step.took_millis) {
        (Some(at), _) => (messages.at_time)(&format_millis(at)),
        (None, Some(took)) => (messages.took_time)(&format_millis(took)),
        (None, None) => String::new(),
    }
}

/// Returns what people call a protocol that the browser names by its ALPN id.
fn protocol_name(alpn: &str) -> String {
    match alpn {
        "h2" | "h2c" => "HTTP/2".to_owned(),
        "h3" => "HTTP/3".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}

fn position(lane: Lane) -> i32 {
    match lane {
        Lane::Browser => 110,
        Lane::Server => 400,
        Lane::Replica => 690,
    }
}

/// Converts a count of arrows, which are few.
fn small(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(0)
}
