//! What traces cost: the same calls with none recorded, with all kept in memory, and with all offered to a collector
//! besides, which takes what the exporter sends it. One replica behind each API server, which has one thread; gRPC by h2load.
//! Rounds alternate and the median counts.

use std::path::Path;

use super::load::{self, Load};
use super::policies::{self, QUIET};
use super::{Options, receiver::Receiver};
use crate::process::Failure;
use crate::server::Server;

/// The least share of the requests/s without traces, in percent: with those that are kept, and with export.
const MIN_KEPT: f64 = 95.0;
const MIN_EXPORTED: f64 = 92.0;

/// Measures, prints, and tells what was missed.
pub(super) fn run(binary: &Path, folder: &Path, options: &Options) -> Result<Vec<String>, Failure> {
    let receiver = Receiver::start()?;
    let endpoint = format!("http://{}", receiver.address());
    let to = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    let replica = Server::start_with(binary, &[&["component"][..], &QUIET].concat())?;
    let component = format!("my-service={}", replica.address());
    let front = |flags: &[&str], environment: &[(&str, &str)]| {
        let serve = ["serve", "--replicas", "0", "--threads", "1"];
        let arguments = [&serve[..], &["--component", &component], flags, &QUIET].concat();
        Server::start_in(binary, &arguments, environment)
    };
    let fronts = [
        front(&["--trace-sample", "0"], &[])?,
        front(&[], &[])?,
        front(&[], &to)?,
    ];
    let mut loads: [Vec<Load>; 3] = Default::default();
    for _ in 0..options.rounds {
        for (front, loads) in fronts.iter().zip(&mut loads) {
            let load = policies::load(front, folder, load::CALLERS, options.seconds)?;
            loads.push(load);
        }
    }
    let exported = receiver.bytes();
    let [off, kept, sent] = loads.map(policies::median);
    let share = |load: &Load| 100.0 * load.per_second / off.per_second;
    println!("\ntraces: none, kept, kept and exported");
    policies::print("none", &off);
    policies::print("kept", &kept);
    policies::print("exported", &sent);
    println!(
        "{:.1} % and {:.1} % of the requests/s without; the collector got {:.1} MB",
        share(&kept),
        share(&sent),
        exported as f64 / 1e6
    );
    let mut missed = Vec::new();
    for (what, load, least) in [("kept", &kept, MIN_KEPT), ("exported", &sent, MIN_EXPORTED)] {
        let share = share(load);
        if share < least {
            missed.push(format!("with traces {what} {share:.1} % of {least} %"));
        }
    }
    if exported == 0 {
        missed.push("the collector got nothing".to_owned());
    }
    Ok(missed)
}
