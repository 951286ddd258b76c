//! `/balance`: how calls are spread over replicas, one step at a time, then with every control.

pub mod controls;
pub mod watched;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, KeyboardEvent};

use crate::components::staircase::{Question, Revealed, StepHead, StepList};
use crate::i18n::balance::{text, words};
use crate::model::staircase::Step;
use crate::state::demo::Demo;
use crate::state::lab::{Feed, Lab};
use crate::state::load::{Activity, Load};
use crate::state::stairs::{Phase, Stairs};
use controls::Controls;
use watched::{Announcer, Counts, Picks, Replicas};

/// The style sheet of this page, which no other needs.
const STYLE: &str = "/balance.css";
/// Where arrow keys have a meaning of their own.
const OWN_ARROWS: &str = "input, select, textarea, [data-arrows], [contenteditable]";

/// The page that shows how calls are spread.
#[component]
pub fn BalancePage() -> impl IntoView {
    let lab = Lab::watch();
    let load = Load::new(lab);
    let demo = Demo::ask(lab, load);
    let stairs = Stairs::follow(lab, load, demo);
    walk_by_arrows(stairs);
    let is_styled = RwSignal::new(false);
    view! {
        <link rel="stylesheet" href=STYLE on:load=move |_| is_styled.set(true) on:error=move |_| is_styled.set(true) />
        <Show when=move || is_styled.get()>
            <div class="hero">
                <h1>{text(|m| m.title)}</h1>
                <p class="lede">{text(|m| m.lede)}</p>
            </div>
            <FeedNote lab />
            <section class="sheet wide" data-test="stairs">
                <StepList step=stairs.step() />
                <StepHead step=stairs.step() />
                <Show
                    when=move || stairs.step().get() == Step::Free
                    fallback=move || view! { <Try stairs load demo /> }
                >
                    <Controls lab load demo />
                </Show>
                <Walk stairs />
            </section>
            <section class="sheet wide" aria-labelledby="replicas-heading">
                <Replicas lab load demo stairs />
            </section>
            <section class="sheet wide" aria-labelledby="picks-heading">
                <h2 id="picks-heading">{text(|m| m.ribbon)}</h2>
                <Picks lab />
            </section>
            <section class="sheet wide" aria-labelledby="counts-heading">
                <h2 id="counts-heading">{text(|m| m.counts)}</h2>
                <Counts lab load />
            </section>
            <Announcer lab load />
        </Show>
    }
}

/// What is said while the balancer doesn't tell.
#[component]
fn FeedNote(lab: Lab) -> impl IntoView {
    let feed = lab.feed();
    let state = move || match feed.get() {
        Feed::Asking => "asking",
        Feed::Live => "live",
        Feed::Lost(_) => "lost",
        Feed::Absent => "absent",
    };
    let note = move || {
        match feed.get() {
        Feed::Live => None,
        Feed::Asking => Some(view! { <p class="note">{text(|m| m.feed_asking)}</p> }.into_any()),
        Feed::Absent => Some(
            view! { <p class="callout callout-bad">{text(|m| m.feed_absent)}</p> }.into_any(),
        ),
        Feed::Lost(refusal) => Some(
            view! {
                <p class="callout callout-bad">
                    {text(|m| m.feed_lost)} " "
                    <span class="callout-note">{refusal.code.name()} " " <q lang="en">{refusal.message}</q></span>
                </p>
            }
            .into_any(),
        ),
    }
    };
    view! { <div class="wide" role="status" data-test="feed" data-state=state>{note}</div> }
}

/// A step's question, its run, and what came out.
#[component]
fn Try(stairs: Stairs, load: Load, demo: Demo) -> impl IntoView {
    let phase = stairs.phase();
    let is_busy = move || matches!(phase.get(), Phase::Arranging | Phase::Running);
    let is_over = move || phase.get() == Phase::Revealed;
    let state = move || match phase.get() {
        Phase::Asking => "asking",
        Phase::Arranging => "arranging",
        Phase::Running => "running",
        Phase::Revealed => "revealed",
        Phase::Failed => "failed",
    };
    let words = words();
    let progress = move || {
        let words = words();
        match phase.get() {
            Phase::Asking => words.asking,
            Phase::Arranging => words.arranging,
            Phase::Running => words.running_step,
            Phase::Revealed | Phase::Failed => "",
        }
    };
    let name = move || {
        if is_over() {
            words().see_again
        } else {
            words().see
        }
    };
    view! {
        <Show
            when=move || !demo.is_absent().get()
            fallback=|| view! { <p class="note" data-test="no-demo">{text(|m| m.no_demo)}</p> }
        >
            <Question step=stairs.step() chosen=stairs.chosen() is_fixed=Signal::derive(move || is_busy() || is_over()) />
            <div class="row row-close">
                <button
                    type="button"
                    class="button button-go"
                    data-test="see"
                    aria-disabled=move || is_busy().to_string()
                    on:click=move |_| if !is_busy() { stairs.see() }
                >
                    {name}
                </button>
                <span class="hint" data-test="phase" data-state=state>{progress}</span>
            </div>
            <div aria-live="polite">
                <Show when=is_over>{move || view! { <Revealed reveal=stairs.reveal().get() /> }}</Show>
            </div>
        </Show>
        <Refused load />
    }
}

/// Why the last thing that was asked for wasn't done.
#[component]
fn Refused(load: Load) -> impl IntoView {
    let refusal = load.refusal();
    move || {
        refusal.get().map(|refusal| {
            view! {
                <p class="callout callout-bad" role="alert" data-test="refused">
                    {text(|m| m.refused)} " " {refusal.code.name()} " " <q lang="en">{refusal.message}</q>
                </p>
            }
        })
    }
}

/// Back and next.
#[component]
fn Walk(stairs: Stairs) -> impl IntoView {
    let step = stairs.step();
    view! {
        <div class="row walk">
            <button
                type="button"
                class="button"
                data-test="step-back"
                disabled=move || step.get() == Step::One
                on:click=move |_| stairs.go(-1)
            >
                "← " {text(|m| m.back)}
            </button>
            <button
                type="button"
                class="button"
                data-test="step-next"
                disabled=move || step.get() == Step::Free
                on:click=move |_| stairs.go(1)
            >
                {text(|m| m.next)} " →"
            </button>
        </div>
    }
}

/// Arrow keys go back and on, except where they mean something else.
fn walk_by_arrows(stairs: Stairs) {
    let listener = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let places = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => return,
        };
        let is_special =
            event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let has_own = target.is_some_and(|target| {
            let own = target.closest(OWN_ARROWS);
            let scrolls = target.closest(".table-frame");
            !matches!((own, scrolls), (Ok(None), Ok(None)))
        });
        if !is_special && !has_own && !event.default_prevented() {
            stairs.go(places);
        }
    });
    on_cleanup(move || listener.remove());
}

/// Returns whether calls are being made.
fn is_busy(load: Load) -> Signal<bool> {
    Signal::derive(move || load.activity().get() == Activity::Running)
}
