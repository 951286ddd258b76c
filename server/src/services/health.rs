//! `grpc.health.v1.Health`, with watches that end. Tonic's service keeps the states and tells them; but its watches
//! stay open as long as their callers do, so that a single one would hold a drain for its full time.
//! Here a watch ends in a drain as soon as it has told `NOT_SERVING`, and with UNAVAILABLE: that is what the server
//! answers to every call by then, and watchers take it as a reason to watch again elsewhere, which OK isn't.
//! Source: gRPC doc/health-checking.md.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tonic::codegen::tokio_stream::Stream;
use tonic::{Request, Response, Status};
use tonic_health::ServingStatus;
use tonic_health::pb::health_check_response::ServingStatus as Told;
use tonic_health::pb::health_server;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_health::server::{HealthReporter, HealthService, WatchStream};

/// The health of a set of services; clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Health {
    services: &'static [&'static str],
    reporter: HealthReporter,
    inner: Arc<HealthService>,
    is_draining: Arc<AtomicBool>,
    drained: Status,
}

impl Health {
    /// All `services` are `SERVING`; the empty name is the whole server. Watches end with `drained` in a drain.
    pub(super) async fn new(services: &'static [&'static str], drained: Status) -> Self {
        let reporter = HealthReporter::default();
        let health = Self {
            services,
            inner: Arc::new(HealthService::from_health_reporter(reporter.clone())),
            reporter,
            is_draining: Arc::default(),
            drained,
        };
        health.set(ServingStatus::Serving).await;
        health
    }

    /// All services are `NOT_SERVING` from now on; watches tell it and end.
    pub(super) async fn drain(&self) {
        // First, since the new state wakes the watches, and they look at this.
        self.is_draining.store(true, Ordering::Relaxed);
        self.set(ServingStatus::NotServing).await;
    }

    async fn set(&self, status: ServingStatus) {
        for service in self.services {
            self.reporter.set_service_status(service, status).await;
        }
    }
}

#[tonic::async_trait]
impl health_server::Health for Health {
    type WatchStream = Watch;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        self.inner.check(request).await
    }

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Watch>, Status> {
        let watch = |states| Watch {
            states: Some(states),
            is_draining: Arc::clone(&self.is_draining),
            end: Some(self.drained.clone()),
        };
        Ok(self.inner.watch(request).await?.map(watch))
    }
}

/// The states of one service, and the end.
#[derive(Debug)]
pub(super) struct Watch {
    /// None once the last state has been told.
    states: Option<WatchStream>,
    is_draining: Arc<AtomicBool>,
    /// None once the stream has ended.
    end: Option<Status>,
}

impl Stream for Watch {
    type Item = Result<HealthCheckResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(states) = &mut self.states else {
            return Poll::Ready(self.end.take().map(Err));
        };
        let state = ready!(Pin::new(states).poll_next(cx));
        // A drain may find a state on its way that is older than itself.
        let is_last = matches!(&state, Some(Ok(state)) if state.status() == Told::NotServing)
            && self.is_draining.load(Ordering::Relaxed);
        if is_last {
            self.states = None;
        }
        Poll::Ready(state)
    }
}

#[cfg(test)]
mod tests;
