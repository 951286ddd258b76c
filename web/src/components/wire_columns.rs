//! Three linked columns: bytes, named parts, JSON. Looking at one lights the same in all.
//!
//! Pointing lights for the moment; clicking and the arrow keys keep it, and copying takes what is kept.

use std::ops::Range;
use std::sync::Arc;

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::json::Json;
use super::part_list::{MAX_SHOWN, PartList};
use crate::components::copy::CopyBar;
use crate::i18n::bytes::{BytesWords, text};
use crate::i18n::{Words as _, locale};
use crate::model::hex::{HexLine, Run, hex_lines};
use crate::model::wire_body::WireBody;
use crate::model::wire_view::Role;

/// Bytes drawn at first, and added by each "show more".
const PAGE_BYTES: usize = 512;
/// Below this width of the window, in CSS pixels, a line has 8 bytes instead of 16.
const NARROW: f64 = 560.0;

/// The three columns of a body.
#[component]
pub fn WireColumns(
    /// The body, if there is one.
    #[prop(into)]
    body: Signal<Option<Arc<WireBody>>>,
    /// Bytes pointed out from elsewhere.
    #[prop(into)]
    pointed: Signal<Option<Range<usize>>>,
) -> impl IntoView {
    let kept = RwSignal::new(None::<usize>);
    let hovered = RwSignal::new(None::<usize>);
    let active = RwSignal::new(None::<usize>);
    Effect::new(move |_| active.set(hovered.get().or(kept.get())));
    Effect::new(move |_| kept.set(row_of(body.get(), pointed.get())));

    let walk = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let last = body.get_untracked().map_or(0, |body| {
            body.view.rows.len().min(MAX_SHOWN).saturating_sub(1)
        });
        let current = kept.get_untracked();
        let next = match &*event.key() {
            "ArrowDown" | "ArrowRight" => current.map_or(0, |row| (row + 1).min(last)),
            "ArrowUp" | "ArrowLeft" => current.map_or(0, |row| row.saturating_sub(1)),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        hovered.set(None);
        kept.set(Some(next));
        bring_into_view(next);
    };
    let size = move || body.get().map_or(0, |body| body.bytes.len());
    let json_size = move || body.get().map_or(0, |body| body.json_size);
    let owned = move || (BytesWords::of(locale().get()).bytes_owned)(size());
    let as_json = move || (BytesWords::of(locale().get()).as_json)(json_size());
    view! {
        <div class="columns columns-3" on:keydown=walk on:mouseleave=move |_| hovered.set(None)>
            <section aria-label=text(|m| m.bytes)>
                <h3 data-test="bytes-owned">{owned}</h3>
                <Hex body hovered kept active />
                <CopyBar body kept />
            </section>
            <section aria-label=text(|m| m.parts)>
                <h3>{text(|m| m.parts)}</h3>
                <PartList body hovered kept active />
            </section>
            <section aria-label="JSON">
                <h3>{as_json}</h3>
                <Json body hovered kept active label=text(|m| m.answer_json) />
            </section>
        </div>
    }
}

/// Scrolls the list of parts to a row, and the page only if need be.
fn bring_into_view(row: usize) {
    if let Some(part) = document().get_element_by_id(&format!("part-{row}")) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        part.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Returns the outermost row that lies within a range.
fn row_of(body: Option<Arc<WireBody>>, range: Option<Range<usize>>) -> Option<usize> {
    let (body, range) = (body?, range?);
    body.view
        .rows
        .iter()
        .position(|row| row.range.start >= range.start && row.range.end <= range.end)
}

#[component]
fn Hex(
    body: Signal<Option<Arc<WireBody>>>,
    hovered: RwSignal<Option<usize>>,
    kept: RwSignal<Option<usize>>,
    active: RwSignal<Option<usize>>,
) -> impl IntoView {
    let shown = RwSignal::new(PAGE_BYTES);
    Effect::new(move |_| {
        body.track();
        shown.set(PAGE_BYTES);
    });
    let per_line = if window_width() < NARROW { 8 } else { 16 };
    let lines = move || {
        let Some(body) = body.get() else {
            return Vec::new();
        };
        let lines = hex_lines(&body.view, &body.bytes, per_line, shown.get());
        lines
            .into_iter()
            .map(|line| view! { <Line line body=Arc::clone(&body) active /> })
            .collect()
    };
    let rest = move || {
        body.get()
            .map_or(0, |body| body.bytes.len().saturating_sub(shown.get()))
    };
    view! {
        <div
            class="hex"
            role="group"
            tabindex="0"
            data-test="hex"
            aria-label=text(|m| m.bytes)
            on:mouseover=move |event| hovered.set(row_under(&event))
            on:click=move |event| kept.set(row_under(&event))
        >
            {lines}
        </div>
        <Show when=move || { rest() > 0 }>
            <button type="button" class="button" data-test="more-bytes" on:click=move |_| shown.update(|shown| *shown += PAGE_BYTES * 8)>
                {move || (BytesWords::of(locale().get()).more_bytes)(rest())}
            </button>
        </Show>
    }
}

#[component]
fn Line(line: HexLine, body: Arc<WireBody>, active: RwSignal<Option<usize>>) -> impl IntoView {
    let runs = line.runs.into_iter().map(|run| {
        let Run {
            text,
            row,
            role,
            hue,
        } = run;
        let role = if role == Role::Framing {
            "framing"
        } else {
            "value"
        };
        let body = Arc::clone(&body);
        let is_lit = move || body.view.is_lit(row, active.get());
        view! {
            <span class=format!("run {role} hue-{hue}") class:lit=is_lit data-row=row>{text}</span>
            " "
        }
    });
    view! {
        <span class="offset" aria-hidden="true">{format!("{:04x}", line.offset)}</span>
        <span class="hex-line">{runs.collect_view()}</span>
    }
}

/// Returns the row whose bytes are under the pointer.
fn row_under(event: &MouseEvent) -> Option<usize> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target
        .closest("[data-row]")
        .ok()??
        .get_attribute("data-row")?
        .parse()
        .ok()
}

fn window_width() -> f64 {
    window()
        .inner_width()
        .ok()
        .and_then(|width| width.as_f64())
        .unwrap_or(NARROW)
}
