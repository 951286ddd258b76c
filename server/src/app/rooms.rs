//! The rooms that answer, behind all layers: a component's replicas, the process's own services, its own plain paths,
//! and the page's files. `Surface` is how much of that one listener shows.

use std::convert::Infallible;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderName, StatusCode};
use tonic::body::Body;
use tower::{ServiceExt as _, service_fn};
use tower_http::catch_panic::CatchPanic;
use wire::content_type::Dialect;

use super::pages;
use crate::assets::Assets;
use crate::gateway::classify::{ADMIN_PACKAGES, Call, Surface};
use crate::gateway::forward::Forward;
use crate::gateway::in_flight::InFlight;
use crate::gateway::server_timing::Stopwatch;
use crate::gateway::table::Tables;
use crate::gateway::trace::Cut;
use crate::gateway::{GatewayError, Request, Response, metadata};
use crate::respond;
use crate::schema::{Method, OWN_COMPONENT};
use crate::services::probes::{self, Probes};
use crate::services::{Hidden, Services};
use crate::telemetry::metrics::Metrics;
use crate::telemetry::tracer::{Tracer, Trust};

/// What answers, and what ends with it; clones are the same.
#[derive(Clone)]
pub(super) struct Rooms {
    pub(super) tables: Tables,
    pub(super) services: Services,
    /// None in a replica, which has nobody behind it.
    pub(super) forward: Option<Forward>,
    pub(super) probes: Probes,
    pub(super) assets: Assets,
    pub(super) metrics: Metrics,
    pub(super) tracer: Tracer,
    /// What the trace of a public caller counts for.
    pub(super) trust: Trust,
    pub(super) in_flight: InFlight,
    pub(super) cut: Cut,
    /// Headers of a WebSocket's handshake that go along with its calls.
    pub(super) forward_headers: Arc<[HeaderName]>,
}

/// True for the process's own plain paths and the page's files, whatever routes components have.
pub(super) fn is_own(head: &Parts) -> bool {
    let path = head.uri.path();
    probes::is_probe(path) || pages::PATHS.contains(&path) || Assets::is_file(path)
}

impl Rooms {
    /// Readiness and health fail from now on; calls are still taken.
    pub(super) fn withdraw(&self) {
        self.probes.drain();
        self.services.drain();
    }

    /// No call is taken from now on.
    pub(super) fn refuse(&self) {
        self.in_flight.drain();
    }

    /// Calls go to whoever serves them; all else is the process's own.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request,
    ) -> Result<Response, GatewayError> {
        let call = request.extensions().get::<Call>();
        let is_foreign = call.is_some_and(|call| call.dialect != Dialect::Grpc);
        match call.and_then(|call| call.method.clone()) {
            // A replica speaks gRPC and nothing else.
            Some(_) if is_foreign && self.forward.is_none() => Err(GatewayError::OnlyGrpc),
            None if self.forward.is_none() => Err(pages::no_route(&request, &self.tables.load())),
            None => self.plain(request),
            Some(method) if *method.component == *OWN_COMPONENT => {
                Ok(self.own(request, &method).await)
            }
            Some(method) => self.forwarded(request, &method).await,
        }
    }

    async fn forwarded(&self, request: Request, method: &Method) -> Result<Response, GatewayError> {
        Stopwatch::of(&request).handed();
        match &self.forward {
            Some(forward) => forward.call(request, method).await,
            None => Err(GatewayError::NoReplica {
                component: Arc::clone(&method.component),
                last_error: None,
            }),
        }
    }

    /// A call of one of the process's own services, timed.
    async fn own(&self, request: Request, method: &Method) -> Response {
        let stopwatch = Stopwatch::of(&request);
        let service = method.descriptor.parent_service().full_name().to_owned();
        let replica = self.services.replica_of(&service).cloned();
        let services = self.services.clone();
        let calls = service_fn(move |request| {
            let (services, service) = (services.clone(), service.clone());
            async move { Ok::<_, Infallible>(services.handle(&service, request).await) }
        });
        let is_json = request
            .extensions()
            .get::<Call>()
            .is_some_and(|call| call.dialect == Dialect::Json);
        let mut request = if is_json {
            as_grpc(request, method)
        } else {
            request
        };
        let surface = request.extensions().get::<Surface>();
        if surface.is_some_and(|surface| !surface.admin) {
            request.extensions_mut().insert(Hidden(ADMIN_PACKAGES));
        }
        stopwatch.handed();
        // A panic ends one call, not the connection with all its calls.
        let calls = CatchPanic::custom(calls, respond::panicked);
        let response = calls.oneshot(request).await;
        stopwatch.answered(replica.as_deref());
        response
            .unwrap_or_else(|never| match never {})
            .map(Body::new)
    }

    /// Plain HTTP: our own paths, then files, then nothing.
    fn plain(&self, request: Request) -> Result<Response, GatewayError> {
        let no_route = pages::no_route(&request, &self.tables.load());
        let (head, _) = request.into_parts();
        let surface = head.extensions.get().copied().unwrap_or(Surface::ALL);
        if surface.admin
            && let Some(response) = pages::answer(&head, &self.tables.load(), &self.metrics)
        {
            return response;
        }
        if surface.public {
            let response = self.assets.answer(&head);
            if response.status() != StatusCode::NOT_FOUND {
                return Ok(response);
            }
        }
        Err(no_route)
    }
}

/// The head that handlers expect, in place of the route's own.
fn as_grpc(mut request: Request, method: &Method) -> Request {
    *request.headers_mut() = metadata::outgoing(request.headers(), Dialect::Json, &[]);
    *request.method_mut() = http::Method::POST;
    // A method's full name is a path.
    if let Ok(path) = format!("/{}", method.name).parse() {
        *request.uri_mut() = path;
    }
    request
}
