//! The latest picks as a ribbon of cells, the newest first; one at a time is told in words.
//!
//! Cells are one stop of the Tab key; arrows walk them. While one is looked at, the ribbon stands still.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::i18n::balance::{text, words};
use crate::model::balance::{Marks, Pick, RIBBON, Ribbon, mark_class};

/// The latest picks.
#[component]
pub fn PickRibbon(
    /// The picks.
    ribbon: ReadSignal<Ribbon>,
    /// Which hue and number each replica has.
    marks: ReadSignal<Marks>,
) -> impl IntoView {
    let looked_at = RwSignal::new(None::<usize>);
    let stop = RwSignal::new(0_usize);
    // What's drawn: the latest, or what was there when the reader began to look.
    let shown = Memo::new(
        move |before: Option<&Ribbon>| match (looked_at.get(), before) {
            (Some(_), Some(before)) => before.clone(),
            _ => ribbon.get(),
        },
    );
    let cells = (0..RIBBON).map(|place| view! { <Cell place shown marks looked_at stop /> });
    let words = words();
    let detail = move || {
        let place = looked_at.get()?;
        shown.with(|shown| shown.latest(place).map(|pick| (words().pick)(pick)))
    };
    let walk = move |event: KeyboardEvent| {
        let last = shown.with_untracked(Ribbon::len).saturating_sub(1);
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => stop.get_untracked() + 1,
            "ArrowLeft" | "ArrowUp" => stop.get_untracked().saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        focus(&event, to.min(last));
    };
    view! {
        <p class="hint">{text(|m| m.ribbon_hint)}</p>
        <ol
            class="ribbon"
            data-test="ribbon"
            data-arrows=""
            aria-label=text(|m| m.ribbon)
            on:keydown=walk
            on:pointerleave=move |_| looked_at.set(None)
            on:focusout=move |_| looked_at.set(None)
        >
            {cells.collect_view()}
        </ol>
        <p class="pick-words" data-test="pick-words">
            {move || detail().unwrap_or_else(|| text_of_none(shown.with(Ribbon::is_empty), words))}
        </p>
    }
}

fn text_of_none(
    is_empty: bool,
    words: impl Fn() -> &'static crate::i18n::balance::BalanceWords,
) -> String {
    let words = words();
    if is_empty {
        words.ribbon_empty
    } else {
        words.ribbon_idle
    }
    .to_owned()
}

#[component]
fn Cell(
    place: usize,
    shown: Memo<Ribbon>,
    marks: ReadSignal<Marks>,
    looked_at: RwSignal<Option<usize>>,
    stop: RwSignal<usize>,
) -> impl IntoView {
    let pick = Memo::new(move |_| shown.with(|shown| shown.latest(place).cloned()));
    let mark = move || {
        let mark = |pick: &Pick| marks.with(|marks| marks.get(&pick.replica).unwrap_or(0));
        pick.with(|pick| pick.as_ref().map(mark))
    };
    let is_retry = move || pick.with(|pick| pick.as_ref().is_some_and(|pick| pick.attempt > 1));
    let class = move || {
        let retry = if is_retry() { " mark-retry" } else { "" };
        format!("{}{retry}", mark_class(mark().unwrap_or(0)))
    };
    let words = words();
    let label = move || pick.with(|pick| pick.as_ref().map(|pick| (words().pick)(pick)));
    view! {
        <li hidden=move || pick.with(Option::is_none)>
            <button
                type="button"
                class=class
                data-test="pick"
                data-place=place
                aria-label=label
                tabindex=move || if stop.get() == place { "0" } else { "-1" }
                on:pointerenter=move |_| looked_at.set(Some(place))
                on:focus=move |_| {
                    stop.set(place);
                    looked_at.set(Some(place));
                }
            >
                {mark}
            </button>
        </li>
    }
}

/// Moves the focus to the cell at a place.
fn focus(event: &KeyboardEvent, place: usize) {
    let list = event
        .current_target()
        .and_then(|list| list.dyn_into::<HtmlElement>().ok());
    let cell = list.and_then(|list| {
        list.query_selector(&format!("[data-place='{place}']"))
            .ok()?
    });
    if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<HtmlElement>().ok()) {
        // Fails for elements that can't have it, which a button can.
        let _ = cell.focus();
    }
}
