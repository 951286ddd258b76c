//! What the reader tries on `/traces`: real calls, and real trouble for the demo, which is as it was before afterwards.
//!
//! The page's own client makes each call and begins its trace. The trace is found by a mark in the call's `tracestate`,
//! so that calls of others aren't mistaken for it.

use bytes::Bytes;
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use wire::code::Code;

use super::Tracer;
use crate::client::lent::Lent;
use crate::client::{balancer, chaos, traces};
use crate::model::balance::{Balance, Policy};
use crate::model::message::Writer;
use crate::model::refusal::Refusal;
use crate::model::trace::{Filter, Span, Summary, Trace, short};
use crate::model::traces::trial::{ADDED, Act, Outcome, Stage};

/// Time between two looks at what has become of a call, in milliseconds, and how many of them: the spans of all parts
/// come within a fraction of a second, or not at all.
const LOOK_MILLIS: u32 = 100;
const MAX_LOOKS: u32 = 30;
/// Looks after which a trace that isn't whole, or may be another's, has to do.
const PATIENT_LOOKS: u32 = 12;
/// Traces among which a call's is looked for.
const NEWEST: u32 = 20;
/// Calls until one of them has met the replica that refuses.
const MAX_CALLS: usize = 12;

/// One step back to how the demo was.
#[derive(Debug, Clone)]
enum Undo {
    /// A replica is disturbed as it was, in the words of the server.
    Disturbance(String, Bytes),
    /// A component has the policy that it had.
    Policy(String, Policy, String),
}

/// What a trial comes to.
enum Found {
    One(Trace),
    Two(Trace, Trace),
    None,
}

impl Tracer {
    /// Asks whether there's a demo.
    pub(super) fn look_for_demo(self) {
        spawn_local(async move {
            let Some(client) = self.client() else { return };
            let answer = chaos::disturbances(&client).await;
            let is_absent = |refusal: &Refusal| refusal.code == Code::Unimplemented;
            self.change(|page| page.trial.has_no_demo = answer.is_err_and(|own| is_absent(&own)));
        });
    }

    /// Tries something, unless a trial goes on.
    pub fn attempt(self, act: Act) {
        if self.read(|page| page.trial.stage.is_busy()) {
            return;
        }
        self.change(|page| page.trial.begin(act));
        spawn_local(async move {
            let Some(client) = self.client() else { return };
            // This goes on when the reader leaves, so that the demo is put back in any case.
            let mut undos = Vec::new();
            let found = match act {
                Act::Send => self
                    .traced(&client)
                    .await
                    .map(|own| own.map_or(Found::None, Found::One)),
                Act::Slow => self.slow(&client, &mut undos).await,
                Act::Retry => self.retry(&client, &mut undos).await,
            };
            let restored = restore(&client, undos).await;
            self.finish(act, found.and_then(|found| restored.map(|()| found)));
        });
    }

    fn finish(self, act: Act, found: Result<Found, Refusal>) {
        let mut trace = None;
        self.change(|page| {
            let trial = &mut page.trial;
            trial.stage = match found {
                Ok(Found::One(one)) => {
                    trace = Some(one);
                    Stage::Done
                }
                Ok(Found::Two(before, after)) => {
                    trial.outcome = Some(Outcome::of(&before, &after, trial.guess));
                    trace = Some(after);
                    Stage::Done
                }
                Ok(Found::None) => Stage::Missed,
                Err(refusal) => {
                    trial.refusal = Some(refusal);
                    Stage::Failed
                }
            };
            trial.act = Some(act);
        });
        if let Some(trace) = trace {
            self.open(trace);
        }
    }

    fn stage(self, stage: Stage) {
        self.change(|page| page.trial.stage = stage);
    }

    /// One call as things are, and one after every replica was slowed.
    async fn slow(self, client: &Lent, undos: &mut Vec<Undo>) -> Result<Found, Refusal> {
        let Some(before) = self.traced(client).await? else {
            return Ok(Found::None);
        };
        self.stage(Stage::Preparing);
        let delay = Writer::default().nanos(1, ADDED).done();
        for (replica, disturbance) in chaos::disturbances(client).await? {
            // Those that are in other trouble stay as they are.
            if disturbance.is_empty() {
                undos.push(Undo::Disturbance(replica.clone(), disturbance));
                chaos::disturb_as(client, &replica, &delay).await?;
            }
        }
        let after = self.traced(client).await?;
        Ok(after.map_or(Found::None, |after| Found::Two(before, after)))
    }

