//! Python packages from `PyPI`, for one suite of the end-to-end tests; the product itself knows nothing of Python, and where
//! there is none the suite is skipped. They go into a folder of the cache for each version of Python, since some are
//! compiled for it; nothing of the system's packages is touched, and no virtual environment is needed, which Debian has
//! in a package of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{cache, pins};
use crate::process::{self, Failure};

/// The oldest Python that the packages are for.
const MIN_PYTHON: (u32, u32) = (3, 10);

/// The folder, for `PYTHONPATH`, with gRPC and OpenTelemetry for Python; None without Python and its pip.
pub(crate) fn opentelemetry() -> Result<Option<PathBuf>, Failure> {
    let Some((major, minor)) = python().filter(|found| *found >= MIN_PYTHON) else {
        return Ok(None);
    };
    let mut pip = Command::new("python3");
    if process::read(pip.args(["-m", "pip", "--version"])).is_err() {
        return Ok(None);
    }
    let version = format!("{}-python{major}.{minor}", pins::OPENTELEMETRY_PY);
    let folder = cache::ensure(&format!("opentelemetry-py-{version}"), |partial| {
        println!("Fetching OpenTelemetry for Python from PyPI, once: some megabytes.");
        process::run(&mut install(partial))
    })?;
    Ok(Some(folder))
}

fn install(folder: &Path) -> Command {
    let packages = [
        ("grpcio", pins::GRPC_PY),
        ("grpcio-tools", pins::GRPC_PY),
        ("opentelemetry-exporter-otlp", pins::OPENTELEMETRY_PY),
        (
            "opentelemetry-instrumentation-grpc",
            pins::OPENTELEMETRY_PY_GRPC,
        ),
    ];
    let mut install = Command::new("python3");
    install
        .args(["-m", "pip", "install", "--quiet"])
        .args(["--disable-pip-version-check", "--root-user-action=ignore"])
        .arg("--only-binary=:all:")
        .arg("--target")
        .arg(folder)
        .args(packages.map(|(package, version)| format!("{package}=={version}")));
    install
}

/// The version of the system's Python.
fn python() -> Option<(u32, u32)> {
    parse(&process::read(Command::new("python3").arg("--version")).ok()?)
}

/// Such as `Python 3.11.7`.
fn parse(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix("Python ")?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    //! What Python says of itself.

    use super::parse;

    #[test]
    fn version_of_python_is_read() {
        assert_eq!(parse("Python 3.11.7\n"), Some((3, 11)));
        assert_eq!(parse("Python 3.14.0rc1"), Some((3, 14)));
        assert_eq!(parse("pyenv: no such command"), None);
    }
}
