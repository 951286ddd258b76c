//! axe-core, the accessibility rules that the end-to-end tests load into the page.
//! npm fetches it, because npm checks what it downloads; the page itself knows nothing of npm.

use std::path::PathBuf;
use std::process::Command;

use super::{cache, debian, pins};
use crate::process::{self, Failure};

/// Returns the path of `axe.min.js`, after fetching it if this version isn't there yet.
pub(crate) fn ensure() -> Result<PathBuf, Failure> {
    let folder = cache::ensure(&format!("axe-core-{}", pins::AXE_CORE), |partial| {
        if process::find_on_path("npm").is_none() {
            debian::install("npm is", &["npm"])?;
        }
        println!(
            "Fetching axe-core {} from npm, once: some megabytes.",
            pins::AXE_CORE
        );
        // npm is a script on some systems, which only its path with the extension starts.
        let npm = process::find_on_path("npm").unwrap_or_else(|| PathBuf::from("npm"));
        let mut install = Command::new(npm);
        install.args([
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]);
        install
            .arg("--prefix")
            .arg(partial)
            .arg(format!("axe-core@{}", pins::AXE_CORE));
        process::run(install.current_dir(partial))
    })?;
    Ok(folder.join("node_modules/axe-core/axe.min.js"))
}
