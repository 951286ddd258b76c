//! What `/traces` knows, and the watch that keeps its list true.
//!
//! The list is asked for once, and from then on the server tells each trace that is new or has grown. The watch is asked
//! for anew when it breaks, with back-off; what was seen stays. It's renewed now and then, since the page's client takes no
//! more than 32 MiB of one answer, and whenever the reader wants other traces.

mod opened;
mod trial;

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::code::Code;

pub use self::opened::focus;
use crate::client::lent::{HangUp, Lent};
use crate::client::traces;
use crate::model::refusal::Refusal;
use crate::model::scene::Feed;
use crate::model::trace::{Filter, Summary};
use crate::model::traces::Traces;
use crate::model::traces::list::MAX;
use crate::state::drawn::Drawn;

/// Traces that one watch tells before it's renewed: 6 MB or so.
const NEWS: u32 = 20_000;
/// The first pause after a watch that broke, in milliseconds, and the longest.
const FIRST_PAUSE_MILLIS: u32 = 250;
const LONGEST_PAUSE_MILLIS: u32 = 4_000;
/// How long typing is waited for before other traces are asked for, in milliseconds.
const TYPING_MILLIS: u32 = 250;
/// How often news are drawn at most, in milliseconds: under load they come by the thousand.
const DRAW_MILLIS: u32 = 250;

/// What the page shows and the client that asks for it. Nothing here is reached any more once the page is gone.
#[derive(Clone, Copy)]
pub struct Tracer {
    client: StoredValue<Lent>,
    page: Drawn<Traces>,
    /// Ends the watch that's under way.
    watch: StoredValue<HangUp>,
    /// Counts changes of the filter, so that only the last of many is asked for.
    typed: StoredValue<u32>,
    /// The trace that's open is being asked for.
    is_asking: StoredValue<bool>,
}

/// How a watch ended.
enum Ended {
    Broken(Option<Refusal>),
    Renewed,
}

impl Tracer {
    /// Watches from now on, with the client in the context, until the reactive owner around the caller is gone.
    pub fn watch() -> Self {
        let tracer = Self {
            client: StoredValue::new(expect_context()),
            page: Drawn::new(Traces::default(), DRAW_MILLIS),
            watch: StoredValue::new(HangUp::default()),
            typed: StoredValue::new(0),
            is_asking: StoredValue::new(false),
        };
        spawn_local(tracer.keep_watching());
        tracer.follow_address();
        tracer.look_for_demo();
        on_cleanup(move || tracer.watch.with_value(HangUp::hang_up));
        tracer
    }

    /// Returns what the page shows.
    pub fn page(self) -> ReadSignal<Traces> {
        self.page.shown()
    }

    /// Reads something off it; its usual value once the page is gone.
    pub fn read<T: Default>(self, read: impl FnOnce(&Traces) -> T) -> T {
        self.page.read(read).unwrap_or_default()
    }

    /// Changes what the page shows, and draws it.
    pub fn change(self, change: impl FnOnce(&mut Traces)) {
        self.page.change(change);
    }

    /// Changes it, and draws it soon; false once the page is gone.
    fn note(self, change: impl FnOnce(&mut Traces)) -> bool {
        self.page.note(change).is_some()
    }

    /// Returns the lent client; none once the page is gone.
    fn client(self) -> Option<Lent> {
        self.client.try_get_value()
    }

    /// Wants other traces: those known are judged at once, the server is asked once typing has paused.
    pub fn set_filter(self, change: impl FnOnce(&mut Traces)) {
        self.change(change);
        let typed = self.typed.get_value() + 1;
        self.typed.set_value(typed);
        spawn_local(async move {
            TimeoutFuture::new(TYPING_MILLIS).await;
            if self.typed.try_get_value() == Some(typed) {
                self.watch.with_value(HangUp::hang_up);
            }
        });
    }

    async fn keep_watching(self) {
        let mut pause = FIRST_PAUSE_MILLIS;
        while let Some(client) = self.client() {
            let hang_up = HangUp::default();
            self.watch.set_value(hang_up.clone());
            let filter = self.read(|page| page.list.filter.clone());
            let refusal = match self.watch_once(&client, &filter, &hang_up).await {
                Ended::Renewed => {
                    pause = FIRST_PAUSE_MILLIS;
                    continue;
                }
                Ended::Broken(refusal) => refusal,
            };
            if self.read(|page| page.feed == Feed::Live) {
                pause = FIRST_PAUSE_MILLIS;
            }
            if let Some(refusal) = refusal {
                let is_absent = refusal.code == Code::Unimplemented;
                self.change(|page| {
                    page.feed = if is_absent {
                        Feed::Absent
                    } else {
                        Feed::Lost(refusal)
                    };
                });
                if is_absent {
                    return;
                }
            }
            TimeoutFuture::new(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE_MILLIS);
        }
    }

    /// Lists and watches until the watch ends or is ended. The watch begins first, so that nothing falls in between.
    async fn watch_once(self, client: &Lent, filter: &Filter, hang_up: &HangUp) -> Ended {
        self.note(|page| page.list.ask());
        let told = Rc::new(Cell::new(0));
        let counter = Rc::clone(&told);
        let take = move |summary: Summary| {
            counter.set(counter.get() + 1);
            self.take(summary) && counter.get() < NEWS
        };
        let watching = std::pin::pin!(traces::watch(client, filter, hang_up, take));
        let listing = std::pin::pin!(self.list(client, filter));
        let ended = match select(watching, listing).await {
            Either::Left((ended, _)) => ended,
            Either::Right((Ok(()), watching)) => watching.await,
            Either::Right((Err(refusal), _)) => {
                hang_up.hang_up();
                return Ended::Broken(Some(refusal));
            }
        };
        let is_asked_for = hang_up.heard_within(0).await;
        match ended {
            _ if is_asked_for || told.get() >= NEWS => Ended::Renewed,
            ended => Ended::Broken(ended.err()),
        }
    }

    async fn list(self, client: &Lent, filter: &Filter) -> Result<(), Refusal> {
        let limit = u32::try_from(MAX).unwrap_or(u32::MAX);
        let listed = traces::list(client, filter, limit).await?;
        self.change(|page| {
            page.feed = Feed::Live;
            page.list
                .replace(listed.traces, (listed.kept, listed.evicted));
        });
        Ok(())
    }

    /// Takes in a trace that's new or has grown; false once the page is gone.
    fn take(self, summary: Summary) -> bool {
        let id = summary.id.clone();
        let is_open = self.read(|page| page.of_opened(|own| own.id == id));
        let has_grown = self.read(|page| page.of_opened(|own| own.trace.summary != summary));
        if is_open && has_grown {
            self.ask(id);
        }
        self.note(|page| page.list.take(summary))
    }

    /// Opens the trace that the address names, and follows it.
    fn follow_address(self) {
        self.follow();
        let changed = window_event_listener(ev::hashchange, move |_| self.follow());
        // A link to this very page changes the address without a word: it's looked at a task later.
        let clicked = window_event_listener(ev::click, move |_| {
            spawn_local(async move {
                TimeoutFuture::new(0).await;
                if self.client().is_some() {
                    self.follow();
                }
            });
        });
        on_cleanup(move || {
            changed.remove();
            clicked.remove();
        });
    }
}
