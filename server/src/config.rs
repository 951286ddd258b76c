//! What a process is told: flags, and for the API server a file, for what a person chooses; constants (`limits`) for what
//! bounds callers unless told otherwise. Flags win over the file, the file over defaults. Where spans are sent is told by
//! OpenTelemetry's environment variables (`otel`), as it is to every other program.
//! Settings of single rooms are those rooms' own types; nothing is decided here but defaults.
//! Whatever is wrong is told in one line, since that is what a person reads in a terminal full of build output.

use std::ffi::OsString;
use std::fmt::Display;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser as _;
use clap::error::ErrorKind;
use http::HeaderName;
use tracing_subscriber::EnvFilter;

use crate::balance::Policy;
use crate::balancer::Retry;
use crate::balancer::discovery::Target;
use crate::balancer::discovery::dns::Dns;
use crate::gateway::origin::Origin;
use crate::schema::load::Origin as SchemaOrigin;
use crate::telemetry::{self, export, tracer::Trust};

pub use limits::Limits;

mod cli;
mod file;
pub mod limits;
mod otel;
mod values;

/// What an API server needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Where admin paths are served instead; None for the same listener.
    pub admin_listen: Option<SocketAddr>,
    /// Pages that may read answers, besides those of loopback origins.
    pub allow_origins: Vec<Origin>,
    /// Headers that JSON callers may pass on to components, besides the usual ones; all that WebSocket handshakes may.
    pub forward_headers: Vec<HeaderName>,
    /// What the trace of a public caller counts for.
    pub public_traces: Trust,
    /// Which share of the traces is recorded, 0 to 1.
    pub trace_sample: f64,
    /// Where spans are sent; None for nowhere.
    pub export: Option<export::Config>,
    /// The replicas of `MyService` inside the process.
    pub demo: Demo,
    /// The components in front of which it stands, by name; the demo's name adds replicas to the demo.
    pub components: Vec<Component>,
    /// How the names of replicas are looked up.
    pub dns: Dns,
    /// How long a drain waits for calls in flight.
    pub drain_timeout: Duration,
    /// Bounds on what callers may use.
    pub limits: Limits,
}

/// The replicas of `MyService` that a server brings along.
#[derive(Clone, Debug)]
pub struct Demo {
    /// How many; 0 for none.
    pub replicas: u16,
    /// What their names begin with, a dash and a number behind it.
    pub name: String,
    /// How long each of their answers waits first.
    pub delay: Duration,
    /// By what they are picked, unless the component of their name says otherwise.
    pub policy: Policy,
}

/// The component that the demo's replicas are of.
pub const DEMO: &str = "my-service";

/// One component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its name, which is the operator's choice.
    pub name: Arc<str>,
    /// Where its replicas listen, or where that is found out.
    pub replicas: Vec<Target>,
    /// Where its descriptors come from.
    pub schema: SchemaOrigin,
    /// By what its replicas are picked.
    pub policy: Policy,
    /// Which of its failed calls are made again.
    pub retry: Retry,
}

impl Component {
    /// One whose schema comes by reflection, with the default policy.
    pub fn new(name: Arc<str>, replicas: Vec<Target>) -> Self {
        Self {
            name,
            replicas,
            schema: SchemaOrigin::Reflection,
            policy: Policy::default(),
            retry: Retry::default(),
        }
    }
}

/// What a lone replica needs to know.
#[derive(Clone, Debug)]
pub struct ReplicaConfig {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Its name, which every answer carries.
    pub name: String,
    /// How long each answer waits first.
    pub delay: Duration,
    /// Where spans are sent; None for nowhere.
    pub export: Option<export::Config>,
    /// How long a drain waits for calls in flight.
    pub drain_timeout: Duration,
    /// Bounds on what callers may use.
    pub limits: Limits,
}

impl Default for Config {
    /// Any free port of loopback, the demo with one replica, the default limits: what a test wants.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            admin_listen: None,
            allow_origins: Vec::new(),
            forward_headers: Vec::new(),
            public_traces: Trust::Parent,
            trace_sample: 1.0,
            export: None,
            demo: Demo {
                replicas: 1,
                name: "replica".to_owned(),
                delay: Duration::ZERO,
                policy: Policy::default(),
            },
            components: Vec::new(),
            dns: Dns::default(),
            drain_timeout: Duration::from_secs(10),
            limits: Limits::default(),
        }
    }
}

impl Default for ReplicaConfig {
    /// Any free port of loopback, replica-0, no delay, the default limits.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            name: "replica-0".to_owned(),
            delay: Duration::ZERO,
            export: None,
            drain_timeout: Duration::from_secs(10),
            limits: Limits::default(),
        }
    }
}

/// What one start of `gangplank` does.
#[derive(Debug)]
pub struct Settings {
    /// What it is.
    pub role: Role,
    /// Threads that serve; None for one per core.
    pub threads: Option<NonZeroUsize>,
    /// Which log lines are written.
    pub log: EnvFilter,
}

/// What a process is.
#[derive(Clone, Debug)]
pub enum Role {
    /// The API server.
    Serve(Box<Config>),
    /// One replica of the demo component.
    Component(Box<ReplicaConfig>),
}

/// Why `gangplank` ends before it serves.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// Help or version was asked for; the text belongs on stdout.
    Help(String),
    /// It can't start; one line for stderr.
    Failure(String),
}

impl Stop {
    /// A failure that tells its cause in one line.
    pub fn failure(cause: impl Display) -> Self {
        Self::Failure(cause.to_string())
    }
}

/// Reads the arguments of a process, its name first, and the file that they name; `environment` reads one variable of it.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<Settings, Stop> {
    let cli = cli::Cli::try_parse_from(arguments).map_err(|error| stop(&error))?;
    let export = otel::export(environment)?;
    match cli.command {
        Some(cli::Command::Component(flags)) => flags.settings(export),
        Some(cli::Command::Serve(flags)) => flags.settings(export),
        None => cli.serve.settings(export),
    }
}

/// Clap explains errors in paragraphs; this keeps the first sentence and clap's tip, if it has one.
fn stop(error: &clap::Error) -> Stop {
    let text = error.render().to_string();
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return Stop::Help(text);
    }
    let mut lines = text.lines().map(str::trim);
    let first = lines.next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let tip = lines.find_map(|line| line.strip_prefix("tip: "));
    let tip = tip.map(|tip| format!("; {tip}")).unwrap_or_default();
    Stop::Failure(format!("{first}{tip} (see gangplank --help)"))
}

fn filter(text: &str) -> Result<EnvFilter, Stop> {
    telemetry::parse_filter(text).map_err(Stop::failure)
}

#[cfg(test)]
mod tests;
