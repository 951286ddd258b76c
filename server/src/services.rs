//! What this process answers by itself: the API server's own services, or those of a replica of MyService.
//! One table leads from a service's full name to its handler; names come from the generated code,
//! and the descriptors from the packages that own them. Handlers see plain gRPC only.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::TraceServiceServer as CollectorServer;
use prost_reflect::{DescriptorError, DescriptorPool};
use proto::gangplank::v1::admin_service_server::AdminServiceServer;
use proto::gangplank::v1::balancer_service_server::BalancerServiceServer;
use proto::gangplank::v1::chaos_service_server::ChaosServiceServer;
use proto::gangplank::v1::trace_service_server::TraceServiceServer;
use proto::myservice::v1::my_service_server::MyServiceServer;
use tokio::sync::watch;
use tonic::Status;
use tonic::body::Body;
use tonic::codec::CompressionEncoding;
use tonic::server::NamedService;
use tonic_health::pb::health_server::HealthServer;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};

use admin::Admin;
use balancer::Balancers;
use chaos::{Chaos, Demo, Front};
use health::Health;
use my_service::MyService;
use reflection::CurrentSchema;
use traces::Traces;
use traces::otlp::{self, Collector};

use crate::schema::{OWN_COMPONENT, Source, Version};

pub mod admin;
pub mod balancer;
pub mod chaos;
mod health;
pub mod my_service;
pub mod probes;
pub mod reflection;
pub mod traces;

/// Descriptors of every service that can be served here; files may repeat.
const DESCRIPTOR_SETS: [&[u8]; 4] = [
    proto::FILE_DESCRIPTOR_SET,
    tonic_health::pb::FILE_DESCRIPTOR_SET,
    tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
    tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
];

/// Answers calls, and never fails.
pub type Handler = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// What every process needs to know.
#[derive(Clone)]
pub struct Config {
    /// The largest message a handler decodes, in bytes. A layer outside speaks first; this is the second fence.
    pub max_message_bytes: usize,
    /// What health watches end with when the process drains.
    pub drained: Status,
    /// Tells what reflection describes.
    pub schema: CurrentSchema,
}

/// What an API server tells, and lets be changed.
pub struct ApiServer {
    /// What stands behind it.
    pub admin: admin::Config,
    /// How calls are spread.
    pub balancer: balancer::Config,
    /// What became of calls.
    pub traces: traces::Config,
    /// The demo, to be disturbed, and what load is made through; None without a demo.
    pub chaos: Option<(Arc<dyn Demo>, Front)>,
}

/// Services whose full names begin with one of these aren't there, for reflection and health; an extension of the request.
#[derive(Clone, Copy, Debug)]
pub struct Hidden(pub &'static [&'static str]);

impl Hidden {
    fn hides(self, name: &str) -> bool {
        self.0.iter().any(|prefix| name.starts_with(prefix))
    }
}

/// The handlers of one process.
#[derive(Clone)]
pub struct Services {
    handlers: Arc<HashMap<&'static str, Handler>>,
    health: Health,
    /// True once the process drains.
    draining: Arc<watch::Sender<bool>>,
    /// The replica's name; None for the API server.
    replica: Option<Arc<str>>,
}

impl Services {
    /// Those of the API server: health and reflection over all components, `gangplank.v1`, and OTLP for spans.
    pub fn api_server(config: &Config, own: ApiServer) -> Self {
        let limit = config.max_message_bytes;
        let draining = Arc::new(watch::Sender::new(false));
        let mut handlers = HashMap::new();
        let admin = AdminServiceServer::new(Admin::new(own.admin));
        add(&mut handlers, admin.max_decoding_message_size(limit));
        let balancers = Balancers::new(own.balancer, draining.subscribe(), config.drained.clone());
        let balancers = BalancerServiceServer::new(balancers);
        add(&mut handlers, balancers.max_decoding_message_size(limit));
        let collector = Collector::new(own.traces.pages.clone(), own.traces.now);
        let collector = CollectorServer::new(collector)
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(limit);
        add(&mut handlers, collector);
        let traces = Traces::new(own.traces, draining.subscribe(), config.drained.clone());
        let traces = TraceServiceServer::new(traces);
        add(&mut handlers, traces.max_decoding_message_size(limit));
        if let Some((demo, front)) = own.chaos {
            let chaos = ChaosServiceServer::new(Chaos::new(demo, front));
            add(&mut handlers, chaos.max_decoding_message_size(limit));
        }
        Self::new(config, handlers, None, draining)
    }

