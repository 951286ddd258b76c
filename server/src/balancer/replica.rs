//! One replica: its connections, and everything that is known of how it fares.
//! A pick reads atomics only; the breaker's lock is taken when a call ends, for a few instructions.
//! `upkeep` makes the connections, `ticket` counts the calls, `shared` decides who may be picked.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwapOption, Guard};
use http::uri::Authority;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::breaker::{self, Breaker};
use super::endpoint::Endpoint;
use super::latency::{Decayed, Histogram, Window};
use super::link::Link;
use super::orca::Weight;
use super::policy::Load;
use crate::balance::{Health, Snapshot, Standing};

/// Connections to one replica at most: beyond that its own threads are what is short.
pub(super) const MAX_LINKS: usize = 4;
/// Calls in flight for which another connection is opened. Servers commonly allow 100 streams on one; calls beyond that
/// would wait for others to end.
const CALLS_PER_LINK: u32 = 64;
/// How long a newcomer's share grows: caches fill, and code is compiled, in its first calls. Short, since a newcomer shall
/// have its fair share within two seconds.
const SLOW_START: Duration = Duration::from_secs(1);
/// Where its share begins.
const MIN_SHARE: f64 = 0.1;

/// One replica and its counters.
#[derive(Debug)]
pub(super) struct Replica {
    pub(super) name: Arc<str>,
    pub(super) endpoint: Endpoint,
    pub(super) authority: Authority,
    links: [ArcSwapOption<Link>; MAX_LINKS],
    /// Told when calls are more than its connections should carry.
    pub(super) busy: Notify,
    pub(super) health: watch::Sender<Health>,
    is_serving: AtomicBool,
    breaker: Mutex<Breaker>,
    last_error: ArcSwapOption<Arc<str>>,
    generation: AtomicU64,
    in_flight: AtomicU32,
    picks: AtomicU64,
    failures: AtomicU64,
    /// Milliseconds from `created` to when it was reached the last time.
    reached_ms: AtomicU64,
    created: Instant,
    pub(super) decayed: Decayed,
    pub(super) latencies: Histogram,
    pub(super) window: Window,
    pub(super) weight: Weight,
}

impl Replica {
    /// Without a connection yet. None if the endpoint can't be an authority, which its parser excludes.
    pub(super) fn new(
        name: Arc<str>,
        endpoint: Endpoint,
        breaker: breaker::Config,
        now: Instant,
    ) -> Option<Self> {
        Some(Self {
            name,
            authority: endpoint.authority()?,
            endpoint,
            links: Default::default(),
            busy: Notify::new(),
            health: watch::Sender::new(Health::Starting),
            is_serving: AtomicBool::new(true),
            breaker: Mutex::new(Breaker::new(breaker)),
            last_error: ArcSwapOption::empty(),
            generation: AtomicU64::new(0),
            in_flight: AtomicU32::new(0),
            picks: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            reached_ms: AtomicU64::new(0),
            created: now,
            decayed: Decayed::new(now),
            latencies: Histogram::new(now),
            window: Window::new(now),
            weight: Weight::new(now),
        })
    }

    /// The open connection with the fewest calls; None while there is none.
    pub(super) fn link(&self) -> Option<Arc<Link>> {
        let links = self.links.iter().map(ArcSwapOption::load);
        let open = links.filter_map(|link: Guard<Option<Arc<Link>>>| {
            Some(Arc::clone(link.as_ref().filter(|link| link.is_open())?))
        });
        open.min_by_key(|link| link.calls())
    }

    /// Puts a connection into its place, or takes it out.
    pub(super) fn set_link(&self, slot: usize, link: Option<Arc<Link>>) {
        self.links[slot].store(link);
    }

    pub(super) fn open_links(&self) -> usize {
        let links = self.links.iter().map(ArcSwapOption::load);
        links
            .filter(|link| link.as_ref().is_some_and(|link| link.is_open()))
            .count()
    }

