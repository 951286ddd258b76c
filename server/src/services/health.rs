//! `grpc.health.v1.Health`, merged over all components: a service is `SERVING` while a replica can take its calls.
//! All states are one value that is replaced whole, so that a watch of a service that nobody knows costs nothing
//! but itself; as the protocol has it, it's told `SERVICE_UNKNOWN` until the service appears.
//! A watch ends in a drain as soon as it has told the state of then, and with UNAVAILABLE: that is what the server
//! answers to every call by then, and watchers take it as a reason to watch again elsewhere, which OK isn't.
//! `List` isn't served: tonic-health's generated code doesn't have it yet. Source: gRPC doc/health-checking.md.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::watch;
use tonic::codegen::tokio_stream::Stream;
use tonic::codegen::tokio_stream::wrappers::WatchStream;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use super::Hidden;

/// The name that stands for the whole server.
const SERVER: &str = "";

/// The health of the server and of a set of services; clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Health {
    states: watch::Sender<States>,
    drained: Status,
}

/// Clones share the map.
#[derive(Clone, Debug, Default)]
struct States {
    /// Full names, and whether calls of the service can be handled.
    services: Arc<HashMap<String, bool>>,
    /// True if the whole server says that it doesn't serve, though it answers.
    is_withdrawn: bool,
    is_draining: bool,
}

impl States {
    fn of(&self, service: &str, hidden: Option<Hidden>) -> ServingStatus {
        let is_known_to_serve = match service {
            _ if hidden.is_some_and(|hidden| hidden.hides(service)) => None,
            SERVER => Some(true),
            _ => self.services.get(service).copied(),
        };
        match is_known_to_serve {
            None => ServingStatus::ServiceUnknown,
            Some(true) if !self.is_draining && !self.is_withdrawn => ServingStatus::Serving,
            Some(_) => ServingStatus::NotServing,
        }
    }
}

impl Health {
    /// The server is `SERVING`, and no service is known. Watches end with `drained` in a drain.
    pub(super) fn new(drained: Status) -> Self {
        Self {
            states: watch::Sender::default(),
            drained,
        }
    }

    /// From now on exactly these services are known, each with whether it serves. The server itself isn't among them.
    pub(super) fn set(&self, services: impl IntoIterator<Item = (String, bool)>) {
        let services = Arc::new(services.into_iter().collect());
        self.states.send_modify(|states| states.services = services);
    }

    /// All services are `NOT_SERVING` while that is false; watches tell it and go on.
    pub(super) fn set_serving(&self, is_serving: bool) {
        self.states
            .send_modify(|states| states.is_withdrawn = !is_serving);
    }

    /// All services are `NOT_SERVING` from now on; watches tell it and end.
    pub(super) fn drain(&self) {
        self.states.send_modify(|states| states.is_draining = true);
    }
}

#[tonic::async_trait]
impl health_server::Health for Health {
    type WatchStream = Watch;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let hidden = request.extensions().get().copied();
        let service = request.into_inner().service;
        match self.states.borrow().of(&service, hidden) {
            ServingStatus::ServiceUnknown => {
                Err(Status::not_found("no service of that name is known"))
            }
            status => Ok(Response::new(response(status))),
        }
    }

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Watch>, Status> {
        Ok(Response::new(Watch {
            hidden: request.extensions().get().copied(),
            service: request.into_inner().service,
            states: Some(WatchStream::new(self.states.subscribe())),
            told: None,
            end: Some(self.drained.clone()),
        }))
    }
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    let status = status.into();
    HealthCheckResponse { status }
}

/// The states of one service, each once until it changes, and the end.
#[derive(Debug)]
pub(super) struct Watch {
    service: String,
    hidden: Option<Hidden>,
    /// None once the drain has begun.
    states: Option<WatchStream<States>>,
    told: Option<ServingStatus>,
    /// None once the stream has ended.
    end: Option<Status>,
}

impl Stream for Watch {
    type Item = Result<HealthCheckResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(changes) = &mut self.states else {
                return Poll::Ready(self.end.take().map(Err));
            };
            let Some(now) = ready!(Pin::new(changes).poll_next(cx)) else {
                return Poll::Ready(None);
            };
            if now.is_draining {
                self.states = None;
            }
            let status = now.of(&self.service, self.hidden);
            if self.told.replace(status) != Some(status) {
                return Poll::Ready(Some(Ok(response(status))));
            }
        }
    }
}

#[cfg(test)]
mod tests;
