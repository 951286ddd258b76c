//! Links in Markdown.

use super::super::tree::Source;
use super::broken;

const FILES: [&str; 4] = ["README.md", "docs/guide.md", "docs/look (1).png", "docs"];

#[track_caller]
fn check(path: &str, text: &str, expected: &[(usize, &str)]) {
    let findings = broken(&Source { path, text }, |path| FILES.contains(&path));
    let seen: Vec<_> = findings
        .iter()
        .map(|found| (found.line, found.what.split('`').nth(1).unwrap_or_default()))
        .collect();
    assert_eq!(seen, expected, "{text}");
}

#[test]
fn links_that_lead_somewhere_are_fine() {
    check(
        "README.md",
        "[a](docs/guide.md#part) ![b](<docs/look%20(1).png> \"title\") [c](./docs/)",
        &[],
    );
    check(
        "docs/guide.md",
        "[up](../README.md)\n\n[x]: ../README.md\n<img src=\"look%20(1).png\">",
        &[],
    );
    check(
        "README.md",
        "[a](https://example.org/x) [b](#part) <a href=\"mailto:x\">",
        &[],
    );
}

#[test]
fn links_to_nothing_are_found() {
    check(
        "README.md",
        "ok\n[a](gone.md) and [b](docs/gone.md)",
        &[(2, "gone.md"), (2, "docs/gone.md")],
    );
    check(
        "docs/guide.md",
        "[a](../../README.md)",
        &[(1, "../../README.md")],
    );
    check(
        "README.md",
        "[x]: gone.md\n<img src=\"gone.png\">",
        &[(1, "gone.md"), (2, "gone.png")],
    );
}

#[test]
fn code_has_no_links() {
    check(
        "README.md",
        "`[a](gone.md)`\n```md\n[b](gone.md)\n~~~\n```\n[c](gone.md)",
        &[(6, "gone.md")],
    );
    check("a.rs", "[a](gone.md)", &[]);
}
