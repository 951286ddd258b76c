//! How many calls are made, by whom, and the buttons that begin and end them.

use leptos::prelude::*;

use crate::i18n::balance::{text, words};

/// Rate and buttons.
#[component]
pub fn LoadControls(
    /// Calls per second.
    #[prop(into)]
    rate: Signal<u32>,
    /// The reader wants so many.
    #[prop(into)]
    on_rate: Callback<u32>,
    /// The most that this page makes itself.
    page_rate: u32,
    /// What the server makes beyond, where it has a demo.
    #[prop(into)]
    server_rates: Signal<Vec<u32>>,
    /// Calls are being made.
    #[prop(into)]
    is_running: Signal<bool>,
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
    let words = words();
    let rate_words = move || {
        let rate = rate.get();
        if rate > page_rate {
            (words().by_server)(rate)
        } else {
            (words().by_page)(rate)
        }
    };
    let slide = move |event| {
        if let Ok(value) = event_target_value(&event).parse() {
            on_rate.run(value);
        }
    };
    let choices = move || {
        let rates = server_rates.get().into_iter();
        rates
            .map(|choice| view! { <RateButton choice rate on_rate /> })
            .collect_view()
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
                prop:value=move || rate.get().min(page_rate).to_string()
                data-test="rate"
                aria-valuetext=rate_words
                on:input=slide
            />
            <div class="row row-close">{choices}</div>
            <p class="hint" data-test="rate-words">{rate_words}</p>
        </div>
        <div class="row row-close">
            <button type="button" class="button button-go" data-test="start" disabled=is_running on:click=move |_| on_start.run(())>
                {text(|m| m.start)}
            </button>
            <button type="button" class="button" data-test="bounded" on:click=move |_| on_bounded.run(())>
                {text(|m| m.bounded)}
            </button>
            <button type="button" class="button" data-test="reset-counts" on:click=move |_| on_reset.run(())>
                {text(|m| m.reset_counts)}
            </button>
        </div>
    }
}

#[component]
fn RateButton(choice: u32, rate: Signal<u32>, on_rate: Callback<u32>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button-small"
            data-test=format!("rate-{choice}")
            aria-pressed=move || (rate.get() == choice).to_string()
            on:click=move |_| on_rate.run(choice)
        >
            {choice} "/s"
        </button>
    }
}
