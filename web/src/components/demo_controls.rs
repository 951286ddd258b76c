//! Which component is looked at, by which policy its replicas are picked, and how many of the demo's there are.

use leptos::prelude::*;

use super::told::{Watched, enter, flag, press, shown, state, tell};
use crate::i18n::balance::text;
use crate::model::balance::Policy;

/// Which component is looked at, where there are several.
#[component]
pub fn ComponentSwitch(
    /// What is known.
    scene: Watched,
    /// The reader chose one.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let choice = move || {
        let names = scene.with_untracked(|scene| scene.components.clone());
        let options = names.into_iter().map(|name| {
            let value = name.clone();
            view! { <option value=value>{name}</option> }
        });
        view! {
            <div class="field">
                <label for="component">{text(|m| m.component)}</label>
                <select
                    id="component"
                    class="on-wire"
                    data-test="component-choice"
                    prop:value=tell(scene, |_, scene| scene.balance.component.clone())
                    on:change=enter(move |name| on_choose.run(name))
                >
                    {options.collect_view()}
                </select>
            </div>
        }
        .into_any()
    };
    shown(scene, |scene| scene.components.len() > 1, choice)
}

/// The policy of a component.
#[component]
pub fn PolicySwitch(
    /// What is known.
    scene: Watched,
    /// The reader chose a policy.
    #[prop(into)]
    on_policy: Callback<Policy>,
    /// The reader named the header that decides where one does.
    #[prop(into)]
    on_header: Callback<String>,
) -> impl IntoView {
    let options = Policy::ALL.map(|own| {
        let is_own = flag(scene, move |scene| scene.balance.policy == own);
        view! { <option value=own.key() selected=is_own>{own.key()}</option> }
    });
    let header = move || {
        view! {
            <div class="field">
                <label for="header">{text(|m| m.header)}</label>
                <input
                    id="header"
                    class="on-wire"
                    data-test="hash-header"
                    autocomplete="off"
                    prop:value=tell(scene, |_, scene| scene.header.clone())
                    on:change=enter(move |name| on_header.run(name))
                />
                <p class="hint">{text(|m| m.header_hint)}</p>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label for="policy">{text(|m| m.policy)}</label>
            <select
                id="policy"
                class="on-wire"
                data-test="policy"
                prop:value=tell(scene, |_, scene| scene.balance.policy.key().to_owned())
                on:change=enter(move |key| on_policy.run(Policy::from_key(&key)))
            >
                {options.collect_view()}
            </select>
            <p class="hint" data-test="policy-words">
                {tell(scene, |words, scene| (words.policy_words)(scene.balance.policy).to_owned())}
            </p>
        </div>
        {shown(scene, |scene| scene.balance.policy == Policy::RingHash, header)}
    }
}

/// How many replicas the demo has.
#[component]
pub fn ScaleSwitch(
    /// What is known.
    scene: Watched,
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
                aria-pressed=state(scene, move |scene| scene.demo.len() == count as usize)
                on:click=press(move || on_scale.run(count))
            >
                {count.to_string()}
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
