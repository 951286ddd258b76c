//! The assembly: every layer in order, on one screen, and the life of a server: bind, serve, drain.
//! `bind` takes the port, so that a caller who asked for port 0 can learn the real one before the first request.
//! Limits are constants of `config::limits`; connections are served by `connection`, accepted and drained by `listener`.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tonic::body::Body;
use tower::util::BoxCloneSyncService;
use tower::{ServiceBuilder, ServiceExt as _, layer::layer_fn, service_fn};
use tower_http::catch_panic::CatchPanic;
use tracing::{info, warn};

use crate::assets::Assets;
use crate::gateway::admit::Admit;
use crate::gateway::catalog::Catalog;
use crate::gateway::classify::{Call, Classify, rpc_name};
use crate::gateway::cors::CrossOrigin;
use crate::gateway::deadline::Deadline;
use crate::gateway::discard::Discard;
use crate::gateway::grpc_web::Translate;
use crate::gateway::head::LimitHead;
use crate::gateway::in_flight::{InFlight, LimitInFlight};
use crate::gateway::message_limit::LimitMessages;
use crate::gateway::origin::AllowedOrigins;
use crate::gateway::server_timing::{ServerTiming, Stopwatch};
use crate::gateway::settle::Settle;
use crate::gateway::trace::{Cut, Trace};
use crate::gateway::{GatewayError, Request, Response};
use crate::respond::{self, Respond};
use crate::services::probes::{AnswerProbes, Probes};
use crate::services::{self, Services, ServicesError, my_service};

pub use crate::config::{Config, Limits};

use listener::OpenConnections;

mod connection;
mod listener;

/// The whole server as one service; in-process callers skip only the connection.
pub type Stack = BoxCloneSyncService<Request, Response, Infallible>;

/// Why a server can't start.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address is taken, not ours, or needs rights.
    #[error("can't listen on {listen}: {source} (choose another address with --listen)")]
    Listen {
        /// The address asked for.
        listen: SocketAddr,
        /// What the system says; part of the one line that a person sees.
        source: io::Error,
    },
    /// The descriptors in the binary are broken.
    #[error("the descriptors in this binary can't be read: {0}")]
    Descriptors(#[from] prost::DecodeError),
    /// Reflection can't be built on them.
    #[error(transparent)]
    Services(#[from] ServicesError),
}

/// A server that has its port.
pub struct App {
    listener: TcpListener,
    local_addr: SocketAddr,
    drain_timeout: Duration,
    limits: Limits,
    rooms: Rooms,
    stack: Stack,
}

impl App {
    /// Builds the rooms and takes the port; nobody is answered yet.
    pub async fn bind(config: Config) -> Result<Self, BindError> {
        let listen = config.listen;
        let to_error = |source| BindError::Listen { listen, source };
        let listener = TcpListener::bind(listen).await.map_err(to_error)?;
        let local_addr = listener.local_addr().map_err(to_error)?;
        let rooms = Rooms::new(&config).await?;
        let catalog = Catalog::decode(&services::DESCRIPTOR_SETS)?;
        let stack = stack(&rooms, catalog, &config);
        let Config {
            drain_timeout,
            limits,
            ..
        } = config;
        Ok(Self {
            listener,
            local_addr,
            drain_timeout,
            limits,
            rooms,
            stack,
        })
    }

    /// Where it listens, with the real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The server without its connections.
    pub fn stack(&self) -> Stack {
        self.stack.clone()
    }

    /// Serves until `shutdown` is done, then drains: readiness and health fail, no connection or call is taken,
    /// and those in flight get up to `drain_timeout` to finish. Returns when every connection is closed.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        if !self.rooms.assets.has_page() {
            warn!("the page isn't in this binary: `cargo xtask build` puts it there");
        }
        let mut open = OpenConnections::new(self.rooms.cut.clone());
        open.accept(self.listener, self.stack, self.limits, shutdown)
            .await;
        info!(
            drain.timeout_ms = self.drain_timeout.as_millis(),
            "draining"
        );
        self.rooms.drain().await;
        open.close(self.rooms.in_flight.idle(), self.drain_timeout)
            .await;
    }
}

/// The rooms that answer, and what ends with them.
#[derive(Clone)]
struct Rooms {
    services: Services,
    probes: Probes,
    assets: Assets,
    in_flight: InFlight,
    cut: Cut,
}

