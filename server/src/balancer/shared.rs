//! Who may be picked: the live set of one component's replicas, behind one atomic pointer.
//! Whatever changes it (a connection, a verdict, discovery, the policy) makes a new set under a lock and swaps the pointer;
//! calls read the pointer and never take that lock, but for the rare one that may probe an ejected replica.
//! A replica is ejected only while another one is left; the last one is spared, and says so.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use http::HeaderMap;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{info, warn};

use super::breaker::{self, Outcome, Verdict};
use super::budget::Budget;
use super::outgoing;
use super::picks::Picks;
use super::policy::ring::Ring;
use super::policy::{Chooser, Reason};
use super::pulse::Pulse;
use super::replica::Replica;
use crate::balance::{PickReason, Policy};

/// How long a due probe waits for a call that may be sent again if it fails, before any call will do.
const PROBE_PATIENCE: Duration = Duration::from_secs(5);

/// The state of one component's balancer.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) component: Arc<str>,
    pub(super) pulse: Pulse,
    pub(super) clock: fn() -> SystemTime,
    pub(super) picks: Picks,
    pub(super) budget: Budget,
    pub(super) waiting: AtomicU32,
    pub(super) breaker: breaker::Config,
    seed: AtomicU64,
    active: ArcSwap<Active>,
    members: Mutex<Members>,
    /// Counts the sets; calls that wait for a replica wait for the next one.
    generation: watch::Sender<u64>,
    /// Told with each set, for those outside.
    changed: Arc<watch::Sender<()>>,
}

/// Everybody, whether they may be picked or not.
#[derive(Debug)]
struct Members {
    replicas: Vec<Arc<Replica>>,
    policy: Policy,
    /// Since when nobody can be picked; None while somebody can.
    unready_since: Option<Instant>,
}

/// Those that may be picked.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) replicas: Vec<Arc<Replica>>,
    pub(super) policy: Policy,
    chooser: Arc<Chooser>,
    ring: Ring,
    /// When the first of the ejected ones may be probed.
    next_probe: Option<Instant>,
}

/// What a pick goes by.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// Names of those that have the method; None if all do.
    pub(super) eligible: Option<&'a [Arc<str>]>,
    /// Those that failed this call already.
    pub(super) tried: &'a [Arc<Replica>],
    /// Of the header that `ring_hash` goes by.
    pub(super) key: Option<u64>,
    /// True if the call can be sent again, should this replica fail it.
    pub(super) may_repeat: bool,
}

impl Wanted<'_> {
    fn takes(&self, replica: &Arc<Replica>) -> bool {
        self.is_eligible(replica) && !self.was_tried(replica)
    }

    fn is_eligible(&self, replica: &Replica) -> bool {
        self.eligible
            .is_none_or(|names| names.contains(&replica.name))
    }

    fn was_tried(&self, replica: &Arc<Replica>) -> bool {
        self.tried.iter().any(|tried| Arc::ptr_eq(tried, replica))
    }
}

/// Who takes a call.
#[derive(Debug)]
pub(super) struct Picked {
    pub(super) replica: Arc<Replica>,
    pub(super) reason: PickReason,
}

impl Picked {
    pub(super) fn is_probe(&self) -> bool {
        self.reason == PickReason::Probe
    }
}

/// What a balancer is made with.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) component: Arc<str>,
    pub(super) policy: Policy,
    pub(super) pulse: Pulse,
    pub(super) breaker: breaker::Config,
    pub(super) clock: fn() -> SystemTime,
    pub(super) seed: u64,
}

