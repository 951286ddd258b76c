//! Who may name generated types: the schema's Rust is `proto::…`, and only the rooms that talk
//! on the wire see it; all others see types of their own, so a change of the schema stays
//! small.

use super::Finding;
use super::lexer;
use super::tree::{Source, line_at};

/// Packages and the only places in them that may name `proto::`; a place is a module or a
/// folder of modules.
const MAY_NAME_GENERATED_TYPES: [(&str, &[&str]); 2] = [
    // `app` gives the descriptor set and the services to the router.
    ("server", &["app", "gateway", "services"]),
    ("web", &["client"]),
];

/// Findings for `proto::` outside those rooms, except in tests.
pub(super) fn generated_types(source: &Source<'_>) -> Vec<Finding> {
    let Some((package, rest)) = source.path.split_once("/src/") else {
        return Vec::new();
    };
    let Some((_, rooms)) = MAY_NAME_GENERATED_TYPES
        .iter()
        .find(|(name, _)| *name == package)
    else {
        return Vec::new();
    };
    let room = rest.split('/').next().unwrap_or(rest);
    if !source.is_rust() || source.is_test() || rooms.contains(&room.trim_end_matches(".rs")) {
        return Vec::new();
    }
    let what = format!(
        "names a generated type; in {package} only {} may: other rooms have types of their own, \
         so that a change of the schema ends there",
        rooms.join(", ")
    );
    let code = lexer::split(source.text).code;
    let lines = mentions(&code).map(|offset| line_at(source.text, offset));
    lines
        .map(|line| Finding::new(source.path, line, what.as_str()))
        .collect()
}

/// Where `proto::` stands as the first part of a path.
fn mentions(code: &str) -> impl Iterator<Item = usize> {
    code.match_indices("proto::")
        .map(|(offset, _)| offset)
        .filter(|offset| {
            let before = code[..*offset].chars().next_back();
            let is_absolute = code[..*offset].ends_with("::")
                && !code[..offset - 2]
                    .ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '>');
            is_absolute || !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
        })
}

#[cfg(test)]
mod tests;
