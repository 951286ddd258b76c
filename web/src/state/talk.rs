//! The call on `/streams`: begun, read message by message, canceled, and resumed where it's a watch that broke.
//!
//! Messages may come faster than they can be drawn, so drawing is done now and then, and reading stops for other tasks.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;
use wire::code::Code;

use crate::client::clock::now_millis;
use crate::client::lent::{Asked, HangUp, Lent, framed};
use crate::client::talk::{path, said, say, watch};
use crate::i18n::{Locale, locale};
use crate::model::lane::Said;
use crate::model::refusal::Refusal;
use crate::model::talk::{CROWD, End, Kind, Member, Phase, Talk};
use crate::model::wire_format::WireFormat;

/// How often messages are drawn at most, in milliseconds.
const DRAW_MILLIS: u32 = 50;
/// How often the clock goes on while nothing comes, in milliseconds.
const TICK_MILLIS: u32 = 500;
/// How long a slow reader takes over a message, in milliseconds.
const SLOW_MILLIS: u32 = 400;
/// Messages after which other tasks have their turn.
const TURN: u64 = 100;
/// The first pause before a watch is resumed, in milliseconds, and the longest.
const FIRST_PAUSE_MILLIS: u32 = 250;
const LONGEST_PAUSE_MILLIS: u32 = 4_000;
/// Names of those whom the page greets, so that a watch has something to tell.
const NAMES: [&str; 6] = ["Ada", "Grace", "Lin", "小明", "Edsger", "Barbara"];

/// The call and what the page shows of it. Nothing here is reached any more once the page is gone.
#[derive(Clone, Copy)]
pub struct Talker {
    client: StoredValue<Lent>,
    talk: RwSignal<Talk>,
    locale: ReadSignal<Locale>,
    under_way: StoredValue<Option<HangUp>>,
    crowd: StoredValue<Vec<HangUp>>,
    is_drawing: StoredValue<bool>,
}

impl Talker {
    /// Nothing is called yet; whatever is called ends with the reactive owner around the caller.
    pub fn idle() -> Self {
        let talker = Self {
            client: StoredValue::new(expect_context()),
            talk: RwSignal::new(Talk::default()),
            locale: locale(),
            under_way: StoredValue::new(None),
            crowd: StoredValue::new((0..CROWD).map(|_| HangUp::default()).collect()),
            is_drawing: StoredValue::new(false),
        };
        on_cleanup(move || {
            talker.cancel();
            talker.hang_up(|_| true);
        });
        talker
    }

    /// Returns what the page shows.
    pub fn talk(self) -> ReadSignal<Talk> {
        self.talk.read_only()
    }

    /// Changes what the page shows, and draws it.
    pub fn change(self, change: impl FnOnce(&mut Talk)) {
        // Fails once the page is gone.
        let _ = self.talk.try_update(change);
    }

    /// Changes it, and draws it soon; none once the page is gone.
    fn note<T>(self, change: impl FnOnce(&mut Talk) -> T) -> Option<T> {
        let noted = self.talk.try_update_untracked(change)?;
        let was_drawing = self
            .is_drawing
            .try_update_value(|is| std::mem::replace(is, true));
        if was_drawing == Some(false) {
            spawn_local(async move {
                TimeoutFuture::new(DRAW_MILLIS).await;
                let _ = self.is_drawing.try_set_value(false);
                self.change(|_| {});
            });
        }
        Some(noted)
    }

    /// Puts a text into what is sent next.
    pub fn queue(self, text: String) {
        if !text.trim().is_empty() {
            self.change(|talk| talk.queue.push(text));
        }
    }

    /// Chooses a kind of call, unless one is under way.
    pub fn choose(self, kind: Kind) {
        self.change(|talk| {
            if !talk.phase.is_busy() && talk.kind != kind {
                *talk = Talk {
                    kind,
                    queue: Vec::new(),
                    ..talk.fresh()
                };
            }
        });
    }

