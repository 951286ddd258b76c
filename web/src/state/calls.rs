//! The calls made on this page: sending, canceling, and the bounded list of them.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::{AbortHandle, abortable};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::code::Code;

use super::schema::Schemas;
use super::server::Server;
use crate::client;
use crate::client::tap::{LARGE_BYTES, Tap};
use crate::client::trace::Uploads;
use crate::model::call::{Call, CallFuture, Outcome, Success, enforce_bounds};
use crate::model::comparison::{Comparison, Sizes};
use crate::model::greeting::Request;
use crate::model::raw::RawRequest;
use crate::model::record::Record;
use crate::model::status::Failure;

/// How long a call may take before it's shown as pending, in milliseconds.
const SHOW_AFTER_MILLIS: u32 = 60;

/// The list of calls, newest first, the one that's looked at, and the one in flight.
#[derive(Clone, Copy)]
pub struct Calls {
    list: RwSignal<Vec<Arc<Call>>>,
    latest: RwSignal<Option<Arc<Call>>>,
    selected: RwSignal<Option<u32>>,
    is_paused: RwSignal<bool>,
    next_number: StoredValue<u32>,
    in_flight: RwSignal<Option<AbortHandle>>,
    comparison: RwSignal<Comparison>,
    uploads: Uploads,
    server: Server,
    schemas: Schemas,
}

impl Calls {
    /// Returns an empty list whose calls go to `server`.
    pub fn new(server: Server, schemas: Schemas) -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            latest: RwSignal::new(None),
            selected: RwSignal::new(None),
            is_paused: RwSignal::new(false),
            next_number: StoredValue::new(1),
            in_flight: RwSignal::new(None),
            comparison: RwSignal::new(Comparison::default()),
            uploads: Uploads::for_life(server.base_url()),
            server,
            schemas,
        }
    }

    /// Returns every call kept, newest first.
    pub fn list(self) -> ReadSignal<Vec<Arc<Call>>> {
        self.list.read_only()
    }

    /// Returns the newest call, if any was made.
    pub fn latest(self) -> ReadSignal<Option<Arc<Call>>> {
        self.latest.read_only()
    }

    /// Returns the number of the call that's looked at.
    pub fn selected_number(self) -> ReadSignal<Option<u32>> {
        self.selected.read_only()
    }

    /// Returns the call that's looked at: the chosen one, else the newest.
    pub fn selected(self) -> Memo<Option<Arc<Call>>> {
        let look = move |_: Option<&Option<Arc<Call>>>| {
            let number = self.selected.get();
            let chosen = number.and_then(|number| {
                self.list
                    .with(|list| list.iter().find(|call| call.number == number).cloned())
            });
            chosen.or_else(|| self.latest.get())
        };
        Memo::new_with_compare(look, |old, new| !is_same(old, new))
    }

    /// Returns the call that's looked at, a task later, for what takes longest to draw: a page that draws everything at
    /// once answers nobody meanwhile.
    pub fn inspected(self) -> ReadSignal<Option<Arc<Call>>> {
        let selected = self.selected();
        let inspected = RwSignal::new(selected.get_untracked());
        Effect::new(move |_| {
            let call = selected.get();
            spawn_local(async move {
                TimeoutFuture::new(0).await;
                // The page may have been left.
                let _ = inspected.try_set(call);
            });
        });
        inspected.read_only()
    }

    /// Looks at the call of this number.
    pub fn select(self, number: u32) {
        self.selected.set(Some(number));
    }

    /// Returns whether a call is waiting for its end.
    pub fn is_pending(self) -> Signal<bool> {
        Signal::derive(move || self.in_flight.with(Option::is_some))
    }

    /// Returns whether new calls stay out of the list.
    pub fn is_paused(self) -> ReadSignal<bool> {
        self.is_paused.read_only()
    }

    /// Keeps new calls out of the list, or lets them in again.
    pub fn toggle_paused(self) {
        self.is_paused.update(|is_paused| *is_paused = !*is_paused);
    }

    /// Forgets every call.
    pub fn clear(self) {
        self.list.set(Vec::new());
        self.selected.set(None);
        self.latest.set(None);
    }

    /// Returns what the last input took in each dialect.
    pub fn comparison(self) -> ReadSignal<Comparison> {
        self.comparison.read_only()
    }

    /// Calls MyService; does nothing while another call is in flight.
    pub fn send(self, request: Request) {
        self.start(move |base_url, tap| {
            Box::pin(async move {
                let result = client::call::greet(base_url, request.clone(), tap.clone()).await;
                if result.is_ok() {
                    let record = tap.record();
                    let sizes = Sizes {
                        request: record.request_body.len(),
                        answer: record.response_size(),
                    };
                    self.comparison.update(|both| both.note(&request, sizes));
                }
                result
            })
        });
    }

    /// Calls any method; does nothing while another call is in flight.
    pub fn send_raw(self, request: RawRequest) {
        self.start(move |base_url, tap| Box::pin(client::raw::call(base_url, request, tap)));
    }

    /// Cancels the call in flight, if there is one: its fetch is aborted at once.
    pub fn cancel(self) {
        self.in_flight
            .with_untracked(|in_flight| in_flight.as_ref().map(AbortHandle::abort));
    }

    /// Starts a call. It's shown once it has ended or lasted a while: drawing a call that is about
    /// to end would only delay it.
    fn start(self, call: impl FnOnce(String, Tap) -> CallFuture) {
        if self.in_flight.with_untracked(Option::is_some) {
            return;
        }
        let running = Running::new(self, self.next_number());
        let tap = Tap::new({
            let running = running.clone();
            move |record| running.change(|call| call.record = Arc::new(record))
        });
        let call = call(self.server.base_url(), tap.clone());
        self.follow(running, tap, call);
    }

    fn follow(self, running: Running, tap: Tap, call: CallFuture) {
        let (call, abort) = abortable(call);
        self.in_flight.set(Some(abort));
        spawn_local({
            let running = running.clone();
            async move {
                let result = call.await.unwrap_or_else(|_| Err(canceled()));
                if tap.record().response_size() >= LARGE_BYTES {
                    TimeoutFuture::new(0).await;
                }
                self.finish(&running, result, &tap);
            }
        });
        spawn_local(async move {
            TimeoutFuture::new(SHOW_AFTER_MILLIS).await;
            running.show();
        });
    }

    /// Takes in a call that was made elsewhere on the page and is over.
    pub fn note(self, record: Record, result: Result<Success, Failure>) {
        let elapsed_millis = record.ended_millis.unwrap_or_default();
        let call = Arc::new(Call {
            number: self.next_number(),
            record: Arc::new(record),
            outcome: Outcome::Ended {
                result,
                elapsed_millis,
            },
        });
        self.insert(Arc::clone(&call));
        self.list.update(enforce_bounds);
        self.uploads.begin(call, elapsed_millis);
    }

    fn next_number(self) -> u32 {
        let number = self.next_number.get_value();
        self.next_number.set_value(number.wrapping_add(1));
        number
    }

    fn finish(self, running: &Running, result: Result<Success, Failure>, tap: &Tap) {
        let unreached = matches!(&result, Err(failure) if failure.is_unreached());
        self.in_flight.set(None);
        let (elapsed_millis, handed_millis) = (tap.elapsed_millis(), tap.age_millis());
        running.change(|call| {
            call.record = Arc::new(tap.record());
            call.outcome = Outcome::Ended {
                result,
                elapsed_millis,
            };
        });
        running.show();
        self.list.update(enforce_bounds);
        // A call that the page ended by itself says nothing of the server.
        if unreached || running.call().record.response.is_some() {
            self.server.heard(!unreached);
        }
        let call = running.call();
        self.schemas
            .shared()
            .with_value(|schema| client::devtools::post(&call, schema));
        self.uploads.begin(call, handed_millis);
    }

    fn insert(self, call: Arc<Call>) {
        if !self.is_paused.get_untracked() {
            self.list.update(|list| list.insert(0, Arc::clone(&call)));
        }
        self.selected.set(None);
        self.latest.set(Some(call));
    }

    /// Replaces a call wherever it stands: it may be the newest, in the list, or both.
    fn replace(self, call: &Arc<Call>) {
        let replace = |old: &mut Arc<Call>| {
            if old.number == call.number {
                *old = Arc::clone(call);
            }
        };
        self.list.update(|list| list.iter_mut().for_each(replace));
        self.latest
            .update(|latest| latest.iter_mut().for_each(replace));
    }
}

