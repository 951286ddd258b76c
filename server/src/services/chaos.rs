//! `gangplank.v1.ChaosService`: real trouble for the demo's replicas, and real load for them.
//! What a replica is put into is done by whoever runs the demo (`Demo`); here it's only checked and worded. Served where there
//! is a demo, and nowhere else. Load is made by `load`. Source: proto/gangplank/v1/chaos.proto.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::stream::Stream;
use proto::gangplank::v1 as pb;
use proto::gangplank::v1::chaos_service_server::ChaosService;
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status};

use super::Handler;
use super::admin::unknown;
use super::balancer::proto_duration;
use load::Load;

mod load;

/// The longest delay: beyond the deadlines that people try.
const MAX_DELAY: Duration = Duration::from_mins(1);
/// Replicas of a demo at most: as many as a page can show side by side.
const MAX_REPLICAS: u32 = 8;
/// Runs of load at a time.
const MAX_RUNS: usize = 4;
/// Calls that one run begins per second at most.
const MAX_RATE: u32 = 5_000;
/// Calls of one run at most.
const MAX_CALLS: u32 = 100_000;

/// The trouble that a replica is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disturbance {
    /// How long each of its answers waits first.
    pub delay: Duration,
    /// True if every call fails with UNAVAILABLE.
    pub is_broken: bool,
    /// True if its port is closed.
    pub is_killed: bool,
    /// True if it says that it doesn't serve.
    pub is_not_serving: bool,
}

/// One replica of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoReplica {
    /// Its name.
    pub name: String,
    /// Its trouble.
    pub disturbance: Disturbance,
}

/// Why the demo isn't as it was asked to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DemoError {
    /// It has no replica of that name.
    #[error("no replica of that name")]
    NoSuchReplica,
    /// A replica can't have its port.
    #[error("{0}")]
    Port(String),
}

/// Whoever runs the demo's replicas.
#[tonic::async_trait]
pub trait Demo: Send + Sync + 'static {
    /// All of them, in the order of their numbers.
    async fn replicas(&self) -> Vec<DemoReplica>;
    /// Puts one into that trouble, instead of the one that it's in.
    async fn disturb(&self, name: &str, disturbance: Disturbance) -> Result<(), DemoError>;
    /// Starts or ends replicas until there are as many.
    async fn scale(&self, replicas: usize) -> Result<(), DemoError>;
}

/// What load is made through: the process's own front, known once it's assembled.
pub type Front = Arc<OnceLock<Handler>>;

/// Handles the calls; clones are the same.
#[derive(Clone)]
pub(super) struct Chaos {
    demo: Arc<dyn Demo>,
    front: Front,
    runs: Arc<Semaphore>,
}

impl Chaos {
    /// Disturbs `demo`, and calls it by way of `front`.
    pub(super) fn new(demo: Arc<dyn Demo>, front: Front) -> Self {
        Self {
            demo,
            front,
            runs: Arc::new(Semaphore::new(MAX_RUNS)),
        }
    }

    async fn told(&self) -> Vec<pb::DemoReplica> {
        let replicas = self.demo.replicas().await.into_iter();
        replicas.map(told_replica).collect()
    }
}

/// A stream of what became of the calls.
type Reports = Pin<Box<dyn Stream<Item = Result<pb::RunLoadResponse, Status>> + Send>>;

#[tonic::async_trait]
impl ChaosService for Chaos {
    async fn list_demo_replicas(
        &self,
        _: Request<pb::ListDemoReplicasRequest>,
    ) -> Result<Response<pb::ListDemoReplicasResponse>, Status> {
        let replicas = self.told().await;
        Ok(Response::new(pb::ListDemoReplicasResponse { replicas }))
    }

    async fn disturb_replica(
        &self,
        request: Request<pb::DisturbReplicaRequest>,
    ) -> Result<Response<pb::DisturbReplicaResponse>, Status> {
        let pb::DisturbReplicaRequest {
            replica,
            disturbance,
        } = request.into_inner();
        let disturbance = read(disturbance.unwrap_or_default())?;
        match self.demo.disturb(&replica, disturbance).await {
            Ok(()) => {}
            Err(DemoError::NoSuchReplica) => {
                let replicas = self.demo.replicas().await;
                let names = replicas.iter().map(|replica| &*replica.name);
                return Err(unknown("replica", names));
            }
            Err(error @ DemoError::Port(_)) => return Err(Status::unavailable(error.to_string())),
        }
        let replica = told_replica(DemoReplica {
            name: replica,
            disturbance,
        });
        Ok(Response::new(pb::DisturbReplicaResponse {
            replica: Some(replica),
        }))
    }

    async fn scale_demo(
        &self,
        request: Request<pb::ScaleDemoRequest>,
    ) -> Result<Response<pb::ScaleDemoResponse>, Status> {
        let wanted = within("replicas", request.into_inner().replicas, MAX_REPLICAS)?;
        let scaled = self.demo.scale(wanted as usize).await;
        scaled.map_err(|error| Status::unavailable(error.to_string()))?;
        let replicas = self.told().await;
        Ok(Response::new(pb::ScaleDemoResponse { replicas }))
    }

    type RunLoadStream = Reports;

    async fn run_load(
        &self,
        request: Request<pb::RunLoadRequest>,
    ) -> Result<Response<Reports>, Status> {
        let request = request.into_inner();
        let rate = within("calls_per_second", request.calls_per_second, MAX_RATE)?;
        let calls = within("calls", request.calls, MAX_CALLS)?;
        let permit = Arc::clone(&self.runs).try_acquire_owned();
        let permit = permit.map_err(|_| {
            Status::resource_exhausted(format!("{MAX_RUNS} runs are going on; wait for one to end"))
        })?;
        let Some(front) = self.front.get() else {
            return Err(Status::unavailable("the server is still starting"));
        };
        let load = Load::new(front.clone(), rate, calls, permit);
        Ok(Response::new(Box::pin(load.reports())))
    }
}

fn within(field: &str, value: u32, max: u32) -> Result<u32, Status> {
    if (1..=max).contains(&value) {
        return Ok(value);
    }
    Err(Status::invalid_argument(format!(
        "{field} must be 1 to {max}; it is {value}"
    )))
}

fn read(disturbance: pb::Disturbance) -> Result<Disturbance, Status> {
    let refused = || Status::invalid_argument("disturbance.delay must be 0 to 60 s");
    let delay = match disturbance.delay {
        None => Duration::ZERO,
        Some(delay) => Duration::try_from(delay).map_err(|_| refused())?,
    };
    if delay > MAX_DELAY {
        return Err(refused());
    }
    Ok(Disturbance {
        delay,
        is_broken: disturbance.broken,
        is_killed: disturbance.killed,
        is_not_serving: disturbance.not_serving,
    })
}

fn told_replica(replica: DemoReplica) -> pb::DemoReplica {
    let disturbance = replica.disturbance;
    let has_delay = !disturbance.delay.is_zero();
    pb::DemoReplica {
        name: replica.name,
        disturbance: Some(pb::Disturbance {
            delay: proto_duration(disturbance.delay).filter(|_| has_delay),
            broken: disturbance.is_broken,
            killed: disturbance.is_killed,
            not_serving: disturbance.is_not_serving,
        }),
    }
}

#[cfg(test)]
mod tests;
