//! The flags, as clap reads them. Each is optional here, so that the file can speak where a flag is silent.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use http::HeaderName;

use super::file::File;
use super::values::{self, Named};
use super::{Component, Config, DEMO, Demo, ReplicaConfig, Role, Settings, Stop, filter};
use crate::balance::Policy;
use crate::balancer::discovery::Target;
use crate::balancer::discovery::dns::Dns;
use crate::gateway::origin::Origin;
use crate::schema::load::Origin as SchemaOrigin;
use crate::telemetry::{export, tracer::Trust};

/// What a server listens on unless told otherwise.
const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
/// Enough to see calls spread; each is a real gRPC server.
const DEFAULT_REPLICAS: u16 = 3;
const DEFAULT_LOG: &str = "info";
const POLICY_HELP: &str = "By what a component's replicas are picked: p2c, least_request, round_robin, \
    weighted_round_robin, random, ring_hash:HEADER or pick_first. May be repeated. [default: p2c]";

/// An API server that a web page can board directly: gRPC, gRPC-Web and HTTP/JSON on one port, in front of any component.
#[derive(Debug, Parser)]
#[command(name = "gangplank", version, args_conflicts_with_subcommands = true)]
#[command(after_help = "Without a command, gangplank serves.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) serve: Box<Serve>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve until Ctrl-C or SIGTERM, then finish the calls in flight.
    Serve(Box<Serve>),
    /// Run one replica of MyService by itself, to be killed, slowed and started again.
    Component(Lone),
}

#[derive(Args, Debug)]
pub(super) struct Serve {
    /// Address and port to listen on; port 0 takes any free one. [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = values::listen)]
    listen: Option<SocketAddr>,
    /// Serve /metrics, /openapi, /debug and gangplank.v1 here instead.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = values::listen)]
    admin_listen: Option<SocketAddr>,
    /// Stand in front of a gRPC service: its name, and where its replicas listen; dns:HOST:PORT and srv:NAME are looked
    /// up. May be repeated.
    #[arg(long, value_name = "NAME=HOST:PORT[,HOST:PORT…]", value_parser = values::replicas)]
    component: Vec<Named<Vec<Target>>>,
    /// Ask this name server about dns: and srv: replicas, instead of those of the system.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = values::listen)]
    dns_server: Option<SocketAddr>,
    /// Look dns: and srv: replicas up this often. [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    dns_interval: Option<Duration>,
    /// Read a component's schema from a folder of .proto files instead of by reflection.
    #[arg(long, value_name = "NAME=FOLDER", value_parser = values::path)]
    protos: Vec<Named<PathBuf>>,
    /// Read a component's schema from an encoded descriptor set instead of by reflection.
    #[arg(long, value_name = "NAME=FILE", value_parser = values::path)]
    descriptor_set: Vec<Named<PathBuf>>,
    #[arg(long, value_name = "NAME=POLICY", value_parser = values::policy, help = POLICY_HELP)]
    policy: Vec<Named<Policy>>,
    /// Read settings from this TOML file; flags win over it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Let pages of this origin read answers, besides those of this machine. May be repeated.
    #[arg(long, value_name = "ORIGIN", value_parser = values::origin)]
    allow_origin: Vec<Origin>,
    /// Let JSON callers, and handshakes of sockets, pass this header on to components. May be repeated.
    #[arg(long, value_name = "HEADER", value_parser = values::header)]
    forward_header: Vec<HeaderName>,
    /// What the trace of a public caller counts for: parent, so that it goes on here, or link, so that a new one begins.
    /// [default: parent where only this machine can call, else link]
    #[arg(long, value_name = "parent|link", value_parser = values::trust)]
    public_traces: Option<Trust>,
    /// Which share of the traces is recorded, 0 to 1. [default: 1]
    #[arg(long, value_name = "SHARE", value_parser = values::share)]
    trace_sample: Option<f64>,
    /// How many replicas of MyService to bring along, 0 for none. [default: 3]
    #[arg(long, value_name = "NUMBER")]
    replicas: Option<u16>,
    /// What the names of those replicas begin with. [default: replica]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Let each of their answers wait this long, to try deadlines and Cancel. [default: 0ms]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    delay: Option<Duration>,
    #[command(flatten)]
    process: Process,
    #[command(flatten)]
    limits: LimitFlags,
}

#[derive(Args, Debug)]
pub(super) struct Lone {
    /// Address and port to listen on; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", value_parser = values::listen)]
    listen: SocketAddr,
    /// Name of this replica, which every answer carries.
    #[arg(long, value_name = "NAME", default_value = "replica-0")]
    name: String,
    /// Let each answer wait this long.
    #[arg(long, value_name = "DURATION", default_value = "0ms", value_parser = values::duration)]
    delay: Duration,
    #[command(flatten)]
    process: Process,
}