    /// Those of a replica: health and reflection of its own, and MyService.
    pub fn replica(
        config: &Config,
        my_service: my_service::Config,
        draining: Arc<watch::Sender<bool>>,
    ) -> Self {
        let replica = Arc::clone(&my_service.replica);
        let my_service = MyServiceServer::new(MyService::new(my_service));
        let mut handlers = HashMap::new();
        add(
            &mut handlers,
            my_service.max_decoding_message_size(config.max_message_bytes),
        );
        let services = Self::new(config, handlers, Some(replica), draining);
        services.set_health([(MyServiceServer::<MyService>::NAME.to_owned(), true)]);
        services
    }

    fn new(
        config: &Config,
        mut handlers: HashMap<&'static str, Handler>,
        replica: Option<Arc<str>>,
        draining: Arc<watch::Sender<bool>>,
    ) -> Self {
        let limit = config.max_message_bytes;
        let health = Health::new(config.drained.clone());
        let health_server = HealthServer::new(health.clone());
        add(
            &mut handlers,
            health_server.max_decoding_message_size(limit),
        );
        let (v1, v1_alpha) = reflection::servers(Arc::clone(&config.schema));
        add(&mut handlers, v1.max_decoding_message_size(limit));
        add(&mut handlers, v1_alpha.max_decoding_message_size(limit));
        Self {
            handlers: Arc::new(handlers),
            health,
            draining,
            replica,
        }
    }

    /// What these services can be asked, as the process's own component.
    pub fn source(&self) -> Result<Source, DescriptorError> {
        let mut pool = DescriptorPool::new();
        for set in DESCRIPTOR_SETS {
            pool.decode_file_descriptor_set(set)?;
        }
        if self
            .handlers
            .contains_key(CollectorServer::<Collector>::NAME)
        {
            pool.add_file_descriptor_set(otlp::descriptors())?;
        }
        let mut services: Vec<_> = self
            .handlers
            .keys()
            .map(|name| (*name).to_owned())
            .collect();
        services.sort();
        Ok(Source {
            component: OWN_COMPONENT.into(),
            versions: vec![Version {
                pool,
                services,
                replicas: None,
            }],
        })
    }

    /// From now on health knows exactly these services, each with whether it serves, and the server itself.
    pub fn set_health(&self, services: impl IntoIterator<Item = (String, bool)>) {
        self.health.set(services);
    }

    /// Health fails from now on, and tells watchers so.
    pub fn drain(&self) {
        self.draining.send_replace(true);
        self.health.drain();
    }

    /// Whether the process itself serves, as its health tells; true from the start.
    pub fn set_serving(&self, is_serving: bool) {
        self.health.set_serving(is_serving);
    }

    /// The name of the replica behind a component's service; None for what every process serves about itself.
    pub fn replica_of(&self, service: &str) -> Option<&Arc<str>> {
        let is_component = service == MyServiceServer::<MyService>::NAME;
        self.replica.as_ref().filter(|_| is_component)
    }

    /// Handles a call of `service`.
    pub async fn handle(&self, service: &str, request: Request<Body>) -> Response<Body> {
        match self.handlers.get(service).cloned() {
            Some(handler) => match handler.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            },
            // Admission knows the same descriptors, so this is reached only if one has no handler.
            None => Status::unimplemented("").into_http(),
        }
    }
}

fn add<S>(handlers: &mut HashMap<&'static str, Handler>, service: S)
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    handlers.insert(S::NAME, BoxCloneSyncService::new(service));
}

#[cfg(test)]
mod tests;
