//! Protobuf's conformance suite: the program that puts its cases to a testee, ready to be run.
//! The package brings one for each of two systems, built for x86-64; macOS runs it on its other
//! processors too. On a Linux older than the runner it gets newer libraries of its own.

use std::env::consts::{ARCH, OS};
use std::path::PathBuf;
use std::process::Command;

use super::{libraries, npm};
use crate::process::Failure;

/// The oldest C library that the runner starts with.
const MIN_GLIBC: (u32, u32) = (2, 38);

/// Where the suite lies, and how its runner starts.
pub(crate) struct Suite {
    /// The command without arguments.
    pub(crate) runner: Command,
    /// The folder of its `.proto` files.
    pub(crate) schema: PathBuf,
}

/// Brings the suite; None where there is no runner for this system.
pub(crate) fn ensure() -> Result<Option<Suite>, Failure> {
    let platform = match (OS, ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("macos", _) => "darwin-x64",
        _ => return Ok(None),
    };
    let folder = npm::conformance()?;
    let program = folder.join(format!("bin/conformance_test_runner-{platform}"));
    let needs_libraries = OS == "linux" && libraries::glibc().is_none_or(|found| found < MIN_GLIBC);
    let runner = if needs_libraries {
        let Some(libraries) = libraries::ensure()? else {
            return Ok(None);
        };
        let mut loader = Command::new(libraries.join("ld-linux-x86-64.so.2"));
        loader.arg("--library-path").arg(libraries).arg(program);
        loader
    } else {
        Command::new(program)
    };
    let schema = folder.join("include");
    Ok(Some(Suite { runner, schema }))
}
