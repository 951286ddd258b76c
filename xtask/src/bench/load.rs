//! The load tools: how they are called, and what their reports say.
//! h2load (nghttp2) prints no percentiles, so a second short run writes each call's time to a file.
//! A gRPC failure is HTTP 200 without a message; it shows in the bytes of data per call.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Failure};

/// Callers at a time, each with one call in flight, unless a plan says otherwise.
pub(super) const CALLERS: u32 = 64;
/// A greeting has more bytes than this, an error has none.
const MIN_ANSWER_BYTES: u64 = 20;

/// A public load tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    /// HTTP/2, from package nghttp2-client.
    H2load,
    /// HTTP/1.1, from package wrk.
    Wrk,
}

/// What is called.
pub(super) struct Plan<'a> {
    pub(super) url: String,
    /// Empty for a GET.
    pub(super) content_type: &'a str,
    pub(super) body: &'a [u8],
    /// How many call at a time.
    pub(super) callers: u32,
    /// Where scripts and logs go.
    pub(super) folder: &'a Path,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Load {
    pub(super) requests: u64,
    pub(super) failures: u64,
    pub(super) per_second: f64,
    pub(super) p50_millis: f64,
    pub(super) p99_millis: f64,
}

/// Calls for so many seconds.
pub(super) fn run(tool: Tool, plan: &Plan<'_>, seconds: u32) -> Result<Load, Failure> {
    match tool {
        Tool::H2load => h2load(plan, seconds),
        Tool::Wrk => wrk(plan, seconds),
    }
}

/// Calls by h2load for so many seconds; tells only how many calls a second were answered. Fails if one wasn't.
pub(super) fn rate(plan: &Plan<'_>, seconds: u32) -> Result<f64, Failure> {
    let report = call_by_h2load(plan, seconds, None)?;
    let counts = h2load_counts(&report, seconds).ok_or_else(|| unreadable(&report))?;
    if counts.failures > 0 || counts.requests == 0 {
        return Err(Failure::new(format!("calls failed:\n{report}")));
    }
    Ok(counts.per_second)
}

fn h2load(plan: &Plan<'_>, seconds: u32) -> Result<Load, Failure> {
    let log = plan.folder.join("calls.log");
    // h2load appends.
    let _ = fs::remove_file(&log);
    let report = call_by_h2load(plan, seconds, None)?;
    // The log costs the tool time, so the run that counts goes without.
    call_by_h2load(plan, 1, Some(&log))?;
    let times =
        fs::read_to_string(&log).map_err(|error| Failure::on_path("reading", &log, &error))?;
    h2load_report(&report, &times, seconds).ok_or_else(|| unreadable(&report))
}

/// Gives the report.
fn call_by_h2load(plan: &Plan<'_>, seconds: u32, log: Option<&Path>) -> Result<String, Failure> {
    let body = write(plan.folder, "body.bin", plan.body)?;
    let mut command = Command::new("h2load");
    command
        .args(["-c", &plan.callers.to_string(), "-m", "1", "-t", "1", "-D"])
        .arg(seconds.to_string());
    command.arg("-d").arg(&body);
    command.args([
        "-H",
        &format!("content-type: {}", plan.content_type),
        "-H",
        "te: trailers",
    ]);
    if let Some(log) = log {
        command.arg("--log-file").arg(log);
    }
    process::read(command.arg(&plan.url))
}

fn unreadable(report: &str) -> Failure {
    Failure::new(format!("h2load's report can't be read:\n{report}"))
}

/// What h2load counted.
struct Counts {
    requests: u64,
    failures: u64,
    per_second: f64,
}

