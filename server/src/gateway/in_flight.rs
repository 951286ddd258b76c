//! Bounds how many requests are served at once, and lets the drain wait until none is.
//! A request counts until its response body ends. Over the limit it is refused at once:
//! a queue would only add waiting to a server that is behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll};

use tokio::sync::Notify;
use tower::Service;

use super::admit::ResponseFuture;
use super::guarded::Guarded;
use super::{GatewayError, Request, Response};

/// The count, shared by all connections.
#[derive(Clone, Debug)]
pub struct InFlight(Arc<State>);

#[derive(Debug)]
struct State {
    limit: u32,
    /// 0 ≤ count ≤ limit.
    count: AtomicU32,
    is_draining: AtomicBool,
    /// Told when the last request ends in a drain.
    idle: Notify,
}

impl InFlight {
    /// Allows `limit` requests at a time.
    pub fn new(limit: u32) -> Self {
        Self(Arc::new(State {
            limit,
            count: AtomicU32::new(0),
            is_draining: AtomicBool::new(false),
            idle: Notify::new(),
        }))
    }

    /// How many requests are in flight.
    pub fn count(&self) -> u32 {
        self.0.count.load(Ordering::SeqCst)
    }

    /// Refuses every request from now on.
    pub fn drain(&self) {
        self.0.is_draining.store(true, Ordering::SeqCst);
    }

    /// Returns once no request is in flight; to be asked in a drain.
    pub async fn idle(&self) {
        loop {
            let mut idle = std::pin::pin!(self.0.idle.notified());
            // Before looking, so that the last request's end can't fall in between.
            idle.as_mut().enable();
            if self.count() == 0 {
                return;
            }
            idle.await;
        }
    }

    fn admit(&self) -> Result<Permit, GatewayError> {
        let State { limit, count, .. } = &*self.0;
        // Counted before looking, so that a drain that sees none can't miss it.
        let raise = |count| (count < *limit).then_some(count + 1);
        let raised = count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, raise);
        if raised.is_err() {
            return Err(GatewayError::TooManyInFlight { limit: *limit });
        }
        let permit = Permit(Arc::clone(&self.0));
        if self.0.is_draining.load(Ordering::SeqCst) {
            return Err(GatewayError::Draining);
        }
        Ok(permit)
    }
}

/// One request in flight, until it is dropped.
struct Permit(Arc<State>);

impl Drop for Permit {
    fn drop(&mut self) {
        let before = self.0.count.fetch_sub(1, Ordering::SeqCst);
        if before == 1 && self.0.is_draining.load(Ordering::SeqCst) {
            self.0.idle.notify_waiters();
        }
    }
}

/// Serves requests within the limit.
#[derive(Clone, Debug)]
pub struct LimitInFlight<S> {
    in_flight: InFlight,
    inner: S,
}

impl<S> LimitInFlight<S> {
    /// Guards `inner`.
    pub fn new(in_flight: InFlight, inner: S) -> Self {
        Self { in_flight, inner }
    }
}

impl<S> Service<Request> for LimitInFlight<S>
where
    S: Service<Request, Response = Response, Error = GatewayError>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = GatewayError;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match self.in_flight.admit() {
            Ok(permit) => {
                let response = self.inner.call(request);
                Box::pin(async { Ok(response.await?.map(|body| Guarded::wrap(body, permit))) })
            }
            Err(error) => Box::pin(async { Err(error) }),
        }
    }
}
