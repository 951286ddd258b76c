//! The demo component's replicas inside this process: real gRPC servers with ports of their own, started, ended and
//! disturbed on demand. It is a discovery of its own: the balancer is told of each one that comes or goes. One that is killed
//! stays known, as a crashed process's address does; its port is kept for its return.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{Mutex, watch};
use tracing::info;

use super::BindError;
use super::port::Running;
use super::replica::Replica;
use crate::balancer::{Discovered, Found};
use crate::config::{self, ReplicaConfig};
use crate::services::Services;
use crate::services::chaos::{self, DemoError, DemoReplica, Disturbance};
use crate::services::my_service::{Greetings, Trouble};
use crate::telemetry::tracer::Tracer;

/// How long a replica that is ended takes for the calls it has.
const END_TIMEOUT: Duration = Duration::from_secs(10);

/// The demo; clones are the same.
#[derive(Clone)]
pub(super) struct Demo(Arc<Inner>);

struct Inner {
    config: config::Demo,
    replica: ReplicaConfig,
    /// Of all its replicas.
    greetings: Arc<Greetings>,
    /// Of the process.
    tracer: Tracer,
    /// Held while replicas are started and ended, so that two who scale don't meet.
    members: Mutex<Vec<Member>>,
    discovered: watch::Sender<Discovered>,
}

/// One replica.
struct Member {
    name: Arc<str>,
    address: SocketAddr,
    disturbance: Disturbance,
    /// None while it is killed.
    running: Option<Started>,
}

struct Started {
    running: Running,
    trouble: Arc<Trouble>,
    services: Services,
}

impl Demo {
    /// Starts as many replicas as configured, each on a free port of loopback.
    pub(super) async fn start(config: &config::Config, tracer: Tracer) -> Result<Self, BindError> {
        let demo = Self(Arc::new(Inner {
            config: config.demo.clone(),
            replica: ReplicaConfig {
                delay: config.demo.delay,
                drain_timeout: config.drain_timeout,
                limits: config.limits,
                ..ReplicaConfig::default()
            },
            greetings: Arc::new(Greetings::new(SystemTime::now())),
            tracer,
            members: Mutex::default(),
            discovered: watch::Sender::default(),
        }));
        demo.grow(config.demo.replicas.into()).await?;
        Ok(demo)
    }

    /// True if there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.config.replicas == 0
    }

    /// Tells who is there, now and from now on.
    pub(super) fn discovery(&self) -> watch::Receiver<Discovered> {
        self.0.discovered.subscribe()
    }

    /// Ends all of them, with their calls.
    pub(super) async fn stop(&self) {
        let mut members = self.0.members.lock().await;
        for member in members.drain(..) {
            if let Some(started) = member.running {
                started.running.stop().await;
            }
        }
    }

    async fn grow(&self, wanted: usize) -> Result<(), BindError> {
        let mut members = self.0.members.lock().await;
        while members.len() < wanted {
            let number = members.len();
            let name = format!("{}-{number}", self.0.config.name);
            let any_port = self.0.replica.listen;
            let (address, started) = self.launch(&name, any_port).await?;
            members.push(Member {
                name: name.into(),
                address,
                disturbance: Disturbance {
                    delay: self.0.config.delay,
                    ..Disturbance::default()
                },
                running: Some(started),
            });
        }
        self.tell(&members);
        Ok(())
    }

    /// Ends the newest: nobody is sent to them any more, and they finish what they have.
    async fn shrink(&self, wanted: usize) {
        let mut members = self.0.members.lock().await;
        let from = wanted.min(members.len());
        let leaving: Vec<_> = members.drain(from..).collect();
        self.tell(&members);
        for member in leaving {
            if let Some(started) = member.running {
                tokio::spawn(tokio::time::timeout(END_TIMEOUT, started.running.stop()));
            }
        }
    }

    async fn launch(
        &self,
        name: &str,
        listen: SocketAddr,
    ) -> Result<(SocketAddr, Started), BindError> {
        let config = ReplicaConfig {
            name: name.to_owned(),
            listen,
            ..self.0.replica.clone()
        };
        let replica = Replica::bind_with(config, &self.0.greetings, self.0.tracer.of(name)).await?;
        let address = replica.local_addr();
        let (trouble, services) = (Arc::clone(replica.trouble()), replica.services().clone());
        let started = Started {
            trouble,
            services,
            running: replica.spawn(),
        };
        Ok((address, started))
    }

    fn tell(&self, members: &[Member]) {
        let found = members.iter().filter_map(|member| {
            Some(Found {
                name: Arc::clone(&member.name),
                endpoint: member.address.to_string().parse().ok()?,
            })
        });
        self.0.discovered.send_replace(Discovered {
            replicas: found.collect(),
            error: None,
        });
    }
}

#[tonic::async_trait]
impl chaos::Demo for Demo {
    async fn replicas(&self) -> Vec<DemoReplica> {
        let members = self.0.members.lock().await;
        let replicas = members.iter().map(|member| DemoReplica {
            name: member.name.to_string(),
            disturbance: member.disturbance,
        });
        replicas.collect()
    }

    async fn disturb(&self, name: &str, disturbance: Disturbance) -> Result<(), DemoError> {
        let mut members = self.0.members.lock().await;
        let member = members.iter_mut().find(|member| *member.name == *name);
        let member = member.ok_or(DemoError::NoSuchReplica)?;
        info!(replica = name, "{name} is disturbed: {disturbance:?}");
        if disturbance.is_killed {
            if let Some(started) = member.running.take() {
                started.running.cut().await;
            }
        } else {
            let started = if let Some(started) = member.running.take() {
                started
            } else {
                let launched = self.launch(name, member.address).await;
                let (_, started) = launched.map_err(|error| DemoError::Port(error.to_string()))?;
                started
            };
            let Disturbance {
                delay,
                is_broken,
                is_not_serving,
                ..
            } = disturbance;
            started.trouble.set(delay, is_broken);
            started.services.set_serving(!is_not_serving);
            member.running = Some(started);
        }
        member.disturbance = disturbance;
        Ok(())
    }

    async fn scale(&self, replicas: usize) -> Result<(), DemoError> {
        info!("the demo is scaled to {replicas} replicas");
        self.shrink(replicas).await;
        let grown = self.grow(replicas).await;
        grown.map_err(|error| DemoError::Port(error.to_string()))
    }
}
