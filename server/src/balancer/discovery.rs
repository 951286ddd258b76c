//! Where a component's replicas are, as a stream of updates: whoever finds them tells the whole set whenever it changes.
//! The pool follows the latest; what was told in between doesn't matter. Replicas are named one by one, or found by DNS
//! (`dns`), or both; another source, such as Kubernetes' `EndpointSlices`, would be one more `Target`.

use std::str::FromStr;
use std::sync::Arc;

use tokio::sync::watch;

use super::endpoint::{Endpoint, EndpointError};
use dns::Dns;

pub mod dns;

/// Where to look for replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One replica, at `HOST:PORT`.
    Fixed(Endpoint),
    /// One replica for each address of a name: `dns:HOST:PORT`.
    Dns {
        /// The name.
        host: String,
        /// Where all of them listen.
        port: u16,
    },
    /// One replica for each address of each service record of a name: `srv:_grpc._tcp.NAME`.
    Srv {
        /// The name.
        name: String,
    },
}

/// Why a text is no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It's no endpoint either.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// `srv:` stands without a name.
    #[error("'{0}' names no service record, such as srv:_grpc._tcp.orders.example")]
    Srv(String),
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        if let Some(name) = text.strip_prefix("srv:") {
            let is_name = !name.is_empty() && !name.contains([':', '/', ' ']);
            let name = is_name.then(|| name.to_owned());
            let name = name.ok_or_else(|| TargetError::Srv(text.to_owned()))?;
            return Ok(Self::Srv { name });
        }
        let Some(looked_up) = text.strip_prefix("dns:") else {
            return Ok(Self::Fixed(text.parse()?));
        };
        // An endpoint that is looked up has the same shape.
        let endpoint: Endpoint = looked_up.parse()?;
        let (host, port) = endpoint.parts();
        Ok(Self::Dns {
            host: host.to_owned(),
            port,
        })
    }
}

/// Finds the replicas of all targets, now and from now on; DNS is given a moment for its first answer.
pub async fn find(targets: &[Target], dns: &Dns) -> watch::Receiver<Discovered> {
    let endpoints = targets.iter().filter_map(|target| match target {
        Target::Fixed(endpoint) => Some(endpoint.clone()),
        Target::Dns { .. } | Target::Srv { .. } => None,
    });
    let mut found = fixed(&endpoints.collect::<Vec<_>>());
    for target in targets {
        if !matches!(target, Target::Fixed(_)) {
            found = joined(found, dns::follow(target.clone(), dns).await);
        }
    }
    found
}

/// One replica that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name, unique within the component.
    pub name: Arc<str>,
    /// Where it listens.
    pub endpoint: Endpoint,
}

/// Everybody who was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// In the order of their discovery.
    pub replicas: Arc<[Found]>,
    /// Why the last look-up failed; None if it didn't. Those found before stay.
    pub error: Option<Arc<str>>,
}

/// Replicas that are always the same; each is named by where it listens.
fn fixed(endpoints: &[Endpoint]) -> watch::Receiver<Discovered> {
    let found = endpoints.iter().map(|endpoint| Found {
        name: endpoint.as_str().into(),
        endpoint: endpoint.clone(),
    });
    watch::Sender::new(Discovered {
        replicas: found.collect(),
        error: None,
    })
    .subscribe()
}

/// Those of both, the first ones first.
pub fn joined(
    first: watch::Receiver<Discovered>,
    second: watch::Receiver<Discovered>,
) -> watch::Receiver<Discovered> {
    let both = |first: &watch::Receiver<Discovered>, second: &watch::Receiver<Discovered>| {
        let (first, second) = (first.borrow().clone(), second.borrow().clone());
        Discovered {
            replicas: first
                .replicas
                .iter()
                .chain(&*second.replicas)
                .cloned()
                .collect(),
            error: first.error.or(second.error),
        }
    };
    let sender = watch::Sender::new(both(&first, &second));
    let receiver = sender.subscribe();
    let (mut one, mut other) = (first, second);
    tokio::spawn(async move {
        loop {
            // A side that has nothing more to tell keeps what it told.
            let changed = tokio::select! {
                Ok(()) = one.changed() => true,
                Ok(()) = other.changed() => true,
                () = sender.closed() => false,
                else => false,
            };
            if !changed {
                return;
            }
            sender.send_replace(both(&one, &other));
        }
    });
    receiver
}

#[cfg(test)]
mod tests;