impl Shared {
    pub(super) fn new(settings: Settings, changed: &Arc<watch::Sender<()>>) -> Self {
        let now = Instant::now();
        let chooser = Chooser::new(settings.policy.clone(), settings.seed);
        Self {
            component: settings.component,
            pulse: settings.pulse,
            clock: settings.clock,
            picks: Picks::default(),
            budget: Budget::new(now),
            waiting: AtomicU32::new(0),
            breaker: settings.breaker,
            seed: AtomicU64::new(settings.seed),
            active: ArcSwap::from_pointee(Active {
                replicas: Vec::new(),
                policy: settings.policy.clone(),
                chooser: Arc::new(chooser),
                ring: Ring::default(),
                next_probe: None,
            }),
            members: Mutex::new(Members {
                replicas: Vec::new(),
                policy: settings.policy,
                unready_since: Some(now),
            }),
            generation: watch::Sender::new(0),
            changed: Arc::clone(changed),
        }
    }

    /// A number for jitter: another one each time. Source: `SplitMix64`.
    pub(super) fn draw(&self) -> u64 {
        let mut z = self
            .seed
            .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// All replicas, in the order of their discovery.
    pub(super) fn replicas(&self) -> Vec<Arc<Replica>> {
        self.members().replicas.clone()
    }

    pub(super) fn set_replicas(&self, replicas: Vec<Arc<Replica>>) {
        self.members().replicas = replicas;
        self.refresh();
    }

    pub(super) fn active(&self) -> Arc<Active> {
        self.active.load_full()
    }

    /// What `ring_hash` goes by for a request with these headers.
    pub(super) fn key(&self, headers: Option<&HeaderMap>) -> Option<u64> {
        outgoing::key(&self.active.load().policy, headers)
    }

    /// Changes whom calls go to from now on.
    pub(super) fn set_policy(&self, policy: Policy) {
        self.members().policy = policy;
        self.refresh();
    }

    /// Since when nobody can be picked; None while somebody can.
    pub(super) fn unready_since(&self) -> Option<Instant> {
        self.members().unready_since
    }

    /// To wait for the next set.
    pub(super) fn generations(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// Makes the set anew.
    pub(super) fn refresh(&self) {
        let mut members = self.members();
        let now = Instant::now();
        let before = self.active.load();
        let mut next_probe: Option<Instant> = None;
        let mut replicas = Vec::with_capacity(members.replicas.len());
        let reachable = || {
            let all = members.replicas.iter();
            all.filter(|replica| replica.is_reachable())
        };
        for replica in reachable() {
            match replica.breaker().state() {
                breaker::State::Closed | breaker::State::Spared { .. } => {
                    replicas.push(Arc::clone(replica));
                }
                breaker::State::Ejected { until, .. } => {
                    next_probe = Some(next_probe.map_or(until, |other| other.min(until)));
                }
                breaker::State::Probing { .. } => {}
            }
        }
        if replicas.is_empty() {
            // Whoever is left is better than nobody.
            replicas.extend(reachable().cloned());
            next_probe = None;
        }
        members.unready_since = match members.unready_since {
            _ if !replicas.is_empty() => None,
            None => Some(now),
            since => since,
        };
        let policy = members.policy.clone();
        let chooser = if policy == before.policy {
            Arc::clone(&before.chooser)
        } else {
            Arc::new(Chooser::new(policy.clone(), self.draw()))
        };
        let ring = match policy {
            Policy::RingHash { .. } => Ring::new(replicas.iter().map(|replica| &*replica.name)),
            _ => Ring::default(),
        };
        self.active.store(Arc::new(Active {
            replicas,
            policy,
            chooser,
            ring,
            next_probe,
        }));
        drop(members);
        self.generation.send_modify(|number| *number += 1);
        self.changed.send_replace(());
    }

    /// Decides who takes a call; None if nobody may.
    pub(super) fn pick(&self, wanted: &Wanted<'_>, now: Instant) -> Option<Picked> {
        let active = self.active.load();
        if active.next_probe.is_some_and(|due| now >= due)
            && let Some(replica) = self.probe(wanted, now)
        {
            let reason = PickReason::Probe;
            return Some(Picked { replica, reason });
        }
        if wanted.eligible.is_none() && wanted.tried.is_empty() {
            return choose(
                &active,
                |index| &active.replicas[index],
                active.replicas.len(),
                wanted,
                now,
            );
        }
        let some = active
            .replicas
            .iter()
            .filter(|replica| wanted.takes(replica));
        let some: Vec<_> = some.collect();
        choose(&active, |index| some[index], some.len(), wanted, now)
    }

    /// An ejected replica whose time has come, for one call.
    fn probe(&self, wanted: &Wanted<'_>, now: Instant) -> Option<Arc<Replica>> {
        let members = self.members();
        let due = |replica: &&Arc<Replica>| {
            if !wanted.takes(replica) || !replica.is_reachable() {
                return false;
            }
            let mut breaker = replica.breaker();
            let patience = if wanted.may_repeat {
                Duration::ZERO
            } else {
                PROBE_PATIENCE
            };
            let is_due = now
                .checked_sub(patience)
                .is_some_and(|then| breaker.may_probe(then));
            is_due && breaker.start_probe(now)
        };
        let found = members.replicas.iter().find(due).cloned();
        drop(members);
        if found.is_some() {
            self.refresh();
        }
        found
    }

    /// Notes how a call on a replica ended, and draws the consequences.
    pub(super) fn ended(&self, replica: &Arc<Replica>, outcome: Outcome, was_probe: bool) {
        let now = Instant::now();
        let verdict = {
            let mut breaker = replica.breaker();
            if was_probe {
                breaker.probe_ended(now, outcome, self.draw());
                None
            } else {
                breaker.record(now, outcome)
            }
        };
        if was_probe {
            let word = match replica.breaker().state() {
                breaker::State::Closed | breaker::State::Spared { .. } => "takes calls again",
                _ => "failed its probe",
            };
            let (component, replica) = (&*self.component, &*replica.name);
            info!(
                component,
                replica, "replica {replica} of {component} {word}"
            );
            self.refresh();
        }
        if let Some(Verdict::Eject(reason)) = verdict {
            self.eject(replica, reason, now);
        }
    }

    /// Takes a replica out, unless it is the last one.
    fn eject(&self, replica: &Arc<Replica>, reason: breaker::Reason, now: Instant) {
        let active = self.active.load();
        let others = active.replicas.iter();
        let has_other = others
            .filter(|other| !Arc::ptr_eq(other, replica))
            .any(|other| other.is_reachable());
        let (component, name) = (&*self.component, &*replica.name);
        if has_other {
            warn!(
                component,
                replica = name,
                "replica {name} of {component} is ejected: {reason}"
            );
            replica.breaker().eject(now, reason, self.draw());
        } else {
            warn!(
                component,
                replica = name,
                "replica {name} of {component} is kept though it fails, since it is the last one: {reason}"
            );
            replica.breaker().spare(reason);
        }
        self.refresh();
    }

    fn members(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the policy decide among `count` replicas.
fn choose<'a>(
    active: &Active,
    replica: impl Fn(usize) -> &'a Arc<Replica>,
    count: usize,
    wanted: &Wanted<'_>,
    now: Instant,
) -> Option<Picked> {
    let load = |index| replica(index).load(now);
    let name = |index: usize| &*replica(index).name;
    let choice = active
        .chooser
        .choose(count, load, name, wanted.key, &active.ring)?;
    let reason = match choice.reason {
        Reason::Only => PickReason::Only,
        Reason::Turn => PickReason::Turn,
        Reason::LowerLoad {
            load,
            over,
            over_load,
        } => PickReason::LowerLoad {
            load,
            over: Arc::clone(&replica(over).name),
            over_load,
        },
        Reason::Drawn => PickReason::Drawn,
        Reason::Hashed => PickReason::Hashed,
        Reason::First => PickReason::First,
    };
    Some(Picked {
        replica: Arc::clone(replica(choice.index)),
        reason,
    })
}
