//! The call on `/streams`: begun, read message by message, canceled, and resumed where it's a watch that broke.
//!
//! Messages may come faster than they can be drawn, so drawing is done now and then, and reading stops for other tasks.

mod crowd;
mod link;

use bytes::Bytes;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;
use wire::code::Code;

use crate::client::address::server_base_url;
use crate::client::clock::now_millis;
use crate::client::lent::{Asked, HangUp, Lent, framed};
use crate::client::socket::{SocketTransport, Speech};
use crate::client::talk::{path, said, say, watch};
use crate::i18n::{Locale, locale};
use crate::model::deadline;
use crate::model::decimal::fixed;
use crate::model::lane::Said;
use crate::model::refusal::Refusal;
use crate::model::talk::{CROWD, End, Kind, Phase, Talk, Way};
use crate::state::drawn::Drawn;

/// How often messages are drawn at most, in milliseconds.
const DRAW_MILLIS: u32 = 50;
/// How often the clock goes on while nothing comes, in milliseconds.
const TICK_MILLIS: u32 = 500;
/// How long a slow reader takes over a message, in milliseconds.
const SLOW_MILLIS: u32 = 400;
/// How much longer than the server's the page's own clock for a deadline is, in milliseconds: the server's word is the
/// better one.
const GRACE_MILLIS: f64 = 300.0;
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
    socket: StoredValue<SocketTransport>,
    talk: Drawn<Talk>,
    locale: ReadSignal<Locale>,
    under_way: StoredValue<Option<HangUp>>,
    speech: StoredValue<Speech>,
    crowd: StoredValue<Vec<HangUp>>,
}

impl Talker {
    /// Nothing is called yet; whatever is called ends with the reactive owner around the caller.
    pub fn idle() -> Self {
        let talker = Self {
            client: StoredValue::new(expect_context()),
            socket: StoredValue::new(SocketTransport::new(&server_base_url())),
            talk: Drawn::new(Talk::default(), DRAW_MILLIS),
            locale: locale(),
            under_way: StoredValue::new(None),
            speech: StoredValue::new(Speech::default()),
            crowd: StoredValue::new((0..CROWD).map(|_| HangUp::default()).collect()),
        };
        on_cleanup(move || {
            talker.cancel();
            talker.hang_up(|_| true);
        });
        talker.follow_link();
        talker
    }

    /// Returns what the page shows.
    pub fn talk(self) -> ReadSignal<Talk> {
        self.talk.shown()
    }

    /// Changes what the page shows, and draws it.
    pub fn change(self, change: impl FnOnce(&mut Talk)) {
        self.talk.change(change);
    }

    /// Changes it, and draws it soon; none once the page is gone.
    fn note<T>(self, change: impl FnOnce(&mut Talk) -> T) -> Option<T> {
        self.talk.note(change)
    }

    /// Says what is typed: now if the call listens, else with the rest when it begins.
    pub fn say(self) {
        let text = self.talk.look(|talk| talk.draft.clone());
        if text.trim().is_empty() {
            return;
        }
        let locale = self.locale.get_untracked();
        let began = now_millis();
        self.change(|talk| {
            talk.draft = String::new();
            if talk.is_live() {
                let message = say(&text, locale);
                let at_millis = began - talk.began_millis;
                self.speech
                    .with_value(|speech| speech.say(framed([message.clone()]).into()));
                let said = said(Kind::Hello, &message);
                talk.lane.note(true, at_millis, message, said);
            } else {
                talk.queue.push(text);
            }
        });
    }

    /// Says no more; the call goes on until the server has said everything.
    pub fn half_close(self) {
        self.speech.with_value(Speech::close);
        self.change(|talk| talk.is_listening = false);
    }

    /// Chooses a kind of call, unless one is under way.
    pub fn choose(self, kind: Kind) {
        self.change(|talk| {
            if !talk.phase.is_busy() && talk.kind != kind {
                *talk = Talk {
                    kind,
                    draft: kind.sample().to_owned(),
                    ..talk.fresh()
                };
            }
        });
        let read = |talk: &Talk| (talk.is_way_chosen, talk.way != talk.kind.best_way());
        if self.talk.look(read) == (false, true) {
            self.dismiss(true);
            self.change(|talk| talk.way = talk.kind.best_way());
        }
    }

    /// Chooses how calls travel, unless one is under way; ends the crowd, which travels otherwise.
    pub fn travel(self, way: Way) {
        self.dismiss(true);
        self.change(|talk| {
            if !talk.phase.is_busy() {
                talk.way = way;
                talk.is_way_chosen = true;
            }
        });
    }

