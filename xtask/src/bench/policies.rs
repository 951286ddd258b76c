//! What the balancer is worth, and what it costs. Worth: three replicas of which one is ten times slower, by p2c and by round
//! robin, with four callers; with many more, p2c rightly fills the slow one too, since the fast ones have queues. Cost: one
//! replica under two names by p2c, next to `pick_first`, which sends every call over one fixed connection.
//! gRPC by h2load; the API server has one thread. Rounds alternate and the median counts.

use std::path::Path;

use super::load::{self, Load, Plan, Tool};
use super::{HELLO, Options, RPC_PATH};
use crate::process::Failure;
use crate::server::Server;

/// What an answer of a fast replica takes, and of the slow one: long enough that the machine's own noise is small.
const FAST: &str = "10ms";
const SLOW: &str = "100ms";
const FEW_CALLERS: u32 = 4;
pub(super) const QUIET: [&str; 4] = ["--listen", "127.0.0.1:0", "--log", "error"];
/// How much lower p99 must be by p2c.
const MIN_GAIN: f64 = 3.0;
/// The least share of one fixed connection's requests/s, in percent.
const MIN_SHARE: f64 = 95.0;

/// Measures both, prints them, and tells what was missed.
pub(super) fn run(binary: &Path, folder: &Path, options: &Options) -> Result<Vec<String>, Failure> {
    let uneven = Trial {
        delays: &[FAST, FAST, SLOW],
        hosts: &["127.0.0.1"],
        other: "round_robin",
        callers: FEW_CALLERS,
    };
    let uneven = uneven.run(binary, folder, options)?;
    let gain = uneven.other.p99_millis / uneven.p2c.p99_millis;
    println!("\nthree replicas, one ten times slower ({FAST}, {FAST}, {SLOW})");
    print("p2c", &uneven.p2c);
    print("round_robin", &uneven.other);
    println!("p99 by p2c is {gain:.1} times lower");
    let even = Trial {
        delays: &["0ms"],
        hosts: &["127.0.0.1", "localhost"],
        other: "pick_first",
        callers: load::CALLERS,
    };
    let even = even.run(binary, folder, options)?;
    let share = 100.0 * even.p2c.per_second / even.other.per_second;
    println!("\none replica under two names");
    print("p2c", &even.p2c);
    print("pick_first", &even.other);
    println!("p2c has {share:.0} % of the requests/s of one fixed connection");
    let mut missed = Vec::new();
    if gain < MIN_GAIN {
        missed.push(format!(
            "p99 by p2c is {gain:.1} times lower, of {MIN_GAIN}"
        ));
    }
    if share < MIN_SHARE {
        missed.push(format!("p2c has {share:.0} % of {MIN_SHARE} %"));
    }
    Ok(missed)
}

struct Compared {
    p2c: Load,
    other: Load,
}

/// Replicas that are called by p2c and by another policy.
struct Trial<'a> {
    /// One for each replica.
    delays: &'a [&'a str],
    /// By which each replica is known.
    hosts: &'a [&'a str],
    other: &'a str,
    callers: u32,
}

impl Trial<'_> {
    fn run(&self, binary: &Path, folder: &Path, options: &Options) -> Result<Compared, Failure> {
        let replicas = self.delays.iter().map(|delay| {
            let component = ["component", "--delay", delay];
            Server::start_with(binary, &[&component[..], &QUIET].concat())
        });
        let replicas: Vec<Server> = replicas.collect::<Result<_, _>>()?;
        let ports = replicas
            .iter()
            .filter_map(|replica| replica.address().rsplit_once(':'));
        let addresses: Vec<_> = ports
            .flat_map(|(_, port)| self.hosts.iter().map(move |host| format!("{host}:{port}")))
            .collect();
        let component = format!("my-service={}", addresses.join(","));
        let fronts = [
            front(binary, &component, "p2c")?,
            front(binary, &component, self.other)?,
        ];
        let mut loads: [Vec<Load>; 2] = Default::default();
        for _ in 0..options.rounds {
            for (front, loads) in fronts.iter().zip(&mut loads) {
                loads.push(load(front, folder, self.callers, options.seconds)?);
            }
        }
        let [p2c, other] = loads.map(median);
        Ok(Compared { p2c, other })
    }
}

/// Calls an API server by gRPC, for so many seconds and once more to warm it up.
fn load(front: &Server, folder: &Path, callers: u32, seconds: u32) -> Result<Load, Failure> {
    let plan = plan(front, folder, callers);
    load::run(Tool::H2load, &plan, 1)?;
    let load = load::run(Tool::H2load, &plan, seconds)?;
    if load.failures > 0 || load.requests == 0 {
        return Err(Failure::new(format!(
            "{} of {} calls failed",
            load.failures, load.requests
        )));
    }
    Ok(load)
}

/// Greetings by gRPC.
pub(super) fn plan<'a>(front: &Server, folder: &'a Path, callers: u32) -> Plan<'a> {
    Plan {
        url: format!("{}{RPC_PATH}", front.url()),
        content_type: "application/grpc",
        body: HELLO,
        callers,
        folder,
    }
}

fn front(binary: &Path, component: &str, policy: &str) -> Result<Server, Failure> {
    let policy = format!("my-service={policy}");
    let serve = ["serve", "--replicas", "0", "--threads", "1"];
    let named = ["--component", component, "--policy", &policy];
    Server::start_with(binary, &[&serve[..], &named, &QUIET].concat())
}

/// Each figure's own median; there is one load at least.
fn median(loads: Vec<Load>) -> Load {
    let of = |figure: fn(&Load) -> f64| {
        let mut figures: Vec<f64> = loads.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    };
    Load {
        requests: loads.iter().map(|load| load.requests).sum(),
        failures: 0,
        per_second: of(|load| load.per_second),
        p50_millis: of(|load| load.p50_millis),
        p99_millis: of(|load| load.p99_millis),
    }
}

fn print(policy: &str, load: &Load) {
    println!(
        "{policy:<30}{:>12.0}{:>17.2}{:>9.2}",
        load.per_second, load.p50_millis, load.p99_millis
    );
}
