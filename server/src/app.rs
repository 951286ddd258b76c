//! The assembly: every layer in order, on one screen, and the life of a process: bind, serve, drain.
//! `bind` takes the ports, so that a caller who asked for port 0 can learn the real one before the first request.
//! `App` is the API server, `Replica` one replica of the demo component; both answer through the same layers (`stack`),
//! which differ in their `Rooms` only. Limits are constants of `config::limits`, unless flags say otherwise.

use std::convert::Infallible;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tower::util::BoxCloneSyncService;
use tower::{ServiceBuilder, layer::layer_fn, service_fn};

use crate::config::Limits;
use crate::gateway::admit::Admit;
use crate::gateway::classify::{Classify, Surface};
use crate::gateway::cors::CrossOrigin;
use crate::gateway::deadline::Deadline;
use crate::gateway::discard::Discard;
use crate::gateway::grpc_web::Translate;
use crate::gateway::head::LimitHead;
use crate::gateway::in_flight::LimitInFlight;
use crate::gateway::json::{self, Transcode};
use crate::gateway::message_limit::LimitMessages;
use crate::gateway::origin::AllowedOrigins;
use crate::gateway::pace::Pace;
use crate::gateway::parting::Parting;
use crate::gateway::server_timing::ServerTiming;
use crate::gateway::settle::Settle;
use crate::gateway::socket::{self, Sockets};
use crate::gateway::trace::{self, Lines, Trace};
use crate::gateway::{Request, Response};
use crate::respond::{self, Respond};
use crate::services::probes::AnswerProbes;
use crate::telemetry::export::{self, Exporter, SenderError};

pub use api_server::App;
pub use replica::Replica;

use rooms::Rooms;

mod api_server;
mod connection;
mod demo;
mod directory;
mod listener;
mod pages;
mod port;
pub mod process;
mod replica;
mod rooms;

/// The whole server as one service; in-process callers skip only the connection.
pub type Stack = BoxCloneSyncService<Request, Response, Infallible>;

/// Why a process can't start.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address is taken, not ours, or needs rights.
    #[error("can't listen on {listen}: {source} (choose another address with {flag})")]
    Listen {
        /// The address asked for.
        listen: SocketAddr,
        /// The flag that chooses it.
        flag: &'static str,
        /// What the system says; part of the one line that a person sees.
        source: io::Error,
    },
    /// The descriptors in the binary are broken.
    #[error("the descriptors in this binary can't be read: {0}")]
    Descriptors(#[from] prost_reflect::DescriptorError),
    /// Spans can't be exported as the environment says.
    #[error("spans can't be exported: {0}")]
    Export(#[from] SenderError),
    /// The components can't be served together, or one of their schemas can't be read.
    #[error("{0}")]
    Schema(String),
}

/// Any 64 bits; the only randomness in the process.
fn random() -> u64 {
    RandomState::new().hash_one(())
}

/// What sends the spans of a process whose source that is, if anything does.
fn exporter(config: Option<export::Config>, source: &str) -> Result<Option<Exporter>, SenderError> {
    let exporter = config.map(|config| Exporter::start(config, source, random));
    exporter.transpose()
}

/// Every layer, outermost first. Connection limits come before all of this, in `connection` and `listener`.
fn stack(rooms: &Rooms, limits: &Limits, origins: &AllowedOrigins, surface: Surface) -> Stack {
    let Rooms {
        tables,
        probes,
        in_flight,
        ..
    } = rooms.clone();
    let limits = *limits;
    let origins = origins.clone();
    let to_status = respond::gateway;
    let json = json::Config {
        limits: limits.bodies,
        to_status,
        to_http: respond::http,
        to_answer: respond::failure,
        to_json: respond::failure_json,
    };
    let trace = trace::Config {
        cut: rooms.cut.clone(),
        tracer: rooms.tracer.clone(),
        trust: rooms.trust,
        metrics: rooms.metrics.clone(),
        lines: Lines::Told,
    };
    let sockets = sockets(rooms, &limits, &origins);
    let rooms = Arc::new(rooms.clone());
    let layers = ServiceBuilder::new()
        // Outermost: a call on a socket passes all that is below, like any other.
        .layer(layer_fn(move |inner| Sockets::new(sockets.clone(), inner)))
        // Only names what came in; before all others, because the trace and all below go by it.
        .layer(layer_fn(move |inner| {
            Classify::new(tables.clone(), surface, rooms::is_own, inner)
        }))
        // Outside all that may refuse a request, and all that is timed: it may wait for the caller.
        .layer(layer_fn(move |inner| Discard::new(limits.discard, inner)))
        // Where an answer's head is final.
        .layer(layer_fn(Parting::new))
        // Outside whatever costs time.
        .layer(layer_fn(ServerTiming::new))
        // Outside CORS and limits, so that the span covers all that the caller waits for.
        .layer(layer_fn(move |inner| Trace::new(trace.clone(), inner)))
        // Outside everything that answers: a page can't read what isn't wrapped.
        .layer(layer_fn(move |inner| {
            CrossOrigin::new(origins.clone(), inner)
        }))
        // Outside the translation, where bodies are still as they come from the caller.
        .layer(layer_fn(move |inner| {
            Pace::new(limits.body_timeout, to_status, inner)
        }))
        // From here on everything speaks plain gRPC, errors too; it is translated in these two places.
        .layer(layer_fn(move |inner| Transcode::new(json, inner)))
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
        Arc::clone(&rooms).answer(request)
    })))
}

/// What the outermost layer needs.
fn sockets(rooms: &Rooms, limits: &Limits, origins: &AllowedOrigins) -> socket::Config {
    socket::Config {
        origins: origins.clone(),
        forwarded: Arc::clone(&rooms.forward_headers),
        limits: limits.socket(),
        to_status: respond::gateway,
        refuse: respond::plain,
    }
}

#[cfg(test)]
mod tests;
