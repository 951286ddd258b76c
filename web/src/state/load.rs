//! The calls of `/balance`: made by this page, or by the API server where a browser can't keep up.
//!
//! A page has six connections to a server over HTTP/1.1: one is the watch's, one is left for buttons, so
//! that four calls may be open at once. Nothing begins while the page can't be seen.
//! Whoever starts, pauses or resets supersedes what ran before (`turn`).

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::lab::Lab;
use crate::client::chaos;
use crate::model::balance::Policy;
use crate::model::pace::Pace;
use crate::model::refusal::Refusal;

/// The most calls per second that the page makes itself.
pub const PAGE_RATE: u32 = 200;
/// Rates at which the API server makes them.
pub const SERVER_RATES: [u32; 3] = [500, 1_000, 2_000];
/// Calls of a bounded run.
pub const BOUNDED: u64 = 2_000;
/// Calls of the page that are open at once.
const MAX_OPEN: u64 = 4;
/// Calls that one run of the API server makes at most.
const SERVER_CALLS: u32 = 100_000;
/// Time between two looks at what is due, in milliseconds: browsers round less up to it.
const TICK_MILLIS: u32 = 4;
/// Time between two updates of what's shown, in milliseconds.
const SHOW_MILLIS: f64 = 250.0;
/// Looks at open calls before they're given up: ten seconds.
const MAX_LOOKS: u32 = 2_500;
/// How many users the calls come from, where a header decides.
const USERS: u64 = 12;
/// The rate at first.
const FIRST_RATE: u32 = 20;

/// What the load is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Nothing was started.
    Idle,
    /// Calls are made.
    Running,
    /// The reader paused.
    Paused,
    /// A bounded run has ended.
    Done,
}

/// The load of the page.
#[derive(Clone, Copy)]
pub struct Load {
    lab: Lab,
    rate: RwSignal<u32>,
    activity: RwSignal<Activity>,
    refusal: RwSignal<Option<Refusal>>,
    turn: StoredValue<u64>,
    /// What runs has no limit.
    is_endless: StoredValue<bool>,
}

impl Load {
    /// Returns a load that makes no calls yet.
    pub fn new(lab: Lab) -> Self {
        Self {
            lab,
            rate: RwSignal::new(FIRST_RATE),
            activity: RwSignal::new(Activity::Idle),
            refusal: RwSignal::new(None),
            turn: StoredValue::new(0),
            is_endless: StoredValue::new(false),
        }
    }

    /// Returns how many calls begin per second, above [`PAGE_RATE`] by the API server.
    pub fn rate(self) -> ReadSignal<u32> {
        self.rate.read_only()
    }

    /// Sets that; calls that are made without a limit go on at the new rate.
    pub fn set_rate(self, rate: u32) {
        self.rate.set(rate);
        let is_running = self.activity.get_untracked() == Activity::Running;
        if is_running && self.is_endless.get_value() {
            self.start(None);
        }
    }

    /// Returns what it's doing.
    pub fn activity(self) -> ReadSignal<Activity> {
        self.activity.read_only()
    }

    /// Returns why the last thing that was asked for wasn't done.
    pub fn refusal(self) -> ReadSignal<Option<Refusal>> {
        self.refusal.read_only()
    }

    /// Makes calls, until paused or, where there's a limit, until so many have ended. With a limit, counts
    /// begin anew.
    pub fn start(self, limit: Option<u64>) {
        let turn = self.take_turn();
        self.is_endless.set_value(limit.is_none());
        spawn_local(async move {
            if limit.is_some() {
                self.note(self.begin().await);
            }
            let rate = self.rate.get_untracked();
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
        self.activity.set(Activity::Paused);
        spawn_local(async move {
            self.finish(turn, Activity::Paused).await;
            if self.is_turn(turn) {
                self.lab.hold(true);
            }
        });
    }

    /// Sets every count to zero; goes on calling if it was.
    pub fn reset(self) {
        let is_running = self.activity.get_untracked() == Activity::Running;
        let was_endless = is_running && self.is_endless.get_value();
        let turn = self.take_turn();
        spawn_local(async move {
            self.note(self.begin().await);
            if !self.is_turn(turn) {
                return;
            }
            self.activity.set(Activity::Idle);
            if was_endless {
                self.start(None);
            }
        });
    }

    /// Supersedes whoever made calls, and returns the turn of the one who does from now on.
    pub fn take_turn(self) -> u64 {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.is_endless.set_value(false);
        self.lab.hold(false);
        self.refusal.set(None);
        self.activity.set(Activity::Running);
        turn
    }

    /// Returns whether it's still that one's turn, and the page is still there.
    pub fn is_turn(self, turn: u64) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    /// Waits for open calls, and then begins to count anew.
    pub async fn begin(self) -> Result<(), Refusal> {
        self.settle().await;
        self.lab.begin().await
    }

    /// Waits for open calls and asks for the counts that hold then.
    pub async fn finish(self, turn: u64, activity: Activity) {
        self.settle().await;
        let asked = self.lab.refresh().await;
        if self.is_turn(turn) {
            self.note(asked);
            self.activity.set(activity);
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
            let open = self.lab.ledger().with_untracked(|ledger| ledger.open());
            let room = MAX_OPEN.saturating_sub(open).min(left);
            for _ in 0..pace.due(now, rate, room) {
                left -= 1;
                self.call();
            }
            if now - shown > SHOW_MILLIS {
                shown = now;
                self.lab.ledger().update(|ledger| ledger.sample(now));
            }
        }
        true
    }

    fn call(self) {
        let Some(client) = self.lab.client() else {
            return;
        };
        let ledger = self.lab.ledger();
        let number = ledger.with_untracked(|ledger| ledger.begun());
        let pair = self.lab.balance().with_untracked(|balance| {
            let header = &balance.hash_header;
            (balance.policy == Policy::RingHash)
                .then(|| format!("{header}: user-{}", number % USERS))
        });
        ledger.update_untracked(|ledger| ledger.call());
        spawn_local(async move {
            let began = now_millis();
            let answer = chaos::hello(&client, pair).await;
            let took = now_millis() - began;
            // Refuses when the reader left in the meantime.
            ledger.try_update_untracked(|ledger| match answer {
                Ok(replica) => ledger.answered(&replica, took),
                Err(refusal) => ledger.failed(refusal.code, took),
            });
        });
    }

    async fn drive_server(self, limit: Option<u64>, rate: u32, turn: u64) -> bool {
        let Some(client) = self.lab.client() else {
            return false;
        };
        let ledger = self.lab.ledger();
        ledger.update(|ledger| ledger.keep_report());
        let calls = limit.and_then(|limit| u32::try_from(limit).ok());
        let take = move |report| {
            if !self.is_turn(turn) {
                return false;
            }
            ledger.update(|ledger| {
                ledger.report(report);
                ledger.sample(now_millis());
            });
            !document().hidden()
        };
        let ended = chaos::run_load(&client, rate, calls.unwrap_or(SERVER_CALLS), take).await;
        if !self.is_turn(turn) {
            return false;
        }
        self.note(ended);
        true
    }

    /// Waits until no call of the page is open, but not forever.
    async fn settle(self) {
        for _ in 0..MAX_LOOKS {
            let open = self.lab.ledger().try_with_untracked(|ledger| ledger.open());
            if open.unwrap_or(0) == 0 {
                return;
            }
            TimeoutFuture::new(TICK_MILLIS).await;
        }
    }

    /// Shows why something wasn't done.
    pub fn note<T>(self, result: Result<T, Refusal>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.refusal.try_set(Some(refusal));
                None
            }
        }
    }
}

fn now_millis() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}
