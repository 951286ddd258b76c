//! Replicas found by DNS: by addresses (A and AAAA) with a port, or by service records (SRV), looked up again and again.
//! Answers aren't cached: the interval is ours, so that a new replica is found within it. Of service records only those of the
//! lowest priority count; weights don't, since the balancer goes by what replicas do. A look-up that fails, or finds nothing,
//! changes nothing: names that vanish for a moment are more common than components that end; the error is told.
//! Source: RFC 2782.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ProtocolConfig, ResolveHosts,
    ResolverConfig,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tracing::warn;

use super::{Discovered, Found, Target};

/// How long the start waits for a first answer.
const FIRST_ANSWER: Duration = Duration::from_secs(3);
/// How long a name server may take; it's asked twice.
const SERVER_TIMEOUT: Duration = Duration::from_secs(2);

/// Replicas of one target at most: each has tasks and a connection of its own.
const MAX_FOUND: usize = 256;

/// How names are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dns {
    /// The name server; None for those of the system.
    pub server: Option<SocketAddr>,
    /// Time between two look-ups.
    pub interval: Duration,
}

impl Default for Dns {
    fn default() -> Self {
        Self {
            server: None,
            interval: Duration::from_secs(5),
        }
    }
}

/// Looks a target up, and goes on to do so for as long as somebody follows.
pub(super) async fn follow(target: Target, dns: &Dns) -> watch::Receiver<Discovered> {
    let sender = watch::Sender::new(Discovered::default());
    let receiver = sender.subscribe();
    let resolver = match resolver(dns) {
        Ok(resolver) => resolver,
        Err(error) => {
            warn!("names can't be looked up: {error}");
            let error = Some(error.into());
            sender.send_modify(|discovered| discovered.error = error);
            return receiver;
        }
    };
    let _ = timeout(FIRST_ANSWER, update(&sender, &target, &resolver)).await;
    let interval = dns.interval;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = sender.closed() => return,
                () = sleep(interval) => {}
            }
            update(&sender, &target, &resolver).await;
        }
    });
    receiver
}

/// Looks up once; tells only what is new.
async fn update(sender: &watch::Sender<Discovered>, target: &Target, resolver: &TokioResolver) {
    let outcome = match look_up(target, resolver).await {
        Ok(addresses) if addresses.is_empty() => Err("it has no addresses".to_owned()),
        outcome => outcome,
    };
    let next = match outcome {
        Ok(addresses) => {
            let found = addresses.into_iter().take(MAX_FOUND);
            let found = found.filter_map(|address| {
                let text = address.to_string();
                Some(Found {
                    endpoint: text.parse().ok()?,
                    name: text.into(),
                })
            });
            Discovered {
                replicas: found.collect(),
                error: None,
            }
        }
        Err(error) => Discovered {
            replicas: Arc::clone(&sender.borrow().replicas),
            error: Some(format!("{}: {error}", name(target)).into()),
        },
    };
    sender.send_if_modified(|discovered| {
        let is_news = *discovered != next;
        if let Some(error) = next.error.as_deref().filter(|_| is_news) {
            warn!("a look-up failed, and what was found before stays: {error}");
        }
        *discovered = next;
        is_news
    });
}

fn name(target: &Target) -> String {
    match target {
        Target::Fixed(endpoint) => endpoint.to_string(),
        Target::Dns { host, port } => format!("dns:{host}:{port}"),
        Target::Srv { name } => format!("srv:{name}"),
    }
}

/// All addresses, in order.
async fn look_up(
    target: &Target,
    resolver: &TokioResolver,
) -> Result<BTreeSet<SocketAddr>, String> {
    match target {
        Target::Fixed(_) => Ok(BTreeSet::new()),
        Target::Dns { host, port } => addresses(resolver, host, *port).await,
        Target::Srv { name } => {
            let answer = resolver.srv_lookup(name.as_str()).await;
            let answer = answer.map_err(|error| error.to_string())?;
            let records = answer
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::SRV(service) => Some(service),
                    _ => None,
                });
            let records: Vec<_> = records.collect();
            let first = records.iter().map(|service| service.priority).min();
            let (mut all, mut last_error) = (BTreeSet::new(), None);
            for service in records {
                if Some(service.priority) == first {
                    let host = service.target.to_utf8();
                    match addresses(resolver, &host, service.port).await {
                        Ok(addresses) => all.extend(addresses),
                        // One host that nobody knows doesn't take the others away.
                        Err(error) => last_error = Some(error),
                    }
                }
            }
            last_error.filter(|_| all.is_empty()).map_or(Ok(all), Err)
        }
    }
}

async fn addresses(
    resolver: &TokioResolver,
    host: &str,
    port: u16,
) -> Result<BTreeSet<SocketAddr>, String> {
    let answer = resolver.lookup_ip(host).await;
    let answer = answer.map_err(|error| error.to_string())?;
    Ok(answer
        .iter()
        .map(|address| SocketAddr::new(address, port))
        .collect())
}

fn resolver(dns: &Dns) -> Result<TokioResolver, String> {
    let mut builder = match dns.server {
        None => TokioResolver::builder_tokio().map_err(|error| error.to_string())?,
        Some(server) => {
            let connections = [ProtocolConfig::Udp, ProtocolConfig::Tcp].map(|protocol| {
                let mut connection = ConnectionConfig::new(protocol);
                connection.port = server.port();
                connection
            });
            let server = NameServerConfig::new(server.ip(), true, connections.into());
            let config = ResolverConfig::from_name_servers(vec![server]);
            let provider = TokioRuntimeProvider::default();
            TokioResolver::builder_with_config(config, provider)
        }
    };
    let options = builder.options_mut();
    options.cache_size = 0;
    options.timeout = SERVER_TIMEOUT;
    options.attempts = 2;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    if dns.server.is_some() {
        options.use_hosts_file = ResolveHosts::Never;
    }
    builder.build().map_err(|error| error.to_string())
}
