//! Parts of the Rust toolchain that rust-toolchain.toml names. rustup adds them by itself only
//! when it installs a whole toolchain, so one that was there before may lack some.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Failure};
use crate::workspace::Workspace;

/// The target of the page.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Variables with flags for every target, in place of those that a target has of its own.
const FLAGS_FOR_ALL: [&str; 2] = ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"];

/// Lets a build of the page have the flags that .cargo/config.toml gives its target: Cargo drops
/// those if the developer's environment has flags for all targets.
pub(crate) fn keep_wasm_flags(build: &mut Command) {
    for variable in FLAGS_FOR_ALL {
        build.env_remove(variable);
    }
}

/// Adds the standard library for WebAssembly if it is missing.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<(), Failure> {
    let mut rustc = workspace.program("rustc");
    let sysroot = process::read(rustc.args(["--print", "sysroot"]))?;
    let library = PathBuf::from(sysroot.trim_end())
        .join("lib/rustlib")
        .join(WASM);
    if library.is_dir() {
        Ok(())
    } else {
        add(workspace, "target", WASM)
    }
}

/// Adds clippy if it is missing.
pub(crate) fn clippy(workspace: &Workspace) -> Result<(), Failure> {
    let found = process::succeeds(&mut workspace.cargo(["clippy", "--version"]));
    if found {
        Ok(())
    } else {
        add(workspace, "component", "clippy")
    }
}

/// Adds rustfmt if it is missing.
pub(crate) fn rustfmt(workspace: &Workspace) -> Result<(), Failure> {
    let found = process::succeeds(&mut workspace.cargo(["fmt", "--version"]));
    if found {
        Ok(())
    } else {
        add(workspace, "component", "rustfmt")
    }
}

fn add(workspace: &Workspace, kind: &str, name: &str) -> Result<(), Failure> {
    if process::find_on_path("rustup").is_none() {
        return Err(Failure::new(format!(
            "this Rust lacks the {kind} {name}, and there is no rustup to add it: \
             install it as you installed Rust, or install Rust from https://rustup.rs"
        )));
    }
    println!("Adding the {kind} {name} to the toolchain, once: a download of some megabytes.");
    process::run(workspace.program("rustup").args([kind, "add", name]))
}
