//! Reading the version of the C library.

use super::parse;

#[track_caller]
fn check(text: &str, expected: Option<(u32, u32)>) {
    assert_eq!(parse(text), expected);
}

#[test]
fn version_is_two_numbers() {
    check("glibc 2.36\n", Some((2, 36)));
    check("glibc 2.41", Some((2, 41)));
}

#[test]
fn other_libraries_have_no_version() {
    check("", None);
    check("undefined\n", None);
    check("musl 1.2", None);
}
