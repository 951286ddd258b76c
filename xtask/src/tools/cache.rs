//! The folder that holds installed tools, and the one way to put something into it.
//! `$GANGPLANK_TOOLS`, else `gangplank/tools` in the user's cache folder of this system. A lock
//! file keeps two installs of the same tool from mixing; the system drops it when a process
//! ends.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::process::Failure;

/// Returns the folder `name` of the cache; when it isn't there, `install` fills a temporary
/// sibling first.
pub(super) fn ensure(
    name: &str,
    install: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<PathBuf, Failure> {
    let cache =
        cache_folder(std::env::consts::OS, |name| std::env::var_os(name)).ok_or_else(|| {
            Failure::new(
                "no folder for tools: set HOME, or GANGPLANK_TOOLS to a folder of your choice",
            )
        })?;
    let folder = cache.join(name);
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&cache).map_err(|error| Failure::on_path("creating", &cache, &error))?;
    let _held = lock(&cache)?;
    // Another process may have installed it while this one waited for the lock.
    if folder.is_dir() {
        return Ok(folder);
    }
    let partial = cache.join(format!("{name}.partial"));
    remove(&partial)?;
    fs::create_dir(&partial).map_err(|error| Failure::on_path("creating", &partial, &error))?;
    install(&partial)?;
    fs::rename(&partial, &folder)
        .map_err(|error| Failure::on_path("moving into place", &folder, &error))?;
    Ok(folder)
}

/// Removes a folder with everything in it; one that isn't there is fine.
pub(super) fn remove(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::on_path("removing", folder, &error))
        }
        _ => Ok(()),
    }
}

fn lock(cache: &Path) -> Result<File, Failure> {
    let path = cache.join(".lock");
    let refused = |error| Failure::on_path("locking", &path, &error);
    let file = File::create(&path).map_err(refused)?;
    if file.try_lock().is_err() {
        println!(
            "Waiting for another install of tools into {} …",
            cache.display()
        );
        file.lock().map_err(refused)?;
    }
    Ok(file)
}

/// `lookup` reads a variable of the environment; an empty one counts as unset.
fn cache_folder(system: &str, lookup: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name| {
        lookup(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(folder) = set("GANGPLANK_TOOLS") {
        // Tools run with other working folders than ours, so a relative path would change its
        // meaning.
        return std::path::absolute(folder).ok();
    }
    let user_cache = match system {
        "macos" => set("HOME")?.join("Library").join("Caches"),
        "windows" => set("LOCALAPPDATA")?,
        // The XDG base directory specification has relative values ignored.
        _ => set("XDG_CACHE_HOME")
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(set("HOME")?.join(".cache")))?,
    };
    Some(user_cache.join("gangplank").join("tools"))
}

#[cfg(test)]
mod tests;
