//! `bench`: the API server in front of a replica, next to the same calls made directly to the replica, on this machine,
//! by public load tools: h2load for gRPC, wrk for gRPC-Web and JSON over HTTP/1.1.
//! 64 callers with one call each in flight, in every case, as pages and services call: so that the tools compare.
//! The API server has one thread; the replica has what is left, and shares the machine with the load tool.
//! Then, what the balancer is worth and costs (`policies`), and what traces cost (`tracing`).
//! A replica speaks gRPC only, so that the direct figure of every dialect is that of gRPC.
//! Cases take turns for some rounds and the median counts; absolute figures belong to this machine, ratios travel.
#![allow(
    clippy::cast_precision_loss,
    reason = "figures of a report, far below 2^52"
)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::Failure;
use crate::product::{self, Lockfile};
use crate::server::Server;
use crate::tools;
use crate::workspace::Workspace;
use load::{Load, Tool};
use usage::Usage;

mod load;
mod policies;
mod receiver;
mod tracing;
mod usage;

/// What the command line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// How often each case is measured.
    pub(crate) rounds: u32,
    /// How long each time.
    pub(crate) seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rounds: 3,
            seconds: 5,
        }
    }
}

/// Memory of the API server under load, in KiB.
const MAX_MEMORY_KIB: u64 = 20 * 1024;
const RPC_PATH: &str = "/myservice.v1.MyService/SayHello";
/// `SayHello` for World, in its frame.
const HELLO: &[u8] = b"\0\0\0\0\x07\x0a\x05World";

/// One kind of call.
struct Case {
    name: &'static str,
    tool: Tool,
    path: &'static str,
    content_type: &'static str,
    body: &'static [u8],
    is_direct: bool,
    /// The least share of direct requests/s, in percent.
    target: Option<u32>,
}

const CASES: [Case; 5] = [
    Case {
        name: "gRPC, direct to the replica",
        tool: Tool::H2load,
        path: RPC_PATH,
        content_type: "application/grpc",
        body: HELLO,
        is_direct: true,
        target: None,
    },
    Case {
        name: "gRPC",
        tool: Tool::H2load,
        path: RPC_PATH,
        content_type: "application/grpc",
        body: HELLO,
        is_direct: false,
        target: Some(45),
    },
    Case {
        name: "gRPC-Web",
        tool: Tool::Wrk,
        path: RPC_PATH,
        content_type: "application/grpc-web+proto",
        body: HELLO,
        is_direct: false,
        target: Some(40),
    },
    Case {
        name: "JSON, POST /v1/hello",
        tool: Tool::Wrk,
        path: "/v1/hello",
        content_type: "application/json",
        body: br#"{"name":"World"}"#,
        is_direct: false,
        target: Some(35),
    },
    Case {
        name: "JSON, GET /v1/hello/World",
        tool: Tool::Wrk,
        path: "/v1/hello/World",
        content_type: "",
        body: b"",
        is_direct: false,
        target: None,
    },
];

/// Builds the product, measures it, and fails if a target is missed or a call failed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    tools::load_tools()?;
    product::build(workspace, Lockfile::MayChange)?;
    let binary = workspace.target.join("release/gangplank");
    let folder = workspace.target.join("bench");
    fs::create_dir_all(&folder).map_err(|error| Failure::on_path("creating", &folder, &error))?;
    let bench = Bench::start(&binary, folder.clone(), options)?;
    let figures = bench.measure()?;
    bench.check_outcomes()?;
    print(&figures, options);
    let memory_kib = usage::memory_kib(bench.api_server.id())?;
    drop(bench);
    let mut missed = missed(&figures, memory_kib);
    missed.extend(policies::run(&binary, &folder, options)?);
    missed.extend(tracing::run(&binary, &folder, options)?);
    if missed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("missed: {}", missed.join("; "))))
}

struct Bench<'a> {
    replica: Server,
    api_server: Server,
    folder: PathBuf,
    options: &'a Options,
}

/// What one case came to: the median of its rounds.
struct Figures {
    case: &'static Case,
    load: Load,
    /// Of the process that was called, per call.
    cpu_micros: f64,
}

impl<'a> Bench<'a> {
    fn start(binary: &Path, folder: PathBuf, options: &'a Options) -> Result<Self, Failure> {
        let quiet = ["--listen", "127.0.0.1:0", "--log", "error"];
        let replica = Server::start_with(
            binary,
            &[&["component", "--name", "bench"], &quiet[..]].concat(),
        )?;
        let component = format!("my-service={}", replica.address());
        let serve = [
            "serve",
            "--replicas",
            "0",
            "--threads",
            "1",
            "--component",
            &component,
        ];
        Ok(Self {
            api_server: Server::start_with(binary, &[&serve, &quiet[..]].concat())?,
            replica,
            folder,
            options,
        })
    }

