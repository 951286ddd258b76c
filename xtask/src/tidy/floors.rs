//! The floors of `server` and `web`: imports go down only, and rooms on one line don't import
//! each other. Rooms are the modules right below a package's `lib.rs`; the table below is
//! design, and changing it is a decision that ARCHITECTURE.md explains. Paths are found
//! textually in code that isn't a test: `crate::room`, `crate::{room::…}`, and `super::` chains
//! that climb to the crate. A room that comes in by a glob of another room isn't seen.

use super::Finding;
use super::lexer;
use super::tree::{Source, line_at};

/// A package and its rooms, top floor first; rooms in one list are on one line.
struct House {
    package: &'static str,
    floors: &'static [&'static [&'static str]],
}

const HOUSES: [House; 2] = [
    House {
        package: "server",
        floors: &[
            &["main"],
            &["app"],
            &["config", "respond"],
            &["gateway", "balancer", "services", "assets"],
            // Descriptors: the gateway routes by them, services tell them, neither knows the other.
            // The same for how calls are spread: the balancer tells it, services and metrics show it.
            &["schema", "balance"],
            &["telemetry"],
        ],
    },
    House {
        package: "web",
        floors: &[
            &["main"],
            &["app"],
            &["pages"],
            &["state"],
            &["client", "components"],
            // The texts: every room above speaks to the reader, also of what model names.
            &["i18n"],
            &["model"],
        ],
    },
];

/// A room named in code.
#[derive(Debug, PartialEq, Eq)]
struct Import {
    room: String,
    /// Where it stands in the text, in bytes.
    offset: usize,
}

/// Findings for imports that go up or sideways, and for rooms that the table doesn't know.
pub(super) fn imports(source: &Source<'_>) -> Vec<Finding> {
    let Some((house, module)) = place(source) else {
        return Vec::new();
    };
    let room = module[0];
    let Some(floor) = house.floor(room) else {
        let what = format!(
            "the room `{room}` is not in the table of floors (xtask/src/tidy/floors.rs): \
             add it where it belongs, so that what may import it is decided"
        );
        return vec![Finding::new(source.path, 1, what)];
    };
    let code = lexer::split(source.text).code;
    let finding = |import: Import| {
        let what = house.judge(room, floor, &import.room)?;
        Some(Finding::new(
            source.path,
            line_at(source.text, import.offset),
            what,
        ))
    };
    imports_in(&code, module.len())
        .into_iter()
        .filter_map(finding)
        .collect()
}

impl House {
    /// Counted from the top; None for a name that isn't a room.
    fn floor(&self, room: &str) -> Option<usize> {
        self.floors.iter().position(|rooms| rooms.contains(&room))
    }

    /// Why `room` on `floor` may not import `other`; None if it may, or if `other` is no room.
    fn judge(&self, room: &str, floor: usize, other: &str) -> Option<String> {
        let other_floor = self.floor(other)?;
        if other == room || floor < other_floor {
            return None;
        }
        let (direction, reason) = if floor == other_floor {
            (
                "sideways",
                "rooms on one line don't know each other; the floor above joins them",
            )
        } else {
            (
                "up",
                "lower rooms can be read, tested and moved without those above",
            )
        };
        Some(format!(
            "`{room}` imports `{other}`, which goes {direction}: {reason}"
        ))
    }
}

/// The house of a source file and the path of its module, `["gateway", "route"]`; None where
/// floors don't apply.
fn place<'a>(source: &Source<'a>) -> Option<(&'static House, Vec<&'a str>)> {
    if source.is_test() {
        return None;
    }
    let (package, rest) = source.path.split_once("/src/")?;
    let house = HOUSES.iter().find(|house| house.package == package)?;
    let module: Vec<_> = rest.strip_suffix(".rs")?.split('/').collect();
    // The root only declares the rooms. Other binaries are no rooms either.
    (module != ["lib"] && module[0] != "bin").then_some((house, module))
}

/// Every name right below the crate in code of a module that lies `depth` levels below the crate.
fn imports_in(code: &str, depth: usize) -> Vec<Import> {
    let tokens = tokens(code);
    let mut imports = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(next) = root_path(&tokens, at, depth) else {
            at += 1;
            continue;
        };
        imports.extend(heads(&tokens[next..]).into_iter().map(|head| Import {
            room: head.text.to_owned(),
            offset: head.offset,
        }));
        at = next;
    }
    imports
}

/// If the path that starts at `at` leads to the crate (`crate::`, or one `super::` for each
/// level), the place of the token after it.
fn root_path(tokens: &[Token<'_>], at: usize, depth: usize) -> Option<usize> {
    let follows = |at: usize| tokens.get(at).is_some_and(|token| token.text == "::");
    if at > 0 && follows(at - 1) {
        return None;
    }
    match tokens[at].text {
        "crate" => follows(at + 1).then_some(at + 2),
        "self" | "super" => {
            let start = if tokens[at].text == "self" {
                at + 2
            } else {
                at
            };
            let climbs = |level: usize| {
                tokens
                    .get(start + 2 * level)
                    .is_some_and(|token| token.text == "super")
                    && follows(start + 2 * level + 1)
            };
            (0..depth).all(climbs).then_some(start + 2 * depth)
        }
        _ => None,
    }
}

/// The first names of a path or of every path in a group: `a::b` gives a; `{a::{b, c}, d as e}`
/// gives a, d.
fn heads<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let Some(first) = tokens.first() else {
        return Vec::new();
    };
    if first.text != "{" {
        return vec![*first];
    }
    let (mut depth, mut expects_head) = (0, false);
    let mut heads = Vec::new();
    for token in tokens {
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," => {}
            _ if expects_head => heads.push(*token),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        expects_head = depth == 1 && matches!(token.text, "{" | ",");
    }
    heads
}

#[derive(Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    /// In bytes from the start of the file.
    offset: usize,
}

/// Names, `::` and single other characters; space is left out.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut offset = 0;
    while let Some(first) = code[offset..].chars().next() {
        let rest = &code[offset..];
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let length = if is_name(first) {
            rest.find(|c| !is_name(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() {
            tokens.push(Token {
                text: &rest[..length],
                offset,
            });
        }
        offset += length;
    }
    tokens
}

#[cfg(test)]
mod tests;
