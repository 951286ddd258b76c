//! Where things lie: the checkout's root, Cargo's target folder, and Cargo itself. The target
//! folder is asked from Cargo, because `CARGO_TARGET_DIR` or a user's config may move it; the
//! page always lies in `target/page` under the root, where Trunk.toml and server/build.rs agree
//! on it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Failure};

/// Variables that `cargo run` sets for us and that must not reach the cargo calls we make:
/// build scripts that watch one of them would run again on every change between `cargo` and
/// `cargo xtask`.
const FROM_CARGO_RUN: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_NAME"];

/// The checkout.
pub(crate) struct Workspace {
    /// Absolute path of the folder with the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Absolute path of Cargo's target folder.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks Cargo for the target folder.
    pub(crate) fn open() -> Result<Self, Failure> {
        let root = root();
        let metadata =
            process::read(cargo_in(&root).args(["metadata", "--no-deps", "--format-version=1"]))?;
        let target = json_string(&metadata, "target_directory")
            .ok_or_else(|| Failure::new("`cargo metadata` names no target_directory"))?;
        Ok(Self {
            root,
            target: PathBuf::from(target),
        })
    }

    /// A call of Cargo at the root of the checkout, with the toolchain that rust-toolchain.toml
    /// pins.
    pub(crate) fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = cargo_in(&self.root);
        command.args(arguments);
        command
    }

    /// A call of another program of the toolchain, at the root for the same reason.
    pub(crate) fn program(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(name);
        command.current_dir(&self.root);
        command
    }

    /// The page as trunk built it, ready for server/build.rs.
    pub(crate) fn page(&self) -> PathBuf {
        self.root.join("target").join("page")
    }

    /// The one file that `build` leaves.
    pub(crate) fn binary(&self) -> PathBuf {
        self.target
            .join("release")
            .join(process::executable("gangplank"))
    }

    /// `path` relative to the root where it lies inside, for messages.
    pub(crate) fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// The folder above this package; Cargo builds xtask anew when a checkout moves.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .parent()
        .expect("xtask lies inside the workspace")
        .to_owned()
}

fn cargo_in(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let from_cargo_run =
            |name: &str| FROM_CARGO_RUN.iter().any(|prefix| name.starts_with(prefix));
        if name.to_str().is_some_and(from_cargo_run) {
            command.env_remove(name);
        }
    }
    command
}

/// The string value of the first `"name":"…"` in a JSON text; backslash escapes of paths are
/// undone.
fn json_string(json: &str, name: &str) -> Option<String> {
    let key = format!("\"{name}\":\"");
    let start = json.find(&key)? + key.len();
    let mut value = String::new();
    let mut characters = json[start..].chars();
    loop {
        match characters.next()? {
            '"' => return Some(value),
            '\\' => value.push(characters.next()?),
            plain => value.push(plain),
        }
    }
}

#[cfg(test)]
mod tests;
