//! Bounds how many requests are served at once, and lets the drain wait until none is.
//! A request counts until its response body ends. Over the limit it is refused at once:
//! a queue would only add waiting to a server that is behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::sync::watch;
use tower::Service;

use super::admit::ResponseFuture;
use super::guarded::Guarded;
use super::{GatewayError, Request, Response};

/// The count, shared by all connections.
#[derive(Clone, Debug)]
pub struct InFlight {
    limit: u32,
    /// 0 ≤ count ≤ limit.
    count: watch::Sender<u32>,
    draining: Arc<AtomicBool>,
}

impl InFlight {
    /// Allows `limit` requests at a time.
    pub fn new(limit: u32) -> Self {
        Self {
            limit,
            count: watch::Sender::new(0),
            draining: Arc::default(),
        }
    }

    /// How many requests are in flight.
    pub fn count(&self) -> u32 {
        *self.count.borrow()
    }

    /// Refuses every request from now on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Returns once no request is in flight.
    pub async fn idle(&self) {
        // It can't fail: `self` keeps the sender.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    fn admit(&self) -> Result<Permit, GatewayError> {
        if self.draining.load(Ordering::Relaxed) {
            return Err(GatewayError::Draining);
        }
        let is_admitted = self.count.send_if_modified(|count| {
            let is_free = *count < self.limit;
            *count += u32::from(is_free);
            is_free
        });
        if is_admitted {
            return Ok(Permit(self.count.clone()));
        }
        Err(GatewayError::TooManyInFlight { limit: self.limit })
    }
}

/// One request in flight, until it is dropped.
struct Permit(watch::Sender<u32>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
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
