//! Who the components are, and what each can be asked: keeps the gateway's table true while replicas come and go.
//! Whenever a replica is connected anew, its schema is read; replicas with the same schema form one version. From all
//! versions a new table is made, checked, and put in place of the old one; what can't be served is refused with both
//! sides named, and the old table keeps serving. A schema that couldn't be read is tried again after a while.
//! Schemas in files are read at the start and on reload. What a lost replica could do stays known:
//! its methods fail as unavailable, not as unknown.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::service_fn;
use tracing::{error, info, warn};

use crate::balance::Health;
use crate::balancer::Pool;
use crate::gateway::Request;
use crate::gateway::table::{Table, TableError, Tables};
use crate::schema::load::{LoadError, Loaded, Origin, files, reflect};
use crate::schema::{Schema, Source, Version};
use crate::services::Services;
use crate::telemetry::metrics::{Metrics, Reload};

pub(super) use state::{Member, State};

pub(super) mod gauges;
mod state;

/// How long one replica may take to describe itself.
const READ_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the start waits for replicas: those on the way then are read when they come.
const START_TIMEOUT: Duration = Duration::from_secs(3);
/// When a schema that couldn't be read is tried again.
const RETRY_PAUSE: Duration = Duration::from_secs(5);

/// The schemas of all components, and what is made of them.
pub(super) struct Directory {
    members: Vec<Member>,
    state: State,
    tables: Tables,
    services: Services,
    metrics: Metrics,
    /// By component and replica; files stand under the empty name.
    known: BTreeMap<(Arc<str>, Arc<str>), Known>,
    /// Counts readings, so that newer ones can be told.
    readings: u64,
}

/// What one replica said last.
struct Known {
    /// The how-manieth time it was reached when it said it.
    connection: u64,
    /// None if it couldn't be read.
    read: Option<Read>,
}

struct Read {
    loaded: Loaded,
    /// The encoded descriptors, to tell versions apart.
    bytes: Vec<u8>,
    /// When it was first said, in readings.
    since: u64,
}

impl Directory {
    /// Reads what can be read now and makes the first table. Fails with why the components can't be served together.
    pub(super) async fn start(
        members: Vec<Member>,
        state: State,
        tables: Tables,
        services: Services,
        metrics: Metrics,
    ) -> Result<Self, String> {
        let mut directory = Self {
            members,
            state,
            tables,
            services,
            metrics,
            known: BTreeMap::new(),
            readings: 0,
        };
        directory.read_files()?;
        // Those that take longer come later.
        let _ = timeout(START_TIMEOUT, directory.state.tried()).await;
        directory.read_replicas().await;
        directory.rebuild()?;
        directory.tell_health();
        Ok(directory)
    }

    /// Follows replicas and reloads until it is dropped.
    pub(super) async fn watch(mut self, mut reload: watch::Receiver<()>) {
        let mut changes = self.state.changes();
        loop {
            let has_failed = self.known.values().any(|known| known.read.is_none());
            tokio::select! {
                told = changes.changed() => {
                    if told.is_err() {
                        return;
                    }
                }
                Ok(()) = reload.changed() => self.forget(),
                () = sleep(RETRY_PAUSE), if has_failed => {
                    self.known.retain(|_, known| known.read.is_some());
                }
            }
            let files = self.read_files();
            let has_lost = self.forget_gone();
            let has_read = self.read_replicas().await;
            let built = files.and_then(|is_new| {
                if is_new || has_read || has_lost {
                    self.rebuild()
                } else {
                    Ok(())
                }
            });
            if let Err(reason) = built {
                error!("the new schema is refused, the old one keeps serving: {reason}");
            }
            self.tell_health();
        }
    }

    /// Everything is to be read again; the table stays until then.
    fn forget(&mut self) {
        info!("reading all schemas again");
        for known in self.known.values_mut() {
            known.connection = 0;
        }
    }

    /// Lets go what replicas said that are no longer discovered, as long as another one is left to say it;
    /// true if there were any.
    fn forget_gone(&mut self) -> bool {
        let before = self.known.len();
        for member in &self.members {
            let Some(balance) = self.state.balance(&member.name, u64::MAX) else {
                continue;
            };
            if balance.replicas.is_empty() {
                continue;
            }
            let is_there = |name: &Arc<str>| {
                name.is_empty() || balance.replicas.iter().any(|replica| replica.name == *name)
            };
            self.known
                .retain(|(component, name), _| *component != member.name || is_there(name));
        }
        self.known.len() < before
    }

    /// Reads the files that weren't read yet; true if there were any.
    fn read_files(&mut self) -> Result<bool, String> {
        let mut has_read = false;
        for member in &self.members {
            let loaded = match &member.schema {
                Origin::Reflection => continue,
                _ if self.is_known(&member.name, "", 1) => continue,
                Origin::DescriptorSet(path) => files::descriptor_set(path),
                Origin::Protos(path) => files::protos(path, proto::FILE_DESCRIPTOR_SET),
            };
            let loaded = loaded.map_err(|error| format!("component {}: {error}", member.name));
            self.state
                .set_problem(&member.name, loaded.as_ref().err().cloned());
            let key = (Arc::clone(&member.name), Arc::from(""));
            learn(&mut self.known, &mut self.readings, key, 1, loaded?);
            has_read = true;
        }
        Ok(has_read)
    }

    fn is_known(&self, component: &Arc<str>, replica: &str, connection: u64) -> bool {
        let key = (Arc::clone(component), Arc::from(replica));
        self.known
            .get(&key)
            .is_some_and(|known| known.connection == connection)
    }