    /// Calls in turn, one replica of all refusing, until a call has met it.
    async fn retry(self, client: &Lent, undos: &mut Vec<Undo>) -> Result<Found, Refusal> {
        self.stage(Stage::Preparing);
        let replicas = chaos::disturbances(client).await?;
        let fine = |(_, disturbance): &&(String, Bytes)| disturbance.is_empty();
        let Some((replica, disturbance)) = replicas.iter().find(fine).cloned() else {
            return Ok(Found::None);
        };
        let balances = balancer::list(client).await?;
        let has_it = |own: &&Balance| own.replicas.iter().any(|known| known.name == replica);
        if let Some(own) = balances.iter().find(has_it) {
            let undo = Undo::Policy(own.component.clone(), own.policy, own.hash_header.clone());
            undos.push(undo);
            balancer::set_policy(client, &own.component, Policy::RoundRobin, "").await?;
        }
        let broken = Writer::default().number(2, 1).done();
        undos.push(Undo::Disturbance(replica.clone(), disturbance));
        chaos::disturb_as(client, &replica, &broken).await?;
        for _ in 0..MAX_CALLS {
            let Some(trace) = self.traced(client).await? else {
                break;
            };
            if trace.spans.iter().filter(|span| span.is_attempt()).count() > 1 {
                return Ok(Found::One(trace));
            }
        }
        Ok(Found::None)
    }

    /// Makes one call and returns its trace, once it's whole or can't be waited for; none if there's no trace of it.
    async fn traced(self, client: &Lent) -> Result<Option<Trace>, Refusal> {
        self.stage(Stage::Calling);
        let filter = Filter {
            method: short(traces::CALLED).to_owned(),
            ..Filter::default()
        };
        let before = traces::list(client, &filter, NEWEST).await?.traces;
        let mark = mark();
        let answered = traces::hello(client, &mark).await;
        // A call that failed has a trace as well, and that's what this is about.
        answered.or_else(|refusal| {
            if refusal.is_unreached {
                Err(refusal)
            } else {
                Ok(())
            }
        })?;
        self.stage(Stage::Gathering);
        for look in 0..MAX_LOOKS {
            let newest = newest(client, &filter, &before).await?;
            let is_own = |span: &Span| span.trace_state.contains(&mark);
            let own = newest.iter().find(|trace| trace.spans.iter().any(is_own));
            // A server that begins traces of its own doesn't tell the mark: then it's the first one that came.
            let is_late = look >= PATIENT_LOOKS;
            let found = own.or_else(|| newest.last().filter(|_| is_late));
            if let Some(found) = found.filter(|found| found.is_whole() || is_late) {
                return Ok(Some(found.clone()));
            }
            if self.client().is_none() {
                break;
            }
            TimeoutFuture::new(LOOK_MILLIS).await;
        }
        Ok(None)
    }
}

/// Returns the traces that have come since others were listed, the newest first.
async fn newest(client: &Lent, filter: &Filter, before: &[Summary]) -> Result<Vec<Trace>, Refusal> {
    let listed = traces::list(client, filter, NEWEST).await?.traces;
    let is_new = |own: &Summary| !before.iter().any(|known| known.id == own.id);
    let mut newest = Vec::new();
    for summary in listed.into_iter().filter(is_new) {
        // One that had to make room meanwhile isn't ours.
        newest.extend(traces::get(client, &summary.id).await);
    }
    Ok(newest)
}

/// Puts the demo back as it was.
async fn restore(client: &Lent, undos: Vec<Undo>) -> Result<(), Refusal> {
    let mut result = Ok(());
    for undo in undos.into_iter().rev() {
        let undone = match undo {
            Undo::Disturbance(replica, disturbance) => {
                chaos::disturb_as(client, &replica, &disturbance).await
            }
            Undo::Policy(component, policy, header) => {
                balancer::set_policy(client, &component, policy, &header).await
            }
        };
        // One that fails doesn't keep the others from being undone.
        result = result.and(undone);
    }
    result
}

/// Returns a mark that no other call has.
fn mark() -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a random number below 2^52"
    )]
    let number = (js_sys::Math::random() * 4_503_599_627_370_496.0) as u64;
    format!("{number:013x}")
}