    /// Begins a call: with one text, or with all that is queued; a watch with so many of the past.
    pub fn begin(self, text: &str, past: u32) {
        let read = |talk: &Talk| (talk.kind, talk.phase.is_busy(), talk.queue.clone());
        let (kind, is_busy, queued) = self.talk.with_untracked(read);
        if is_busy {
            return;
        }
        let locale = self.locale.get_untracked();
        let messages = match kind {
            Kind::Watch => vec![watch(past, 0)],
            Kind::Hello => vec![say(text, locale)],
            Kind::Many | Kind::Converse => queued.iter().map(|text| say(text, locale)).collect(),
        };
        self.change(|talk| {
            *talk = Talk {
                phase: Phase::Waiting,
                queue: Vec::new(),
                ..talk.fresh()
            };
        });
        let hang_up = HangUp::default();
        self.under_way.set_value(Some(hang_up.clone()));
        let began = now_millis();
        spawn_local(async move {
            let run = std::pin::pin!(self.run(kind, messages, began, &hang_up));
            let tick = std::pin::pin!(self.tick(began));
            let end = match select(run, tick).await {
                Either::Left((end, _)) => end,
                Either::Right((never, _)) => match never {},
            };
            self.change(|talk| {
                talk.elapsed_millis = now_millis() - began;
                talk.phase = Phase::Ended;
                talk.end = Some(end);
            });
        });
    }

    /// Ends the call: its fetch is aborted at once, which the replica hears of.
    pub fn cancel(self) {
        self.under_way
            .try_with_value(|hang_up| hang_up.as_ref().map(HangUp::hang_up));
        self.change(|talk| talk.is_canceled = true);
    }

    /// Lets the clock go on while nothing comes.
    async fn tick(self, began: f64) -> Infallible {
        loop {
            TimeoutFuture::new(TICK_MILLIS).await;
            self.note(|talk| talk.elapsed_millis = now_millis() - began);
        }
    }

    async fn run(self, kind: Kind, messages: Vec<Bytes>, began: f64, hang_up: &HangUp) -> End {
        let mut pause = FIRST_PAUSE_MILLIS;
        let mut messages = messages;
        loop {
            let end = self.exchange(kind, messages, began, hang_up).await;
            let read = |talk: &Talk| (talk.version, talk.phase, talk.is_canceled);
            let Some((version, phase, is_canceled)) = self.talk.try_with_untracked(read) else {
                return end;
            };
            let is_lost = matches!(end.code, Code::Unavailable | Code::Internal | Code::Unknown);
            if is_canceled || kind != Kind::Watch || version == 0 || !is_lost {
                return End {
                    is_own: is_canceled,
                    ..end
                };
            }
            if phase == Phase::Open {
                pause = FIRST_PAUSE_MILLIS;
            }
            self.change(|talk| talk.phase = Phase::Resuming);
            if hang_up.heard_within(pause).await {
                return canceled();
            }
            pause = (pause * 2).min(LONGEST_PAUSE_MILLIS);
            messages = vec![watch(0, version)];
        }
    }

    /// One call to its end.
    async fn exchange(self, kind: Kind, messages: Vec<Bytes>, began: f64, hang_up: &HangUp) -> End {
        let at_millis = now_millis() - began;
        let noted = self.note(|talk| {
            for message in &messages {
                // Requests are read like the answer that is nearest to them.
                let said = match kind {
                    Kind::Watch => Said::default(),
                    _ => said(Kind::Hello, message),
                };
                talk.lane.note(true, at_millis, message.clone(), said);
            }
            talk.format
        });
        let Some((format, client)) = noted.zip(self.client.try_get_value()) else {
            return ended(Ok(()));
        };
        let frames = framed(messages);
        let asked = asked(kind, &frames, format);
        let take = move |message| self.take(kind, message, began);
        ended(client.exchange(asked, Some(hang_up), take).await)
    }

