//! By which policy replicas are picked, and how many of the demo's there are.

use leptos::prelude::*;

use crate::i18n::balance::{text, words};
use crate::model::balance::{Balance, DEFAULT_HEADER, Policy};

/// The policy of a component.
#[component]
pub fn PolicySwitch(
    /// The component.
    balance: ReadSignal<Balance>,
    /// The reader chose a policy, and the header that decides where one does.
    #[prop(into)]
    on_policy: Callback<(Policy, String)>,
) -> impl IntoView {
    let words = words();
    let header = RwSignal::new(DEFAULT_HEADER.to_owned());
    let policy = Memo::new(move |_| balance.with(|balance| balance.policy));
    let choose = move |policy| on_policy.run((policy, header.get_untracked()));
    let options = Policy::ALL.map(|own| {
        view! { <option value=own.key() selected=move || policy.get() == own>{own.key()}</option> }
    });
    view! {
        <div class="field">
            <label for="policy">{text(|m| m.policy)}</label>
            <select
                id="policy"
                class="on-wire"
                data-test="policy"
                prop:value=move || policy.get().key()
                on:change=move |event| choose(Policy::from_key(&event_target_value(&event)))
            >
                {options.collect_view()}
            </select>
            <p class="hint" data-test="policy-words">{move || (words().policy_words)(policy.get())}</p>
        </div>
        <Show when=move || policy.get() == Policy::RingHash>
            <div class="field">
                <label for="header">{text(|m| m.header)}</label>
                <input
                    id="header"
                    class="on-wire"
                    data-test="hash-header"
                    autocomplete="off"
                    prop:value=move || header.get()
                    on:input=move |event| header.set(event_target_value(&event))
                    on:change=move |_| choose(Policy::RingHash)
                />
                <p class="hint">{text(|m| m.header_hint)}</p>
            </div>
        </Show>
    }
}

/// How many replicas the demo has.
#[component]
pub fn ScaleSwitch(
    /// How many it has.
    #[prop(into)]
    replicas: Signal<u32>,
    /// The reader wants so many.
    #[prop(into)]
    on_scale: Callback<u32>,
) -> impl IntoView {
    let buttons = (1..=8).map(|count: u32| {
        view! {
            <button
                type="button"
                class="button button-small"
                data-test=format!("scale-{count}")
                aria-pressed=move || (replicas.get() == count).to_string()
                on:click=move |_| on_scale.run(count)
            >
                {count}
            </button>
        }
    });
    view! {
        <div class="field">
            <span class="field-name" id="scale-name">{text(|m| m.scale)}</span>
            <div class="row row-close" role="group" aria-labelledby="scale-name" data-test="scale">
                {buttons.collect_view()}
            </div>
        </div>
    }
}
