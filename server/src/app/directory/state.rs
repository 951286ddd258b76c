//! The components as they are at this moment: their pools, and what is wrong with their schemas.
//! Everybody who asks about replicas asks here: the gateway, the admin service, the probes and the metrics.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tokio::sync::watch;

use crate::balance::{Balance, Policy};
use crate::balancer::{self, BreakerConfig, Discovered, Pool, Pulse, Retry};
use crate::respond;
use crate::schema::load::Origin;
use crate::services::admin::ComponentState;
use crate::services::probes::Check;

use super::super::random;

/// One component, and who finds its replicas.
#[derive(Clone, Debug)]
pub(in crate::app) struct Member {
    pub(in crate::app) name: Arc<str>,
    pub(in crate::app) discovery: watch::Receiver<Discovered>,
    pub(in crate::app) schema: Origin,
    pub(in crate::app) policy: Policy,
    pub(in crate::app) retry: Retry,
    pub(in crate::app) pulse: Pulse,
}

/// The pools of all components; clones are the same.
#[derive(Clone, Debug)]
pub(in crate::app) struct State {
    pools: Arc<[(Member, Arc<Pool>)]>,
    problems: Arc<Mutex<BTreeMap<Arc<str>, String>>>,
    /// Told whenever a replica comes, goes, or changes its standing; kept here, so that there is always somebody to listen to.
    changes: Arc<watch::Sender<()>>,
}

impl State {
    /// Begins to connect to every replica.
    pub(in crate::app) fn spawn(members: &[Member]) -> Self {
        let changes = Arc::new(watch::Sender::new(()));
        let pools = members.iter().map(|member| {
            let config = balancer::Config {
                component: Arc::clone(&member.name),
                discovery: member.discovery.clone(),
                policy: member.policy.clone(),
                retry: member.retry.clone(),
                breaker: BreakerConfig::default(),
                pulse: member.pulse,
                seed: random(),
                now: SystemTime::now,
                to_status: respond::replica,
            };
            (member.clone(), Arc::new(Pool::spawn(config, &changes)))
        });
        Self {
            pools: pools.collect(),
            problems: Arc::default(),
            changes,
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

    /// Told whenever a replica comes, goes, or changes its standing.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
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
            replicas: pool.balance(u64::MAX).replicas,
            schema_source: member.schema.describe(),
            schema_error: problems.get(&member.name).cloned(),
        });
        components.collect()
    }

    /// Names of all components.
    pub(in crate::app) fn names(&self) -> Vec<Arc<str>> {
        let names = self
            .pools
            .iter()
            .map(|(member, _)| Arc::clone(&member.name));
        names.collect()
    }

    /// How one component's calls are spread, with the picks after that number.
    pub(in crate::app) fn balance(&self, component: &str, picks_since: u64) -> Option<Balance> {
        Some(self.pool(component)?.balance(picks_since))
    }

    /// For the probes.
    pub(in crate::app) fn checks(&self) -> Vec<Check> {
        let checks = self.pools.iter().map(|(member, pool)| Check {
            name: format!("component-{}", member.name),
            failure: (!pool.is_ready()).then(|| format!("{} has no ready replica", member.name)),
        });
        checks.collect()
    }
}
