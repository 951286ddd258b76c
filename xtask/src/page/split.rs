//! Takes the page's program apart after it was linked: what the first load reaches, and a bundle
//! for each function that `web` marks with `wasm_split` (`pages/annexed/bundles.rs`). All of them
//! share one memory and one copy of everything.
//! trunk builds the program whole, with the linker's relocations, and makes everything else of the
//! page. Here that program is taken from Cargo's folder, split, given its script by wasm-bindgen,
//! and put in place of trunk's. A bundle fits no other build, and browsers keep files for a year:
//! so all parts bear a name that is made from the bytes of all of them.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::process::Command;

use super::contents;
use crate::process::{self, Failure};
use crate::tools::rustup;
use crate::workspace::Workspace;

/// The binary of `web` that is the page.
const PROGRAM: &str = "web";
/// The profile in which index.html has it built.
const PROFILE: &str = "wasm-release";
/// The splitter finds what belongs together by the linker's relocations. Cargo adds these flags to
/// those of .cargo/config.toml.
const FLAGS: (&str, &str) = (
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
    "-Clink-args=--emit-relocs",
);
/// The script with which the splitter loads bundles.
const LOADER: &str = "__wasm_split.js";

/// The scripts of the first load that belong to its program, by name.
pub(super) struct Scripts {
    /// What wasm-bindgen wrote.
    pub(super) main: String,
    /// What fetches bundles, imported by `main`.
    pub(super) loader: String,
}

/// Has trunk build a program that can be split.
pub(super) fn prepare(trunk: &mut Command) {
    let (variable, flags) = FLAGS;
    trunk.args(["--features", "split"]).env(variable, flags);
}

/// Splits the page's program, which Cargo left in its folder, and puts the parts into `page`.
pub(super) fn split(
    workspace: &Workspace,
    page: &Path,
    splitter: &Path,
    bindgen: &Path,
) -> Result<Scripts, Failure> {
    let linked = workspace
        .target
        .join(rustup::WASM)
        .join(PROFILE)
        .join(format!("{PROGRAM}.wasm"));
    let parts = workspace.root.join("target").join("page-parts");
    if parts.exists() {
        fs::remove_dir_all(&parts).map_err(|error| Failure::on_path("removing", &parts, &error))?;
    }
    let mut split = workspace.program(splitter);
    split.arg(&linked).arg(&parts);
    process::run(split.args(["--target", "web", "--out-name", PROGRAM]))?;
    let mut bind = workspace.program(bindgen.join(process::executable("wasm-bindgen")));
    bind.args(["--target", "web", "--no-typescript", "--keep-lld-exports"]);
    bind.args(["--out-name", PROGRAM, "--out-dir"]).arg(&parts);
    process::run(bind.arg(parts.join(format!("{PROGRAM}.wasm"))))?;
    let made = contents(&parts).map_err(|error| Failure::on_path("reading", &parts, &error))?;
    let build = fingerprint(&made);
    replace(page, &build)?;
    put(&parts, page, &build)
}

/// Names what the files hold, in hexadecimal digits as trunk names files.
fn fingerprint(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Takes trunk's program out of `page`, and names the new one wherever the old one was named.
fn replace(page: &Path, build: &str) -> Result<(), Failure> {
    let files = contents(page).map_err(|error| Failure::on_path("reading", page, &error))?;
    let old = files.keys().find_map(|path| trunks_build(path));
    let old = old.ok_or_else(|| {
        Failure::new(format!(
            "trunk left no {PROGRAM}-….js in {}",
            page.display()
        ))
    })?;
    for name in [script(old), wasm(old)] {
        let path = page.join(name);
        fs::remove_file(&path).map_err(|error| Failure::on_path("removing", &path, &error))?;
    }
    let index = page.join("index.html");
    let text = fs::read_to_string(&index);
    let text = text.map_err(|error| Failure::on_path("reading", &index, &error))?;
    let text = text
        .replace(&script(old), &script(build))
        .replace(&wasm(old), &wasm(build));
    fs::write(&index, text).map_err(|error| Failure::on_path("writing", &index, &error))
}

/// The build that trunk names in a script of the program: `web-5eb63bbbe01eeed0.js`.
fn trunks_build(path: &str) -> Option<&str> {
    path.strip_prefix(PROGRAM)?
        .strip_prefix('-')?
        .strip_suffix(".js")
}

fn script(build: &str) -> String {
    format!("{PROGRAM}-{build}.js")
}

fn wasm(build: &str) -> String {
    format!("{PROGRAM}-{build}_bg.wasm")
}

/// Puts program, bundles and scripts into `page`, by names that belong to this build only.
fn put(parts: &Path, page: &Path, build: &str) -> Result<Scripts, Failure> {
    let read = |name: &str| {
        let path = parts.join(name);
        fs::read_to_string(&path).map_err(|error| Failure::on_path("reading", &path, &error))
    };
    let write = |name: &str, text: &str| {
        let path = page.join(name);
        fs::write(&path, text).map_err(|error| Failure::on_path("writing", &path, &error))
    };
    let copy = |from: &str, to: &str| {
        let from = parts.join(from);
        let copied = fs::copy(&from, page.join(to));
        copied.map_err(|error| Failure::on_path("copying", &from, &error))
    };
    let scripts = Scripts {
        main: script(build),
        loader: format!("loader-{build}.js"),
    };
    let (old_main, old_wasm) = (format!("{PROGRAM}.js"), format!("{PROGRAM}_bg.wasm"));
    copy(&old_wasm, &wasm(build))?;
    // The import in the program's own table keeps its name: only the script is looked up by it.
    let from = |name: &str| format!("from \"./{name}\"");
    let main = read(&old_main)?
        .replace(&from(LOADER), &from(&scripts.loader))
        .replace(&old_wasm, &wasm(build));
    write(&scripts.main, &main)?;
    let mut loader = read(LOADER)?.replace(&from(&old_main), &from(&scripts.main));
    for (old, new) in names(&loader, build) {
        loader = loader.replace(&format!("\"./{old}\""), &format!("\"./{new}\""));
        copy(&old, &new)?;
    }
    write(&scripts.loader, &loader)?;
    Ok(scripts)
}

/// The files that a loader fetches, each with its name in the page: `split_bytes.wasm` becomes
/// `bytes-BUILD.wasm`, and `chunk_5.wasm` is named after the bundles that have it in common, which
/// the loader lists in a comment before it: `balance.bytes-BUILD.wasm`.
fn names(loader: &str, build: &str) -> Vec<(String, String)> {
    let mut names = Vec::new();
    let mut users = String::new();
    for line in loader.lines() {
        let comment = line.strip_prefix("/* ");
        if let Some(list) = comment.and_then(|line| line.strip_suffix(" */")) {
            users = list.replace(", ", ".");
        }
        let url = line.split_once("new URL(\"./").map(|(_, rest)| rest);
        let Some((file, _)) = url.and_then(|rest| rest.split_once(".wasm\"")) else {
            continue;
        };
        let name = file.strip_prefix("split_").unwrap_or(&users);
        names.push((format!("{file}.wasm"), format!("{name}-{build}.wasm")));
    }
    names
}

#[cfg(test)]
mod tests;
