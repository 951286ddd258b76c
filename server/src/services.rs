//! The API server's own services: MyService, `grpc.health.v1`, reflection v1 and v1alpha, and the plain probes.
//! One table leads from a service's full name to its handler; names come from the generated code,
//! and the descriptors from the packages that own them. Handlers see plain gRPC only.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response};
use proto::myservice::v1::my_service_server::MyServiceServer;
use tonic::Status;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic_health::pb::health_server::HealthServer;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};

use health::Health;
use my_service::MyService;

mod health;
pub mod my_service;
pub mod probes;

/// Descriptors of every service served here; files may repeat.
pub const DESCRIPTOR_SETS: [&[u8]; 4] = [
    proto::FILE_DESCRIPTOR_SET,
    tonic_health::pb::FILE_DESCRIPTOR_SET,
    tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
    tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
];

/// What health tells about; the empty name is the whole server.
const HEALTH_OF: &[&str] = &["", MyServiceServer::<MyService>::NAME];

type Handler = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// What the services need to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The largest message a handler decodes, in bytes. A layer outside speaks first; this is the second fence.
    pub max_message_bytes: usize,
    /// What health watches end with when the server drains.
    pub drained: Status,
    /// The demo component.
    pub my_service: my_service::Config,
}

/// Why the services can't be built: the descriptors in the binary are broken.
#[derive(Debug, thiserror::Error)]
#[error("reflection refuses the descriptors")]
pub struct ServicesError(#[from] tonic_reflection::server::Error);

/// All gRPC handlers.
#[derive(Clone)]
pub struct Services {
    handlers: Arc<HashMap<&'static str, Handler>>,
    health: Health,
    replica: Arc<str>,
}

impl Services {
    /// Builds every handler; health says `SERVING`.
    pub async fn new(config: Config) -> Result<Self, ServicesError> {
        let limit = config.max_message_bytes;
        let health = Health::new(HEALTH_OF, config.drained).await;
        let health_server = HealthServer::new(health.clone());
        let replica = config.my_service.replica.as_str().into();
        let my_service = MyServiceServer::new(MyService::new(config.my_service));
        let mut handlers = HashMap::new();
        add(&mut handlers, my_service.max_decoding_message_size(limit));
        add(
            &mut handlers,
            health_server.max_decoding_message_size(limit),
        );
        add(
            &mut handlers,
            reflection().build_v1()?.max_decoding_message_size(limit),
        );
        add(
            &mut handlers,
            reflection()
                .build_v1alpha()?
                .max_decoding_message_size(limit),
        );
        Ok(Self {
            handlers: Arc::new(handlers),
            health,
            replica,
        })
    }

    /// Health says `NOT_SERVING` from now on; watchers hear it, and their watches end.
    pub async fn drain(&self) {
        self.health.drain().await;
    }

    /// True if a service of that full name has a handler.
    pub fn serves(&self, service: &str) -> bool {
        self.handlers.contains_key(service)
    }

    /// The name of the replica behind a component's service; None for the API server's own services.
    pub fn replica(&self, service: &str) -> Option<&str> {
        (service == MyServiceServer::<MyService>::NAME).then_some(&*self.replica)
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

fn reflection() -> tonic_reflection::server::Builder<'static> {
    let builder = tonic_reflection::server::Builder::configure().include_reflection_service(false);
    DESCRIPTOR_SETS.into_iter().fold(
        builder,
        tonic_reflection::server::Builder::register_encoded_file_descriptor_set,
    )
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
