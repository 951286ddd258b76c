//! The free playground of `/balance`: every control.

use leptos::prelude::*;

use super::{Refused, is_busy};
use crate::components::demo_controls::{PolicySwitch, ScaleSwitch};
use crate::components::load_controls::LoadControls;
use crate::i18n::balance::text;
use crate::state::demo::Demo;
use crate::state::lab::Lab;
use crate::state::load::{BOUNDED, Load, PAGE_RATE, SERVER_RATES};

/// Policy, load and the demo.
#[component]
pub fn Controls(lab: Lab, load: Load, demo: Demo) -> impl IntoView {
    let has_demo = move || !demo.is_absent().get();
    let rates = move || {
        if has_demo() {
            SERVER_RATES.to_vec()
        } else {
            Vec::new()
        }
    };
    let replicas = move || u32::try_from(demo.replicas().with(Vec::len)).unwrap_or(0);
    view! {
        <div class="controls">
            <div>
                <h3>{text(|m| m.load)}</h3>
                <LoadControls
                    rate=load.rate()
                    on_rate=move |rate| load.set_rate(rate)
                    page_rate=PAGE_RATE
                    server_rates=Signal::derive(rates)
                    is_running=is_busy(load)
                    on_start=move |()| load.start(None)
                    on_bounded=move |()| load.start(Some(BOUNDED))
                    on_reset=move |()| load.reset()
                />
                <p class="hint">{text(|m| m.load_hint)}</p>
            </div>
            <div>
                <h3>{text(|m| m.spread)}</h3>
                <Components lab />
                <PolicySwitch balance=lab.balance() on_policy=move |(policy, header)| demo.set_policy(policy, header) />
            </div>
            <div>
                <h3>{text(|m| m.demo)}</h3>
                <Show
                    when=has_demo
                    fallback=|| view! { <p class="note" data-test="no-demo">{text(|m| m.no_demo)}</p> }
                >
                    <ScaleSwitch replicas=Signal::derive(replicas) on_scale=move |count| demo.scale(count) />
                    <p class="hint">{text(|m| m.demo_hint)}</p>
                    <button type="button" class="button" data-test="restore" on:click=move |_| demo.restore()>
                        {text(|m| m.restore)}
                    </button>
                    <p class="hint">{text(|m| m.leaving)}</p>
                </Show>
            </div>
        </div>
        <Refused load />
    }
}

/// Which component is looked at, where there are several.
#[component]
fn Components(lab: Lab) -> impl IntoView {
    let components = lab.components();
    let options = move || {
        let names = components.get().into_iter();
        names
            .map(|name| view! { <option value=name.clone()>{name.clone()}</option> })
            .collect_view()
    };
    view! {
        <Show when=move || components.with(|names| names.len() > 1)>
            <div class="field">
                <label for="component">{text(|m| m.component)}</label>
                <select
                    id="component"
                    class="on-wire"
                    data-test="component-choice"
                    prop:value=move || lab.balance().with(|balance| balance.component.clone())
                    on:change=move |event| lab.choose(event_target_value(&event))
                >
                    {options}
                </select>
            </div>
        </Show>
    }
}
