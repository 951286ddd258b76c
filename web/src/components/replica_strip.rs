//! Replicas as a live strip: who they are, how they fare, and, where there's a demo, the buttons that trouble them.

use leptos::prelude::*;

use super::told::{Watched, mark, press, shown, state, tell};
use crate::i18n::balance::text;
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
    let names = Memo::new(move |_| {
        scene.with(|scene| {
            let replicas = scene.balance.replicas.iter();
            replicas
                .map(|replica| replica.name.clone())
                .collect::<Vec<_>>()
        })
    });
    let cards = move || {
        let cards = names.get().into_iter();
        let cards = cards.map(|name| view! { <Card name scene on_trouble /> });
        cards.collect_view()
    };
    view! { <ul class="replicas" data-test="strip">{cards}</ul> }
}

#[component]
fn Card(name: String, scene: Watched, on_trouble: Callback<(String, Trouble)>) -> impl IntoView {
    let own = StoredValue::new(name.clone());
    let replica_state = tell(scene, {
        let locale = locale();
        move |_, scene| {
            let state = find(scene, own, |replica| replica.state).unwrap_or_default();
            replica_state::name(locale.get(), state).to_owned()
        }
    });
    let badge = tell(scene, move |_, scene| {
        let state = find(scene, own, |replica| replica.state).unwrap_or_default();
        format!("badge badge-{}", color(state))
    });
    let number = scene.with_untracked(|scene| scene.mark(&name));
    let hook = name.clone();
    let troubles = move || {
        let buttons =
            Trouble::ALL.map(|trouble| view! { <TroubleButton own trouble scene on_trouble /> });
        view! { <div class="troubles">{buttons.collect_view()}</div> }.into_any()
    };
    view! {
        <li class="replica" data-test="replica-card" data-replica=hook>
            <div class="replica-head">
                <span class="replica-title">
                    <i class=mark_class(number) aria-hidden="true">{number}</i>
                    <span class="on-wire" data-test="replica-name">{name}</span>
                </span>
                <span class=badge data-test="replica-state">{replica_state}</span>
            </div>
            <Facts scene own />
            <Reasons scene own />
            {shown(scene, can_be_troubled, troubles)}
        </li>
    }
}

/// The demo is there, and the reader has all controls.
fn can_be_troubled(scene: &Scene) -> bool {
    scene.step == Step::Free && !scene.demo.is_empty()
}

/// Returns something of the replica with that name.
fn find<T>(scene: &Scene, own: StoredValue<String>, read: impl Fn(&Replica) -> T) -> Option<T> {
    let replicas = &scene.balance.replicas;
    let found = own.with_value(|name| replicas.iter().find(|replica| replica.name == *name));
    found.map(read)
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
fn Facts(scene: Watched, own: StoredValue<String>) -> impl IntoView {
    let fact = move |read: fn(&Replica) -> String| {
        tell(scene, move |_, scene| {
            find(scene, own, read).unwrap_or_default()
        })
    };
    view! {
        <dl class="pairs">
            <div><dt>{text(|m| m.in_flight)}</dt><dd data-test="in-flight">{fact(|replica| replica.in_flight.to_string())}</dd></div>
            <div><dt>{text(|m| m.picks_ever)}</dt><dd data-test="picks">{fact(|replica| replica.picks.to_string())}</dd></div>
            <div><dt>{text(|m| m.rate_lately)}</dt><dd>{fact(|replica| format!("{}/s", fixed(replica.per_second, 1)))}</dd></div>
            <div><dt>"p50"</dt><dd data-test="p50">{fact(|replica| latency(replica, 0))}</dd></div>
            <div><dt>"p95"</dt><dd data-test="p95">{fact(|replica| latency(replica, 1))}</dd></div>
            <div><dt>"p99"</dt><dd data-test="p99">{fact(|replica| latency(replica, 2))}</dd></div>
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
fn Reasons(scene: Watched, own: StoredValue<String>) -> impl IntoView {
    let reason = tell(scene, move |_, scene| {
        find(scene, own, |replica| replica.state_reason.clone()).unwrap_or_default()
    });
    let next = tell(scene, move |words, scene| {
        let told = find(scene, own, |replica| match replica.next_probe_millis {
            _ if replica.is_spared => words.spared.to_owned(),
            Some(millis) => (words.next_probe)(&fixed(millis / 1e3, 1)),
            None => String::new(),
        });
        told.unwrap_or_default()
    });
    view! {
        <p class="hint" lang="en" data-test="state-reason">{reason}</p>
        <p class="hint" data-test="next-probe">{next}</p>
    }
}

#[component]
fn TroubleButton(
    own: StoredValue<String>,
    trouble: Trouble,
    scene: Watched,
    on_trouble: Callback<(String, Trouble)>,
) -> impl IntoView {
    let is_current = move |scene: &Scene| {
        let found = own.with_value(|name| scene.demo.iter().find(|replica| replica.name == *name));
        found.is_some_and(|replica| replica.trouble == trouble)
    };
    let pressed = match trouble {
        Trouble::Fine => mark(scene, "true", |_| false),
        _ => state(scene, is_current),
    };
    let disabled = mark(scene, "true", move |scene| {
        trouble == Trouble::Fine && is_current(scene)
    });
    let label = tell(scene, move |words, _| {
        format!("{} {}", (words.trouble)(trouble), own.get_value())
    });
    view! {
        <button
            type="button"
            class="button button-small"
            data-test=trouble.key()
            aria-pressed=pressed
            aria-disabled=disabled
            aria-label=label
            title=tell(scene, move |words, _| (words.trouble_hint)(trouble).to_owned())
            on:click=press(move || on_trouble.run((own.get_value(), trouble)))
        >
            {tell(scene, move |words, _| (words.trouble)(trouble).to_owned())}
        </button>
    }
}
