//! The floors between packages, and one table of versions: what each Cargo.toml may say. Only
//! as much TOML is read as Cargo's dependency tables use: `[section]` heads and `key = value`
//! lines.

use super::Finding;
use super::tree::Source;

/// Packages that must not depend on each other, and why.
const STRANGERS: [(&str, &[&str], &str); 5] = [
    (
        "proto",
        &["wire", "server", "web", "tests"],
        "the ground floor knows nothing above it, and its two packages not each other",
    ),
    (
        "wire",
        &["proto", "server", "web", "tests"],
        "the ground floor knows nothing above it, and its two packages not each other",
    ),
    (
        "server",
        &["web", "tests"],
        "server and page meet only over public calls",
    ),
    (
        "web",
        &["server", "tests"],
        "server and page meet only over public calls",
    ),
    (
        "tests",
        &["web"],
        "the end-to-end tests use the page only through a browser",
    ),
];

/// One `name = …` of a dependency table, or one `[dependencies.name]`.
#[derive(Debug, PartialEq, Eq)]
struct Dependency<'a> {
    name: &'a str,
    has_version: bool,
    /// Counted from 1.
    line: usize,
}

/// Findings for a dependency between strangers.
pub(super) fn forbidden(source: &Source<'_>) -> Vec<Finding> {
    let rule = STRANGERS
        .iter()
        .find(|(package, ..)| source.path == format!("{package}/Cargo.toml"));
    let Some((package, strangers, why)) = rule else {
        return Vec::new();
    };
    dependencies(source.text)
        .iter()
        .filter(|dependency| strangers.contains(&dependency.name))
        .map(|Dependency { name, line, .. }| {
            Finding::new(
                source.path,
                *line,
                format!("{package} depends on {name}: {why}"),
            )
        })
        .collect()
}

/// Findings for a version outside the workspace's table; a package with a workspace of its own
/// can't use that.
pub(super) fn versions(source: &Source<'_>) -> Vec<Finding> {
    let is_workspace = |line: &str| line.trim() == "[workspace]";
    if source.file_name() != "Cargo.toml" || source.text.lines().any(is_workspace) {
        return Vec::new();
    }
    dependencies(source.text)
        .iter()
        .filter(|dependency| dependency.has_version)
        .map(|Dependency { name, line, .. }| {
            let what = format!(
                "{name} has a version of its own: write `{name}.workspace = true` \
                 and put the version into the root's Cargo.toml, so that there is one of each"
            );
            Finding::new(source.path, *line, what)
        })
        .collect()
}

/// Findings for any dependency of xtask.
pub(super) fn xtask_alone(source: &Source<'_>) -> Vec<Finding> {
    if source.path != "xtask/Cargo.toml" {
        return Vec::new();
    }
    let what = "xtask has a dependency: it uses the standard library alone, \
        so that the first command builds in seconds";
    let lines = dependencies(source.text)
        .into_iter()
        .map(|dependency| dependency.line);
    lines
        .map(|line| Finding::new(source.path, line, what))
        .collect()
}

/// Every dependency that a Cargo.toml names, of whatever kind and target.
fn dependencies(text: &str) -> Vec<Dependency<'_>> {
    let mut found: Vec<Dependency<'_>> = Vec::new();
    let mut section = Section::Other;
    for (line, words) in (1..).zip(text.lines().map(str::trim)) {
        if words.starts_with('[') {
            section = section_of(words);
            if let Section::One(name) = section {
                found.push(Dependency {
                    name,
                    has_version: false,
                    line,
                });
            }
            continue;
        }
        let Some((key, value)) = words.split_once('=').filter(|_| !words.starts_with('#')) else {
            continue;
        };
        let (key, value) = (key.trim(), value.trim());
        match section {
            Section::All => found.push(Dependency {
                name: key.split('.').next().unwrap_or(key).trim_matches('"'),
                has_version: key.ends_with(".version") || names_a_version(value),
                line,
            }),
            Section::One(_) if key == "version" => {
                // The head above it is the last one found.
                if let Some(dependency) = found.last_mut() {
                    dependency.has_version = true;
                }
            }
            Section::One(_) | Section::Other => {}
        }
    }
    found
}

/// What the lines below a `[head]` are.
enum Section<'a> {
    /// Dependencies, one a line.
    All,
    /// The keys of one dependency.
    One(&'a str),
    Other,
}

fn section_of(head: &str) -> Section<'_> {
    let inner = head
        .split(']')
        .next()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim();
    // A target's condition, `target.'cfg(…)'.dependencies`, may hold dots; the last quote ends
    // it.
    let path = inner
        .rsplit('\'')
        .next()
        .unwrap_or(inner)
        .trim_start_matches('.');
    let mut parts = path
        .split('.')
        .skip_while(|part| !part.ends_with("dependencies"));
    match (parts.next(), parts.next()) {
        (None, _) => Section::Other,
        (Some(_), None) => Section::All,
        (Some(_), Some(name)) => Section::One(name),
    }
}

/// `"1.0"`, or a table with a `version` key.
fn names_a_version(value: &str) -> bool {
    let mut keys = value
        .split(['{', ','])
        .filter_map(|entry| entry.split_once('='));
    value.starts_with('"') || keys.any(|(key, _)| key.trim() == "version")
}

#[cfg(test)]
mod tests;
