//! The staircase of `/balance`: which step is open, and the run that answers its question.
//!
//! The step stands in the address as `#step-3`. A run arranges the situation by real calls, makes its own,
//! and keeps what was counted; whoever takes the load's turn ends it.

use futures_util::future::join;
use gloo_timers::future::TimeoutFuture;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::demo::{Action, Demo};
use super::lab::Lab;
use super::load::Load;
use crate::model::balance::Trouble;
use crate::model::components::ReplicaState;
use crate::model::refusal::Refusal;
use crate::model::scene::{Activity, Phase};
use crate::model::staircase::{Measured, RATE, Reveal, Step, TROUBLED};

/// Time between two looks at whether every replica is ready, in milliseconds, and how many of them.
const LOOK_MILLIS: u32 = 100;
const MAX_LOOKS: u32 = 50;
/// How long newcomers get less than their share.
const NEW_MILLIS: u32 = 1_000;

/// The element that takes the focus when another step opens.
const HEADING: &str = "step-heading";

/// The open step.
#[derive(Clone, Copy)]
pub struct Stairs {
    lab: Lab,
    load: Load,
    demo: Demo,
}

impl Stairs {
    /// Opens the step in the address, and follows it.
    pub fn follow(lab: Lab, load: Load, demo: Demo) -> Self {
        let stairs = Self { lab, load, demo };
        lab.change(|scene| scene.open(current()));
        let changed = window_event_listener(ev::hashchange, move |_| stairs.open(current()));
        on_cleanup(move || changed.remove());
        stairs
    }

    /// Goes so many steps further, if there is one: the address changes, and the step follows it.
    pub fn go(self, places: isize) {
        if let Some(step) = self.lab.read(|scene| scene.step).beside(places) {
            // Fails only where the page may not change its own address.
            let _ = window().location().set_hash(&step.fragment());
        }
    }

    fn open(self, step: Step) {
        let (before, is_running, is_touched) = self
            .lab
            .read(|scene| (scene.step, scene.is_running(), scene.is_touched));
        if before == step {
            return;
        }
        if is_running {
            let turn = self.load.take_turn();
            spawn_local(self.load.finish(turn, Activity::Idle));
        }
        if is_touched {
            self.demo.start(Action::Restore);
        }
        self.lab.change(|scene| scene.open(step));
        // Whoever reads by ear continues where the step begins.
        let heading = document().get_element_by_id(HEADING);
        if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
            // Fails for elements that can't have the focus, and this one has a tab index.
            let _ = heading.focus();
        }
    }

    /// Arranges the step's situation, makes its calls, and tells what came out.
    pub fn see(self) {
        let turn = self.load.take_turn();
        let step = self.lab.read(|scene| scene.step);
        self.lab.change(|scene| {
            scene.phase = Phase::Arranging;
            scene.reveal = None;
        });
        spawn_local(async move {
            let mut measured = Measured::default();
            let played = self.play(step, turn, &mut measured).await;
            if !self.load.is_turn(turn) {
                // Paused: the question is open again. Another step has its own.
                self.lab.change(|scene| {
                    if scene.step == step {
                        scene.phase = Phase::Asking;
                    }
                });
                return;
            }
            let is_done = self.lab.judge(played);
            self.lab.change(|scene| {
                scene.phase = if is_done {
                    Phase::Revealed
                } else {
                    Phase::Failed
                };
                scene.reveal = is_done.then(|| Reveal::of(step, measured, scene.answer));
            });
            self.load.finish(turn, Activity::Done).await;
        });
    }

    async fn play(self, step: Step, turn: u64, measured: &mut Measured) -> Result<(), Refusal> {
        let trouble = Some((TROUBLED, step.trouble()));
        self.demo
            .act(Action::Arrange(step.replicas(), trouble))
            .await?;
        self.wait_until_ready(step, turn).await?;
        for (place, (policy, calls)) in step.runs().iter().enumerate() {
            self.demo
                .act(Action::SetPolicy(*policy, String::new()))
                .await?;
            self.load.begin().await?;
            if !self.load.is_turn(turn) {
                break;
            }
            self.lab.change(|scene| scene.phase = Phase::Running);
            self.make_calls(step, *calls, turn).await?;
            self.load.finish(turn, Activity::Running).await;
            self.lab.note(|scene| measured.add(&scene.ledger, place));
        }
        Ok(())
    }

    async fn make_calls(self, step: Step, calls: u64, turn: u64) -> Result<(), Refusal> {
        let first = step.kill_after().unwrap_or(calls);
        self.load.drive(Some(first), RATE, turn).await;
        if first == calls || !self.load.is_turn(turn) {
            return Ok(());
        }
        let victim = self.lab.read(|scene| {
            let victim = scene.balance.replicas.get(TROUBLED);
            victim.map_or_else(String::new, |replica| replica.name.clone())
        });
        // Calls go on while it dies.
        let kill = self.demo.act(Action::Disturb(victim, Trouble::Killed));
        let rest = self.load.drive(Some(calls - first), RATE, turn);
        join(kill, rest).await.0
    }

    async fn wait_until_ready(self, step: Step, turn: u64) -> Result<(), Refusal> {
        let wanted = step.replicas() as usize;
        for _ in 0..MAX_LOOKS {
            self.lab.refresh().await?;
            let is_ready = self.lab.read(|scene| {
                let ready = scene.balance.replicas.iter();
                ready
                    .filter(|replica| replica.state == ReplicaState::Ready)
                    .count()
                    == wanted
            });
            if is_ready || !self.load.is_turn(turn) {
                break;
            }
            TimeoutFuture::new(LOOK_MILLIS).await;
        }
        if wanted > 1 {
            TimeoutFuture::new(NEW_MILLIS).await;
        }
        Ok(())
    }
}

/// Returns the step that the address names.
fn current() -> Step {
    Step::from_fragment(&window().location().hash().unwrap_or_default())
}
