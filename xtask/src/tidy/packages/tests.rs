//! What Cargo.tomls may say about dependencies.

use super::super::tree::Source;
use super::{dependencies, forbidden, versions, xtask_alone};

#[track_caller]
fn check(text: &str, expected: &[(&str, bool, usize)]) {
    let found = dependencies(text);
    let found: Vec<_> = found
        .iter()
        .map(|it| (it.name, it.has_version, it.line))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_kind_of_dependency_is_read() {
    check("[package]\nname = \"x\"\nversion = \"1\"\n", &[]);
    check(
        "[dependencies]\na.workspace = true\n# c = \"1\"\nb = { workspace = true, features = [\"version\"] }",
        &[("a", false, 2), ("b", false, 4)],
    );
    check(
        "[dev-dependencies]\na = \"1\"\nb = { path = \"../b\", version = \"1\" }\nc.version = \"2\"",
        &[("a", true, 2), ("b", true, 3), ("c", true, 4)],
    );
    check(
        "[target.'cfg(target_arch = \"wasm32\")'.dependencies]\na = \"1\"\n[features]\nx = [\"a\"]",
        &[("a", true, 2)],
    );
    check(
        "[build-dependencies.a]\nfeatures = []\nversion = \"1\"\n[dependencies.b]\nworkspace = true",
        &[("a", true, 1), ("b", false, 4)],
    );
}

#[test]
fn strangers_may_not_depend_on_each_other() {
    let found = |path, text| forbidden(&Source { path, text }).len();
    assert_eq!(
        found(
            "wire/Cargo.toml",
            "[dev-dependencies]\nproto.workspace = true"
        ),
        1
    );
    assert_eq!(
        found(
            "web/Cargo.toml",
            "[dependencies]\nserver.workspace = true\nwire.workspace = true"
        ),
        1
    );
    assert_eq!(
        found(
            "server/Cargo.toml",
            "[dependencies]\nproto.workspace = true\nwire.workspace = true"
        ),
        0
    );
    assert_eq!(
        found(
            "tests/Cargo.toml",
            "[dependencies]\nserver.workspace = true"
        ),
        0
    );
}

#[test]
fn versions_stand_in_the_root_alone() {
    let found = |path, text| versions(&Source { path, text }).len();
    assert_eq!(
        found("server/Cargo.toml", "[dependencies]\nhttp = \"1\""),
        1
    );
    assert_eq!(
        found(
            "Cargo.toml",
            "[workspace]\n[workspace.dependencies]\nhttp = \"1\""
        ),
        0
    );
    assert_eq!(
        found(
            "wire/fuzz/Cargo.toml",
            "[dependencies]\nlibfuzzer-sys = \"0.4\"\n[workspace]"
        ),
        0
    );
}

#[test]
fn xtask_stays_without_dependencies() {
    let found = |text| {
        xtask_alone(&Source {
            path: "xtask/Cargo.toml",
            text,
        })
        .len()
    };
    assert_eq!(found("[package]\nname = \"xtask\""), 0);
    assert_eq!(found("[dependencies]\nanyhow.workspace = true"), 1);
}
