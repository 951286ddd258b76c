//! Reading the version of a tool out of Cargo.lock.

use super::locked_version;

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
