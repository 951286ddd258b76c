//! Replicas as a live strip: who they are, how they fare, and, where there's a demo, the buttons that trouble them.

use leptos::prelude::*;

use super::told::{Told, Watched, many, mark, press, shown, state, tell};
use crate::i18n::balance::{BalanceWords, text};
use crate::i18n::{locale, replica_state};
use crate::model::balance::{Replica, Trouble, mark_class};
use crate::model::components::ReplicaState;
use crate::model::decimal::fixed;
use crate::model::scene::Scene;
use crate::model::staircase::Step;
use crate::model::time::format_millis;

/// Every replica of a component.
#[component]
pub fn ReplicaStrip(
    /// What is known.
    scene: Watched,
    /// The reader troubles a replica.
    #[prop(into)]
    on_trouble: Callback<(String, Trouble)>,
) -> impl IntoView {
    let cards = many(
        scene,
        |scene| scene.balance.replicas.len(),
        move |place| view! { <Card place scene on_trouble /> }.into_any(),
    );
    view! { <ul class="replicas" data-test="strip">{cards}</ul> }
}

#[component]
fn Card(place: usize, scene: Watched, on_trouble: Callback<(String, Trouble)>) -> impl IntoView {
    let fact = move |read: fn(&Scene, &Replica) -> String| fact(scene, place, read);
    let locale = locale();
    let state = tell(scene, move |_, scene| {
        let replica = scene.balance.replicas.get(place);
        let state = replica.map_or(ReplicaState::Unknown, |replica| replica.state);
        replica_state::name(locale.get(), state).to_owned()
    });
    let troubles = move || {
        let buttons =
            Trouble::ALL.map(|trouble| view! { <TroubleButton place trouble scene on_trouble /> });
        view! { <div class="troubles">{buttons.collect_view()}</div> }.into_any()
    };
    view! {
        <li class="replica" data-test="replica-card" data-replica=fact(|_, replica| replica.name.clone())>
            <div class="replica-head">
                <span class="replica-title">
                    <i class=fact(|scene, replica| mark_class(scene.mark(&replica.name))) aria-hidden="true">
                        {fact(|scene, replica| scene.mark(&replica.name).to_string())}
                    </i>
                    <span class="on-wire" data-test="replica-name">{fact(|_, replica| replica.name.clone())}</span>
                </span>
                <span
                    class=fact(|_, replica| format!("badge badge-{}", color(replica.state)))
                    data-test="replica-state"
                >
                    {state}
                </span>
            </div>
            <Facts scene place />
            <Reasons scene place />
            {shown(scene, can_be_troubled, troubles)}
        </li>
    }
}

/// Returns a text about the replica at a place.
fn fact(scene: Watched, place: usize, read: fn(&Scene, &Replica) -> String) -> Told {
    tell(scene, move |_, scene| {
        let replica = scene.balance.replicas.get(place);
        replica.map_or_else(String::new, |replica| read(scene, replica))
    })
}

/// The demo is there, and the reader has all controls.
fn can_be_troubled(scene: &Scene) -> bool {
    scene.step == Step::Free && !scene.demo.is_empty()
}

fn color(state: ReplicaState) -> &'static str {
    match state {
        ReplicaState::Ready => "ok",
        ReplicaState::Unreachable | ReplicaState::Ejected => "bad",
        ReplicaState::Starting | ReplicaState::Probing | ReplicaState::NotServing => "warn",
        ReplicaState::Unknown => "pending",
    }
}

#[component]
fn Facts(scene: Watched, place: usize) -> impl IntoView {
    let fact = move |read: fn(&Scene, &Replica) -> String| fact(scene, place, read);
    view! {
        <dl class="pairs">
            <div><dt>{text(|m| m.in_flight)}</dt><dd data-test="in-flight">{fact(|_, replica| replica.in_flight.to_string())}</dd></div>
            <div><dt>{text(|m| m.picks_ever)}</dt><dd data-test="picks">{fact(|_, replica| replica.picks.to_string())}</dd></div>
            <div><dt>{text(|m| m.rate_lately)}</dt><dd>{fact(|_, replica| format!("{}/s", fixed(replica.per_second, 1)))}</dd></div>
            <div><dt>"p50"</dt><dd data-test="p50">{fact(|_, replica| latency(replica, 0))}</dd></div>
            <div><dt>"p95"</dt><dd data-test="p95">{fact(|_, replica| latency(replica, 1))}</dd></div>
            <div><dt>"p99"</dt><dd data-test="p99">{fact(|_, replica| latency(replica, 2))}</dd></div>
        </dl>
    }
}

/// Returns one of a replica's percentiles; a dash where it has answered nothing lately.
pub fn latency(replica: &Replica, place: usize) -> String {
    let latencies = replica.latencies.as_ref();
    latencies.map_or("–".to_owned(), |latencies| {
        format_millis(latencies[place])
    })
}

/// Why it's in its state, in the server's words, and what comes next.
#[component]
fn Reasons(scene: Watched, place: usize) -> impl IntoView {
    let next = tell(scene, move |words, scene| {
        let replica = scene.balance.replicas.get(place);
        let told = replica.map(|replica| match replica.next_probe_millis {
            _ if replica.is_spared => words.spared.to_owned(),
            Some(millis) => (words.next_probe)(&fixed(millis / 1e3, 1)),
            None => String::new(),
        });
        told.unwrap_or_default()
    });
    view! {
        <p class="hint" lang="en" data-test="state-reason">
            {fact(scene, place, |_, replica| replica.state_reason.clone())}
        </p>
        <p class="hint" data-test="next-probe">{next}</p>
    }
}

#[component]
fn TroubleButton(
    place: usize,
    trouble: Trouble,
    scene: Watched,
    on_trouble: Callback<(String, Trouble)>,
) -> impl IntoView {
    let name = move |scene: &Scene| {
        let replica = scene.balance.replicas.get(place);
        replica.map_or_else(String::new, |replica| replica.name.clone())
    };
    let is_current = move |scene: &Scene| {
        let (name, demo) = (name(scene), &scene.demo);
        demo.iter()
            .any(|replica| replica.name == name && replica.trouble == trouble)
    };
    let pressed = match trouble {
        Trouble::Fine => mark(scene, "true", |_| false),
        _ => state(scene, is_current),
    };
    let disabled = mark(scene, "true", move |scene| {
        trouble == Trouble::Fine && is_current(scene)
    });
    let said = move |words: &BalanceWords| (words.trouble)(trouble);
    view! {
        <button
            type="button"
            class="button button-small"
            data-test=trouble.key()
            aria-pressed=pressed
            aria-disabled=disabled
            aria-label=tell(scene, move |words, scene| format!("{} {}", said(words), name(scene)))
            title=tell(scene, move |words, _| (words.trouble_hint)(trouble).to_owned())
            on:click=press(move || on_trouble.run((scene.with_untracked(name), trouble)))
        >
            {tell(scene, move |words, _| said(words).to_owned())}
        </button>
    }
}
