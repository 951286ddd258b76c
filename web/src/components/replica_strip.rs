//! Replicas as a live strip: who they are, how they fare, and, where there's a demo, the buttons that trouble them.

use leptos::prelude::*;

use super::replica_badge::ReplicaBadge;
use crate::i18n::balance::{BalanceWords, text, words};
use crate::model::balance::{Balance, DemoReplica, Marks, Replica, Trouble, mark_class};
use crate::model::components::ReplicaState;
use crate::model::decimal::fixed;
use crate::model::time::format_millis;

/// Every replica of a component.
#[component]
pub fn ReplicaStrip(
    /// The component.
    balance: ReadSignal<Balance>,
    /// Which hue and number each replica has.
    marks: ReadSignal<Marks>,
    /// The demo's replicas; none where they can't be troubled.
    #[prop(into)]
    demo: Signal<Vec<DemoReplica>>,
    /// The reader troubles a replica.
    #[prop(into)]
    on_trouble: Callback<(String, Trouble)>,
) -> impl IntoView {
    let names = Memo::new(move |_| {
        let names = |balance: &Balance| {
            let replicas = balance.replicas.iter();
            replicas
                .map(|replica| replica.name.clone())
                .collect::<Vec<_>>()
        };
        balance.with(names)
    });
    let cards = move || {
        let cards = names.get().into_iter();
        cards
            .map(|name| view! { <Card name balance marks demo on_trouble /> })
            .collect_view()
    };
    view! { <ul class="replicas" data-test="strip">{cards}</ul> }
}

#[component]
fn Card(
    name: String,
    balance: ReadSignal<Balance>,
    marks: ReadSignal<Marks>,
    demo: Signal<Vec<DemoReplica>>,
    on_trouble: Callback<(String, Trouble)>,
) -> impl IntoView {
    let hook = name.clone();
    let own = StoredValue::new(name.clone());
    let replica = Memo::new(move |_| {
        own.with_value(|name| {
            balance.with(|balance| {
                balance
                    .replicas
                    .iter()
                    .find(|own| own.name == *name)
                    .cloned()
            })
        })
    });
    let state = Signal::derive(move || {
        let state = replica.with(|replica| replica.as_ref().map(|replica| replica.state));
        state.unwrap_or(ReplicaState::Unknown)
    });
    view! {
        <li class="replica" data-test="replica-card" data-replica=hook>
            <div class="replica-head">
                <span><Mark name=name.clone() marks /> <span class="on-wire" data-test="replica-name">{name.clone()}</span></span>
                <ReplicaBadge state />
            </div>
            <Facts replica />
            {move || replica.get().map(|replica| view! { <Reasons replica /> })}
            <Troubles name demo on_trouble />
        </li>
    }
}

/// A replica's hue and number.
#[component]
pub fn Mark(
    /// Whose.
    #[prop(into)]
    name: String,
    /// Every replica's.
    marks: ReadSignal<Marks>,
) -> impl IntoView {
    let mark = marks.with_untracked(|marks| marks.get(&name)).unwrap_or(0);
    view! { <i class=mark_class(mark) aria-hidden="true">{mark}</i> }
}

#[component]
fn Facts(replica: Memo<Option<Replica>>) -> impl IntoView {
    let fact = move |show: fn(&Replica) -> String| {
        move || replica.with(|replica| replica.as_ref().map(show).unwrap_or_default())
    };
    let latency = move |place: usize| {
        move || {
            let latencies = replica.with(|replica| replica.as_ref()?.latencies);
            latencies.map_or("–".to_owned(), |latencies| {
                format_millis(latencies[place])
            })
        }
    };
    view! {
        <dl class="facts facts-close">
            <dt>{text(|m| m.in_flight)}</dt>
            <dd data-test="in-flight">{fact(|replica| replica.in_flight.to_string())}</dd>
            <dt>{text(|m| m.picks_ever)}</dt>
            <dd data-test="picks">{fact(|replica| replica.picks.to_string())}</dd>
            <dt>{text(|m| m.rate_lately)}</dt>
            <dd data-test="rate-lately">{fact(|replica| format!("{}/s", fixed(replica.per_second, 1)))}</dd>
            <dt>"p50"</dt>
            <dd data-test="p50">{latency(0)}</dd>
            <dt>"p95"</dt>
            <dd data-test="p95">{latency(1)}</dd>
            <dt>"p99"</dt>
            <dd data-test="p99">{latency(2)}</dd>
        </dl>
    }
}

#[component]
fn Reasons(replica: Replica) -> impl IntoView {
    let Replica {
        state_reason,
        is_spared,
        next_probe_millis,
        ..
    } = replica;
    let reason = (!state_reason.is_empty()).then(|| {
        view! { <p class="hint">{text(|m| m.reason)} " " <span lang="en">{state_reason}</span></p> }
    });
    let probe = next_probe_millis.map(|millis| {
        let words = words();
        view! {
            <p class="hint" data-test="next-probe">{move || (words().next_probe)(&fixed(millis / 1e3, 1))}</p>
        }
    });
    let spared =
        is_spared.then(|| view! { <p class="hint" data-test="spared">{text(|m| m.spared)}</p> });
    view! { {reason} {probe} {spared} }
}

#[component]
fn Troubles(
    name: String,
    demo: Signal<Vec<DemoReplica>>,
    on_trouble: Callback<(String, Trouble)>,
) -> impl IntoView {
    let own = StoredValue::new(name);
    let current = Memo::new(move |_| {
        let find = |demo: &Vec<DemoReplica>| {
            let own = own.with_value(|name| demo.iter().find(|replica| replica.name == *name));
            own.map(|replica| replica.trouble)
        };
        demo.with(find)
    });
    let buttons = move || {
        Trouble::ALL
            .map(|trouble| view! { <TroubleButton own trouble current on_trouble /> })
            .collect_view()
    };
    let has_any = move || current.get().is_some();
    view! {
        <Show when=has_any>
            <div class="troubles">{buttons()}</div>
        </Show>
    }
}

#[component]
fn TroubleButton(
    own: StoredValue<String>,
    trouble: Trouble,
    current: Memo<Option<Trouble>>,
    on_trouble: Callback<(String, Trouble)>,
) -> impl IntoView {
    let words = words();
    let said = move |m: &BalanceWords| (m.trouble)(trouble);
    view! {
        <button
            type="button"
            class="button button-small"
            data-test=trouble.key()
            aria-pressed=move || (trouble != Trouble::Fine).then(|| (current.get() == Some(trouble)).to_string())
            aria-disabled=move || (trouble == Trouble::Fine && current.get() == Some(trouble)).then_some("true")
            aria-label=move || format!("{} {}", said(words()), own.get_value())
            title=move || (words().trouble_hint)(trouble)
            on:click=move |_| on_trouble.run((own.get_value(), trouble))
        >
            {move || said(words())}
        </button>
    }
}
