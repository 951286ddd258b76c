//! How commands are shown.

use std::process::Command;

use super::shown;

#[test]
fn shown_command_can_be_typed_again() {
    let mut command = Command::new("cargo");
    command
        .args(["doc", "it's here", ""])
        .env("RUSTDOCFLAGS", "-D warnings")
        .env("PATH", "/x");
    command.env_remove("RUSTFLAGS");
    assert_eq!(
        shown(&command),
        r"RUSTDOCFLAGS='-D warnings' cargo doc 'it'\''s here' ''"
    );
}
