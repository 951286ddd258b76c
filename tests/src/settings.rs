//! Where the harness finds what it drives. The one place that reads the environment:
//! `GANGPLANK_BIN`, `CHROMEDRIVER`, `CHROMIUM` and `AXE` name files, and each has a default.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Below the target folder: what failed tests leave to look at.
const FAILURES: &str = "e2e";

/// The server's binary: `$GANGPLANK_BIN`, else the release build, else the debug build.
pub fn gangplank() -> Result<PathBuf> {
    let target = target();
    let built = ["release/gangplank", "debug/gangplank"].map(|path| target.join(path));
    first_file(env::var_os("GANGPLANK_BIN"), &built)
        .context("no server to test: run `cargo xtask build`, or name it in GANGPLANK_BIN")
}

/// `ChromeDriver`: `$CHROMEDRIVER`, else Debian's place.
pub fn chromedriver() -> Result<PathBuf> {
    first_file(
        env::var_os("CHROMEDRIVER"),
        &["/usr/bin/chromedriver".into()],
    )
    .context("no ChromeDriver: install it, or name it in CHROMEDRIVER")
}

/// Chromium: `$CHROMIUM`, else Debian's place.
pub fn chromium() -> Result<PathBuf> {
    first_file(env::var_os("CHROMIUM"), &["/usr/bin/chromium".into()])
        .context("no Chromium: install it, or name it in CHROMIUM")
}

/// axe-core's script: `$AXE`, else what xtask has put into the tool cache.
pub fn axe() -> Result<PathBuf> {
    first_file(env::var_os("AXE"), &cached_axe())
        .context("no axe-core: `cargo xtask test` installs it; or name axe.min.js in AXE")
}

/// Where failed tests leave screenshots.
pub fn failures() -> PathBuf {
    target().join(FAILURES)
}

fn target() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let default = || package.with_file_name("target");
    env::var_os("CARGO_TARGET_DIR").map_or_else(default, PathBuf::from)
}

/// Every axe-core in the tool cache; xtask alone pins which version that is.
fn cached_axe() -> Vec<PathBuf> {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let tools = home.join(".cache/gangplank/tools");
    let entries = std::fs::read_dir(tools).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(b"axe-core-")
        })
        .map(|entry| entry.path().join("node_modules/axe-core/axe.min.js"))
        .collect()
}

/// The named file, which is then the only candidate, or the first default that exists.
fn first_file(named: Option<OsString>, defaults: &[PathBuf]) -> Option<PathBuf> {
    let candidates = named.map(|path| vec![PathBuf::from(path)]);
    let mut candidates = candidates.unwrap_or_else(|| defaults.to_vec()).into_iter();
    candidates.find(|path| path.is_file())
}
