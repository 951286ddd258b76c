//! What one server is told: flags for what a person chooses, constants (`limits`) for what bounds its callers.
//! Settings of single rooms are those rooms' own types; nothing is decided here but defaults.
//! Whatever is wrong is told in one line, since that is what a person reads in a terminal full of build output.

use std::ffi::OsString;
use std::fmt::Display;
use std::net::SocketAddr;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::gateway::origin::Origin;
use crate::telemetry;

pub use limits::Limits;

pub mod limits;

/// What one server needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Pages that may read answers, besides those of loopback origins.
    pub allow_origins: Vec<Origin>,
    /// Name of the replica of `MyService`.
    pub replica: String,
    /// How long each answer of `MyService` waits first.
    pub delay: Duration,
    /// How long a drain waits for calls in flight.
    pub drain_timeout: Duration,
    /// Bounds on what callers may use.
    pub limits: Limits,
}

impl Default for Config {
    /// Any free port of loopback, replica-0, no delay, the default limits: what a test wants.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            allow_origins: Vec::new(),
            replica: "replica-0".to_owned(),
            delay: Duration::ZERO,
            drain_timeout: Duration::from_secs(10),
            limits: Limits::default(),
        }
    }
}

/// What one start of `gangplank` does.
#[derive(Debug)]
pub struct Settings {
    /// The server.
    pub server: Config,
    /// Which log lines are written.
    pub log: EnvFilter,
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

/// An API server that a web page can board directly: gRPC, gRPC-Web, health, reflection and a page on one port.
#[derive(Debug, Parser)]
#[command(name = "gangplank", version, args_conflicts_with_subcommands = true)]
#[command(after_help = "Without a command, gangplank serves.")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until Ctrl-C or SIGTERM, then finish the calls in flight.
    Serve(Serve),
}

#[derive(Args, Debug)]
struct Serve {
    /// Address and port to listen on; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = listen)]
    listen: SocketAddr,
    /// Let pages of this origin read answers, besides those of this machine. May be repeated.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    allow_origin: Vec<Origin>,
    /// Name of this replica, which every answer of MyService carries.
    #[arg(long, value_name = "NAME", default_value = "replica-0")]
    name: String,
    /// Let each answer of MyService wait this long, to try deadlines and Cancel.
    #[arg(long, value_name = "DURATION", default_value = "0ms", value_parser = duration)]
    delay: Duration,
    /// How long the calls in flight may take to finish once the server is told to end.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    drain_timeout: Duration,
    /// Which log lines go to stderr: off, error, warn, info, debug, trace, or target=level pairs.
    #[arg(long, value_name = "FILTER", default_value = "info", value_parser = log_filter)]
    log: String,
}

/// Reads the arguments of a process, its name first.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Settings, Stop> {
    let cli = Cli::try_parse_from(arguments).map_err(|error| stop(&error))?;
    let flags = match cli.command {
        Some(Command::Serve(flags)) => flags,
        None => cli.serve,
    };
    Ok(Settings {
        log: telemetry::parse_filter(&flags.log).map_err(Stop::failure)?,
        server: Config {
            listen: flags.listen,
            allow_origins: flags.allow_origin,
            replica: flags.name,
            delay: flags.delay,
            drain_timeout: flags.drain_timeout,
            limits: Limits::default(),
        },
    })
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

fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "expected an IP address and a port, such as 127.0.0.1:8080".to_owned())
}

fn origin(text: &str) -> Result<Origin, String> {
    text.parse()
        .map_err(|error: crate::gateway::origin::OriginError| error.to_string())
}

fn log_filter(text: &str) -> Result<String, String> {
    telemetry::parse_filter(text)
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}

/// A whole number and a unit: ms, s, m or h.
fn duration(text: &str) -> Result<Duration, String> {
    let unit_at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let unit_millis = match unit {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let number: Option<u64> = number.parse().ok();
    let millis = number
        .zip(unit_millis)
        .and_then(|(number, unit)| number.checked_mul(unit));
    millis
        .map(Duration::from_millis)
        .ok_or_else(|| "expected a whole number and a unit (ms, s, m, h), such as 250ms".to_owned())
}

#[cfg(test)]
mod tests;
