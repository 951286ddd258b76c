//! The replicas of one component: picks, sends, and gives the answer as it comes.
//! Dropping an answer's future or body resets its stream at once, which is how a replica learns of a cancel.

use std::error::Error as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::uri::{Scheme, Uri};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tonic::Status;
use tonic::body::Body;

use super::CallError;
use super::endpoint::Endpoint;
use super::pick::{RoundRobin, may};
use super::replica::{Health, InFlight, Replica, Snapshot, chain};

/// How long a call waits for a component whose replicas have all not been tried yet: the moment after a start.
const START_WAIT: Duration = Duration::from_secs(2);

/// What a pool needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The component's name.
    pub component: Arc<str>,
    /// The replicas, by name.
    pub replicas: Vec<(Arc<str>, Endpoint)>,
    /// The wall clock.
    pub now: fn() -> SystemTime,
    /// Words an error that ends an answer in mid-stream.
    pub to_status: fn(&CallError) -> Status,
}

/// The replicas of one component. Dropping it closes all connections.
#[derive(Debug)]
pub struct Pool {
    component: Arc<str>,
    replicas: Vec<Arc<Replica>>,
    turn: RoundRobin,
    to_status: fn(&CallError) -> Status,
    /// One for each replica.
    _connections: JoinSet<()>,
}

/// What a replica answered.
#[derive(Debug)]
pub struct Answer {
    /// The replica's name.
    pub replica: Arc<str>,
    /// When the request was handed to it.
    pub picked_at: Instant,
    /// Its head, and its body as it comes; the body fails with a status.
    pub response: http::Response<Body>,
}

impl Pool {
    /// Begins to connect; `changed` is told of each connection made or lost.
    pub fn spawn(config: Config, changed: &Arc<watch::Sender<()>>) -> Self {
        let mut connections = JoinSet::new();
        let replicas = config.replicas.into_iter().filter_map(|(name, endpoint)| {
            let replica = Arc::new(Replica::new(name, endpoint, config.now)?);
            let keep = Arc::clone(&replica);
            connections
                .spawn(keep.keep_connected(Arc::clone(&config.component), Arc::clone(changed)));
            Some(replica)
        });
        Self {
            replicas: replicas.collect(),
            component: config.component,
            turn: RoundRobin::default(),
            to_status: config.to_status,
            _connections: connections,
        }
    }

    /// All replicas as they are now, in the order of their configuration.
    pub fn snapshot(&self) -> Vec<Snapshot> {
        self.replicas
            .iter()
            .map(|replica| replica.snapshot())
            .collect()
    }

    /// True if a replica is connected.
    pub fn is_ready(&self) -> bool {
        self.replicas
            .iter()
            .any(|replica| replica.sender().is_some())
    }

    /// Returns once every replica is connected or has failed once.
    pub async fn tried(&self) {
        self.all_tried(None).await;
    }

    /// Sends a call to a replica; `eligible` names those that have the method, None if all do.
    /// Of the request's URI only the path counts.
    pub async fn call(
        &self,
        request: http::Request<Body>,
        eligible: Option<&[Arc<str>]>,
    ) -> Result<Answer, CallError> {
        let mut request = match self.send(request, eligible).await {
            Ok(outcome) => return outcome,
            Err(request) => request,
        };
        if timeout(START_WAIT, self.all_tried(eligible)).await.is_ok() {
            request = match self.send(request, eligible).await {
                Ok(outcome) => return outcome,
                Err(request) => request,
            };
        }
        drop(request);
        Err(CallError::NoReplica {
            component: Arc::clone(&self.component),
            last_error: self.last_error(eligible),
        })
    }

    /// Sends a call to the one replica of that name.
    pub async fn call_replica(
        &self,
        replica: &Arc<str>,
        request: http::Request<Body>,
    ) -> Result<Answer, CallError> {
        self.call(request, Some(std::slice::from_ref(replica)))
            .await
    }

