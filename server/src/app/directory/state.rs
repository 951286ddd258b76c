//! The components as they are at this moment: their pools, and what is wrong with their schemas.
//! Everybody who asks about replicas asks here: the gateway, the admin service, the probes and the metrics.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tokio::sync::watch;

use crate::balancer::{self, Endpoint, Health, Pool, Snapshot};
use crate::respond;
use crate::schema::load::Origin;
use crate::services::admin::{ComponentState, Connection, ReplicaState};
use crate::services::probes::Check;
use crate::telemetry::metrics::Metrics;

/// One component, with a name for each of its replicas.
#[derive(Clone, Debug)]
pub(in crate::app) struct Member {
    pub(in crate::app) name: Arc<str>,
    pub(in crate::app) replicas: Vec<(Arc<str>, Endpoint)>,
    pub(in crate::app) schema: Origin,
}

/// The pools of all components; clones are the same.
#[derive(Clone)]
pub(in crate::app) struct State {
    pools: Arc<[(Member, Arc<Pool>)]>,
    problems: Arc<Mutex<BTreeMap<Arc<str>, String>>>,
    changes: watch::Receiver<()>,
    /// Held so that whoever follows changes goes on where no component has a replica that could tell of any.
    _changed: Arc<watch::Sender<()>>,
}

impl State {
    /// Begins to connect to every replica.
    pub(in crate::app) fn spawn(members: &[Member]) -> Self {
        let (sender, changes) = watch::channel(());
        let sender = Arc::new(sender);
        let pools = members.iter().map(|member| {
            let config = balancer::Config {
                component: Arc::clone(&member.name),
                replicas: member.replicas.clone(),
                now: SystemTime::now,
                to_status: respond::replica,
            };
            (member.clone(), Arc::new(Pool::spawn(config, &sender)))
        });
        Self {
            pools: pools.collect(),
            problems: Arc::default(),
            changes,
            _changed: sender,
        }
    }

    /// The pool of a component.
    pub(in crate::app) fn pool(&self, component: &str) -> Option<Arc<Pool>> {
        let mut pools = self.pools.iter();
        let found = pools.find(|(member, _)| *member.name == *component);
        found.map(|(_, pool)| Arc::clone(pool))
    }

    /// Returns once every replica is connected or has failed once.
    pub(super) async fn tried(&self) {
        for (_, pool) in &*self.pools {
            pool.tried().await;
        }
    }

    /// Told whenever a replica is connected or lost.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changes.clone()
    }

    /// Notes why a component's schema can't be read; None if it can.
    pub(super) fn set_problem(&self, component: &Arc<str>, problem: Option<String>) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        match problem {
            Some(problem) => problems.insert(Arc::clone(component), problem),
            None => problems.remove(component),
        };
    }

    /// For the admin service.
    pub(in crate::app) fn components(&self) -> Vec<ComponentState> {
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        let components = self.pools.iter().map(|(member, pool)| ComponentState {
            name: member.name.to_string(),
            replicas: pool.snapshot().into_iter().map(replica).collect(),
            schema_source: member.schema.describe(),
            schema_error: problems.get(&member.name).cloned(),
        });
        components.collect()
    }

    /// For the probes.
    pub(in crate::app) fn checks(&self) -> Vec<Check> {
        let checks = self.pools.iter().map(|(member, pool)| Check {
            name: format!("component-{}", member.name),
            failure: (!pool.is_ready()).then(|| format!("{} has no ready replica", member.name)),
        });
        checks.collect()
    }

    /// For the metrics.
    pub(super) fn count_replicas(&self, metrics: &Metrics) {
        for (member, pool) in &*self.pools {
            for replica in pool.snapshot() {
                match replica.health {
                    Health::Ready { .. } => metrics.replica_is_up(&member.name, &replica.name),
                    _ => metrics.replica_is_down(&member.name, &replica.name),
                }
            }
        }
    }
}

fn replica(snapshot: Snapshot) -> ReplicaState {
    ReplicaState {
        name: snapshot.name.to_string(),
        address: snapshot.endpoint.to_string(),
        connection: match snapshot.health {
            Health::Starting => Connection::Starting,
            Health::Ready { since } => Connection::Ready { since },
            Health::Unreachable { .. } => Connection::Unreachable,
        },
        last_error: snapshot.last_error.map(|error| error.to_string()),
        calls_in_flight: u32::try_from(snapshot.in_flight).unwrap_or(u32::MAX),
        calls_total: snapshot.total,
    }
}
