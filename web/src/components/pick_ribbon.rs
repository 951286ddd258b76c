//! The latest picks as a ribbon of cells, the newest first; one at a time is told in words.
//!
//! Cells are one stop of the Tab key; arrows walk them. While one is looked at, the ribbon stands still.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::told::{Watched, flag, tell};
use crate::i18n::balance::text;
use crate::model::balance::{Pick, RIBBON, mark_class};
use crate::model::scene::Scene;

/// The latest picks.
#[component]
pub fn PickRibbon(
    /// What is known.
    scene: Watched,
    /// The reader looks at the pick at a place, or at none.
    #[prop(into)]
    on_look: Callback<Option<usize>>,
) -> impl IntoView {
    let cells = (0..RIBBON).map(|place| view! { <Cell place scene on_look /> });
    let words = tell(scene, |words, scene| {
        let ribbon = scene.shown_ribbon();
        let pick = scene.looked_at.and_then(|place| ribbon.latest(place));
        match pick {
            Some(pick) => (words.pick)(pick),
            None if ribbon.is_empty() => words.ribbon_empty.to_owned(),
            None => words.ribbon_idle.to_owned(),
        }
    });
    let walk = move |event: KeyboardEvent| {
        let (stop, count) = scene.with_untracked(|scene| (scene.stop, scene.shown_ribbon().len()));
        let last = count.saturating_sub(1);
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => stop + 1,
            "ArrowLeft" | "ArrowUp" => stop.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        focus(&event, to.min(last));
    };
    view! {
        <p class="hint">{text(|m| m.ribbon_hint)}</p>
        <ol
            class="ribbon"
            data-test="ribbon"
            data-arrows=""
            on:keydown=walk
            on:pointerleave=move |_| on_look.run(None)
            on:focusout=move |_| on_look.run(None)
        >
            {cells.collect_view()}
        </ol>
        <p class="pick-words" data-test="pick-words">{words}</p>
    }
}

#[component]
fn Cell(place: usize, scene: Watched, on_look: Callback<Option<usize>>) -> impl IntoView {
    let told = move |tell_of: fn(&Scene, &Pick) -> String| {
        tell(scene, move |_, scene| {
            let pick = scene.shown_ribbon().latest(place);
            pick.map_or_else(String::new, |pick| tell_of(scene, pick))
        })
    };
    let class = told(|scene, pick| {
        let retry = if pick.attempt > 1 { " mark-retry" } else { "" };
        format!("{}{retry}", mark_class(scene.mark(&pick.replica)))
    });
    let label = tell(scene, move |words, scene| {
        let pick = scene.shown_ribbon().latest(place);
        pick.map_or_else(String::new, words.pick)
    });
    let stop = tell(scene, move |_, scene| {
        if scene.stop == place { "0" } else { "-1" }.to_owned()
    });
    view! {
        <li hidden=flag(scene, move |scene| scene.shown_ribbon().len() <= place)>
            <button
                type="button"
                class=class
                data-test="pick"
                data-place=place
                aria-label=label
                tabindex=stop
                on:pointerenter=move |_| on_look.run(Some(place))
                on:focus=move |_| on_look.run(Some(place))
            >
                {told(|scene, pick| scene.mark(&pick.replica).to_string())}
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
