//! The API server: its own port, perhaps one for admin paths, the demo's replicas, and the directory of components.
//! It starts from the back: replicas listen before their schema is read, and the schema is known before callers come.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tracing::{info, warn};

use super::directory::{Directory, Member, State};
use super::port::{Port, Running, told};
use super::replica::Replica;
use super::rooms::Rooms;
use super::{BindError, Stack, stack};
use crate::assets::Assets;
use crate::balancer::{Answer, Pool};
use crate::config::{Component, Config, Limits, ReplicaConfig};
use crate::gateway::GatewayError;
use crate::gateway::classify::Surface;
use crate::gateway::forward::{AnsweredBy, Forward, Replicas, Target};
use crate::gateway::in_flight::InFlight;
use crate::gateway::origin::AllowedOrigins;
use crate::gateway::table::Tables;
use crate::gateway::trace::Cut;
use crate::gateway::{Request, Response};
use crate::respond;
use crate::schema::load::Origin as SchemaOrigin;
use crate::services::probes::Probes;
use crate::services::{self, Services, admin};
use crate::telemetry::metrics::Metrics;

/// The component that the demo's replicas are of.
const DEMO: &str = "my-service";

/// An API server that has its ports.
pub struct App {
    port: Port,
    admin_port: Option<Port>,
    rooms: Rooms,
    directory: Directory,
    demo: Vec<Running>,
    origins: AllowedOrigins,
    limits: Limits,
    drain_timeout: Duration,
}

impl App {
    /// Takes the ports, starts the demo's replicas, and reads the schema of every component that can be reached.
    /// Fails if the components can't be served together; one that can't be reached yet is no failure.
    pub async fn bind(config: Config) -> Result<Self, BindError> {
        let port = Port::bind(config.listen, "--listen").await?;
        let admin_port = match config.admin_listen {
            Some(listen) => Some(Port::bind(listen, "--admin-listen").await?),
            None => None,
        };
        let (demo, endpoints) = start_demo(&config).await?;
        let components = with_demo(config.components, endpoints);
        let tables = Tables::default();
        let state = State::spawn(&components);
        let metrics = Metrics::default();
        let services = services(&config.limits, &tables, &state);
        let forward = Forward::new(
            replicas(&state),
            config.forward_headers.into(),
            respond::gateway,
        );
        let directory = Directory::start(
            components,
            state.clone(),
            tables.clone(),
            services.clone(),
            metrics.clone(),
        );
        let directory = directory.await.map_err(BindError::Schema)?;
        let rooms = Rooms {
            tables,
            services,
            forward: Some(forward),
            probes: Probes::new(Arc::new(move || state.checks())),
            assets: Assets::built_in(),
            metrics,
            in_flight: InFlight::new(config.limits.max_in_flight),
            cut: Cut::default(),
        };
        Ok(Self {
            port,
            admin_port,
            rooms,
            directory,
            demo,
            origins: AllowedOrigins::new(&config.allow_origins),
            limits: config.limits,
            drain_timeout: config.drain_timeout,
        })
    }

    /// Where it listens, with the real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.port.local_addr()
    }

    /// Where admin paths are; None if they are on the same port.
    pub fn admin_addr(&self) -> Option<SocketAddr> {
        self.admin_port.as_ref().map(Port::local_addr)
    }

    /// The server without its connections.
    pub fn stack(&self) -> Stack {
        let surface = Surface {
            public: true,
            admin: self.admin_port.is_none(),
        };
        stack(&self.rooms, &self.limits, &self.origins, surface)
    }

    /// Serves until `shutdown` is done, then drains: readiness and health fail, no connection or call is taken,
    /// and those in flight get up to `drain_timeout` to finish. Returns when every connection is closed.
    /// `reload` tells when all schemas are to be read again.
    pub async fn serve(self, shutdown: impl Future<Output = ()>, reload: watch::Receiver<()>) {
        let stack = self.stack();
        let Self {
            port,
            admin_port,
            rooms,
            directory,
            demo,
            origins,
            limits,
            drain_timeout,
        } = self;
        if !rooms.assets.has_page() {
            warn!("the page isn't in this binary: `cargo xtask build` puts it there");
        }
        let admin = admin_port.map(|port| {
            let admin_stack = super::stack(&rooms, &limits, &origins, Surface::ADMIN);
            Running::spawn(port, admin_stack, rooms.clone(), limits, drain_timeout)
        });
        let watching = tokio::spawn(directory.watch(reload));
        let shutdown = told(shutdown, drain_timeout);
        let in_time = port
            .serve(stack, rooms, limits, drain_timeout, shutdown)
            .await;
        watching.abort();
        if let Some(admin) = admin {
            admin.stop().await;
        }
        for replica in demo {
            replica.stop().await;
        }
        if in_time {
            info!("drained");
        }
    }
}

