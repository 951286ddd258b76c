//! Reading the version of a tool out of Cargo.lock, and what builds of the page are kept from.

use std::ffi::OsStr;
use std::process::Command;

use super::{locked_version, rustup};

#[test]
fn version_comes_from_the_package_of_exactly_that_name() {
    let lock = "\
[[package]]
name = \"wasm-bindgen-futures\"
version = \"0.4.80\"

[[package]]
name = \"wasm-bindgen\"
version = \"0.2.130\"
";
    assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
    assert_eq!(locked_version(lock, "bindgen"), None);
}

#[test]
fn flags_for_all_targets_do_not_reach_builds_of_the_page() {
    let mut build = Command::new("cargo");
    build.env("RUSTFLAGS", "-C debuginfo=0");
    rustup::keep_wasm_flags(&mut build);
    let removed: Vec<_> = build.get_envs().collect();
    let expected = ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"].map(|name| (OsStr::new(name), None));
    assert_eq!(removed, expected);
}
