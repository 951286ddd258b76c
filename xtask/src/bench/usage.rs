//! What a process has used, from Linux' /proc: processor time and resident memory.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::process::{self, Failure};

/// Processor time that a process has used so far, in user and system mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Usage(Duration);

impl Usage {
    /// Of the process `id`, with all of its threads.
    pub(super) fn of(id: u32) -> Result<Self, Failure> {
        let path = PathBuf::from(format!("/proc/{id}/stat"));
        let text = fs::read_to_string(&path)
            .map_err(|error| Failure::on_path("reading", &path, &error))?;
        let ticks = process::read(Command::new("getconf").arg("CLK_TCK"))?;
        let per_second: u64 = ticks.trim().parse().unwrap_or(100);
        let used = ticks_in(&text)
            .ok_or_else(|| Failure::new(format!("{} has no times", path.display())))?;
        Ok(Self(Duration::from_millis(used * 1000 / per_second)))
    }

    /// What was used from `before` on.
    pub(super) fn since(self, before: Self) -> Duration {
        self.0.saturating_sub(before.0)
    }
}

/// User and system time in ticks: fields 14 and 15. The second field is a name in parentheses, which may hold anything.
/// Source: proc(5).
pub(super) fn ticks_in(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// The most memory that the process `id` has had in use, in KiB.
pub(super) fn memory_kib(id: u32) -> Result<u64, Failure> {
    let path = PathBuf::from(format!("/proc/{id}/status"));
    let text =
        fs::read_to_string(&path).map_err(|error| Failure::on_path("reading", &path, &error))?;
    memory_in(&text).ok_or_else(|| Failure::new(format!("{} has no VmHWM", path.display())))
}

pub(super) fn memory_in(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
