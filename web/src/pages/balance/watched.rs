//! What moves on `/balance`: replicas, picks and counts, and the one place that reads changes out.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::is_busy;
use crate::components::balance_shares::Shares;
use crate::components::pick_ribbon::PickRibbon;
use crate::components::replica_strip::ReplicaStrip;
use crate::i18n::balance::{text, words};
use crate::i18n::{locale, replica_state};
use crate::model::balance::Balance;
use crate::model::staircase::Step;
use crate::state::demo::Demo;
use crate::state::lab::Lab;
use crate::state::load::{Activity, Load};
use crate::state::stairs::Stairs;

/// Time between two announcements, in milliseconds: quicker ones talk over each other.
const ANNOUNCE_MILLIS: u32 = 1_500;

/// The strip, and the button that stops all motion.
#[component]
pub fn Replicas(lab: Lab, load: Load, demo: Demo, stairs: Stairs) -> impl IntoView {
    let activity = load.activity();
    let words = words();
    let state = move || match activity.get() {
        Activity::Idle => "idle",
        Activity::Running => "running",
        Activity::Paused => "paused",
        Activity::Done => "done",
    };
    let said = move || {
        (words().activity)(
            activity.get() == Activity::Running,
            activity.get() == Activity::Paused,
        )
    };
    let troubles = move || {
        if stairs.step().get() == Step::Free {
            demo.replicas().get()
        } else {
            Vec::new()
        }
    };
    let balance = lab.balance();
    let policy = move || balance.with(|balance| (words().spread_by)(balance.policy.key()));
    let waiting = move || {
        balance.with(|balance| (balance.waiting > 0).then(|| (words().waiting)(balance.waiting)))
    };
    view! {
        <div class="strip-head">
            <h2 id="replicas-heading">{text(|m| m.replicas)}</h2>
            <span class="hint" data-test="activity" data-state=state>{said}</span>
            <button type="button" class="button button-small" data-test="pause" on:click=move |_| load.pause()>
                {text(|m| m.pause)}
            </button>
        </div>
        <p class="hint">{policy} " " {waiting}</p>
        <Show when=move || balance.with(|balance| balance.is_failing_fast)>
            <p class="callout callout-bad" data-test="failing-fast">{text(|m| m.failing_fast)}</p>
        </Show>
        <ReplicaStrip
            balance
            marks=lab.marks()
            demo=Signal::derive(troubles)
            on_trouble=move |(replica, trouble)| demo.disturb(replica, trouble)
        />
    }
}

/// The ribbon.
#[component]
pub fn Picks(lab: Lab) -> impl IntoView {
    view! { <PickRibbon ribbon=lab.ribbon() marks=lab.marks() /> }
}

/// The counts of both sides.
#[component]
pub fn Counts(lab: Lab, load: Load) -> impl IntoView {
    view! { <Shares ledger=lab.ledger() is_busy=is_busy(load) balance=lab.balance() marks=lab.marks() /> }
}

/// Reads out which replicas changed their state, and what the load does, in one voice and not too often.
#[component]
pub fn Announcer(lab: Lab, load: Load) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let words = words();
    let locale = locale();
    spawn_local(async move {
        let mut before = Balance::default();
        let mut activity = Activity::Idle;
        while let Some(now) = lab.balance().try_get_untracked() {
            let states = now.news(&before).map(|replica| {
                format!(
                    "{}: {}.",
                    replica.name,
                    replica_state::name(locale.get_untracked(), replica.state)
                )
            });
            let mut news: Vec<_> = states.collect();
            let doing = load.activity().try_get_untracked().unwrap_or(activity);
            if doing != activity {
                let (is_running, is_paused) =
                    (doing == Activity::Running, doing == Activity::Paused);
                news.push((words().activity)(is_running, is_paused).to_owned());
            }
            (before, activity) = (now, doing);
            if !news.is_empty() {
                said.try_set(news.join(" "));
            }
            TimeoutFuture::new(ANNOUNCE_MILLIS).await;
        }
    });
    view! { <p class="unseen" role="status" data-test="announced">{said}</p> }
}
