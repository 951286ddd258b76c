//! Tools that Cargo doesn't bring: each is found, or installed once and then found without a
//! word. They live in a per-user cache outside the checkout, one folder per name and version,
//! so that a fresh clone reuses them, two versions don't fight, and nothing of the user's is
//! overwritten. An install fills a `.partial` folder and renames it when whole; one that was
//! cut short is redone.

pub(crate) mod browser;
mod cache;
mod cargo_install;
pub(crate) mod conformance;
mod debian;
mod libraries;
pub(crate) mod npm;
mod pins;
pub(crate) mod pypi;
pub(crate) mod rustup;

use std::path::{Path, PathBuf};

use crate::process::{Failure, executable};
use crate::workspace::Workspace;
use cargo_install::CargoTool;

/// The trunk program, of the pinned version.
pub(crate) fn trunk(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let folder = cargo_install::ensure(
        workspace,
        &CargoTool {
            name: "trunk",
            version: pins::TRUNK,
            // Its default features want OpenSSL's headers; rustls needs nothing but a compiler.
            arguments: &["--locked", "--no-default-features", "--features", "rustls"],
            takes: "about 2 minutes on two cores",
        },
    )?;
    Ok(folder.join(executable("trunk")))
}

/// The folder with `wasm-bindgen` and `wasm-bindgen-test-runner`, of the version in Cargo.lock:
/// the command line tool reads what the library of the same version left in the wasm file, and
/// no other.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let path = workspace.root.join("Cargo.lock");
    let lock = std::fs::read_to_string(&path)
        .map_err(|error| Failure::on_path("reading", &path, &error))?;
    let version = locked_version(&lock, "wasm-bindgen").ok_or_else(|| {
        Failure::new("Cargo.lock names no wasm-bindgen: run `cargo generate-lockfile`")
    })?;
    cargo_install::ensure(
        workspace,
        &CargoTool {
            name: "wasm-bindgen-cli",
            version,
            // Not --locked: the lock file it is published with doesn't build.
            arguments: &[],
            takes: "about 1 minute on two cores",
        },
    )
}

/// The program that takes a linked page apart, of the pinned version.
pub(crate) fn wasm_split(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let folder = cargo_install::ensure(
        workspace,
        &CargoTool {
            name: "wasm_split_cli_support",
            version: pins::WASM_SPLIT,
            arguments: &["--locked", "--features", "build-binary"],
            takes: "about half a minute on two cores",
        },
    )?;
    Ok(folder.join(executable("wasm-split-cli")))
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let head = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != head).skip(1);
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests;

/// Sees to the name server that the end-to-end tests ask.
pub(crate) fn dnsmasq() -> Result<(), Failure> {
    let is_there = std::env::var_os("DNSMASQ").is_some()
        || crate::process::find_on_path("dnsmasq").is_some()
        || Path::new("/usr/sbin/dnsmasq").is_file();
    if is_there {
        return Ok(());
    }
    debian::install("dnsmasq is", &pins::DNS_PACKAGES)
}

/// Sees to the load tools that `bench` calls.
pub(crate) fn load_tools() -> Result<(), Failure> {
    if crate::process::find_on_path("wrk").is_some()
        && crate::process::find_on_path("h2load").is_some()
    {
        return Ok(());
    }
    debian::install("wrk and h2load are", &pins::LOAD_PACKAGES)
}
