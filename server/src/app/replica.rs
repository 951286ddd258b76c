//! One replica of the demo component: a gRPC server with a port of its own, health and reflection included.
//! It speaks gRPC only, so that it has few of the API server's layers. Inside the API server's process it is the same as
//! alone, but for its log: calls are the API server's to tell there.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tower::{ServiceBuilder, layer::layer_fn, service_fn};
use tracing::info;

use super::port::{Drain, Port, Running};
use super::rooms::Rooms;
use super::{BindError, Stack, exporter, random};
use crate::assets::Assets;
use crate::config::{Limits, ReplicaConfig};
use crate::gateway::GatewayError;
use crate::gateway::admit::Admit;
use crate::gateway::classify::{Classify, Surface};
use crate::gateway::deadline::Deadline;
use crate::gateway::in_flight::{InFlight, LimitInFlight};
use crate::gateway::message_limit::LimitMessages;
use crate::gateway::settle::Settle;
use crate::gateway::table::{Table, Tables};
use crate::gateway::trace::{self, Cut, Lines, Trace};
use crate::respond::{self, Respond};
use crate::schema::Schema;
use crate::services::my_service::{Greetings, Trouble};
use crate::services::probes::Probes;
use crate::services::{self, Services, my_service};
use crate::telemetry::export::Exporter;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::tracer::{self, Tracer, Trust};

/// A replica that has its port.
pub struct Replica {
    port: Port,
    rooms: Rooms,
    limits: Limits,
    drain_timeout: Duration,
    trouble: Arc<Trouble>,
    /// To be flushed at its end; None if there is none, or it's another's.
    exporter: Option<Exporter>,
}

impl Replica {
    /// Builds the rooms and takes the port; nobody is answered yet.
    pub async fn bind(config: ReplicaConfig) -> Result<Self, BindError> {
        let greetings = Arc::new(Greetings::new(SystemTime::now()));
        let exporter = exporter(config.export.clone(), &config.name)?;
        let tracer = Tracer::new(tracer::Config {
            source: config.name.as_str().into(),
            // Nobody could read it here.
            store: None,
            exporter: exporter.clone(),
            ratio: 1.0,
            random,
            now: SystemTime::now,
        });
        let replica = Self::bind_with(config, &greetings, tracer).await?;
        Ok(Self {
            exporter,
            ..replica
        })
    }

    /// The same, of several replicas that keep their greetings together; `tracer` knows its name.
    pub(super) async fn bind_with(
        config: ReplicaConfig,
        greetings: &Arc<Greetings>,
        tracer: Tracer,
    ) -> Result<Self, BindError> {
        let port = Port::bind(config.listen, "--listen").await?;
        let trouble = Arc::new(Trouble::slow(config.delay));
        Ok(Self {
            port,
            rooms: rooms(&config, &trouble, greetings, tracer)?,
            limits: config.limits,
            drain_timeout: config.drain_timeout,
            trouble,
            exporter: None,
        })
    }

    /// Where it listens, with the real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.port.local_addr()
    }

    /// Serves until `shutdown` is done, then drains.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let stack = stack(&self.rooms, &self.limits, Lines::Told);
        let Self {
            port,
            rooms,
            limits,
            drain_timeout,
            trouble: _,
            exporter,
        } = self;
        let drain = Drain::new(drain_timeout);
        let shutdown = drain.begin(shutdown);
        let serving = port.serve(stack, rooms, limits, drain_timeout, shutdown);
        let in_time = serving.await;
        drain.flush(exporter).await;
        if in_time {
            info!("drained");
        }
    }

    /// The trouble that it is in.
    pub(super) fn trouble(&self) -> &Arc<Trouble> {
        &self.trouble
    }

    /// What it answers with.
    pub(super) fn services(&self) -> &Services {
        &self.rooms.services
    }

    /// Serves by a task.
    pub(super) fn spawn(self) -> Running {
        let stack = stack(&self.rooms, &self.limits, Lines::Silent);
        Running::spawn(
            self.port,
            stack,
            self.rooms,
            self.limits,
            self.drain_timeout,
        )
    }
}

/// Every layer, outermost first; the API server's own, as far as plain gRPC needs them.
fn stack(rooms: &Rooms, limits: &Limits, lines: Lines) -> Stack {
    let trace = trace::Config {
        cut: rooms.cut.clone(),
        tracer: rooms.tracer.clone(),
        trust: rooms.trust,
        metrics: rooms.metrics.clone(),
        lines,
    };
    let Rooms {
        tables, in_flight, ..
    } = rooms.clone();
    let messages = limits.messages;
    let to_status = respond::gateway;
    let rooms = Arc::new(rooms.clone());
    let layers = ServiceBuilder::new()
        .layer(layer_fn(move |inner| {
            Classify::new(tables.clone(), Surface::ALL, |_| false, inner)
        }))
        .layer(layer_fn(move |inner| Trace::new(trace.clone(), inner)))
        .layer(layer_fn(move |inner| Settle::new(to_status, inner)))
        .layer(layer_fn(Respond::new))
        .layer(layer_fn(move |inner| {
            LimitInFlight::new(in_flight.clone(), inner)
        }))
        .layer(layer_fn(Admit::new))
        .layer(layer_fn(move |inner| Deadline::new(to_status, inner)))
        .layer(layer_fn(move |inner| {
            LimitMessages::new(messages, to_status, inner)
        }));
    Stack::new(layers.service(service_fn(move |request| {
        Arc::clone(&rooms).answer(request)
    })))
}

/// What answers in a replica.
pub(super) fn rooms(
    config: &ReplicaConfig,
    trouble: &Arc<Trouble>,
    greetings: &Arc<Greetings>,
    tracer: Tracer,
) -> Result<Rooms, BindError> {
    let tables = Tables::default();
    let schema = tables.clone();
    let draining = Arc::<watch::Sender<bool>>::default();
    let drained = respond::gateway(&GatewayError::Draining);
    let services = Services::replica(
        &services::Config {
            max_message_bytes: usize::try_from(config.limits.messages.max_message_bytes)
                .unwrap_or(usize::MAX),
            drained: drained.clone(),
            schema: Arc::new(move || Arc::clone(schema.load().schema())),
        },
        my_service::Config {
            replica: config.name.as_str().into(),
            greetings: Arc::clone(greetings),
            trouble: Arc::clone(trouble),
            draining: draining.subscribe(),
            drained,
            now: SystemTime::now,
            to_status: respond::greet,
        },
        draining,
    );
    let schema = Schema::new(vec![services.source()?]);
    let schema = schema.map_err(|error| BindError::Schema(error.to_string()))?;
    let table =
        Table::new(schema).map_err(|errors| BindError::Schema(super::directory::join(&errors)))?;
    tables.replace(table);
    Ok(Rooms {
        tables,
        services,
        forward: None,
        probes: Probes::default(),
        assets: Assets::built_in(),
        metrics: Metrics::default(),
        tracer,
        // It's the API server that calls.
        trust: Trust::Parent,
        in_flight: InFlight::new(config.limits.max_in_flight),
        cut: Cut::default(),
        forward_headers: [].into(),
    })
}