impl Rooms {
    async fn new(config: &Config) -> Result<Self, ServicesError> {
        let my_service = my_service::Config {
            replica: config.replica.clone(),
            delay: config.delay,
            now: SystemTime::now,
            to_status: respond::greet,
        };
        let max_message_bytes = config.limits.messages.max_message_bytes;
        let max_message_bytes = usize::try_from(max_message_bytes).unwrap_or(usize::MAX);
        Ok(Self {
            services: Services::new(services::Config {
                max_message_bytes,
                drained: respond::gateway(&GatewayError::Draining),
                my_service,
            })
            .await?,
            probes: Probes::default(),
            assets: Assets::built_in(),
            in_flight: InFlight::new(config.limits.max_in_flight),
            cut: Cut::default(),
        })
    }

    async fn drain(&self) {
        self.probes.drain();
        self.services.drain().await;
        self.in_flight.drain();
    }

    /// Calls go to their service, all else to the page's files.
    async fn answer(self, request: Request) -> Response {
        if request.extensions().get::<Call>().is_none() {
            let (head, _) = request.into_parts();
            return self.assets.answer(&head);
        }
        let calls = service_fn(move |request| self.clone().call(request));
        // A panic ends one call, not the connection with all its calls.
        let response = CatchPanic::custom(calls, respond::panicked)
            .oneshot(request)
            .await;
        response
            .unwrap_or_else(|never| match never {})
            .map(Body::new)
    }

    /// One call, timed.
    async fn call(self, request: Request) -> Result<Response, Infallible> {
        let stopwatch = Stopwatch::of(&request);
        let service = rpc_name(request.uri().path()).map_or_else(String::new, |name| name.0.into());
        stopwatch.handed();
        let response = self.services.handle(&service, request).await;
        stopwatch.answered(self.services.replica(&service));
        Ok(response)
    }
}

/// Every layer, outermost first. Connection limits come before all of this, in `connection` and `listener`.
fn stack(rooms: &Rooms, catalog: Catalog, config: &Config) -> Stack {
    let catalog = Arc::new(catalog);
    let limits = config.limits;
    let origins = AllowedOrigins::new(&config.allow_origins);
    let probes = rooms.probes.clone();
    let in_flight = rooms.in_flight.clone();
    let cut = rooms.cut.clone();
    let to_status = respond::gateway;
    let rooms = rooms.clone();
    let layers = ServiceBuilder::new()
        // Only names what came in; first, because the trace and all below go by it.
        .layer(layer_fn(move |inner| {
            Classify::new(Arc::clone(&catalog), inner)
        }))
        // Outside all that may refuse a request, and all that is timed: it may wait for the caller.
        .layer(layer_fn(move |inner| Discard::new(limits.discard, inner)))
        // Outside whatever costs time, and where an answer's head is final.
        .layer(layer_fn(ServerTiming::new))
        // Outside CORS and limits, so that the span covers all that the caller waits for.
        .layer(layer_fn(move |inner| Trace::new(cut.clone(), inner)))
        // Outside everything that answers: a page can't read what isn't wrapped.
        .layer(layer_fn(move |inner| {
            CrossOrigin::new(origins.clone(), inner)
        }))
        // From here on everything speaks plain gRPC, errors too; it is translated in this one place.
        .layer(layer_fn(move |inner| Translate::new(to_status, inner)))
        // Around `Respond`, since its answers are statuses that must reach the body too.
        .layer(layer_fn(move |inner| Settle::new(to_status, inner)))
        // Below this, layers fail with `GatewayError`; above it, nothing fails.
        .layer(layer_fn(Respond::new))
        // Before the limits: a busy server is alive.
        .layer(layer_fn(move |inner| {
            AnswerProbes::new(probes.clone(), inner)
        }))
        .layer(layer_fn(move |inner| LimitHead::new(limits.head, inner)))
        .layer(layer_fn(move |inner| {
            LimitInFlight::new(in_flight.clone(), inner)
        }))
        .layer(layer_fn(Admit::new))
        // Inside the in-flight limit: its permit lasts as long as the body, and so does the deadline.
        .layer(layer_fn(move |inner| Deadline::new(to_status, inner)))
        // Innermost, next to the reader that it protects.
        .layer(layer_fn(move |inner| {
            LimitMessages::new(limits.messages, to_status, inner)
        }));
    Stack::new(layers.service(service_fn(move |request| {
        let rooms = rooms.clone();
        async move { Ok::<_, GatewayError>(rooms.answer(request).await) }
    })))
}

#[cfg(test)]
mod tests;