fn h2load_counts(report: &str, seconds: u32) -> Option<Counts> {
    let line = |start: &str| report.lines().find_map(|line| line.strip_prefix(start));
    let counts = line("requests: ")?;
    let count = |name: &str| -> Option<u64> {
        let part = counts
            .split(',')
            .find(|part| part.trim_end().ends_with(name))?;
        part.split_whitespace().next()?.parse().ok()
    };
    // What was in flight at the end is neither done nor failed.
    let (done, bad) = (
        count("done")?,
        count("failed")? + count("errored")? + count("timeout")?,
    );
    let codes = line("status codes: ")?;
    let good: u64 = codes.split_whitespace().next()?.parse().ok()?;
    let (_, data) = line("traffic: ")?.rsplit_once(", ")?;
    let (_, data) = data.split_once('(')?;
    let data: u64 = data.split(')').next()?.parse().ok()?;
    let lacks_messages = data < good * MIN_ANSWER_BYTES;
    Some(Counts {
        requests: done,
        failures: if lacks_messages {
            done
        } else {
            bad.max(done.saturating_sub(good))
        },
        per_second: done as f64 / f64::from(seconds),
    })
}

/// Reads h2load's report, and its log: time of start, HTTP status and microseconds, by tabs.
pub(super) fn h2load_report(report: &str, log: &str, seconds: u32) -> Option<Load> {
    let counts = h2load_counts(report, seconds)?;
    let mut micros: Vec<u64> = log
        .lines()
        .filter_map(|line| line.split('\t').nth(2)?.parse().ok())
        .collect();
    micros.sort_unstable();
    Some(Load {
        requests: counts.requests,
        failures: counts.failures,
        per_second: counts.per_second,
        p50_millis: percentile(&micros, 50)? as f64 / 1000.0,
        p99_millis: percentile(&micros, 99)? as f64 / 1000.0,
    })
}

fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().checked_sub(1)?))
        .copied()
}

fn wrk(plan: &Plan<'_>, seconds: u32) -> Result<Load, Failure> {
    let script = write(plan.folder, "call.lua", script(plan).as_bytes())?;
    let mut command = Command::new("wrk");
    command.args([
        "-t",
        "1",
        "-c",
        &plan.callers.to_string(),
        "--latency",
        "-d",
        &format!("{seconds}s"),
        "-s",
    ]);
    let report = process::read(command.arg(script).arg(&plan.url))?;
    wrk_report(&report)
        .ok_or_else(|| Failure::new(format!("wrk's report can't be read:\n{report}")))
}

/// Sets what is sent. Looking at answers here would cost the tool more than the calls; the API server counts them.
fn script(plan: &Plan<'_>) -> String {
    if plan.content_type.is_empty() {
        return "wrk.method = \"GET\"\n".to_owned();
    }
    let body: Vec<String> = plan.body.iter().map(|byte| format!("\\{byte}")).collect();
    let body = body.concat();
    format!(
        "wrk.method = \"POST\"\nwrk.body = \"{body}\"\nwrk.headers[\"content-type\"] = \"{}\"\n",
        plan.content_type
    )
}

/// Reads wrk's report with `--latency`.
pub(super) fn wrk_report(report: &str) -> Option<Load> {
    let line = |start: &str| {
        report
            .lines()
            .find_map(|line| line.trim().strip_prefix(start))
    };
    let total = report
        .lines()
        .find_map(|line| line.split_once(" requests in "))?;
    let http: u64 =
        line("Non-2xx or 3xx responses:").map_or(Some(0), |count| count.trim().parse().ok())?;
    let sockets = line("Socket errors:").map_or(0, |counts| {
        counts
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|count| count.parse::<u64>().ok())
            .sum()
    });
    Some(Load {
        requests: total.0.trim().parse().ok()?,
        failures: http + sockets,
        per_second: line("Requests/sec:")?.trim().parse().ok()?,
        p50_millis: millis(line("50%")?.trim())?,
        p99_millis: millis(line("99%")?.trim())?,
    })
}

/// wrk's times: a number and `us`, `ms` or `s`.
fn millis(text: &str) -> Option<f64> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit_at);
    let number: f64 = number.parse().ok()?;
    match unit {
        "us" => Some(number / 1000.0),
        "ms" => Some(number),
        "s" => Some(number * 1000.0),
        _ => None,
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let path = folder.join(name);
    fs::write(&path, bytes).map_err(|error| Failure::on_path("writing", &path, &error))?;
    Ok(path)
}
