//! A small switch: a few choices side by side, one of them on.

use leptos::prelude::*;

use crate::i18n::{Locale, locale};

/// One choice.
#[derive(Clone, Copy)]
pub struct Choice<T> {
    /// What is chosen.
    pub value: T,
    /// Its name on the page.
    pub name: fn(Locale) -> &'static str,
    /// Its test hook.
    pub hook: &'static str,
}

/// Choices side by side.
#[component]
pub fn Switch<T>(
    /// From left to right.
    choices: Vec<Choice<T>>,
    /// The one that's on.
    #[prop(into)]
    chosen: Signal<T>,
    /// The reader chose.
    #[prop(into)]
    on_choose: Callback<T>,
    /// Name of the group for assistive technology.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let locale = locale();
    let buttons = choices.into_iter().map(|choice| {
        view! {
            <button
                type="button"
                data-test=choice.hook
                aria-pressed=move || (chosen.get() == choice.value).to_string()
                on:click=move |_| on_choose.run(choice.value)
            >
                {move || (choice.name)(locale.get())}
            </button>
        }
    });
    view! {
        <div class="switch" role="group" aria-label=label>
            {buttons.collect_view()}
        </div>
    }
}