#[derive(Args, Debug)]
struct Process {
    /// How long the calls in flight may take to finish once the process is told to end. [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    drain_timeout: Option<Duration>,
    /// Threads that serve. [default: one per core]
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,
    /// Which log lines go to stderr: off, error, warn, info, debug, trace, or target=level pairs. [default: info]
    #[arg(long, value_name = "FILTER", value_parser = values::log_filter)]
    log: Option<String>,
}

/// Bounds on what callers may use.
#[derive(Args, Clone, Copy, Debug, Default, serde::Deserialize)]
#[command(next_help_heading = "Limits")]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LimitFlags {
    /// One message of a request, or its JSON, in bytes. [default: 4194304]
    #[arg(long, value_name = "BYTES")]
    pub(super) max_message_bytes: Option<u32>,
    /// One message of an answer that is turned into JSON, in bytes. [default: 33554432]
    #[arg(long, value_name = "BYTES")]
    pub(super) max_answer_bytes: Option<u32>,
    /// All headers of a request, in bytes. [default: 16384]
    #[arg(long, value_name = "BYTES")]
    pub(super) max_header_bytes: Option<usize>,
    /// Header fields of a request. [default: 100]
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_headers: Option<usize>,
    /// Path and query, in bytes. [default: 8192]
    #[arg(long, value_name = "BYTES")]
    pub(super) max_uri_bytes: Option<usize>,
    /// Requests served at once. [default: 1000]
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_in_flight: Option<u32>,
    /// Open connections. [default: 1024]
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_connections: Option<usize>,
    /// Open streams of one HTTP/2 connection. [default: 200]
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_streams: Option<u32>,
    /// Open calls of one WebSocket. [default: 128]
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_socket_calls: Option<u32>,
    /// Finished spans kept for /traces, in bytes; 0 keeps none. [default: 1048576]
    #[arg(long, value_name = "BYTES")]
    pub(super) max_trace_bytes: Option<usize>,
    /// Calls recorded in a second, and as many again in traces that callers began. [default: 500]
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_traces_per_second: Option<u32>,
    /// Objects and lists within each other in JSON. [default: 100]
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_json_depth: Option<u32>,
    /// Keys and elements of one JSON body, all together. [default: 500000]
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_json_values: Option<u32>,
    /// One string in JSON, in bytes. [default: 4194304]
    #[arg(long, value_name = "BYTES")]
    pub(super) max_json_string_bytes: Option<u32>,
    /// One number in JSON, in characters. [default: 1024]
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_json_number_bytes: Option<u32>,
    /// The longest pause in the body of a request that is one message. [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    #[serde(deserialize_with = "values::deserialize_duration")]
    pub(super) body_timeout: Option<Duration>,
    /// A connection's first request, and each head of HTTP/1, must be here within this. [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    #[serde(deserialize_with = "values::deserialize_duration")]
    pub(super) header_timeout: Option<Duration>,
    /// A connection without a request in flight is closed after this. [default: 5m]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    #[serde(deserialize_with = "values::deserialize_duration")]
    pub(super) idle_timeout: Option<Duration>,
    /// A stream in which nothing moves in either direction is ended after this. [default: 1h]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    #[serde(deserialize_with = "values::deserialize_duration")]
    pub(super) stream_idle_timeout: Option<Duration>,
    /// A replica with open calls that is silent for so long is asked for a sign of life. [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    #[serde(deserialize_with = "values::deserialize_duration")]
    pub(super) replica_silence: Option<Duration>,
    /// One that gives none for this long is given up, with its connection. [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    #[serde(deserialize_with = "values::deserialize_duration")]
    pub(super) replica_timeout: Option<Duration>,
}

