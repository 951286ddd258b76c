//! What traces cost: the same calls with none recorded, with as many kept in memory as are by default, and with those sent
//! to a collector besides; and, without a target, with those of all calls. One replica behind four API servers, which have
//! one thread each; gRPC by h2load.
//! A few percent are looked for, and a machine that does anything else differs by ten from one second to the next, and one
//! process from another with the same program, by where its memory happens to lie. So turns are short, each is compared with
//! the one beside it only, the middle of many such shares counts, and there are new processes every few turns.

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::load;
use super::policies::{self, QUIET};
use super::{Options, receiver::Receiver};
use crate::process::Failure;
use crate::server::Server;

/// What becomes of an API server's traces.
struct Case {
    name: &'static str,
    flags: &'static [&'static str],
    is_exported: bool,
    /// The least share of the requests/s without traces, in percent.
    target: Option<f64>,
}

/// The first is what the others are compared with.
const CASES: [Case; 4] = [
    Case {
        name: "none",
        flags: &["--trace-sample", "0"],
        is_exported: false,
        target: None,
    },
    Case {
        name: "kept",
        flags: &[],
        is_exported: false,
        target: Some(95.0),
    },
    Case {
        name: "kept and exported",
        flags: &[],
        is_exported: true,
        target: Some(92.0),
    },
    Case {
        name: "those of all calls kept",
        flags: &["--max-traces-per-second", "1000000"],
        is_exported: false,
        target: None,
    },
];
/// Processes anew, for each round of the other parts; and turns of each case, with all of them.
const STARTS_PER_ROUND: u32 = 2;
const TURNS: u32 = 12;
/// One turn.
const SECONDS: u32 = 1;
/// Spans of a batch, by default; fewer wait a while for others.
const BATCH: u64 = 512;
/// Between looks at what waits, and how many before something must be wrong.
const PAUSE: Duration = Duration::from_millis(50);
const LOOKS: u32 = 200;

/// Measures, prints, and tells what was missed.
pub(super) fn run(binary: &Path, folder: &Path, options: &Options) -> Result<Vec<String>, Failure> {
    let receiver = Receiver::start()?;
    let mut order = Order::default();
    let mut rates: [Vec<f64>; 4] = Default::default();
    for _ in 0..options.rounds * STARTS_PER_ROUND {
        let fronts = Fronts::start(binary, &receiver)?;
        fronts.take_turns(folder, &mut order, &mut rates)?;
    }
    let mut missed = report(&rates);
    let exported = receiver.bytes();
    println!("the collector got {:.1} MB", exported as f64 / 1e6);
    if exported == 0 {
        missed.push("the collector got nothing".to_owned());
    }
    Ok(missed)
}

/// Prints, and tells what was missed.
fn report(rates: &[Vec<f64>; 4]) -> Vec<String> {
    let [none, ..] = rates;
    println!(
        "\ntraces, {} turns of {SECONDS} s; the share is of the same turn without, its middle half in parentheses",
        none.len()
    );
    let mut missed = Vec::new();
    for (case, rates) in CASES.iter().zip(rates) {
        let shares = rates.iter().zip(none);
        let share = middle(shares.map(|(with, none)| 100.0 * with / none).collect());
        println!(
            "{:<30}{:>12.0}{:>7.1} % ({:.0} to {:.0} %)",
            case.name,
            middle(rates.clone()).median,
            share.median,
            share.lower,
            share.upper
        );
        if let Some(target) = case.target.filter(|target| share.median < *target) {
            missed.push(format!(
                "with traces {} {:.1} % of {target} %",
                case.name, share.median
            ));
        }
    }
    missed
}

/// An API server for each case, and the replica behind them.
struct Fronts {
    servers: [Server; 4],
    _replica: Server,
}

impl Fronts {
    fn start(binary: &Path, receiver: &Receiver) -> Result<Self, Failure> {
        let endpoint = format!("http://{}", receiver.address());
        let replica = Server::start_with(binary, &[&["component"][..], &QUIET].concat())?;
        let component = format!("my-service={}", replica.address());
        let start = |case: &Case| {
            let serve = ["serve", "--replicas", "0", "--threads", "1"];
            let component = ["--component", &component];
            let arguments = [&serve[..], &component, case.flags, &QUIET].concat();
            let to = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
            let to = if case.is_exported { &to[..] } else { &[] };
            Server::start_in(binary, &arguments, to)
        };
        let [a, b, c, d] = &CASES;
        Ok(Self {
            servers: [start(a)?, start(b)?, start(c)?, start(d)?],
            _replica: replica,
        })
    }

    fn take_turns(
        &self,
        folder: &Path,
        order: &mut Order,
        rates: &mut [Vec<f64>; 4],
    ) -> Result<(), Failure> {
        let rate = |server: &Server| {
            let rate = load::rate(&policies::plan(server, folder, load::CALLERS), SECONDS)?;
            drained(server)?;
            Ok::<_, Failure>(rate)
        };
        for server in &self.servers {
            // Warm from here on.
            rate(server)?;
        }
        for _ in 0..TURNS {
            for case in order.next() {
                rates[case].push(rate(&self.servers[case])?);
            }
        }
        Ok(())
    }
}

/// The order of the cases in each turn: all there are come up equally often, so that none is always behind the same other
/// one, or the first.
pub(super) struct Order {
    cases: [usize; 4],
    turn: usize,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            cases: [0, 1, 2, 3],
            turn: 0,
        }
    }
}

impl Order {
    /// By Steinhaus, Johnson and Trotter: a swap of neighbours leads from each order to another.
    pub(super) fn next(&mut self) -> [usize; 4] {
        const SWAPS: [usize; 8] = [2, 1, 0, 2, 0, 1, 2, 0];
        let at = SWAPS[self.turn % SWAPS.len()];
        self.turn += 1;
        self.cases.swap(at, at + 1);
        self.cases
    }
}

/// Waits until no whole batch waits, which would be sent in another's turn; a part of one may be.
#[expect(
    clippy::disallowed_methods,
    reason = "there is no event to wait for, and nothing else to do"
)]
fn drained(front: &Server) -> Result<(), Failure> {
    for _ in 0..LOOKS {
        let metrics = front.read("/metrics")?;
        let mut lines = metrics.lines();
        let waiting = lines.find_map(|line| line.strip_prefix("gangplank_spans_queued "));
        if waiting.is_none_or(|waiting| waiting.parse().is_ok_and(|waiting: u64| waiting < BATCH)) {
            return Ok(());
        }
        thread::sleep(PAUSE);
    }
    Err(Failure::new("spans wait, and aren't sent"))
}

/// Half of the figures lie between `lower` and `upper`.
struct Middle {
    lower: f64,
    median: f64,
    upper: f64,
}

fn middle(mut figures: Vec<f64>) -> Middle {
    figures.sort_by(f64::total_cmp);
    let at = |quarters: usize| {
        let place = figures.len() * quarters / 4;
        figures.get(place).copied().unwrap_or_default()
    };
    Middle {
        lower: at(1),
        median: at(2),
        upper: at(3),
    }
}
