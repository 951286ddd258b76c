//! The API server: its own port, perhaps one for admin paths, the demo's replicas, and the directory of components.
//! It starts from the back: replicas listen before their schema is read, and the schema is known before callers come.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tracing::{info, warn};

use super::demo::Demo;
use super::directory::gauges::Gauges;
use super::directory::{Directory, Member, State};
use super::port::{Drain, Port, Running};
use super::rooms::Rooms;
use super::{BindError, Stack, exporter, random, stack};
use crate::assets::Assets;
use crate::balancer::discovery::{find, joined};
use crate::balancer::{Answer, Call, Pool, Retry, Traced};
use crate::config::{Config, DEMO, Limits};
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
use crate::services::chaos::{self, Front};
use crate::services::probes::Probes;
use crate::services::{self, Services, admin, traces};
use crate::telemetry::export::Exporter;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::names;
use crate::telemetry::store::Store;
use crate::telemetry::tracer::{self, Tracer};

/// An API server that has its ports.
pub struct App {
    port: Port,
    admin_port: Option<Port>,
    rooms: Rooms,
    directory: Directory,
    demo: Demo,
    front: Front,
    exporter: Option<Exporter>,
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
        let exporter = exporter(config.export.clone(), names::API_SERVER)?;
        let (tracer, kept) = tracing(&config, exporter.clone());
        let demo = Demo::start(&config, tracer.clone()).await?;
        let components = members(&config, &demo).await;
        let tables = Tables::default();
        let state = State::spawn(&components);
        let metrics = metrics(&state, (&tracer, &kept.store), exporter.as_ref());
        let front = Front::default();
        let chaos = (!demo.is_empty()).then(|| -> (Arc<dyn chaos::Demo>, Front) {
            (Arc::new(demo.clone()), Arc::clone(&front))
        });
        let services = services(&config.limits, &tables, &state, kept, chaos);
        let forward_headers: Arc<[_]> = config.forward_headers.into();
        let forward = Forward::new(
            replicas(&state),
            Arc::clone(&forward_headers),
            config.limits.stream_idle_timeout,
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
            tracer,
            trust: config.public_traces,
            in_flight: InFlight::new(config.limits.max_in_flight),
            cut: Cut::default(),
            forward_headers,
        };
        Ok(Self {
            port,
            admin_port,
            rooms,
            directory,
            demo,
            front,
            exporter,
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
            front,
            exporter,
            origins,
            limits,
            drain_timeout,
        } = self;
        // Load is made as every other call is, but for the connection.
        let _ = front.set(super::stack(&rooms, &limits, &origins, Surface::ALL));
        if !rooms.assets.has_page() {
            warn!("the page isn't in this binary: `cargo xtask build` puts it there");
        }
        let admin = admin_port.map(|port| {
            let admin_stack = super::stack(&rooms, &limits, &origins, Surface::ADMIN);
            Running::spawn(port, admin_stack, rooms.clone(), limits, drain_timeout)
        });
        let watching = tokio::spawn(directory.watch(reload));
        let drain = Drain::new(drain_timeout);
        let shutdown = drain.begin(shutdown);
        let in_time = port
            .serve(stack, rooms, limits, drain_timeout, shutdown)
            .await;
        watching.abort();
        if let Some(admin) = admin {
            admin.stop().await;
        }
        demo.stop().await;
        drain.flush(exporter).await;
        if in_time {
            info!("drained");
        }
    }
}

/// Who begins spans, and what tells of them.
fn tracing(config: &Config, exporter: Option<Exporter>) -> (Tracer, traces::Config) {
    let max_bytes = config.limits.max_trace_bytes;
    let store = Store::new(max_bytes);
    let tracer = Tracer::new(tracer::Config {
        source: names::API_SERVER.into(),
        store: (max_bytes > 0).then(|| store.clone()),
        exporter,
        ratio: config.trace_sample,
        random,
        now: SystemTime::now,
    });
    let limited = tracer.limited(config.limits.max_traces_per_second);
    let kept = traces::Config {
        pages: tracer.of(names::PAGE),
        store,
        now: SystemTime::now,
    };
    (limited, kept)
}

/// Counts what happens from now on, and asks those who count by themselves.
fn metrics(
    state: &State,
    (tracer, store): (&Tracer, &Store),
    exporter: Option<&Exporter>,
) -> Metrics {
    let metrics = Metrics::default();
    metrics.ask(Gauges(state.clone()));
    metrics.ask(tracer.clone());
    metrics.ask(store.clone());
    if let Some(exporter) = exporter {
        metrics.ask(exporter.told());
    }
    metrics
}

/// All components. The demo's replicas join whatever else is configured under its name; others are named by where they
/// listen.
async fn members(config: &Config, demo: &Demo) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    if !demo.is_empty() {
        members.push(Member {
            name: DEMO.into(),
            discovery: demo.discovery(),
            schema: SchemaOrigin::Reflection,
            policy: config.demo.policy.clone(),
            retry: Retry::default(),
            pulse: config.limits.pulse,
        });
    }
    for component in &config.components {
        let found = find(&component.replicas, &config.dns).await;
        match members
            .iter_mut()
            .find(|known| known.name == component.name)
        {
            Some(known) => {
                known.discovery = joined(known.discovery.clone(), found);
                known.schema = component.schema.clone();
                known.policy = component.policy.clone();
                known.retry = component.retry.clone();
            }
            None => members.push(Member {
                name: Arc::clone(&component.name),
                discovery: found,
                schema: component.schema.clone(),
                policy: component.policy.clone(),
                retry: component.retry.clone(),
                pulse: config.limits.pulse,
            }),
        }
    }
    members
}

fn services(
    limits: &Limits,
    tables: &Tables,
    state: &State,
    traces: traces::Config,
    chaos: Option<(Arc<dyn chaos::Demo>, Front)>,
) -> Services {
    let tables = tables.clone();
    let schema: services::reflection::CurrentSchema =
        Arc::new(move || Arc::clone(tables.load().schema()));
    let config = services::Config {
        max_message_bytes: usize::try_from(limits.messages.max_message_bytes).unwrap_or(usize::MAX),
        drained: respond::gateway(&GatewayError::Draining),
        schema: Arc::clone(&schema),
    };
    let of = |state: &State| state.clone();
    let (components, names, balances, policies) = (of(state), of(state), of(state), of(state));
    let own = services::ApiServer {
        admin: admin::Config {
            schema,
            components: Arc::new(move || components.components()),
        },
        balancer: services::balancer::Config {
            components: Arc::new(move || names.names()),
            balance: Arc::new(move |name, since| balances.balance(name, since)),
            set_policy: Arc::new(move |name, policy| {
                if let Some(pool) = policies.pool(name) {
                    info!(component = name, "{name} picks by {policy} from now on");
                    pool.set_policy(policy);
                }
            }),
        },
        traces,
        chaos,
    };
    Services::api_server(&config, own)
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
        message,
        is_idempotent,
        deadline,
        method,
        span,
    } = target;
    let Some(pool) = pool else {
        let last_error = None;
        return Err(GatewayError::NoReplica {
            component,
            last_error,
        });
    };
    let call = Call {
        request,
        message,
        is_idempotent,
        eligible: replicas,
        deadline,
        traced: span.map(|span| Traced { span, method }),
    };
    let answer = pool.call(call).await;
    let Answer {
        replica,
        picked_at,
        attempts: _,
        mut response,
    } = answer.map_err(respond::call_error)?;
    response
        .extensions_mut()
        .insert(AnsweredBy { replica, picked_at });
    Ok(response)
}