    fn measure(&self) -> Result<Vec<Figures>, Failure> {
        let mut rounds: Vec<Vec<Figures>> = Vec::new();
        for round in 1..=self.options.rounds {
            println!("round {round} of {}", self.options.rounds);
            let figures = CASES.iter().map(|case| self.case(case));
            rounds.push(figures.collect::<Result<_, _>>()?);
        }
        Ok(medians(rounds))
    }

    /// wrk sees HTTP's status only, and gRPC-Web's failures are 200: the API server's own count tells.
    fn check_outcomes(&self) -> Result<(), Failure> {
        let metrics = self.api_server.read("/metrics")?;
        match bad_outcomes(&metrics) {
            Some(line) => Err(Failure::new(format!("calls failed: {line}"))),
            None => Ok(()),
        }
    }

    fn case(&self, case: &'static Case) -> Result<Figures, Failure> {
        let server = if case.is_direct {
            &self.replica
        } else {
            &self.api_server
        };
        let plan = load::Plan {
            url: format!("{}{}", server.url(), case.path),
            content_type: case.content_type,
            body: case.body,
            callers: load::CALLERS,
            folder: &self.folder,
        };
        // Connections, allocator and branch predictors are warm from here on.
        load::run(case.tool, &plan, 1)?;
        let before = Usage::of(server.id())?;
        let load = load::run(case.tool, &plan, self.options.seconds)?;
        let cpu = Usage::of(server.id())?.since(before);
        if load.failures > 0 || load.requests == 0 {
            return Err(Failure::new(format!(
                "{}: {} of {} calls failed",
                case.name, load.failures, load.requests
            )));
        }
        Ok(Figures {
            case,
            cpu_micros: cpu.as_secs_f64() * 1e6 / load.requests as f64,
            load,
        })
    }
}

/// The first line of the metrics that counts failed calls. The tools cut their last calls, which isn't a failure.
fn bad_outcomes(metrics: &str) -> Option<&str> {
    let is_fine = |line: &str| line.contains("code=\"OK\"") || line.contains("code=\"CANCEL");
    let mut counts = metrics
        .lines()
        .filter(|line| line.starts_with("gangplank_calls_total{"));
    counts.find(|line| !is_fine(line))
}

/// The round with the median of requests/s, for each case.
fn medians(mut rounds: Vec<Vec<Figures>>) -> Vec<Figures> {
    let mut medians = Vec::new();
    while rounds.iter().all(|round| !round.is_empty()) {
        let mut of_case: Vec<Figures> = rounds.iter_mut().map(|round| round.remove(0)).collect();
        of_case.sort_by(|a, b| a.load.per_second.total_cmp(&b.load.per_second));
        medians.push(of_case.remove(of_case.len() / 2));
    }
    medians
}

fn share(figures: &[Figures], of: &Figures) -> f64 {
    let direct = figures.iter().find(|figures| figures.case.is_direct);
    direct.map_or(0.0, |direct| {
        100.0 * of.load.per_second / direct.load.per_second
    })
}

fn print(figures: &[Figures], options: &Options) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "\n{cores} cores, 64 callers, median of {} rounds of {} s; the share is of direct gRPC",
        options.rounds, options.seconds
    );
    println!(
        "{:<30}{:>12}{:>8}{:>9}{:>9}{:>12}",
        "", "requests/s", "share", "p50 ms", "p99 ms", "CPU µs/call"
    );
    for row in figures {
        println!(
            "{:<30}{:>12.0}{:>7.0}%{:>9.2}{:>9.2}{:>12.1}",
            row.case.name,
            row.load.per_second,
            share(figures, row),
            row.load.p50_millis,
            row.load.p99_millis,
            row.cpu_micros
        );
    }
}

/// Every target that is missed.
fn missed(figures: &[Figures], memory_kib: u64) -> Vec<String> {
    println!(
        "memory of the API server: {:.1} MiB",
        memory_kib as f64 / 1024.0
    );
    let mut missed: Vec<String> = Vec::new();
    for row in figures {
        let share = share(figures, row);
        if let Some(target) = row.case.target
            && share < f64::from(target)
        {
            missed.push(format!("{} has {share:.0} % of {target} %", row.case.name));
        }
    }
    if memory_kib > MAX_MEMORY_KIB {
        missed.push(format!("memory is {memory_kib} KiB, over {MAX_MEMORY_KIB}"));
    }
    missed
}

#[cfg(test)]
mod tests;
