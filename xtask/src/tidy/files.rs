//! What holds for every file: its name, its header, its length, and marks of unfinished work.

use super::Finding;
use super::lexer;
use super::tree::{Source, line_at};

/// Half as much is usual; beyond this a file holds more than one idea.
const MAX_LINES: usize = 500;

/// Tests are lists of cases, which stay readable for longer.
const MAX_TEST_LINES: usize = 800;

/// Files with a limit of their own: a `main` only reads its configuration, starts, and waits.
const SHORT_FILES: [(&str, usize); 3] = [
    ("server/src/main.rs", 60),
    ("web/src/main.rs", 60),
    ("xtask/src/main.rs", 60),
];

/// Macros that end a thought in mid-sentence. Clippy denies them too, but only in the build it
/// is run on.
const UNFINISHED_MACROS: [&str; 3] = ["dbg!", "todo!", "unimplemented!"];

/// Written apart, or this line would be a finding.
const FIX_ME: &str = concat!("FIX", "ME");

/// Kinds of files that people write; in prose the word may be talked about.
const SOURCES: [&str; 7] = ["css", "html", "js", "json", "proto", "rs", "toml"];

/// Findings for a path itself.
pub(super) fn bad_name(path: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !path.is_ascii() {
        let what = "the path has characters beyond ASCII, which systems spell in different ways";
        findings.push(Finding::new(path, 1, what));
    }
    if path == "mod.rs" || path.ends_with("/mod.rs") {
        let what =
            "a module's file is `x.rs` beside the folder `x`: its path stays when it gains parts";
        findings.push(Finding::new(path, 1, what));
    }
    findings
}

/// A finding for a Rust file that doesn't begin by saying what it is for.
pub(super) fn missing_header(source: &Source<'_>) -> Vec<Finding> {
    if !source.is_rust() || source.text.starts_with("//!") {
        return Vec::new();
    }
    let what = "no `//!` header on the first line: say what the file is for; \
        headers are the map of the house";
    vec![Finding::new(source.path, 1, what)]
}

/// A finding for a Rust file over its limit.
pub(super) fn too_long(source: &Source<'_>) -> Vec<Finding> {
    if !source.is_rust() {
        return Vec::new();
    }
    let usual = if source.is_test() {
        MAX_TEST_LINES
    } else {
        MAX_LINES
    };
    let limit = SHORT_FILES
        .iter()
        .find(|(path, _)| *path == source.path)
        .map_or(usual, |(_, own)| *own);
    let lines = source.text.lines().count();
    if lines <= limit {
        return Vec::new();
    }
    let what = format!(
        "{lines} lines, {} over the limit of {limit}: split it by idea",
        lines - limit
    );
    vec![Finding::new(source.path, limit + 1, what)]
}

/// Findings for marks of unfinished work.
pub(super) fn stray_marks(source: &Source<'_>) -> Vec<Finding> {
    if !SOURCES
        .iter()
        .any(|extension| source.has_extension(extension))
    {
        return Vec::new();
    }
    let finding = |mark: &str, offset: usize| {
        let what = format!(
            "`{mark}` is left: mend it, or file an issue and say in a sentence what isn't done"
        );
        Finding::new(source.path, line_at(source.text, offset), what)
    };
    if !source.is_rust() {
        return source
            .text
            .match_indices(FIX_ME)
            .map(|(offset, mark)| finding(mark, offset))
            .collect();
    }
    let parts = lexer::split(source.text);
    let in_comments = parts.comments.match_indices(FIX_ME);
    let in_code = UNFINISHED_MACROS.iter().flat_map(|name| {
        let is_whole = |offset: usize| {
            !parts.code[..offset].ends_with(|c: char| c.is_alphanumeric() || c == '_')
        };
        parts
            .code
            .match_indices(name)
            .filter(move |(offset, _)| is_whole(*offset))
    });
    in_comments
        .chain(in_code)
        .map(|(offset, mark)| finding(mark, offset))
        .collect()
}

#[cfg(test)]
mod tests;
