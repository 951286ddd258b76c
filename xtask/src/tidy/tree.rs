//! The files that count: those Git tracks, and new ones it doesn't ignore.
//! That leaves out target/ and whatever else is generated, without a second list of what to skip.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::process::{self, Failure};

/// Every file of the checkout by its path from the root, with `/` between the parts.
pub(super) struct Tree {
    pub(super) paths: BTreeSet<String>,
    /// Only files that are UTF-8; pictures and the like have a path and no text.
    texts: BTreeMap<String, String>,
}

/// One text file.
pub(super) struct Source<'a> {
    /// From the root, with `/` between the parts.
    pub(super) path: &'a str,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// The name of the file without its folder.
    pub(super) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    pub(super) fn is_rust(&self) -> bool {
        self.has_extension("rs")
    }

    pub(super) fn has_extension(&self, extension: &str) -> bool {
        self.file_name()
            .rsplit_once('.')
            .is_some_and(|(_, found)| found == extension)
    }

    /// Tests lie in `x/tests.rs`, in folders named so, and in the package `tests`.
    pub(super) fn is_test(&self) -> bool {
        let mut folders = self.path.split('/').rev().skip(1);
        self.file_name() == "tests.rs" || folders.any(|folder| folder == "tests")
    }
}

impl Tree {
    /// Reads the checkout at `root`.
    pub(super) fn read(root: &Path) -> Result<Self, Failure> {
        let mut git = Command::new("git");
        git.args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ]);
        let listed = process::read(git.current_dir(root))?;
        let mut tree = Self {
            paths: BTreeSet::new(),
            texts: BTreeMap::new(),
        };
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let file = root.join(path);
            // Git still lists a tracked file that was deleted and not yet committed.
            if !file.is_file() {
                continue;
            }
            let bytes =
                std::fs::read(&file).map_err(|error| Failure::on_path("reading", &file, &error))?;
            tree.paths.insert(path.to_owned());
            if let Ok(text) = String::from_utf8(bytes) {
                tree.texts.insert(path.to_owned(), text);
            }
        }
        Ok(tree)
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        self.texts.iter().map(|(path, text)| Source { path, text })
    }

    /// Whether `path` is a file or a folder with a file somewhere inside.
    pub(super) fn holds(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.paths.contains(path)
            || self
                .paths
                .range(folder.clone()..)
                .next()
                .is_some_and(|file| file.starts_with(&folder))
    }
}

/// The line, counted from 1, of a byte of a text.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}

#[cfg(test)]
mod tests;
