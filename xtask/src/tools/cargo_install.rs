//! Tools from crates.io, built by `cargo install` with the toolchain of this checkout.
//! They are built without optimization: that halves the wait, and they run for seconds only.

use std::path::PathBuf;

use super::cache;
use crate::process::{self, Failure};
use crate::workspace::Workspace;

/// Settings meant for the user's own builds that would change, break or scatter the build of a
/// tool.
const FOREIGN_SETTINGS: [&str; 6] = [
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INSTALL_ROOT",
    "RUSTFLAGS",
];

/// One package of crates.io and how it is installed.
pub(super) struct CargoTool<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    /// Further arguments of `cargo install`.
    pub(super) arguments: &'a [&'a str],
    /// How long the build takes, for the person who waits.
    pub(super) takes: &'a str,
}

/// Returns the folder with the tool's programs, after installing it if this version isn't there
/// yet.
pub(super) fn ensure(workspace: &Workspace, tool: &CargoTool<'_>) -> Result<PathBuf, Failure> {
    let CargoTool {
        name,
        version,
        arguments,
        takes,
    } = tool;
    let folder = cache::ensure(&format!("{name}-{version}"), |partial| {
        println!(
            "Installing {name} {version}, once for all checkouts: it is compiled here, {takes}."
        );
        let build = partial.with_extension("build");
        let mut install = workspace.cargo(["install", name, "--version", version, "--debug"]);
        install.args(*arguments).arg("--root").arg(partial);
        for setting in FOREIGN_SETTINGS {
            install.env_remove(setting);
        }
        install
            .env("CARGO_TARGET_DIR", &build)
            // Debug info of tools is never read, and it is most of their size.
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            // Advice to the authors of a tool, and advice to put the folder on PATH, would only
            // worry the reader; the second is given unless it is there.
            .env("CARGO_FUTURE_INCOMPAT_REPORT_FREQUENCY", "never")
            .env("PATH", process::path_with(&[&partial.join("bin")])?);
        let installed = process::run(&mut install);
        // Whatever came of it, the intermediate files are hundreds of megabytes that nobody
        // uses again.
        cache::remove(&build)?;
        installed.map_err(|failure| {
            Failure::new(format!(
                "{name} {version} could not be installed: {failure}"
            ))
        })
    })?;
    Ok(folder.join("bin"))
}
