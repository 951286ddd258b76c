//! A call on its way to a replica, and to another one if the first can't take it.
//! Sent again without anybody's leave: what never reached a replica's program, because the link was gone, the stream was
//! refused, or a goodbye left it out. Sent again by policy: what failed before the answer's head and may be done twice,
//! because its method says so (`idempotency_level`) or the operator lists the code; a few times, within a budget, after a
//! short pause or the one that the replica asks for. Both need the whole request at hand, which a stream's isn't.
//! While no replica is ready, calls wait for one, a bounded number of them for a bounded time.
//! Sources: gRPC proposals A6 and A54; RFC 9113, section 8.7.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use hyper::body::Incoming;
use tokio::time::{Instant, sleep, timeout_at};
use tonic::body::Body;
use wire::code::Code;

use super::CallError;
use super::backoff::Backoff;
use super::blame::{Pushback, blame, is_untouched, pushback};
use super::breaker::Outcome;
use super::link::Unanswered;
use super::outgoing::{Outgoing, address, set_timeout, set_traceparent};
use super::pool::{Answer, Pool, Retry};
use super::replica::Replica;
use super::shared::{Picked, Wanted};
use super::spans::{AttemptSpan, CallSpan, Traced};
use super::ticket::{AnswerBody, Ticket, code, status};
use crate::telemetry::span::RetryReason;

/// How long a call waits for a replica to become ready; and how long a component is without one before calls fail at once.
/// A replica that restarts on its port is back well within it.
pub(super) const QUEUE_WAIT: Duration = Duration::from_secs(3);
/// The longest pause that a replica can ask for.
const MAX_PUSHBACK: Duration = Duration::from_secs(5);

/// A call as it is handed over.
#[derive(Debug)]
pub struct Call {
    /// Of the request's URI only the path counts.
    pub request: http::Request<Body>,
    /// The whole body, if it is known; the request's own is empty then.
    pub message: Option<Bytes>,
    /// True if the method may be called twice for one call.
    pub is_idempotent: bool,
    /// Names of those that have the method; None if all do.
    pub eligible: Option<Arc<[Arc<str>]>>,
    /// When the caller stops waiting.
    pub deadline: Option<Instant>,
    /// What it is made in; None if it is traced nowhere.
    pub traced: Option<Traced>,
}

/// What came of one attempt.
enum Attempt {
    Answered(Answer),
    /// It left nothing behind: the next replica may have it.
    Untouched(CallError),
    /// It failed in a way that policy may forgive; the pause that the replica asks for.
    Failed(CallError, Option<Duration>),
    /// It was answered with a failure that policy may forgive.
    Refused(Answer, Option<Duration>),
    /// That's its end.
    Final(CallError),
}

/// Carries one call.
pub(super) struct Carrier<'a> {
    pool: &'a Pool,
    outgoing: Outgoing,
    is_idempotent: bool,
    eligible: Option<Arc<[Arc<str>]>>,
    deadline: Option<Instant>,
    key: Option<u64>,
    tried: Vec<Arc<Replica>>,
    attempts: u32,
    /// Attempts that policy paid for.
    paid: u32,
    traced: Option<Traced>,
    /// None if nobody will read it.
    span: Option<CallSpan>,
    /// Why the next attempt is made; None for the first.
    retry: Option<RetryReason>,
}

impl<'a> Carrier<'a> {
    pub(super) fn new(pool: &'a Pool, call: Call) -> Self {
        let outgoing = Outgoing::new(call.request, call.message);
        let key = pool.shared.key(outgoing.headers());
        let begin = |traced| CallSpan::begin(traced, &pool.shared.component);
        Self {
            pool,
            outgoing,
            is_idempotent: call.is_idempotent,
            eligible: call.eligible,
            deadline: call.deadline,
            key,
            tried: Vec::new(),
            attempts: 0,
            paid: 0,
            span: call.traced.as_ref().and_then(begin),
            traced: call.traced,
            retry: None,
        }
    }

    /// Until there is an answer, or no hope for one.
    pub(super) async fn carry(mut self) -> Result<Answer, CallError> {
        let answer = self.tried().await;
        if let (Some(span), Err(error)) = (&self.span, &answer) {
            span.failed(self.code(error), error.to_string());
        }
        answer
    }

    /// The code that the caller gets for an error.
    fn code(&self, error: &CallError) -> Code {
        code(&(self.pool.to_status)(error))
    }

