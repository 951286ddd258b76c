//! The calls of `/balance`: made by this page, or by the API server where a browser can't keep up.
//!
//! A page has six connections to a server over HTTP/1.1: one is the watch's, one is left for buttons, so
//! that four calls may be open at once. Nothing begins while the page can't be seen.
//! Whoever starts, pauses or resets supersedes what ran before: it takes the turn.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::lab::Lab;
use crate::client::chaos;
use crate::client::clock::now_millis;
use crate::model::balance::Policy;
use crate::model::pace::Pace;
use crate::model::refusal::Refusal;
use crate::model::scene::{Activity, Scene};

/// The most calls per second that the page makes itself.
pub const PAGE_RATE: u32 = 200;
/// Rates at which the API server makes them.
pub const SERVER_RATES: [u32; 3] = [500, 1_000, 2_000];
/// Calls of a bounded run.
pub const BOUNDED: u64 = 2_000;
/// Calls of the page that are open at once.
const MAX_OPEN: u64 = 4;
/// Calls that one run of the API server makes at most.
const SERVER_CALLS: u64 = 100_000;
/// Time between two looks at what is due, in milliseconds: browsers round less up to it.
const TICK_MILLIS: u32 = 4;
/// Time between two updates of what's shown, in milliseconds.
const SHOW_MILLIS: f64 = 250.0;
/// Looks at open calls before they're given up: ten seconds.
const MAX_LOOKS: u32 = 2_500;
/// How many users the calls come from, where a header decides.
const USERS: u64 = 12;

/// The load of the page.
#[derive(Clone, Copy)]
pub struct Load {
    lab: Lab,
    turn: StoredValue<u64>,
    /// The turn of the run that has no limit.
    endless: StoredValue<u64>,
}

impl Load {
    /// Returns a load that makes no calls yet.
    pub fn new(lab: Lab) -> Self {
        Self {
            lab,
            turn: StoredValue::new(0),
            endless: StoredValue::new(0),
        }
    }

    /// Sets how many calls begin per second, above [`PAGE_RATE`] by the API server; calls that are made
    /// without a limit go on at the new rate.
    pub fn set_rate(self, rate: u32) {
        self.lab.change(|scene| scene.rate = rate);
        if self.is_endless() {
            self.start(None);
        }
    }

    /// Makes calls, until paused or, where there's a limit, until so many have ended. With a limit, counts
    /// begin anew.
    pub fn start(self, limit: Option<u64>) {
        let turn = self.take_turn();
        if limit.is_none() {
            self.endless.set_value(turn);
        }
        spawn_local(async move {
            if limit.is_some() && !self.lab.judge(self.begin().await) {
                return self.finish(turn, Activity::Idle).await;
            }
            let rate = self.lab.read(|scene| scene.rate);
            let is_done = if rate > PAGE_RATE {
                self.drive_server(limit, rate, turn).await
            } else {
                self.drive(limit, rate, turn).await
            };
            if is_done {
                self.finish(turn, Activity::Done).await;
            }
        });
    }

    /// Ends the calls that are made, and keeps what's shown as it is.
    pub fn pause(self) {
        let turn = self.take_turn();
        spawn_local(async move {
            self.finish(turn, Activity::Paused).await;
            if self.is_turn(turn) {
                self.lab.note(|scene| scene.is_held = true);
            }
        });
    }

    /// Sets every count to zero; goes on calling if it was.
    pub fn reset(self) {
        let was_endless = self.is_endless();
        let turn = self.take_turn();
        spawn_local(async move {
            self.lab.judge(self.begin().await);
            if !self.is_turn(turn) {
                return;
            }
            self.lab.change(|scene| scene.activity = Activity::Idle);
            if was_endless {
                self.start(None);
            }
        });
    }

    /// Supersedes whoever made calls, and returns the turn of the one who does from now on.
    pub fn take_turn(self) -> u64 {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.lab.change(|scene| {
            scene.is_held = false;
            scene.refusal = None;
            scene.activity = Activity::Running;
        });
        turn
    }

    /// Returns whether it's still that one's turn, and the page is still there.
    pub fn is_turn(self, turn: u64) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    fn is_endless(self) -> bool {
        let is_running = self.lab.read(Scene::is_running);
        is_running && self.turn.get_value() == self.endless.get_value()
    }

    /// Waits for open calls, and then begins to count anew.
    pub async fn begin(self) -> Result<(), Refusal> {
        self.settle().await;
        self.lab.refresh().await?;
        self.lab.change(|scene| scene.ledger.begin(&scene.balance));
        Ok(())
    }

    /// Waits for open calls and asks for the counts that hold then.
    pub async fn finish(self, turn: u64, activity: Activity) {
        self.settle().await;
        let asked = self.lab.refresh().await;
        if self.is_turn(turn) {
            self.lab.judge(asked);
            self.lab.change(|scene| scene.activity = activity);
        }
    }

    /// Makes calls from this page. False if another took its turn first; open calls may remain.
    pub async fn drive(self, limit: Option<u64>, rate: u32, turn: u64) -> bool {
        let mut pace = Pace::default();
        let mut shown = 0.0;
        let mut left = limit.unwrap_or(u64::MAX);
        while left > 0 {
            TimeoutFuture::new(TICK_MILLIS).await;
            if !self.is_turn(turn) {
                return false;
            }
            if document().hidden() {
                continue;
            }
            let now = now_millis();
            let open = self.lab.read(|scene| scene.ledger.open());
            let room = MAX_OPEN.saturating_sub(open).min(left);
            for _ in 0..pace.due(now, rate, room) {
                left -= 1;
                self.call();
            }
            if now - shown > SHOW_MILLIS {
                shown = now;
                self.lab.change(|scene| scene.ledger.sample(now));
            }
        }
        true
    }

    fn call(self) {
        let Some(client) = self.lab.client() else {
            return;
        };
        let pair = self.lab.note(|scene| {
            let number = scene.ledger.begun() % USERS;
            scene.ledger.call();
            match scene.balance.policy {
                Policy::RingHash => format!("{}: user-{number}", scene.balance.hash_header),
                _ => String::new(),
            }
        });
        spawn_local(async move {
            let began = now_millis();
            let answer = chaos::hello(&client, &pair.unwrap_or_default()).await;
            let took = now_millis() - began;
            self.lab.note(|scene| match answer {
                Ok(replica) => scene.ledger.answered(&replica, took),
                Err(refusal) => scene.ledger.failed(refusal.code, took),
            });
        });
    }

    async fn drive_server(self, limit: Option<u64>, rate: u32, turn: u64) -> bool {
        let Some(client) = self.lab.client() else {
            return false;
        };
        self.lab.change(|scene| scene.ledger.keep_report());
        let calls = u32::try_from(limit.unwrap_or(SERVER_CALLS)).unwrap_or(u32::MAX);
        let take = move |report| {
            if !self.is_turn(turn) {
                return false;
            }
            self.lab.change(|scene| {
                scene.ledger.report(report);
                scene.ledger.sample(now_millis());
            });
            !document().hidden()
        };
        let ended = chaos::run_load(&client, rate, calls, take).await;
        if self.is_turn(turn) {
            self.lab.judge(ended);
        }
        self.is_turn(turn)
    }

    /// Waits until no call of the page is open, but not forever.
    async fn settle(self) {
        for _ in 0..MAX_LOOKS {
            if self.lab.read(|scene| scene.ledger.open()) == 0 {
                return;
            }
            TimeoutFuture::new(TICK_MILLIS).await;
        }
    }
}
