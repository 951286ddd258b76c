//! The calls made on this page: sending, canceling, and the bounded list of them.

use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::code::Code;

use super::server::Server;
use crate::client;
use crate::model::call::{Call, MAX_CALLS, Outcome};
use crate::model::greeting::{Answer, Request};
use crate::model::status::Failure;

/// The list of calls, newest first, and the one in flight.
#[derive(Clone, Copy)]
pub struct Calls {
    list: RwSignal<Vec<Call>>,
    next_number: StoredValue<u32>,
    in_flight: RwSignal<Option<AbortHandle>>,
    server: Server,
}

impl Calls {
    /// Returns an empty list whose calls go to `server`.
    pub fn new(server: Server) -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            next_number: StoredValue::new(1),
            in_flight: RwSignal::new(None),
            server,
        }
    }

    /// Returns every call kept, newest first.
    pub fn list(self) -> ReadSignal<Vec<Call>> {
        self.list.read_only()
    }

    /// Returns the newest call, if any was made.
    pub fn latest(self) -> Memo<Option<Call>> {
        Memo::new(move |_| self.list.with(|list| list.first().cloned()))
    }

    /// Returns whether a call is waiting for its end.
    pub fn is_pending(self) -> Memo<bool> {
        Memo::new(move |_| self.in_flight.with(Option::is_some))
    }

    /// Sends a request; does nothing while another one is in flight.
    pub fn send(self, request: Request) {
        if self.in_flight.with_untracked(Option::is_some) {
            return;
        }
        let number = self.record(&request);
        let observer =
            Rc::new(move |path: &str| self.update(number, |call| path.clone_into(&mut call.path)));
        let base_url = self.server.base_url();
        let (call, abort) = abortable(client::call::call(base_url, request, observer));
        self.in_flight.set(Some(abort));
        let started = now_millis();
        spawn_local(async move {
            let result = call.await.unwrap_or_else(|_| Err(canceled()));
            let elapsed_millis = now_millis() - started;
            self.finish(number, result, elapsed_millis);
        });
    }

    /// Cancels the call in flight, if there is one: its fetch is aborted at once.
    pub fn cancel(self) {
        self.in_flight
            .with_untracked(|in_flight| in_flight.as_ref().map(AbortHandle::abort));
    }

    fn record(self, request: &Request) -> u32 {
        let number = self.next_number.get_value();
        self.next_number.set_value(number.wrapping_add(1));
        let call = Call {
            number,
            method: request.method,
            path: String::new(),
            outcome: Outcome::Pending,
        };
        self.list.update(|list| {
            list.insert(0, call);
            list.truncate(MAX_CALLS);
        });
        number
    }

    fn finish(self, number: u32, result: Result<Answer, Failure>, elapsed_millis: f64) {
        let answered = !matches!(&result, Err(failure) if !failure.answered);
        self.in_flight.set(None);
        self.update(number, |call| {
            call.outcome = Outcome::Ended {
                result,
                elapsed_millis,
            }
        });
        self.server.heard(answered);
    }

    fn update(self, number: u32, change: impl FnOnce(&mut Call)) {
        self.list.update(|list| {
            if let Some(call) = list.iter_mut().find(|call| call.number == number) {
                change(call);
            }
        });
    }
}

fn canceled() -> Failure {
    Failure::local(Code::Canceled, "canceled in the page")
}

/// Returns the browser's monotonic clock in milliseconds.
fn now_millis() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}