    async fn tried(&mut self) -> Result<Answer, CallError> {
        let queue_until = Instant::now() + QUEUE_WAIT;
        let mut backoff = Backoff::retry();
        let mut last: Option<CallError> = None;
        self.pool.shared.budget.call();
        loop {
            let Some(picked) = self.pick() else {
                self.wait(queue_until, last.take(), &mut backoff).await?;
                continue;
            };
            match self.attempt(picked).await {
                Attempt::Answered(answer) => return Ok(answer),
                Attempt::Untouched(error) if self.outgoing.has_next() => {
                    self.retry = Some(RetryReason::Untouched);
                    last = Some(error);
                }
                Attempt::Untouched(error) | Attempt::Final(error) => return Err(error),
                Attempt::Failed(error, pause) => {
                    if !self.may_pay() {
                        return Err(error);
                    }
                    self.retry = Some(RetryReason::Failed(self.code(&error)));
                    last = Some(error);
                    sleep(self.pause(pause, &mut backoff)).await;
                }
                Attempt::Refused(answer, pause) => {
                    if !self.may_pay() {
                        return Ok(answer);
                    }
                    let code = status(answer.response.headers());
                    self.retry = code.map(RetryReason::Failed);
                    drop(answer);
                    sleep(self.pause(pause, &mut backoff)).await;
                }
            }
        }
    }

    /// Somebody who hasn't failed this call; if policy let it be sent again, somebody who has will do too.
    fn pick(&mut self) -> Option<Picked> {
        let picked = self.pick_among(&self.tried);
        if picked.is_some() || self.paid == 0 || self.tried.is_empty() {
            return picked;
        }
        self.tried.clear();
        self.pick_among(&[])
    }

    fn pick_among(&self, tried: &[Arc<Replica>]) -> Option<Picked> {
        let wanted = Wanted {
            eligible: self.eligible.as_deref(),
            tried,
            key: self.key,
            may_repeat: self.may_repeat(),
        };
        self.pool.shared.pick(&wanted, Instant::now())
    }

    /// True if the call could be made again, should the next attempt fail.
    fn may_repeat(&self) -> bool {
        self.is_idempotent && matches!(self.outgoing, Outgoing::Again(..))
    }

    async fn attempt(&mut self, picked: Picked) -> Attempt {
        let shared = &self.pool.shared;
        let picked_at = Instant::now();
        let gone = |replica: &Replica| CallError::Broken {
            component: Arc::clone(&shared.component),
            replica: Arc::clone(&replica.name),
            cause: "the connection was lost".to_owned(),
        };
        self.tried.push(Arc::clone(&picked.replica));
        let Some(link) = picked.replica.link() else {
            let error = gone(&picked.replica);
            if picked.is_probe() {
                shared.ended(&picked.replica, Outcome::Neutral, true);
            }
            return Attempt::Untouched(error);
        };
        let Some(mut request) = self.outgoing.next() else {
            return Attempt::Final(gone(&picked.replica));
        };
        self.attempts += 1;
        shared.picks.note(
            &picked.replica.name,
            picked.reason.clone(),
            self.attempts,
            (shared.clock)(),
        );
        let span = self.span.as_ref();
        let span = span.map(|call| call.attempt(&picked.replica, &picked.reason, self.retry));
        let caller = span.as_ref().map(AttemptSpan::span);
        let caller = caller.or_else(|| self.traced.as_ref().map(|traced| &traced.span));
        if let Some(caller) = caller {
            set_traceparent(request.headers_mut(), caller.traceparent());
        }
        address(&mut request, &picked.replica);
        if let Some(deadline) = self.deadline {
            let left = deadline.saturating_duration_since(picked_at);
            set_timeout(request.headers_mut(), left);
        }
        let ticket = Ticket::new(shared, picked, link, self.deadline, picked_at, span);
        let sent = ticket.link().clone();
        match sent.send(request).await {
            Ok(response) => self.answered(response, ticket),
            Err(unanswered) => self.unanswered(unanswered, ticket),
        }
    }