    /// Tries each replica that is ready, once. Gives the request back if none took it.
    async fn send(
        &self,
        mut request: http::Request<Body>,
        eligible: Option<&[Arc<str>]>,
    ) -> Result<Result<Answer, CallError>, http::Request<Body>> {
        let names = self.replicas.iter().map(|replica| &*replica.name);
        for index in self.turn.order(names, eligible) {
            let replica = &self.replicas[index];
            let Some(mut sender) = replica.sender() else {
                continue;
            };
            address(&mut request, replica);
            let in_flight = replica.start();
            let picked_at = Instant::now();
            match sender.try_send_request(request).await {
                Ok(response) => {
                    return Ok(Ok(self.answer(replica, response, in_flight, picked_at)));
                }
                Err(mut failed) => match failed.take_message() {
                    // It never left, so the next replica may have it.
                    Some(unsent) => request = unsent,
                    None => return Ok(Err(self.error(replica, &failed.into_error()))),
                },
            }
        }
        Err(request)
    }

    fn answer(
        &self,
        replica: &Arc<Replica>,
        response: http::Response<Incoming>,
        in_flight: InFlight,
        picked_at: Instant,
    ) -> Answer {
        let body = |inner| AnswerBody {
            inner,
            component: Arc::clone(&self.component),
            replica: Arc::clone(&replica.name),
            to_status: self.to_status,
            _in_flight: in_flight,
        };
        Answer {
            replica: Arc::clone(&replica.name),
            picked_at,
            response: response.map(|inner| Body::new(body(inner))),
        }
    }

    fn error(&self, replica: &Replica, error: &hyper::Error) -> CallError {
        blame(&self.component, &replica.name, error)
    }

    /// Returns once every eligible replica is connected or has failed once.
    async fn all_tried(&self, eligible: Option<&[Arc<str>]>) {
        let eligible = |replica: &&Arc<Replica>| may(eligible, &replica.name);
        for replica in self.replicas.iter().filter(eligible) {
            // Fails only if the replica is gone, and this holds it.
            let mut health = replica.health();
            let _ = health.wait_for(|health| *health != Health::Starting).await;
        }
    }

    fn last_error(&self, eligible: Option<&[Arc<str>]>) -> Option<Arc<str>> {
        let eligible = self
            .replicas
            .iter()
            .rev()
            .filter(|replica| may(eligible, &replica.name));
        eligible
            .map(|replica| replica.snapshot().health)
            .find_map(|health| match health {
                Health::Unreachable { error } => Some(error),
                Health::Starting | Health::Ready { .. } => None,
            })
    }
}

/// HTTP/2 wants an absolute URI; the replica is its own authority.
fn address(request: &mut http::Request<Body>, replica: &Replica) {
    let mut parts = std::mem::take(request.uri_mut()).into_parts();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(replica.authority.clone());
    // Can't fail: a request's URI has a path.
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

/// Whose fault it is: a reset says so, everything else is the connection's.
fn blame(component: &Arc<str>, replica: &Arc<str>, error: &hyper::Error) -> CallError {
    let (component, replica) = (Arc::clone(component), Arc::clone(replica));
    let h2 = error
        .source()
        .and_then(|source| source.downcast_ref::<h2::Error>());
    match h2.filter(|h2| h2.is_reset()).and_then(h2::Error::reason) {
        Some(reason) => CallError::Reset {
            component,
            replica,
            reason,
        },
        None => CallError::Broken {
            component,
            replica,
            cause: chain(error),
        },
    }
}

/// A replica's answer, whose failures have words.
struct AnswerBody {
    inner: Incoming,
    component: Arc<str>,
    replica: Arc<str>,
    to_status: fn(&CallError) -> Status,
    _in_flight: InFlight,
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        Poll::Ready(polled.map(|frame| {
            frame.map_err(|error| (self.to_status)(&blame(&self.component, &self.replica, &error)))
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
