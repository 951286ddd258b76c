//! What moves on `/balance`: replicas, picks and counts, and the one place that reads changes out.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::balance_shares::Shares;
use crate::components::pick_ribbon::PickRibbon;
use crate::components::replica_strip::ReplicaStrip;
use crate::components::told::{press, shown, tell};
use crate::i18n::balance::{BalanceWords, text};
use crate::i18n::{Locale, Words as _, locale, replica_state};
use crate::model::balance::Balance;
use crate::model::scene::{Activity, Scene};
use crate::state::demo::{Action, Demo};
use crate::state::lab::Lab;
use crate::state::load::Load;

/// Time between two announcements, in milliseconds: quicker ones talk over each other.
const ANNOUNCE_MILLIS: u32 = 1_500;

/// Replicas, picks and counts.
#[component]
pub fn Watched(
    /// The scene.
    lab: Lab,
    /// The calls.
    load: Load,
    /// The demo.
    demo: Demo,
) -> impl IntoView {
    let scene = lab.scene();
    let look = move |place: Option<usize>| {
        lab.change(|scene| {
            scene.look_at(place);
            scene.stop = place.unwrap_or(scene.stop);
        });
    };
    view! {
        <section class="sheet wide" aria-labelledby="replicas-heading">
            <StripHead lab load />
            <ReplicaStrip
                scene
                on_trouble=move |(replica, trouble)| demo.start(Action::Disturb(replica, trouble))
            />
        </section>
        <section class="sheet wide" aria-labelledby="picks-heading">
            <h2 id="picks-heading">{text(|m| m.ribbon)}</h2>
            <PickRibbon scene on_look=look />
        </section>
        <section class="sheet wide" aria-labelledby="counts-heading">
            <h2 id="counts-heading">{text(|m| m.counts)}</h2>
            <Shares scene />
        </section>
    }
}

/// What goes on, and the button that stops all motion.
#[component]
fn StripHead(lab: Lab, load: Load) -> impl IntoView {
    let scene = lab.scene();
    let spread = tell(scene, |words, scene| {
        let waiting = scene.balance.waiting;
        let mut told = (words.spread_by)(scene.balance.policy.key());
        if waiting > 0 {
            told += " ";
            told += &(words.waiting)(waiting);
        }
        told
    });
    let failing = || {
        view! { <p class="callout callout-bad" data-test="failing-fast">{text(|m| m.failing_fast)}</p> }
            .into_any()
    };
    view! {
        <div class="strip-head">
            <h2 id="replicas-heading">{text(|m| m.replicas)}</h2>
            <button type="button" class="button button-small" data-test="pause" on:click=press(move || load.pause())>
                {text(|m| m.pause)}
            </button>
            <span class="hint" data-test="activity" data-state=tell(scene, |_, scene| scene.activity.key().to_owned())>
                {tell(scene, |words, scene| doing(words.activity, scene.activity).to_owned())}
            </span>
        </div>
        <p class="hint">{spread}</p>
        <p class="hint" lang="en">{tell(scene, |_, scene| scene.balance.discovery_error.clone())}</p>
        {shown(scene, |scene: &Scene| scene.balance.is_failing_fast, failing)}
    }
}

fn doing(words: fn(bool, bool) -> &'static str, activity: Activity) -> &'static str {
    words(activity == Activity::Running, activity == Activity::Paused)
}

/// Reads out which replicas changed their state, and what the load does, in one voice and not too often.
#[component]
pub fn Announcer(
    /// The scene.
    lab: Lab,
) -> impl IntoView {
    let locale = locale();
    spawn_local(async move {
        let mut before = Balance::default();
        let mut activity = Activity::Idle;
        while lab.client().is_some() {
            let (now, doing_now) = lab.read(|scene| (scene.balance.clone(), scene.activity));
            let language = locale.try_get_untracked();
            let states = now.news(&before).map(|replica| {
                let state =
                    language.map_or("", |language| replica_state::name(language, replica.state));
                format!("{}: {state}.", replica.name)
            });
            let mut news: Vec<_> = states.collect();
            if doing_now != activity {
                let words = BalanceWords::of(language.unwrap_or(Locale::En));
                news.push(doing(words.activity, doing_now).to_owned());
            }
            (before, activity) = (now, doing_now);
            if !news.is_empty() {
                lab.change(|scene| scene.said = news.join(" "));
            }
            TimeoutFuture::new(ANNOUNCE_MILLIS).await;
        }
    });
    let said = tell(lab.scene(), |_, scene| scene.said.clone());
    view! { <p class="unseen" role="status" data-test="announced">{said}</p> }
}
