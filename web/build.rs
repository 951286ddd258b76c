//! Leaves function names out of the shipped page: they're a third of the file and nothing reads them.
//!
//! `strip = true` can't be used for that, since it drops the section in which wasm-bindgen finds
//! the target's features; the linker keeps that one when asked. Debug builds keep their names.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is_size_profile = std::env::var_os("OPT_LEVEL").is_some_and(|level| level == "z");
    let is_wasm = std::env::var_os("CARGO_CFG_TARGET_ARCH").is_some_and(|arch| arch == "wasm32");
    if is_size_profile && is_wasm {
        println!("cargo:rustc-link-arg-bins=--strip-all");
        println!("cargo:rustc-link-arg-bins=--keep-section=target_features");
    }
}