    fn answered(&self, response: http::Response<Incoming>, mut ticket: Ticket) -> Attempt {
        let retry = &self.pool.retry;
        let code = status(response.headers());
        let is_forgiven = code.is_some_and(|code| self.forgives(code, retry));
        let pushback = pushback(response.headers());
        if code.is_some() || response.status() != StatusCode::OK {
            ticket.answered(response.headers());
        }
        let answer = Answer {
            replica: Arc::clone(&ticket.replica.name),
            picked_at: ticket.picked_at,
            attempts: self.attempts,
            response: response
                .map(|inner| Body::new(AnswerBody::new(inner, ticket, self.pool.to_status))),
        };
        match pushback {
            Pushback::Never => Attempt::Answered(answer),
            _ if !is_forgiven => Attempt::Answered(answer),
            Pushback::After(pause) => Attempt::Refused(answer, Some(pause)),
            Pushback::Unsaid => Attempt::Refused(answer, None),
        }
    }

    fn unanswered(&mut self, mut unanswered: Unanswered, mut ticket: Ticket) -> Attempt {
        let (component, replica) = (&self.pool.shared.component, &ticket.replica.name);
        if let Some(unsent) = unanswered.take_message() {
            let error = blame(component, replica, &unanswered.into_error());
            ticket.unsent();
            self.outgoing.put_back(unsent);
            return Attempt::Untouched(error);
        }
        let cause = unanswered.into_error();
        let error = blame(component, replica, &cause);
        if is_untouched(&cause) {
            ticket.unsent();
            return Attempt::Untouched(error);
        }
        ticket.broke(&error, self.code(&error));
        // What a broken call would have been told: that the replica is unavailable.
        if self.forgives(Code::Unavailable, &self.pool.retry) {
            Attempt::Failed(error, None)
        } else {
            Attempt::Final(error)
        }
    }

    fn forgives(&self, code: Code, retry: &Retry) -> bool {
        let is_listed = retry.codes.contains(&code);
        matches!(self.outgoing, Outgoing::Again(..))
            && (is_listed || (self.is_idempotent && code == Code::Unavailable))
    }

    fn may_pay(&mut self) -> bool {
        let retry = &self.pool.retry;
        if self.paid + 1 >= retry.max_attempts || !self.pool.shared.budget.take(Instant::now()) {
            return false;
        }
        self.paid += 1;
        true
    }

    /// Before the next attempt.
    fn pause(&self, asked: Option<Duration>, backoff: &mut Backoff) -> Duration {
        let pause = backoff.next(self.pool.shared.draw());
        asked.map_or(pause, |asked| asked.min(MAX_PUSHBACK))
    }

    /// Waits for somebody to send the call to, and forgets who failed it before; fails if nobody comes in time.
    async fn wait(
        &mut self,
        until: Instant,
        last: Option<CallError>,
        backoff: &mut Backoff,
    ) -> Result<(), CallError> {
        let shared = &self.pool.shared;
        let mut generations = shared.generations();
        // A component that has been without a replica for long has none for this call either.
        let since = shared.unready_since();
        let until = since.map_or(until, |since| until.min(since + QUEUE_WAIT));
        self.tried.clear();
        let outcome = if Instant::now() >= until {
            Err(())
        } else if self.has_open_link() {
            // They have refused it for now; a pause keeps a loop of refusals slow.
            sleep(backoff.next(shared.draw())).await;
            Ok(())
        } else if let Some(_waiting) = Waiting::enter(self.pool) {
            let changed = timeout_at(until, generations.changed()).await;
            changed.map(|_| ()).map_err(|_| ())
        } else {
            Err(())
        };
        outcome.map_err(|()| {
            last.unwrap_or_else(|| CallError::NoReplica {
                component: Arc::clone(&shared.component),
                last_error: self.pool.last_error(self.eligible.as_deref()),
            })
        })
    }

    fn has_open_link(&self) -> bool {
        let active = self.pool.shared.active();
        let mut open = active.replicas.iter().filter(|replica| {
            let eligible = self.eligible.as_deref();
            eligible.is_none_or(|names| names.contains(&replica.name))
        });
        open.any(|replica| replica.link().is_some())
    }
}

/// A call that waits, counted until it is dropped.
struct Waiting<'a>(&'a Pool);

impl<'a> Waiting<'a> {
    /// None if as many wait as may.
    fn enter(pool: &'a Pool) -> Option<Self> {
        let raise = |count| (count < pool.max_waiting).then_some(count + 1);
        let waiting = &pool.shared.waiting;
        let raised = waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, raise);
        raised.is_ok().then_some(Self(pool))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.shared.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
