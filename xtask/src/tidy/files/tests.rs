//! Names, headers, lengths and marks.

use super::super::tree::Source;
use super::{FIX_ME, bad_name, missing_header, stray_marks, too_long};

#[test]
fn names_are_ascii_and_modules_are_named_after_themselves() {
    assert_eq!(bad_name("docs/指南.md").len(), 1);
    assert_eq!(bad_name("wire/src/frame/mod.rs").len(), 1);
    assert_eq!(bad_name("wire/src/commod.rs").len(), 0);
}

#[test]
fn rust_files_begin_with_a_header() {
    let found = |path, text| missing_header(&Source { path, text }).len();
    assert_eq!(found("a.rs", "//! Frames.\n"), 0);
    assert_eq!(found("a.rs", "\n//! Frames.\n"), 1);
    assert_eq!(found("a.rs", "use x;\n//! Frames.\n"), 1);
    assert_eq!(found("a.md", "Frames.\n"), 0);
}

#[test]
fn length_is_limited_by_kind_of_file() {
    let line = |path, lines| {
        let text = "x\n".repeat(lines);
        too_long(&Source { path, text: &text })
            .first()
            .map(|found| found.line)
    };
    assert_eq!(line("wire/src/frame.rs", 500), None);
    assert_eq!(line("wire/src/frame.rs", 501), Some(501));
    assert_eq!(line("wire/src/frame/tests.rs", 800), None);
    assert_eq!(line("tests/src/lib.rs", 801), Some(801));
    assert_eq!(line("server/src/main.rs", 61), Some(61));
    assert_eq!(line("Cargo.lock", 9000), None);
}

#[track_caller]
fn check_marks(path: &str, text: &str, lines: &[usize]) {
    let findings = stray_marks(&Source { path, text });
    assert_eq!(
        findings.iter().map(|found| found.line).collect::<Vec<_>>(),
        lines,
        "{text}"
    );
}

#[test]
fn unfinished_work_is_found_where_it_means_itself() {
    check_marks("a.rs", &format!("x\n// {FIX_ME}: later"), &[2]);
    check_marks("a.css", &format!("/* {FIX_ME} */"), &[1]);
    check_marks("a.rs", "f(dbg!(x));\n\ntodo!()", &[1, 3]);
}

#[test]
fn talking_about_marks_is_fine() {
    check_marks("a.md", FIX_ME, &[]);
    check_marks(
        "a.rs",
        &format!("// dbg!(x)\nlet x = \"{FIX_ME} todo!()\"; my_todo!();"),
        &[],
    );
}