/// A call under way, and whether the reader sees it yet.
#[derive(Clone)]
struct Running {
    calls: Calls,
    state: Rc<RefCell<(Arc<Call>, bool)>>,
}

impl Running {
    fn new(calls: Calls, number: u32) -> Self {
        let call = Call {
            number,
            record: Arc::default(),
            outcome: Outcome::Pending,
        };
        Self {
            calls,
            state: Rc::new(RefCell::new((Arc::new(call), false))),
        }
    }

    fn call(&self) -> Arc<Call> {
        Arc::clone(&self.state.borrow().0)
    }

    fn change(&self, change: impl FnOnce(&mut Call)) {
        change(Arc::make_mut(&mut self.state.borrow_mut().0));
        if self.state.borrow().1 {
            self.calls.replace(&self.call());
        }
    }

    fn show(&self) {
        let was_shown = std::mem::replace(&mut self.state.borrow_mut().1, true);
        if !was_shown {
            self.calls.insert(self.call());
        }
    }
}

/// A call that changes is a new value; comparing what it holds would read megabytes.
fn is_same(old: Option<&Option<Arc<Call>>>, new: Option<&Option<Arc<Call>>>) -> bool {
    match (old.and_then(Option::as_ref), new.and_then(Option::as_ref)) {
        (Some(old), Some(new)) => Arc::ptr_eq(old, new),
        (old, new) => old.is_none() && new.is_none(),
    }
}

fn canceled() -> Failure {
    Failure::local(Code::Canceled, "canceled in the page")
}