    /// Reads the replicas that have connected since, all at a time; true if any could be read.
    async fn read_replicas(&mut self) -> bool {
        let mut reading = JoinSet::new();
        for member in self
            .members
            .iter()
            .filter(|member| member.schema == Origin::Reflection)
        {
            let Some(pool) = self.state.pool(&member.name) else {
                continue;
            };
            for replica in pool.balance(u64::MAX).replicas {
                let is_ready = matches!(replica.health, Health::Ready { .. });
                if is_ready && !self.is_known(&member.name, &replica.name, replica.generation) {
                    let (pool, component) = (Arc::clone(&pool), Arc::clone(&member.name));
                    reading.spawn(async move {
                        let read = read(pool, Arc::clone(&replica.name)).await;
                        ((component, replica.name), replica.generation, read)
                    });
                }
            }
        }
        let mut has_read = false;
        while let Some(Ok((key, connection, read))) = reading.join_next().await {
            match read {
                Ok(loaded) => {
                    self.state.set_problem(&key.0, None);
                    learn(&mut self.known, &mut self.readings, key, connection, loaded);
                    has_read = true;
                }
                Err(error) => self.fail(key, connection, &error),
            }
        }
        has_read
    }

    fn fail(&mut self, key: (Arc<str>, Arc<str>), connection: u64, error: &LoadError) {
        let (component, replica) = &key;
        warn!(
            component = &**component,
            replica = &**replica,
            "can't read the schema of replica {replica} of component {component}: {error}"
        );
        self.state
            .set_problem(component, Some(format!("{replica}: {error}")));
        // What it said before stays, as long as there is something.
        let known = self.known.entry(key).or_insert(Known {
            connection,
            read: None,
        });
        known.connection = connection;
    }

    /// Makes a table of all that is known, and puts it in place.
    fn rebuild(&mut self) -> Result<(), String> {
        let made = self.make();
        let outcome = if made.is_ok() {
            Reload::Ok
        } else {
            Reload::Refused
        };
        for member in &self.members {
            self.metrics.schema_reloaded(&member.name, outcome);
        }
        let table = made?;
        let (services, routes) = (
            table.schema().services().count(),
            table.routes().entries().count(),
        );
        info!("serving {services} services by {routes} routes");
        self.tables.replace(table);
        Ok(())
    }

    fn make(&self) -> Result<Table, String> {
        let own = self.services.source().map_err(|error| error.to_string())?;
        let sources = self.members.iter().map(|member| self.source(member));
        let schema = Schema::new(std::iter::once(own).chain(sources).collect());
        let schema = schema.map_err(|error| error.to_string())?;
        Table::new(schema).map_err(|errors| join(&errors))
    }

    /// The versions of one component, newest first.
    fn source(&self, member: &Member) -> Source {
        let known = self
            .known
            .iter()
            .filter(|((component, _), _)| *component == member.name);
        let read = known.filter_map(|((_, replica), known)| Some((replica, known.read.as_ref()?)));
        let mut groups: Vec<(&Read, Vec<Arc<str>>)> = Vec::new();
        for (replica, read) in read {
            match groups
                .iter_mut()
                .find(|(other, _)| other.bytes == read.bytes)
            {
                Some((_, replicas)) => replicas.push(Arc::clone(replica)),
                None => groups.push((read, vec![Arc::clone(replica)])),
            }
        }
        groups.sort_by_key(|(read, _)| std::cmp::Reverse(read.since));
        // A lone version is everybody's: replicas that haven't said anything yet will likely say the same.
        let is_lone = groups.len() == 1;
        let versions = groups.into_iter().map(|(read, replicas)| Version {
            pool: read.loaded.pool.clone(),
            services: read.loaded.services.clone(),
            replicas: (!is_lone).then(|| replicas.into()),
        });
        Source {
            component: Arc::clone(&member.name),
            versions: versions.collect(),
        }
    }

    /// Health of every component's services: whether a replica is ready.
    fn tell_health(&self) {
        let table = self.tables.load();
        let services = table.schema().services().map(|(name, service)| {
            let pool = self.state.pool(&service.component);
            // Those of the API server itself have no pool.
            (name.to_owned(), pool.is_none_or(|pool| pool.is_ready()))
        });
        self.services.set_health(services);
    }
}

/// Keeps what was read. The same descriptors again aren't newer than they were.
fn learn(
    known: &mut BTreeMap<(Arc<str>, Arc<str>), Known>,
    readings: &mut u64,
    key: (Arc<str>, Arc<str>),
    connection: u64,
    loaded: Loaded,
) {
    *readings += 1;
    let mut bytes = loaded.pool.encode_to_vec();
    bytes.extend(loaded.services.join(",").into_bytes());
    let same = known.values().filter_map(|known| known.read.as_ref());
    let same = same
        .filter(|read| read.bytes == bytes)
        .map(|read| read.since)
        .min();
    let read = Read {
        loaded,
        bytes,
        since: same.unwrap_or(*readings),
    };
    known.insert(
        key,
        Known {
            connection,
            read: Some(read),
        },
    );
}

/// Asks one replica to describe itself.
async fn read(pool: Arc<Pool>, replica: Arc<str>) -> Result<Loaded, LoadError> {
    let service = service_fn(move |request: Request| {
        let (pool, replica) = (Arc::clone(&pool), Arc::clone(&replica));
        async move { pool.ask(&replica, request).await }
    });
    match timeout(READ_TIMEOUT, reflect::read(service)).await {
        Ok(read) => read,
        Err(_) => Err(LoadError::Reflection(format!(
            "no answer within {} s",
            READ_TIMEOUT.as_secs()
        ))),
    }
}

/// All errors in one line.
pub(super) fn join(errors: &[TableError]) -> String {
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

#[cfg(test)]
mod tests;
