//! Where a component's replicas are, as a stream of updates: whoever finds them tells the whole set whenever it changes.
//! The pool follows the latest; what was told in between doesn't matter.

use std::sync::Arc;

use tokio::sync::watch;

use super::endpoint::Endpoint;

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
pub fn fixed(endpoints: &[Endpoint]) -> watch::Receiver<Discovered> {
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