    /// True if its calls are so many that the connection of that number should be there.
    pub(super) fn wants_link(&self, slot: usize) -> bool {
        let below = u32::try_from(slot).unwrap_or(u32::MAX);
        self.in_flight() > below.saturating_mul(CALLS_PER_LINK)
    }

    /// Notes that it was reached anew.
    pub(super) fn reached(&self, now: Instant, health: Health) {
        let millis = now.saturating_duration_since(self.created).as_millis();
        self.reached_ms
            .store(u64::try_from(millis).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.generation.fetch_add(1, Ordering::Relaxed);
        self.is_serving.store(true, Ordering::Relaxed);
        self.health.send_replace(health);
    }

    /// True if there is a connection and it says that it serves.
    pub(super) fn is_reachable(&self) -> bool {
        self.is_serving() && matches!(*self.health.borrow(), Health::Ready { .. })
    }

    pub(super) fn is_serving(&self) -> bool {
        self.is_serving.load(Ordering::Relaxed)
    }

    /// True if that is news.
    pub(super) fn set_serving(&self, is_serving: bool) -> bool {
        self.is_serving.swap(is_serving, Ordering::Relaxed) != is_serving
    }

    pub(super) fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_last_error(&self, error: Arc<str>) {
        self.last_error.store(Some(Arc::new(error)));
    }

    /// Counts a pick; the call is in flight until `left`.
    pub(super) fn entered(&self) {
        self.picks.fetch_add(1, Ordering::Relaxed);
        let in_flight = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        if in_flight.is_multiple_of(CALLS_PER_LINK) {
            self.busy.notify_waiters();
        }
    }

    pub(super) fn left(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    fn in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// What policies compare.
    pub(super) fn load(&self, now: Instant) -> Load {
        Load {
            in_flight: self.in_flight(),
            latency_ms: self.decayed.read(now),
            weight: self.weight.read(now),
            share: self.share(now),
        }
    }

    /// 1, or less for a newcomer.
    fn share(&self, now: Instant) -> f64 {
        let reached = Duration::from_millis(self.reached_ms.load(Ordering::Relaxed));
        let age = now
            .saturating_duration_since(self.created)
            .saturating_sub(reached);
        (age.as_secs_f64() / SLOW_START.as_secs_f64()).clamp(MIN_SHARE, 1.0)
    }

    /// `is_picked`: whether it is among those that may be picked now.
    pub(super) fn snapshot(&self, now: Instant, is_picked: bool) -> Snapshot {
        let health = self.health.borrow().clone();
        Snapshot {
            name: Arc::clone(&self.name),
            address: self.endpoint.to_string(),
            standing: self.standing(&health, now, is_picked),
            health,
            generation: self.generation.load(Ordering::Relaxed),
            connections: u32::try_from(self.open_links()).unwrap_or(u32::MAX),
            last_error: self.last_error.load().as_deref().cloned(),
            in_flight: self.in_flight(),
            picks: self.picks.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            calls_per_second: self.window.rate(now),
            latencies: self.latencies.percentiles(now),
            load: (f64::from(self.in_flight()) + 1.0) * self.decayed.read(now),
            weight: self.weight.read(now).unwrap_or(1.0),
        }
    }

    fn standing(&self, health: &Health, now: Instant, is_picked: bool) -> Standing {
        match health {
            Health::Starting => return Standing::Starting,
            Health::Unreachable { error } => {
                let reason = Arc::clone(error);
                return Standing::Unreachable { reason };
            }
            Health::Ready { .. } if !self.is_serving() => return Standing::NotServing,
            Health::Ready { .. } => {}
        }
        match self.breaker().state() {
            breaker::State::Closed => Standing::Ready,
            breaker::State::Spared { reason } => Standing::Spared {
                reason: reason.to_string(),
            },
            breaker::State::Ejected { reason, .. } if is_picked => Standing::Spared {
                reason: reason.to_string(),
            },
            breaker::State::Ejected { reason, until } => Standing::Ejected {
                reason: reason.to_string(),
                next_probe_in: until.saturating_duration_since(now),
            },
            breaker::State::Probing { reason } => Standing::Probing {
                reason: reason.to_string(),
            },
        }
    }
}
