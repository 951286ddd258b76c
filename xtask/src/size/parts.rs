//! When each file of the page is loaded, by what names it. A script imports by `from './…'`; a file
//! named in any other way, such as by `import()`, waits until it's asked for.

use std::collections::BTreeMap;

use super::{Part, has_extension};

/// The files of the page, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// The part of every file.
pub(super) fn parts(files: &Files) -> BTreeMap<String, Part> {
    let first = first_load(files);
    let bundles: Vec<_> = files
        .keys()
        .filter_map(|path| path.strip_suffix("_bg.wasm"))
        .filter(|name| !first.contains(&format!("{name}_bg.wasm")))
        .collect();
    let part = |path: &String| {
        if first.contains(path) {
            return Part::First;
        }
        let is_of = |name: &str| {
            let rest = path.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['.', '_']))
        };
        let bundle = bundles.iter().find(|name| is_of(name));
        bundle.map_or(Part::Shared, |name| Part::Bundle((*name).to_owned()))
    };
    files
        .keys()
        .map(|path| (path.clone(), part(path)))
        .collect()
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
