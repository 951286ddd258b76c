//! `tidy`: rules of the house that no compiler checks, held as data where each rule lives. A
//! rule is a pure function from text to findings, tested on small strings; `tree` does all
//! reading. Every finding says where, what and why, as `path:line: …`, so that an editor can
//! jump to it. It changes nothing, and it knows nothing of what the product does.

mod colors;
mod files;
mod floors;
mod lexer;
mod links;
mod names;
mod packages;
mod tree;

use std::fmt;
use std::path::Path;

use crate::process::Failure;
use tree::{Source, Tree};

/// Folders whose files others wrote: their style is theirs.
const THIRD_PARTY: [&str; 1] = ["proto/google/"];

/// The rules that look at one file's text. Each decides by the path whether the file is its
/// concern.
const TEXT_RULES: [fn(&Source<'_>) -> Vec<Finding>; 9] = [
    colors::literals,
    files::missing_header,
    files::too_long,
    files::stray_marks,
    floors::imports,
    names::generated_types,
    packages::forbidden,
    packages::versions,
    packages::xtask_alone,
];

/// One broken rule at one place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    /// Counted from 1; 1 also where the whole file is meant.
    line: usize,
    /// What is wrong, and why it matters.
    what: String,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Checks every file that Git tracks or would track.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let tree = Tree::read(root)?;
    let findings = check(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("tidy: {} files, nothing to mend", tree.paths.len());
            Ok(())
        }
        1 => Err(Failure::new("tidy found 1 thing to mend")),
        count => Err(Failure::new(format!("tidy found {count} things to mend"))),
    }
}

fn check(tree: &Tree) -> Vec<Finding> {
    let is_ours = |path: &str| !THIRD_PARTY.iter().any(|folder| path.starts_with(folder));
    let mut findings = Vec::new();
    for path in tree.paths.iter().filter(|path| is_ours(path)) {
        findings.extend(files::bad_name(path));
    }
    for source in tree.sources().filter(|source| is_ours(source.path)) {
        findings.extend(TEXT_RULES.iter().flat_map(|rule| rule(&source)));
        findings.extend(links::broken(&source, |path| tree.holds(path)));
    }
    findings.sort();
    findings
}
