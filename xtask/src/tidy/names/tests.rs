//! Generated types in and out of their rooms.

use super::super::tree::Source;
use super::generated_types;

#[track_caller]
fn check(path: &str, text: &str, lines: &[usize]) {
    let findings = generated_types(&Source { path, text });
    assert_eq!(
        findings.iter().map(|found| found.line).collect::<Vec<_>>(),
        lines,
        "{path}"
    );
}

#[test]
fn rooms_of_the_wire_may_name_them() {
    check(
        "server/src/services/my_service.rs",
        "use proto::myservice;",
        &[],
    );
    check("server/src/app.rs", "proto::FILE_DESCRIPTOR_SET", &[]);
    check("web/src/client.rs", "use proto::X;", &[]);
    check("tests/src/lib.rs", "use proto::X;", &[]);
}

#[test]
fn other_rooms_may_not() {
    check(
        "web/src/pages/hello.rs",
        "\nuse proto::X;\nfn f(_: &::proto::Y) {}",
        &[2, 3],
    );
    check("server/src/respond.rs", "x(proto::Y)", &[1]);
}

#[test]
fn tests_comments_and_other_protos_are_free() {
    check("web/src/state/tests.rs", "use proto::X;", &[]);
    check(
        "web/src/state.rs",
        "// proto::X\nuse hickory_proto::X;\nuse a::proto::X;",
        &[],
    );
}