    /// Takes a message in; returns when the next one is wanted.
    fn take(self, kind: Kind, message: Bytes, began: f64) -> JsValue {
        let at_millis = now_millis() - began;
        let said = said(kind, &message);
        let noted = self.note(|talk| {
            if talk.phase == Phase::Resuming {
                talk.resumed += 1;
            }
            talk.phase = Phase::Open;
            talk.version = talk.version.max(said.version);
            talk.missed += said.missed;
            talk.elapsed_millis = at_millis;
            talk.lane.note(false, at_millis, message, said);
            (talk.is_slow, talk.lane.received.messages % TURN == 0)
        });
        let pause = match noted {
            None => return JsValue::FALSE,
            Some((true, _)) => SLOW_MILLIS,
            Some((_, true)) => 0,
            Some(_) => return JsValue::TRUE,
        };
        future_to_promise(async move {
            TimeoutFuture::new(pause).await;
            Ok(JsValue::TRUE)
        })
        .into()
    }

    /// Greets so many people by a call of its own, so that there is something to watch.
    pub fn greet(self, count: usize) {
        let locale = self.locale.get_untracked();
        let names = NAMES.iter().cycle().take(count);
        let frames = framed(names.map(|name| say(name, locale)));
        let (client, format) = (self.client.get_value(), self.format());
        spawn_local(async move {
            // Whether it went well is seen in the watch.
            let asked = asked(Kind::Many, &frames, format);
            let _ = client.exchange(asked, None, |_| JsValue::TRUE).await;
        });
    }

    /// Opens the crowd, those of it that aren't open: each is a watch of its own, held until it's closed.
    pub fn gather(self) {
        for place in 0..CROWD {
            let is_closed = |talk: &Talk| talk.crowd[place] == Member::Closed;
            if self.talk.with_untracked(is_closed) {
                self.join(place);
            }
        }
    }

    fn join(self, place: usize) {
        self.change(|talk| talk.crowd[place] = Member::Waiting);
        let hang_up = HangUp::default();
        self.crowd
            .update_value(|crowd| crowd[place] = hang_up.clone());
        let (client, format) = (self.client.get_value(), self.format());
        spawn_local(async move {
            let frames = framed([watch(0, 0)]);
            let asked = asked(Kind::Watch, &frames, format);
            let take = move |_| {
                self.note(|talk| talk.crowd[place] = Member::Open)
                    .is_some()
                    .into()
            };
            // However it ended, it's closed.
            let _ = client.exchange(asked, Some(&hang_up), take).await;
            self.note(|talk| talk.crowd[place] = Member::Closed);
        });
    }

    /// Closes one stream of the crowd that is open, or all.
    pub fn dismiss(self, all: bool) {
        let members = self.talk.with_untracked(|talk| talk.crowd);
        let first = members.iter().position(|member| *member == Member::Open);
        self.hang_up(|place| all || Some(place) == first);
    }

    fn hang_up(self, is_meant: impl Fn(usize) -> bool) {
        self.crowd.try_with_value(|crowd| {
            let places = crowd.iter().enumerate();
            let meant = places.filter(|(place, _)| is_meant(*place));
            meant.for_each(|(_, hang_up)| hang_up.hang_up());
        });
    }

    fn format(self) -> WireFormat {
        self.talk.with_untracked(|talk| talk.format)
    }
}

fn asked(kind: Kind, frames: &[u8], format: WireFormat) -> Asked<'_> {
    Asked {
        path: path(kind),
        pair: "",
        frames,
        is_text: format == WireFormat::Text,
    }
}

fn canceled() -> End {
    End {
        code: Code::Canceled,
        message: String::new(),
        is_own: true,
    }
}

fn ended(result: Result<(), Refusal>) -> End {
    let (code, message) = match result {
        Ok(()) => (Code::Ok, String::new()),
        Err(refusal) => (refusal.code, refusal.message),
    };
    End {
        code,
        message,
        is_own: false,
    }
}
