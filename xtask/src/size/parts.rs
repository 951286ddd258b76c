//! When each file of the page is loaded, by what names it. A script imports by `from './…'`; a file
//! named in any other way, such as by `import()`, waits until it's asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::{Part, has_extension};

/// The files of the page, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// The part of every file. A bundle is a wasm file that isn't loaded first; its name, up to the
/// first dash or underscore, says whose it is: `bytes-12ab.wasm`, or `balance.bytes-12ab.wasm`,
/// which both need. Other files belong to the bundle whose name they begin with.
pub(super) fn parts(files: &Files) -> BTreeMap<String, Part> {
    let first = first_load(files);
    let later = || files.keys().filter(|path| !first.contains(path));
    let bundles: BTreeSet<_> = later()
        .filter(|path| has_extension(path, "wasm"))
        .flat_map(|path| owners(path))
        .collect();
    let part = |path: &String| {
        if first.contains(path) {
            return Part::First;
        }
        let owners: BTreeSet<_> = owners(path)
            .filter(|owner| bundles.contains(owner))
            .map(str::to_owned)
            .collect();
        if owners.is_empty() {
            Part::Shared
        } else {
            Part::Bundles(owners)
        }
    };
    files
        .keys()
        .map(|path| (path.clone(), part(path)))
        .collect()
}

/// The names that stand at the beginning of a file's name, with dots between them.
fn owners(path: &str) -> impl Iterator<Item = &str> {
    let end = path.find(['-', '_']).unwrap_or(path.len());
    path[..end].split('.')
}

/// `index.html`, the files it names, and what those import.
fn first_load(files: &Files) -> Vec<String> {
    let mut first = vec!["index.html".to_owned()];
    let mut looked_at = 0;
    while let Some(path) = first.get(looked_at).cloned() {
        looked_at += 1;
        let text = String::from_utf8_lossy(files.get(&path).map_or(&[][..], Vec::as_slice));
        let is_page = has_extension(&path, "html");
        let is_script = has_extension(&path, "js");
        let is_named = |other: &str| {
            let imports = [format!("from './{other}'"), format!("from \"./{other}\"")];
            (is_page && text.contains(other))
                || (is_script && imports.iter().any(|import| text.contains(import)))
        };
        let found = files
            .keys()
            .filter(|other| !first.contains(other) && is_named(other))
            .cloned()
            .collect::<Vec<_>>();
        first.extend(found);
    }
    first
}

#[cfg(test)]
mod tests;
