//! Colors in style sheets.

use super::super::tree::Source;
use super::literals;

#[track_caller]
fn check(path: &str, text: &str, expected: &[(usize, &str)]) {
    let findings = literals(&Source { path, text });
    let seen: Vec<_> = findings
        .iter()
        .map(|found| (found.line, found.what.split('`').nth(1).unwrap_or_default()))
        .collect();
    assert_eq!(seen, expected, "{text}");
}

const PATH: &str = "web/style/page.css";

#[test]
fn colors_in_values_are_found() {
    check(
        PATH,
        "a { color: #fff; }\nb { border: 1px solid #12ab34cd }",
        &[(1, "#fff"), (2, "#12ab34cd")],
    );
    check(
        PATH,
        "a { background: linear-gradient(rgb(0 0 0), oklch(1 0 0)) }",
        &[(1, "rgb("), (1, "oklch(")],
    );
    check(
        PATH,
        "a { b: c; &:hover { color: hsl(1 1% 1%) } }",
        &[(1, "hsl(")],
    );
}

#[test]
fn tokens_and_other_folders_may_have_them() {
    check("web/style/tokens.css", ":root { --ink: #000; }", &[]);
    check("docs/example.css", "a { color: #000; }", &[]);
}

#[test]
fn lookalikes_are_no_colors() {
    check(
        PATH,
        "#add { color: var(--ink) }\n#bad:hover { top: 0 }",
        &[],
    );
    check(
        PATH,
        "/* #fff */ a { content: \"é #fff\"; mask: url(#abc); b: color-mix(in oklab, var(--a), var(--b)) }",
        &[],
    );
    check(
        PATH,
        "a { content: '#fff /*'; color: var(--rgb) } /* open",
        &[],
    );
}
