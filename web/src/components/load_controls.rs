//! How many calls are made, by whom, and the buttons that begin and end them.

use leptos::prelude::*;

use super::told::{Watched, enter, flag, press, shown, state, tell};
use crate::i18n::balance::text;
use crate::model::scene::Scene;

/// Rate and buttons.
#[component]
pub fn LoadControls(
    /// What is known.
    scene: Watched,
    /// The most calls per second that this page makes itself.
    page_rate: u32,
    /// What the server makes beyond, where it has a demo.
    server_rates: [u32; 3],
    /// The reader wants so many calls per second.
    #[prop(into)]
    on_rate: Callback<u32>,
    /// The reader starts calls without end.
    #[prop(into)]
    on_start: Callback<()>,
    /// The reader starts a bounded run.
    #[prop(into)]
    on_bounded: Callback<()>,
    /// The reader sets the counts to zero.
    #[prop(into)]
    on_reset: Callback<()>,
) -> impl IntoView {
    let rate_words = move || {
        tell(scene, move |words, scene| match scene.rate {
            rate if rate > page_rate => (words.by_server)(rate),
            rate => (words.by_page)(rate),
        })
    };
    let slide = enter(move |value| {
        if let Ok(value) = value.parse() {
            on_rate.run(value);
        }
    });
    let place = tell(scene, move |_, scene| scene.rate.min(page_rate).to_string());
    let choices = move || {
        let choices = server_rates.map(|rate| view! { <RateButton rate scene on_rate /> });
        view! { <div class="row row-close">{choices.collect_view()}</div> }.into_any()
    };
    view! {
        <div class="field">
            <label for="rate">{text(|m| m.rate)}</label>
            <input
                id="rate"
                class="slider"
                type="range"
                min="1"
                max=page_rate
                prop:value=place
                data-test="rate"
                aria-valuetext=rate_words()
                on:input=slide
            />
            {shown(scene, |scene| !scene.has_no_demo, choices)}
            <p class="hint" data-test="rate-words">{rate_words()}</p>
        </div>
        <div class="row row-close">
            <button
                type="button"
                class="button button-go"
                data-test="start"
                disabled=flag(scene, Scene::is_running)
                on:click=press(move || on_start.run(()))
            >
                {text(|m| m.start)}
            </button>
            <button type="button" class="button" data-test="bounded" on:click=press(move || on_bounded.run(()))>
                {text(|m| m.bounded)}
            </button>
            <button type="button" class="button" data-test="reset-counts" on:click=press(move || on_reset.run(()))>
                {text(|m| m.reset_counts)}
            </button>
        </div>
    }
}

#[component]
fn RateButton(rate: u32, scene: Watched, on_rate: Callback<u32>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button-small"
            data-test=format!("rate-{rate}")
            aria-pressed=state(scene, move |scene| scene.rate == rate)
            on:click=press(move || on_rate.run(rate))
        >
            {format!("{rate}/s")}
        </button>
    }
}
