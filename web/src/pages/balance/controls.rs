//! The free playground of `/balance`: every control.

use leptos::prelude::*;

use crate::components::demo_controls::{ComponentSwitch, PolicySwitch, ScaleSwitch};
use crate::components::load_controls::LoadControls;
use crate::components::told::{press, shown};
use crate::i18n::balance::text;
use crate::model::balance::Policy;
use crate::state::demo::{Action, Demo};
use crate::state::lab::Lab;
use crate::state::load::{BOUNDED, Load, PAGE_RATE, SERVER_RATES};

/// Policy, load and the demo.
#[component]
pub fn Controls(
    /// The scene.
    lab: Lab,
    /// The calls.
    load: Load,
    /// The demo.
    demo: Demo,
) -> impl IntoView {
    let scene = lab.scene();
    let set_policy = move |policy| {
        let header = lab.read(|scene| scene.header.clone());
        demo.start(Action::SetPolicy(policy, header));
    };
    let set_header = move |name: String| {
        lab.change(|scene| scene.header = name);
        set_policy(Policy::RingHash);
    };
    view! {
        <div class="controls">
            <div>
                <h3>{text(|m| m.load)}</h3>
                <LoadControls
                    scene
                    page_rate=PAGE_RATE
                    server_rates=SERVER_RATES
                    on_rate=move |rate| load.set_rate(rate)
                    on_start=move |()| load.start(None)
                    on_bounded=move |()| load.start(Some(BOUNDED))
                    on_reset=move |()| load.reset()
                />
                <p class="hint">{text(|m| m.load_hint)}</p>
            </div>
            <div>
                <h3>{text(|m| m.spread)}</h3>
                <ComponentSwitch scene on_choose=move |name| lab.change(|scene| scene.choose(name)) />
                <PolicySwitch scene on_policy=set_policy on_header=set_header />
            </div>
            {shown(scene, |scene| !scene.has_no_demo, move || view! { <DemoControls lab demo /> }.into_any())}
        </div>
    }
}

#[component]
fn DemoControls(lab: Lab, demo: Demo) -> impl IntoView {
    view! {
        <div>
            <h3>{text(|m| m.demo)}</h3>
            <ScaleSwitch scene=lab.scene() on_scale=move |count| demo.start(Action::Scale(count)) />
            <p class="hint">{text(|m| m.demo_hint)}</p>
            <button
                type="button"
                class="button"
                data-test="restore"
                on:click=press(move || demo.start(Action::Restore))
            >
                {text(|m| m.restore)}
            </button>
            <p class="hint">{text(|m| m.leaving)}</p>
        </div>
    }
}
