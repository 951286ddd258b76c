//! Where the cache lies, by system and environment.

use std::path::PathBuf;

use super::cache_folder;

#[track_caller]
fn check(system: &str, variables: &[(&str, &str)], expected: Option<&str>) {
    let lookup = |name: &str| {
        variables
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).into())
    };
    assert_eq!(cache_folder(system, lookup), expected.map(PathBuf::from));
}

#[test]
fn own_variable_wins_over_every_default() {
    let variables = [
        ("GANGPLANK_TOOLS", "/tools"),
        ("XDG_CACHE_HOME", "/cache"),
        ("HOME", "/me"),
    ];
    check("linux", &variables, Some("/tools"));
    check("macos", &variables, Some("/tools"));
}

#[test]
fn cache_follows_the_habit_of_the_system() {
    check(
        "linux",
        &[("XDG_CACHE_HOME", "/c"), ("HOME", "/me")],
        Some("/c/gangplank/tools"),
    );
    check(
        "linux",
        &[("HOME", "/me")],
        Some("/me/.cache/gangplank/tools"),
    );
    check(
        "macos",
        &[("HOME", "/me")],
        Some("/me/Library/Caches/gangplank/tools"),
    );
}

#[test]
fn empty_and_relative_variables_count_as_unset() {
    let variables = [
        ("GANGPLANK_TOOLS", ""),
        ("XDG_CACHE_HOME", "here"),
        ("HOME", "/me"),
    ];
    check("linux", &variables, Some("/me/.cache/gangplank/tools"));
}

#[test]
fn nothing_set_means_no_cache() {
    check("linux", &[], None);
}
