//! The tap: writes down everything that one call puts on the wire, with the time of each part.
//!
//! The transport tells it what happens; each change is published as a whole record.
//! It holds nothing after the call: bounds on what is kept over all calls are `state::calls`'.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use bytes::{Bytes, BytesMut};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::window;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::PerformanceResourceTiming;
use wire::traceparent::TRACEPARENT;

use super::address::is_elsewhere;
use super::clock::{now_millis, unix_millis};
use super::trace::new_traceparent;
use crate::model::fault::Fault;
use crate::model::record::{Chunk, Lines, Record, ResponseHead};
use crate::model::timing::{Moments, Phases};

/// How long the browser may take to write its own account of a fetch that ended.
const PHASES_PAUSE_MILLIS: u32 = 30;

/// How long changes are gathered before they're published, in milliseconds: drawing each piece
/// of an answer would delay the next one.
const PUBLISH_PAUSE_MILLIS: u32 = 50;

/// From this size an answer is drawn in a task of its own, after the one that read it.
pub const LARGE_BYTES: usize = 256 * 1024;
/// Largest answer that is kept whole, in bytes: the page keeps no more over all calls.
pub const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;
/// How much of a stream's body is kept, in bytes: its beginning, for it may go on for days.
pub const KEPT_STREAM_BYTES: usize = 1024 * 1024;
/// Entries the browser is asked to keep of what it fetched.
const MAX_ENTRIES: u32 = 1_000;

/// The pen of one call's record; clones write the same record.
#[derive(Clone)]
pub struct Tap {
    inner: Rc<Inner>,
}

struct Inner {
    record: RefCell<Record>,
    /// Start of the call on the page's monotonic clock.
    origin: f64,
    /// None where nobody is told before the end.
    publish: Option<Box<dyn Fn(Record)>>,
    /// A change waits to be published.
    is_publishing: Cell<bool>,
    /// Bytes of the answer's body that may still be kept.
    room: Cell<usize>,
    /// The same of what is said bit by bit.
    said_room: Cell<usize>,
    /// Asks the browser for its account of the fetch; none of what isn't one.
    account: Option<Account>,
}

/// Returns the phases of the last fetch of a URL that began at a time or later.
type Account = fn(&str, f64) -> Option<Phases>;

impl Tap {
    /// Begins a record now; `publish` is given a copy soon after a change, and at once at the end.
    pub fn new(publish: impl Fn(Record) + 'static) -> Self {
        Self::with(Some(Box::new(publish)), MAX_ANSWER_BYTES, Some(phases_of))
    }

    /// Begins a record that nobody is told of and that keeps so much of the body at most: of a stream that may last
    /// for days.
    pub fn bounded(room: usize) -> Self {
        Self::with(None, room, Some(phases_of))
    }

    /// The same of a call over a socket, of which the browser has no account.
    pub fn socket(room: usize) -> Self {
        Self::with(None, room, None)
    }

    fn with(publish: Option<Box<dyn Fn(Record)>>, room: usize, account: Option<Account>) -> Self {
        let record = Record {
            started_at_millis: unix_millis(),
            ..Record::default()
        };
        let inner = Inner {
            record: RefCell::new(record),
            origin: now_millis(),
            publish,
            is_publishing: Cell::new(false),
            room: Cell::new(room),
            said_room: Cell::new(room),
            account,
        };
        Self {
            inner: Rc::new(inner),
        }
    }

    /// Returns the record as it stands.
    pub fn record(&self) -> Record {
        self.inner.record.borrow().clone()
    }

    /// Returns how long ago the call began, in milliseconds.
    pub fn age_millis(&self) -> f64 {
        now_millis() - self.inner.origin
    }

    /// Returns how long the call took, or has taken until now, in milliseconds.
    pub fn elapsed_millis(&self) -> f64 {
        let ended = self.inner.record.borrow().ended_millis;
        ended.unwrap_or_else(|| self.age_millis())
    }

    /// Returns a request's headers with a trace that begins here. The caller's own is left as it is; a call of which
    /// nothing is kept has none. Nor has one to a server of the reader's choice: where its CORS doesn't know the header,
    /// browsers would refuse the whole call.
    pub fn traced(&self, mut headers: Lines) -> Lines {
        let has_trace = headers.iter().any(|(name, _)| name == TRACEPARENT);
        if !has_trace && self.inner.room.get() > 0 && !is_elsewhere() {
            headers.push(new_traceparent());
            self.change(|record, at_millis| record.sent_millis = Some(at_millis));
        }
        headers
    }

    /// The request is about to leave.
    pub fn requested(&self, url: &str, path: &str, headers: Lines, body: Bytes) {
        self.change(|record, _| {
            url.clone_into(&mut record.url);
            path.clone_into(&mut record.path);
            record.request_headers = headers;
            record.request_body = body;
        });
    }

