//! Buttons that make a call fail for real, and two sentences on what each failure means.

use leptos::prelude::*;

use crate::i18n::{locale, text};
use crate::model::break_it::Break;

/// The failures to choose from.
#[component]
pub fn BreakIt(
    /// A call is in flight: breaking waits.
    #[prop(into)]
    is_pending: Signal<bool>,
    /// The reader wants this failure.
    #[prop(into)]
    on_break: Callback<Break>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Break>);
    let explanation = move || {
        chosen
            .get()
            .map(|chosen| (locale().get().messages().break_explained)(chosen))
    };
    let buttons = Break::ALL.map(|own| {
        let name = move || (locale().get().messages().break_name)(own);
        view! {
            <button
                type="button"
                class="button"
                data-test=format!("break-{}", own.key())
                aria-disabled=move || is_pending.get().to_string()
                on:click=move |_| {
                    chosen.set(Some(own));
                    on_break.run(own);
                }
            >
                {name}
            </button>
        }
    });
    view! {
        <p class="note">{text(|m| m.break_intro)}</p>
        <div class="row">{buttons.collect_view()}</div>
        <p class="explained" aria-live="polite" data-test="break-explained">{explanation}</p>
    }
}
