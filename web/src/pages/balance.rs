//! `/balance`: how calls are spread over replicas, one step at a time, then with every control.

pub mod controls;
pub mod watched;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, KeyboardEvent};

use crate::components::staircase::{Question, StepHead, StepList};
use crate::components::told::{flag, press, shown, tell};
use crate::i18n::balance::text;
use crate::model::scene::{Feed, Scene};
use crate::model::staircase::Step;
use crate::state::demo::Demo;
use crate::state::lab::Lab;
use crate::state::load::Load;
use crate::state::stairs::Stairs;
use controls::Controls;
use watched::{Announcer, Watched};

/// The style sheet of this page, which no other needs.
const STYLE: &str = "/balance.css";
/// Where arrow keys have a meaning of their own.
const OWN_ARROWS: &str = "input, select, textarea, [data-arrows], [contenteditable], .table-frame";

/// The page that shows how calls are spread.
#[component]
pub fn BalancePage() -> impl IntoView {
    let lab = Lab::watch();
    let load = Load::new(lab);
    let demo = Demo::ask(lab);
    let stairs = Stairs::follow(lab, load, demo);
    walk_by_arrows(stairs);
    let styled = move || lab.change(|scene| scene.is_styled = true);
    let page = move || view! { <Styled lab load demo stairs /> }.into_any();
    view! {
        <link rel="stylesheet" href=STYLE on:load=move |_| styled() on:error=move |_| styled() />
        {shown(lab.scene(), |scene| scene.is_styled, page)}
    }
}

/// The page, once its style sheet is there: nothing jumps.
#[component]
fn Styled(lab: Lab, load: Load, demo: Demo, stairs: Stairs) -> impl IntoView {
    let scene = lab.scene();
    let feed = tell(scene, |words, scene| match &scene.feed {
        Feed::Live => String::new(),
        Feed::Asking => words.feed_asking.to_owned(),
        Feed::Absent => words.feed_absent.to_owned(),
        Feed::Lost(refusal) => format!("{} ({})", words.feed_lost, refusal.code.name()),
    });
    let playground = move || view! { <Controls lab load demo /> }.into_any();
    view! {
        <div class="hero">
            <h1>{text(|m| m.title)}</h1>
            <p class="lede">{text(|m| m.lede)}</p>
        </div>
        <p class="wide feed" role="status" data-test="feed" data-state=tell(scene, |_, scene| scene.feed.key().to_owned())>
            {feed}
        </p>
        <section class="sheet wide" aria-label=text(|m| m.steps) data-test="stairs">
            <StepList scene />
            <StepHead scene />
            {shown(scene, can_ask, move || view! { <Try lab stairs /> }.into_any())}
            {shown(scene, |scene| scene.step == Step::Free, playground)}
            {shown(scene, |scene| scene.has_no_demo, || view! { <p class="note" data-test="no-demo">{text(|m| m.no_demo)}</p> }.into_any())}
            <Refused lab />
            <Walk lab stairs />
        </section>
        <Watched lab load demo />
        <Announcer lab />
    }
}

fn can_ask(scene: &Scene) -> bool {
    scene.step != Step::Free && !scene.has_no_demo
}

#[component]
fn Try(lab: Lab, stairs: Stairs) -> impl IntoView {
    view! {
        <Question
            scene=lab.scene()
            on_answer=move |place| lab.change(|scene| scene.answer = Some(place))
            on_see=move |()| stairs.see()
        />
    }
}

/// Why the last thing that was asked for wasn't done.
#[component]
fn Refused(lab: Lab) -> impl IntoView {
    let scene = lab.scene();
    let part = move || {
        let words = tell(scene, |words, scene| match &scene.refusal {
            Some(refusal) => format!("{} {}", words.refused, refusal.code.name()),
            None => String::new(),
        });
        let message = tell(scene, |_, scene| {
            let refusal = scene.refusal.as_ref();
            refusal.map_or_else(String::new, |refusal| refusal.message.clone())
        });
        view! {
            <p class="callout callout-bad" role="alert" data-test="refused">{words} " " <q lang="en">{message}</q></p>
        }
        .into_any()
    };
    shown(scene, |scene| scene.refusal.is_some(), part)
}

/// Back and next.
#[component]
fn Walk(lab: Lab, stairs: Stairs) -> impl IntoView {
    let scene = lab.scene();
    view! {
        <div class="row walk">
            <button
                type="button"
                class="button"
                data-test="step-back"
                disabled=flag(scene, |scene| scene.step == Step::One)
                on:click=press(move || stairs.go(-1))
            >
                {tell(scene, |words, _| format!("← {}", words.back))}
            </button>
            <button
                type="button"
                class="button"
                data-test="step-next"
                disabled=flag(scene, |scene| scene.step == Step::Free)
                on:click=press(move || stairs.go(1))
            >
                {tell(scene, |words, _| format!("{} →", words.next))}
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
        let has_own = target.is_some_and(|target| !matches!(target.closest(OWN_ARROWS), Ok(None)));
        if !is_special && !has_own && !event.default_prevented() {
            stairs.go(places);
        }
    });
    on_cleanup(move || listener.remove());
}
