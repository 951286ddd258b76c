//! The staircase of `/balance`: which step is open, and the run that answers its question.
//!
//! The step stands in the address as `#step-3`. A run arranges the situation by real calls, makes its own,
//! and keeps what was counted; whoever takes the load's turn ends it.

use futures_util::future::join;
use gloo_timers::future::TimeoutFuture;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::demo::Demo;
use super::lab::Lab;
use super::load::{Activity, Load};
use crate::model::balance::Trouble;
use crate::model::components::ReplicaState;
use crate::model::refusal::Refusal;
use crate::model::staircase::{Measured, RATE, Reveal, Step, TROUBLED};

/// Time between two looks at whether every replica is ready, in milliseconds, and how many of them.
const LOOK_MILLIS: u32 = 100;
const MAX_LOOKS: u32 = 50;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The question is open.
    Asking,
    /// Replicas are started, ended or disturbed.
    Arranging,
    /// Calls are made.
    Running,
    /// What came out is told.
    Revealed,
    /// Something couldn't be done.
    Failed,
}

/// The open step.
#[derive(Clone, Copy)]
pub struct Stairs {
    lab: Lab,
    load: Load,
    demo: Demo,
    step: RwSignal<Step>,
    chosen: RwSignal<Option<usize>>,
    phase: RwSignal<Phase>,
    reveal: RwSignal<Reveal>,
}

impl Stairs {
    /// Opens the step in the address, and follows it.
    pub fn follow(lab: Lab, load: Load, demo: Demo) -> Self {
        let stairs = Self {
            lab,
            load,
            demo,
            step: RwSignal::new(current()),
            chosen: RwSignal::new(None),
            phase: RwSignal::new(Phase::Asking),
            reveal: RwSignal::default(),
        };
        let changed = window_event_listener(ev::hashchange, move |_| stairs.open(current()));
        on_cleanup(move || changed.remove());
        stairs
    }

    /// Returns the open step.
    pub fn step(self) -> ReadSignal<Step> {
        self.step.read_only()
    }

    /// Returns the answer that the reader chose.
    pub fn chosen(self) -> RwSignal<Option<usize>> {
        self.chosen
    }

    /// Returns where the step stands.
    pub fn phase(self) -> ReadSignal<Phase> {
        self.phase.read_only()
    }

    /// Returns what came out.
    pub fn reveal(self) -> ReadSignal<Reveal> {
        self.reveal.read_only()
    }

    /// Goes so many steps further, if there is one: the address changes, and the step follows it.
    pub fn go(self, places: isize) {
        if let Some(step) = self.step.get_untracked().beside(places) {
            // Fails only where the page may not change its own address.
            let _ = window().location().set_hash(&step.fragment());
        }
    }

    fn open(self, step: Step) {
        if self.step.get_untracked() == step {
            return;
        }
        if self.phase.get_untracked() != Phase::Asking || step == Step::Free {
            self.load.pause();
            self.lab.hold(false);
        }
        if !self.demo.is_untouched() {
            self.demo.restore();
        }
        self.chosen.set(None);
        self.phase.set(Phase::Asking);
        self.step.set(step);
    }

    /// Arranges the step's situation, makes its calls, and tells what came out.
    pub fn see(self) {
        let step = self.step.get_untracked();
        let turn = self.load.take_turn();
        self.phase.set(Phase::Arranging);
        spawn_local(async move {
            let played = self.play(step, turn).await;
            if !self.load.is_turn(turn) {
                // Paused: the question is open again. Another step or page has its own words.
                if self.step.try_get_untracked() == Some(step) {
                    self.phase.try_set(Phase::Asking);
                }
                return;
            }
            match self.load.note(played) {
                Some(measured) => {
                    let chosen = self.chosen.get_untracked();
                    self.reveal.set(Reveal::of(step, measured, chosen));
                    self.phase.set(Phase::Revealed);
                }
                None => self.phase.set(Phase::Failed),
            }
            self.load.finish(turn, Activity::Done).await;
        });
    }

    async fn play(self, step: Step, turn: u64) -> Result<Measured, Refusal> {
        let trouble = step.trouble();
        let trouble = (trouble != Trouble::Fine).then_some((TROUBLED, trouble));
        self.demo.try_arrange(step.replicas(), trouble).await?;
        self.wait_until_ready(step, turn).await?;
        let mut measured = Measured::default();
        for (place, (policy, calls)) in step.runs().iter().enumerate() {
            if !self.load.is_turn(turn) {
                break;
            }
            self.demo.try_set_policy(*policy, String::new()).await?;
            self.load.begin().await?;
            self.phase.try_set(Phase::Running);
            self.make_calls(step, *calls, turn).await?;
            self.load.finish(turn, Activity::Running).await;
            self.add(&mut measured, place);
        }
        Ok(measured)
    }

    async fn make_calls(self, step: Step, calls: u64, turn: u64) -> Result<(), Refusal> {
        let first = step.kill_after().unwrap_or(calls);
        self.load.drive(Some(first), RATE, turn).await;
        if first == calls || !self.load.is_turn(turn) {
            return Ok(());
        }
        let names = self.lab.balance().with_untracked(|balance| {
            let names = balance.replicas.iter().map(|replica| replica.name.clone());
            names.collect::<Vec<_>>()
        });
        let victim = names.get(TROUBLED).cloned().unwrap_or_default();
        // Calls go on while it dies.
        let kill = self.demo.try_disturb(victim, Trouble::Killed);
        let rest = self.load.drive(Some(calls - first), RATE, turn);
        join(kill, rest).await.0
    }

    async fn wait_until_ready(self, step: Step, turn: u64) -> Result<(), Refusal> {
        let wanted = step.replicas() as usize;
        for _ in 0..MAX_LOOKS {
            self.lab.refresh().await?;
            let is_ready = self.lab.balance().try_with_untracked(|balance| {
                let mut replicas = balance.replicas.iter();
                balance.replicas.len() == wanted
                    && replicas.all(|replica| replica.state == ReplicaState::Ready)
            });
            if is_ready.unwrap_or(true) || !self.load.is_turn(turn) {
                break;
            }
            TimeoutFuture::new(LOOK_MILLIS).await;
        }
        Ok(())
    }

    fn add(self, measured: &mut Measured, place: usize) {
        let ledger = self.lab.ledger().try_get_untracked().unwrap_or_default();
        measured.errors += ledger.errors();
        measured.codes.extend(ledger.codes());
        measured.retries += ledger.retries();
        if place > 0 {
            measured.second = ledger.rows();
            return;
        }
        measured.rows = ledger.rows();
        measured.calls = ledger.begun();
        let [p50, _, p99] = ledger.percentiles();
        measured.times = p50.zip(p99);
    }
}

/// Returns the step that the address names.
fn current() -> Step {
    Step::from_fragment(&window().location().hash().unwrap_or_default())
}
