//! Builds the page with trunk, in the size profile, into `target/page`. trunk writes every file
//! anew on each run, so it builds into a sibling folder, which takes the place of `target/page`
//! only if a byte differs: otherwise the server, which embeds the page, would be linked again.

mod shrink;
mod split;
mod squeeze;

use std::collections::BTreeMap;
use std::fs;
use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;

use crate::process::{self, Failure};
use crate::product::Lockfile;
use crate::tools::{self, rustup};
use crate::workspace::Workspace;

/// Builds the page, with every tool that takes.
pub(crate) fn build(workspace: &Workspace, lockfile: Lockfile) -> Result<(), Failure> {
    rustup::wasm_target(workspace)?;
    let bindgen = tools::wasm_bindgen(workspace)?;
    let splitter = tools::wasm_split(workspace)?;
    let fresh = workspace.root.join("target").join("page-new");
    let mut command = workspace.program(tools::trunk(workspace)?);
    command.args(["build", "--release", "--dist"]).arg(&fresh);
    if lockfile == Lockfile::MustMatch {
        command.arg("--locked");
    }
    environment(&mut command, &bindgen)?;
    rustup::keep_wasm_flags(&mut command);
    split::prepare(&mut command);
    process::run(&mut command)?;
    let scripts = split::split(workspace, &fresh, &splitter, &bindgen)?;
    shrink::shrink(&fresh, &scripts)?;
    squeeze::squeeze(&fresh)?;
    replace_if_different(&fresh, &workspace.page())
}

/// trunk takes the wasm-bindgen that PATH gives it and downloads one only if its version
/// doesn't fit.
fn environment(trunk: &mut Command, bindgen: &Path) -> Result<(), Failure> {
    trunk
        .env("PATH", process::path_with(&[bindgen])?)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // The errors of the compiler are what counts, and trunk's own stack would hide them.
        .env("RUST_LIB_BACKTRACE", "0");
    // trunk reads NO_COLOR as a flag and refuses the usual `NO_COLOR=1`.
    if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || !std::io::stdout().is_terminal()
    {
        trunk.env("NO_COLOR", "true");
    } else {
        trunk.env_remove("NO_COLOR");
    }
    Ok(())
}

/// Puts `fresh` where `current` is, or drops it if both hold the same files with the same bytes.
fn replace_if_different(fresh: &Path, current: &Path) -> Result<(), Failure> {
    let refused = |error| Failure::on_path("replacing", current, &error);
    let new = contents(fresh).map_err(|error| Failure::on_path("reading", fresh, &error))?;
    if contents(current).is_ok_and(|old| old == new) {
        return fs::remove_dir_all(fresh).map_err(refused);
    }
    if current.exists() {
        fs::remove_dir_all(current).map_err(refused)?;
    }
    fs::rename(fresh, current).map_err(refused)
}

/// Every file below `folder`, by its path relative to it with `/` between the parts, with its
/// bytes.
pub(crate) fn contents(folder: &Path) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                files.insert(name, fs::read(entry.path())?);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests;
