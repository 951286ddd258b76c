//! `build` and `serve`: the product as one file, target/release/gangplank, with the page inside.

use std::ffi::OsString;
use std::fs;
use std::process::Command;

use crate::page;
use crate::process::{self, Failure};
use crate::workspace::Workspace;

/// Whether Cargo.lock may be brought up to date on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lockfile {
    /// While developing: a changed Cargo.toml just works.
    MayChange,
    /// In `test`: a forgotten Cargo.lock is an error, because others would build something else.
    MustMatch,
}

/// Builds the page and the server around it; the last line says where the file is.
pub(crate) fn build(workspace: &Workspace, lockfile: Lockfile) -> Result<(), Failure> {
    page::build(workspace, lockfile)?;
    let mut cargo = workspace.cargo(["build", "--release", "-p", "server"]);
    if lockfile == Lockfile::MustMatch {
        cargo.arg("--locked");
    }
    process::run(&mut cargo)?;
    let binary = workspace.binary();
    let file =
        fs::metadata(&binary).map_err(|error| Failure::on_path("looking for", &binary, &error))?;
    println!(
        "{} ({}), which needs nothing beside it",
        workspace.short(&binary),
        megabytes(file.len())
    );
    Ok(())
}

/// Builds, then becomes `gangplank serve` with these arguments.
pub(crate) fn serve(workspace: &Workspace, arguments: &[OsString]) -> Result<(), Failure> {
    build(workspace, Lockfile::MayChange)?;
    let mut server = Command::new(workspace.binary());
    server.arg("serve").args(arguments);
    println!("$ {}", process::shown(&server));
    hand_over(server)
}

/// The server takes the place of this process, so Ctrl-C, signals and the exit code are its own.
#[cfg(unix)]
fn hand_over(mut server: Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    let error = server.exec();
    Err(Failure::new(format!(
        "cannot start `{}`: {error}",
        server.get_program().display()
    )))
}

/// Without `exec`, the exit code is passed on; a Ctrl-C reaches every process of the console.
#[cfg(not(unix))]
fn hand_over(mut server: Command) -> Result<(), Failure> {
    let status = server.status().map_err(|error| {
        Failure::new(format!(
            "cannot start `{}`: {error}",
            server.get_program().display()
        ))
    })?;
    std::process::exit(status.code().unwrap_or(1))
}

/// 1 MB = 1,000,000 bytes; one decimal, rounded down.
fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}
