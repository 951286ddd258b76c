//! The scene of `/balance`, and the watch that keeps it true.
//!
//! The watch is asked for anew when it breaks, with back-off; what was seen stays. It's also renewed now and
//! then, since the page's client takes no more than 32 MiB of one answer.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::code::Code;

use crate::client::balancer;
use crate::client::lent::Lent;
use crate::model::balance::{Balance, DEFAULT_HEADER};
use crate::model::refusal::Refusal;
use crate::model::scene::{Feed, Scene};

/// Answers of one watch before it's renewed: a minute and a half.
const ANSWERS: u32 = 360;
/// The first pause after a watch that broke, in milliseconds, and the longest.
const FIRST_PAUSE_MILLIS: u32 = 250;
const LONGEST_PAUSE_MILLIS: u32 = 4_000;
/// The rate at first.
const FIRST_RATE: u32 = 20;

/// The scene, and the client that asks for it. Nothing here is reached any more once the page is gone.
#[derive(Clone, Copy)]
pub struct Lab {
    client: StoredValue<Lent>,
    scene: RwSignal<Scene>,
}

impl Lab {
    /// Watches from now on, with the client in the context, until the reactive owner around the caller is gone.
    pub fn watch() -> Self {
        let lab = Self {
            client: StoredValue::new(expect_context()),
            scene: RwSignal::new(Scene {
                rate: FIRST_RATE,
                header: DEFAULT_HEADER.to_owned(),
                ..Scene::default()
            }),
        };
        spawn_local(lab.keep_watching());
        lab
    }

    async fn keep_watching(self) {
        let mut pause = FIRST_PAUSE_MILLIS;
        while let Some(client) = self.client() {
            let answers = Rc::new(Cell::new(0));
            let counter = Rc::clone(&answers);
            let take = move |balances| {
                counter.set(counter.get() + 1);
                self.take(balances, counter.get() == 1) && counter.get() < ANSWERS
            };
            let ended = balancer::watch(&client, take).await;
            if answers.get() >= ANSWERS {
                continue;
            }
            if answers.get() > 0 {
                pause = FIRST_PAUSE_MILLIS;
            }
            if let Err(refusal) = ended {
                let is_absent = refusal.code == Code::Unimplemented;
                let feed = if is_absent {
                    Feed::Absent
                } else {
                    Feed::Lost(refusal)
                };
                self.change(|scene| scene.feed = feed);
                if is_absent {
                    return;
                }
            }
            TimeoutFuture::new(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE_MILLIS);
        }
    }

    /// Takes an answer in; false once the page is gone.
    fn take(self, balances: Vec<Balance>, is_first: bool) -> bool {
        let shown = self.note(|scene| scene.observe(balances, is_first));
        if shown == Some(true) {
            self.show();
        }
        shown.is_some()
    }

    /// Returns the lent client; none once the page is gone.
    pub fn client(self) -> Option<Lent> {
        self.client.try_get_value()
    }

    /// Returns the scene, to be drawn.
    pub fn scene(self) -> ReadSignal<Scene> {
        self.scene.read_only()
    }

    /// Reads something off the scene; its usual value once the page is gone.
    pub fn read<T: Default>(self, read: impl FnOnce(&Scene) -> T) -> T {
        self.scene.try_with_untracked(read).unwrap_or_default()
    }

    /// Changes the scene, and draws it.
    pub fn change(self, change: impl FnOnce(&mut Scene)) {
        self.note(change);
        self.show();
    }

    /// Changes the scene without drawing it; none once the page is gone.
    pub fn note<T>(self, change: impl FnOnce(&mut Scene) -> T) -> Option<T> {
        self.scene.try_update_untracked(change)
    }

    /// Draws what was changed.
    pub fn show(self) {
        if self.client().is_some() {
            self.scene.notify();
        }
    }

    /// Asks the balancer once, for counts that hold now.
    pub async fn refresh(self) -> Result<(), Refusal> {
        if let Some(client) = self.client() {
            let balances = balancer::list(&client).await?;
            self.take(balances, false);
        }
        Ok(())
    }

    /// Shows why something wasn't done; returns whether it was.
    pub fn judge(self, result: Result<(), Refusal>) -> bool {
        let is_done = result.is_ok();
        if let Err(refusal) = result {
            self.change(|scene| scene.refusal = Some(refusal));
        }
        is_done
    }
}