    /// More of the request left; as much of it is kept as of an answer.
    pub fn said(&self, bytes: &[u8]) {
        let kept = &bytes[..self.inner.said_room.get().min(bytes.len())];
        self.inner.said_room.update(|room| room - kept.len());
        if kept.is_empty() {
            return;
        }
        self.change(|record, _| {
            // Copied only where somebody holds a copy of the record.
            let said = std::mem::take(&mut record.request_body).try_into_mut();
            let mut said = said.unwrap_or_else(|shared| BytesMut::from(&shared[..]));
            said.extend_from_slice(kept);
            record.request_body = said.freeze();
        });
    }

    /// The head of the answer came.
    pub fn responded(&self, http_status: u16, headers: Lines) {
        self.change(|record, at_millis| {
            record.response = Some(ResponseHead {
                at_millis,
                http_status,
                headers,
            });
        });
    }

    /// The answer may hold any number of messages.
    pub fn stream(&self) {
        self.change(|record, _| record.is_stream = true);
    }

    /// A piece of the body came; fails if an answer that's to be kept whole is too large for that.
    pub fn chunk(&self, mut bytes: Bytes) -> Result<(), Fault> {
        let room = self.inner.room.get();
        let left_out = bytes.len().saturating_sub(room);
        if left_out > 0 && self.inner.publish.is_some() {
            return Err(Fault::AnswerSize(MAX_ANSWER_BYTES));
        }
        bytes.truncate(room);
        self.inner.room.set(room - bytes.len());
        self.change(|record, at_millis| {
            record.left_out += left_out;
            if !bytes.is_empty() {
                record.push(Chunk { at_millis, bytes });
            }
        });
        Ok(())
    }

    /// A message was decoded.
    pub fn message(&self) {
        self.change(|record, at_millis| {
            record.messages += 1;
            record.last_message_millis = Some(at_millis);
        });
    }

    /// The trailers are known.
    pub fn trailers(&self, trailers: Lines) {
        self.change(|record, _| record.trailers = trailers);
    }

    /// The answer isn't proper.
    pub fn fault(&self, fault: Fault) {
        self.change(|record, _| record.fault = Some(fault));
    }

    /// The call ended; asks the browser for its account of it.
    pub fn ended(&self, aborted: bool) {
        if self.inner.record.borrow().ended_millis.is_some() {
            return;
        }
        self.change(|record, at_millis| {
            record.ended_millis = Some(at_millis);
            record.aborted = aborted;
        });
        let size = self.inner.record.borrow().response_size();
        if size < LARGE_BYTES {
            self.publish();
        }
        let Some(account) = self.inner.account else {
            return;
        };
        let tap = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(PHASES_PAUSE_MILLIS).await;
            let phases = account(&tap.inner.record.borrow().url, tap.inner.origin);
            tap.change(|record, _| record.phases = phases);
        });
    }

    fn change(&self, change: impl FnOnce(&mut Record, f64)) {
        let at_millis = self.age_millis();
        change(&mut self.inner.record.borrow_mut(), at_millis);
        self.publish_soon();
    }

    // Compiled once, unlike what changes.
    #[inline(never)]
    fn publish_soon(&self) {
        if self.inner.publish.is_none() || self.inner.is_publishing.replace(true) {
            return;
        }
        let tap = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(PUBLISH_PAUSE_MILLIS).await;
            tap.inner.is_publishing.set(false);
            tap.publish();
        });
    }

    fn publish(&self) {
        if let Some(publish) = &self.inner.publish {
            publish(self.record());
        }
    }
}

fn phases_of(url: &str, origin: f64) -> Option<Phases> {
    let performance = window().performance()?;
    performance.set_resource_timing_buffer_size(MAX_ENTRIES);
    let entry = performance
        .get_entries_by_name(url)
        .iter()
        .filter_map(|entry| entry.dyn_into::<PerformanceResourceTiming>().ok())
        .rfind(|entry| entry.start_time() >= origin)?;
    let moments = Moments {
        fetch_start: entry.fetch_start(),
        domain_lookup_start: entry.domain_lookup_start(),
        domain_lookup_end: entry.domain_lookup_end(),
        connect_start: entry.connect_start(),
        connect_end: entry.connect_end(),
        request_start: entry.request_start(),
        response_start: entry.response_start(),
        response_end: entry.response_end(),
    };
    let phases = Phases::from_moments(moments, entry.next_hop_protocol(), origin);
    if performance.get_entries_by_type("resource").length() > MAX_ENTRIES / 2 {
        // A full list drops new entries; what was read isn't needed again.
        performance.clear_resource_timings();
    }
    Some(phases)
}