    /// Begins a call: with what is typed, or with all that is queued; a watch with so many of the past.
    pub fn begin(self, past: u32) {
        let read = |talk: &Talk| (talk.cannot_begin(), talk.fresh(), talk.queue.clone());
        let (cannot, fresh, queued) = self.talk.look(read);
        let (false, Ok(deadline)) = (cannot, deadline::parse(&fresh.deadline)) else {
            return;
        };
        let (kind, way) = (fresh.kind, fresh.way);
        let locale = self.locale.get_untracked();
        let messages = match kind {
            Kind::Watch => vec![watch(past, 0)],
            Kind::Hello => vec![say(&fresh.draft, locale)],
            Kind::Many | Kind::Converse => queued.iter().map(|text| say(text, locale)).collect(),
        };
        let began = now_millis();
        self.change(|talk| {
            *talk = Talk {
                phase: Phase::Waiting,
                is_listening: way == Way::Socket && kind.sends_many(),
                began_millis: began,
                ..fresh
            };
        });
        let hang_up = HangUp::default();
        self.under_way.set_value(Some(hang_up.clone()));
        spawn_local(async move {
            let plan = Plan {
                kind,
                way,
                limit_millis: deadline.map(|deadline| 1_000.0 * deadline.as_secs_f64()),
                began,
            };
            let run = std::pin::pin!(self.run(plan, messages, &hang_up));
            let tick = std::pin::pin!(self.tick(plan));
            let end = match select(run, tick).await {
                Either::Left((end, _)) => end,
                Either::Right((late, run)) => {
                    hang_up.hang_up();
                    // It ends at once, and puts itself into the log.
                    run.await;
                    late
                }
            };
            self.change(|talk| {
                talk.elapsed_millis = now_millis() - began;
                talk.phase = Phase::Ended;
                talk.is_listening = false;
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

    /// Lets the clock go on while nothing comes; returns once the deadline has passed, if there is one.
    async fn tick(self, plan: Plan) -> End {
        loop {
            TimeoutFuture::new(TICK_MILLIS).await;
            let elapsed_millis = now_millis() - plan.began;
            self.note(|talk| talk.elapsed_millis = elapsed_millis);
            if plan.left_millis().is_some_and(|left| left < -GRACE_MILLIS) {
                return own(Code::DeadlineExceeded);
            }
        }
    }

    async fn run(self, plan: Plan, messages: Vec<Bytes>, hang_up: &HangUp) -> End {
        let mut pause = FIRST_PAUSE_MILLIS;
        let mut messages = messages;
        loop {
            let end = self.exchange(plan, messages, hang_up).await;
            let read = |talk: &Talk| (talk.version, talk.phase, talk.is_canceled);
            let Some((version, phase, is_canceled)) = self.talk.read(read) else {
                return end;
            };
            let is_lost = matches!(end.code, Code::Unavailable | Code::Internal | Code::Unknown);
            if is_canceled || plan.kind != Kind::Watch || version == 0 || !is_lost {
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
                return own(Code::Canceled);
            }
            pause = (pause * 2).min(LONGEST_PAUSE_MILLIS);
            messages = vec![watch(0, version)];
        }
    }

    /// One call to its end.
    async fn exchange(self, plan: Plan, messages: Vec<Bytes>, hang_up: &HangUp) -> End {
        let at_millis = now_millis() - plan.began;
        let noted = self.note(|talk| {
            for message in &messages {
                // Requests are read like the answer that is nearest to them.
                let said = match plan.kind {
                    Kind::Watch => Said::default(),
                    _ => said(Kind::Hello, message),
                };
                talk.lane.note(true, at_millis, message.clone(), said);
            }
            talk.is_listening
        });
        let (Some(is_listening), Some(client)) = (noted, self.client.try_get_value()) else {
            return ended(Ok(()));
        };
        let pair = plan.timeout();
        let frames = framed(messages);
        let asked = Asked {
            path: path(plan.kind),
            pair: &pair,
            frames: &frames,
            is_text: plan.way == Way::Text,
            is_noted: true,
        };
        let take = move |message| self.take(plan.kind, message, plan.began);
        if plan.way != Way::Socket {
            return ended(client.exchange(asked, Some(hang_up), take).await);
        }
        let speech = Speech::default();
        if !is_listening {
            speech.close();
        }
        self.speech.set_value(speech.clone());
        let socket = self.socket.get_value();
        ended(
            socket
                .exchange(&client, asked, speech, Some(hang_up), take)
                .await,
        )
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
        let client = self.client.get_value();
        spawn_local(async move {
            // Whether it went well is seen in the watch.
            let asked = Asked {
                path: path(Kind::Many),
                frames: &frames,
                ..Asked::default()
            };
            let _ = client.exchange(asked, None, |_| JsValue::TRUE).await;
        });
    }
}

/// What is called and how, from its beginning to its end.
#[derive(Clone, Copy)]
struct Plan {
    kind: Kind,
    way: Way,
    /// How long it may take, in milliseconds.
    limit_millis: Option<f64>,
    /// When it began, on the page's clock.
    began: f64,
}

impl Plan {
    /// Returns what is left of the deadline, in milliseconds; less than nothing once it has passed.
    fn left_millis(self) -> Option<f64> {
        Some(self.limit_millis? - (now_millis() - self.began))
    }

    /// Returns the metadata that tells the server of the deadline. A server takes none of 0.
    fn timeout(self) -> String {
        let left = self.left_millis();
        left.map(|left| format!("grpc-timeout: {}m", fixed(left.max(1.0).ceil(), 0)))
            .unwrap_or_default()
    }
}

fn own(code: Code) -> End {
    End {
        code,
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