/// The demo's replicas, each on a free port of loopback, and where they listen.
async fn start_demo(
    config: &Config,
) -> Result<(Vec<Running>, Vec<(Arc<str>, SocketAddr)>), BindError> {
    let mut running = Vec::new();
    let mut endpoints = Vec::new();
    for number in 0..config.demo.replicas {
        let own = ReplicaConfig {
            name: format!("{}-{number}", config.demo.name),
            delay: config.demo.delay,
            drain_timeout: config.drain_timeout,
            limits: config.limits,
            ..ReplicaConfig::default()
        };
        let name = own.name.as_str().into();
        let replica = Replica::bind(own).await?;
        endpoints.push((name, replica.local_addr()));
        running.push(replica.spawn());
    }
    Ok((running, endpoints))
}

/// The demo's replicas join whatever else is configured under its name; others are named by where they listen.
fn with_demo(configured: Vec<Component>, demo: Vec<(Arc<str>, SocketAddr)>) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    let demo = demo.into_iter().filter_map(|(name, address)| {
        let endpoint = address.to_string().parse().ok()?;
        Some((name, endpoint))
    });
    let demo: Vec<_> = demo.collect();
    if !demo.is_empty() {
        members.push(Member {
            name: DEMO.into(),
            replicas: demo,
            schema: SchemaOrigin::Reflection,
        });
    }
    for component in configured {
        let replicas = component.replicas.into_iter();
        let replicas = replicas.map(|endpoint| (endpoint.as_str().into(), endpoint));
        match members
            .iter_mut()
            .find(|known| known.name == component.name)
        {
            Some(known) => {
                known.replicas.extend(replicas);
                known.schema = component.schema;
            }
            None => members.push(Member {
                name: component.name,
                replicas: replicas.collect(),
                schema: component.schema,
            }),
        }
    }
    members
}

fn services(limits: &Limits, tables: &Tables, state: &State) -> Services {
    let tables = tables.clone();
    let schema: services::reflection::CurrentSchema =
        Arc::new(move || Arc::clone(tables.load().schema()));
    let config = services::Config {
        max_message_bytes: usize::try_from(limits.messages.max_message_bytes).unwrap_or(usize::MAX),
        drained: respond::gateway(&GatewayError::Draining),
        schema: Arc::clone(&schema),
    };
    let state = state.clone();
    let components: admin::CurrentComponents = Arc::new(move || state.components());
    Services::api_server(&config, admin::Config { schema, components })
}

/// The balancer as the gateway sees it.
fn replicas(state: &State) -> Replicas {
    let state = state.clone();
    Arc::new(move |target, request| {
        let pool = state.pool(&target.component);
        Box::pin(async move { call(pool, target, request).await })
    })
}

async fn call(
    pool: Option<Arc<Pool>>,
    target: Target,
    request: Request,
) -> Result<Response, GatewayError> {
    let Target {
        component,
        replicas,
    } = target;
    let Some(pool) = pool else {
        let last_error = None;
        return Err(GatewayError::NoReplica {
            component,
            last_error,
        });
    };
    let answer = pool.call(request, replicas.as_deref()).await;
    let Answer {
        replica,
        picked_at,
        mut response,
    } = answer.map_err(respond::call_error)?;
    response
        .extensions_mut()
        .insert(AnsweredBy { replica, picked_at });
    Ok(response)
}
