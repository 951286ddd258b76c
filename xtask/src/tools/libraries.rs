//! Newer C and C++ libraries of Debian, for a tool that is built for newer systems than this one.
//! They are unpacked into the cache beside the system's own, which nothing here touches: apt
//! keeps its lists there too, and checks signatures as always. Only on Debian and its kin, for
//! x86-64; the loader among the libraries runs the tool.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{cache, pins};
use crate::process::{self, Failure};

/// Keys of Debian's releases, newer ones included.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The version of this system's C library; None if it has another one.
pub(super) fn glibc() -> Option<(u32, u32)> {
    parse(&process::read(Command::new("getconf").arg("GNU_LIBC_VERSION")).ok()?)
}

/// Such as `glibc 2.36`.
fn parse(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The folder with the libraries and their loader; None where apt can't bring them.
pub(super) fn ensure() -> Result<Option<PathBuf>, Failure> {
    let tools = ["apt-get", "dpkg-deb"];
    let has_tools = tools
        .iter()
        .all(|tool| process::find_on_path(tool).is_some());
    if !has_tools || !Path::new(KEYRING).is_file() {
        return Ok(None);
    }
    let release = pins::LIBRARIES_RELEASE;
    let folder = cache::ensure(&format!("libraries-{release}"), |partial| {
        println!("Fetching C and C++ libraries of Debian {release}, once: 4 megabytes.");
        let apt = Apt::new(partial)?;
        process::run(&mut apt.get(&["update", "--quiet"]))?;
        process::run(
            apt.get(&["download", "--quiet"])
                .args(pins::LIBRARIES_PACKAGES),
        )?;
        unpack(partial)?;
        // Lists of all packages are a hundred times the size of the libraries.
        cache::remove(&apt.state)
    })?;
    Ok(Some(folder.join("root/usr/lib/x86_64-linux-gnu")))
}

/// apt with sources, lists and cache of its own.
struct Apt {
    downloads: PathBuf,
    state: PathBuf,
}

impl Apt {
    fn new(folder: &Path) -> Result<Self, Failure> {
        let (downloads, state) = (folder.to_owned(), folder.join("apt"));
        for name in ["lists/partial", "cache/archives/partial", "sources"] {
            let path = state.join(name);
            fs::create_dir_all(&path)
                .map_err(|error| Failure::on_path("creating", &path, &error))?;
        }
        let sources = state.join("sources/libraries.sources");
        let text = format!(
            "Types: deb\nURIs: http://deb.debian.org/debian\nSuites: {}\nComponents: main\n\
             Signed-By: {KEYRING}\n",
            pins::LIBRARIES_RELEASE
        );
        fs::write(&sources, text).map_err(|error| Failure::on_path("writing", &sources, &error))?;
        Ok(Self { downloads, state })
    }

    fn get(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("apt-get");
        let mut option = |name: &str, path: &Path| {
            command
                .arg("--option")
                .arg(format!("{name}={}", path.display()));
        };
        option("Dir::Etc::SourceList", Path::new("/dev/null"));
        option("Dir::Etc::SourceParts", &self.state.join("sources"));
        option("Dir::State::Lists", &self.state.join("lists"));
        option("Dir::Cache", &self.state.join("cache"));
        // apt's own user can't enter a cache inside somebody's home.
        command.args(["--option", "APT::Sandbox::User=root"]);
        command.args(arguments).current_dir(&self.downloads);
        command
    }
}

/// Unpacks every package of the folder into its `root`.
fn unpack(folder: &Path) -> Result<(), Failure> {
    let refused = |error| Failure::on_path("reading", folder, &error);
    for entry in fs::read_dir(folder).map_err(refused)? {
        let package = entry.map_err(refused)?.path();
        if package
            .extension()
            .is_some_and(|extension| extension == "deb")
        {
            let mut unpack = Command::new("dpkg-deb");
            process::run(
                unpack
                    .arg("--extract")
                    .arg(&package)
                    .arg(folder.join("root")),
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
