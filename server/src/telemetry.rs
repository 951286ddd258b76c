//! What the server tells about itself: spans and their names, metrics, and where log lines go.
//! Lines and spans never hold bodies, credentials or metadata values. The lowest room: it knows no other.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

pub mod export;
pub mod line;
pub mod metrics;
pub mod names;
pub mod scope;
pub mod span;
pub mod store;
pub mod tracer;

/// Checks a filter such as `info` or `server=debug,info`.
pub fn parse_filter(text: &str) -> Result<EnvFilter, ParseError> {
    EnvFilter::try_new(text)
}

/// Sends log lines to stderr from now on; the first call in a process counts.
pub fn init(filter: EnvFilter) {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        // Colors are for people; in a file they are noise.
        .with_ansi(io::stderr().is_terminal());
    // Fails only if somebody else has set a subscriber, whose lines then suffice.
    let _ = lines.with_writer(io::stderr).try_init();
}
