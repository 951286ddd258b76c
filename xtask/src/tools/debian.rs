//! Packages of the system, where we may install them: as root on Debian and its kin.
//! Elsewhere the developer is told in one line what to install.

use std::process::Command;

use crate::process::{self, Failure};

/// Installs packages, or fails with one line that says what is missing and what to install.
/// `missing` reads like "npm is" or "Chromium and its driver are".
pub(super) fn install(missing: &str, packages: &[&str]) -> Result<(), Failure> {
    if process::find_on_path("apt-get").is_none() || !is_root() {
        return Err(Failure::new(format!(
            "{missing} not on PATH; install with your system's packages \
             (Debian: sudo apt-get install {})",
            packages.join(" ")
        )));
    }
    println!(
        "{missing} missing: installing {} with apt-get, which takes a minute or two.",
        packages.join(" ")
    );
    apt_get(&["update", "--quiet"], &[])?;
    apt_get(
        &["install", "--yes", "--quiet", "--no-install-recommends"],
        packages,
    )
}

fn apt_get(arguments: &[&str], packages: &[&str]) -> Result<(), Failure> {
    let mut command = Command::new("apt-get");
    command
        .args(arguments)
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    process::run(&mut command)
}

fn is_root() -> bool {
    process::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim_end() == "0")
}