impl Serve {
    /// Joins the flags with the file.
    pub(super) fn settings(
        self: Box<Self>,
        export: Option<export::Config>,
    ) -> Result<Settings, Stop> {
        let file = match &self.config {
            Some(path) => File::read(path).map_err(Stop::failure)?,
            None => File::default(),
        };
        let schemas = self.schemas();
        let flags = self.component.into_iter();
        let flags = flags.map(|named| Component::new(named.name, named.value));
        let mut components = join(file.components()?.into_iter().chain(flags), schemas)?;
        let own = Config::default();
        let mut limits = own.limits;
        limits.apply(&file.limits);
        limits.apply(&self.limits);
        let mut demo = own.demo;
        demo.replicas = self.replicas.or(file.replicas).unwrap_or(DEFAULT_REPLICAS);
        demo.name = self.name.or(file.name).unwrap_or(demo.name);
        demo.delay = self.delay.unwrap_or(demo.delay);
        set_policies(self.policy, &mut components, &mut demo)?;
        let listen = self.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN);
        let sample = self.trace_sample.or(file.trace_sample);
        let interval = self.dns_interval.or(file.dns_interval);
        let dns = Dns {
            server: self.dns_server.or(file.dns_server),
            interval: interval.unwrap_or(own.dns.interval),
        };
        let config = Config {
            listen,
            admin_listen: self.admin_listen.or(file.admin_listen),
            allow_origins: [
                values::all(&file.allow_origin, values::origin)?,
                self.allow_origin,
            ]
            .concat(),
            forward_headers: [
                values::all(&file.forward_header, values::header)?,
                self.forward_header,
            ]
            .concat(),
            public_traces: self
                .public_traces
                .or(file.public_traces)
                .unwrap_or_else(|| trust_by(listen)),
            trace_sample: sample.unwrap_or(own.trace_sample),
            export,
            demo,
            components,
            dns,
            drain_timeout: self
                .process
                .drain_timeout
                .or(file.drain_timeout)
                .unwrap_or(own.drain_timeout),
            limits,
        };
        check_any(&config)?;
        let log = self.process.log.or(file.log);
        Ok(Settings {
            role: Role::Serve(Box::new(config)),
            threads: self.process.threads.or(file.threads),
            log: filter(log.as_deref().unwrap_or(DEFAULT_LOG))?,
        })
    }

    fn schemas(&self) -> Vec<(Arc<str>, SchemaOrigin)> {
        let protos = self.protos.iter().map(|named| {
            let origin = SchemaOrigin::Protos(named.value.clone());
            (Arc::clone(&named.name), origin)
        });
        let sets = self.descriptor_set.iter().map(|named| {
            let origin = SchemaOrigin::DescriptorSet(named.value.clone());
            (Arc::clone(&named.name), origin)
        });
        protos.chain(sets).collect()
    }
}

/// Whoever can call from this machine only is no stranger.
fn trust_by(listen: SocketAddr) -> Trust {
    if listen.ip().is_loopback() {
        Trust::Parent
    } else {
        Trust::Link
    }
}

fn check_any(config: &Config) -> Result<(), Stop> {
    if config.demo.replicas > 0 || !config.components.is_empty() {
        return Ok(());
    }
    Err(Stop::failure(
        "nothing to serve: --replicas 0 and no --component",
    ))
}

/// Replicas of one name belong to one component; schemas go to the component of their name.
fn join(
    parts: impl Iterator<Item = Component>,
    schemas: Vec<(Arc<str>, SchemaOrigin)>,
) -> Result<Vec<Component>, Stop> {
    let mut components: Vec<Component> = Vec::new();
    for part in parts {
        match components.iter_mut().find(|known| known.name == part.name) {
            Some(known) => known.replicas.extend(part.replicas),
            None => components.push(part),
        }
    }
    for (name, schema) in schemas {
        let Some(component) = components.iter_mut().find(|known| known.name == name) else {
            return Err(unknown("schema", &name, &components));
        };
        if component.schema != SchemaOrigin::Reflection {
            return Err(Stop::Failure(format!("component {name} has two schemas")));
        }
        component.schema = schema;
    }
    Ok(components)
}

/// Each for the component of its name, or for the demo.
fn set_policies(
    policies: Vec<Named<Policy>>,
    components: &mut [Component],
    demo: &mut Demo,
) -> Result<(), Stop> {
    for Named { name, value } in policies {
        let component = components.iter_mut().find(|known| known.name == name);
        match component {
            Some(component) => component.policy = value,
            None if *name == *DEMO => demo.policy = value,
            None => return Err(unknown("policy", &name, components)),
        }
    }
    Ok(())
}

fn unknown(what: &str, name: &str, components: &[Component]) -> Stop {
    let names: Vec<_> = components.iter().map(|known| &*known.name).collect();
    let known = if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    };
    Stop::Failure(format!(
        "a {what} is given for component {name}, which isn't there (--component names: {known})"
    ))
}

impl Lone {
    /// The settings of one replica.
    pub(super) fn settings(self, export: Option<export::Config>) -> Result<Settings, Stop> {
        let own = ReplicaConfig::default();
        Ok(Settings {
            role: Role::Component(Box::new(ReplicaConfig {
                listen: self.listen,
                name: self.name,
                delay: self.delay,
                export,
                drain_timeout: self.process.drain_timeout.unwrap_or(own.drain_timeout),
                limits: own.limits,
            })),
            threads: self.process.threads,
            log: filter(self.process.log.as_deref().unwrap_or(DEFAULT_LOG))?,
        })
    }
}
