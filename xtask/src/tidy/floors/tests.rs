//! Imports by direction, and the ways to write them.

use super::super::tree::Source;
use super::{imports, imports_in, lexer};

/// The lines with a finding, each with its direction or whatever follows `goes`.
#[track_caller]
fn check(path: &str, text: &str, expected: &[(usize, &str)]) {
    let findings = imports(&Source { path, text });
    let seen: Vec<_> = findings
        .iter()
        .map(|found| (found.line, found.what.as_str()))
        .collect();
    let fits = seen.len() == expected.len()
        && seen
            .iter()
            .zip(expected)
            .all(|(a, b)| a.0 == b.0 && a.1.contains(b.1));
    assert!(fits, "{path}: found {seen:?}, expected {expected:?}");
}

#[track_caller]
fn check_rooms(depth: usize, text: &str, expected: &[&str]) {
    let found = imports_in(&lexer::split(text).code, depth);
    let rooms: Vec<_> = found.iter().map(|import| import.room.as_str()).collect();
    assert_eq!(rooms, expected, "{text}");
}

#[test]
fn imports_down_and_within_a_room_are_fine() {
    check(
        "server/src/app.rs",
        "use crate::gateway::Gateway;\nuse crate::telemetry::Span;",
        &[],
    );
    check(
        "server/src/gateway/route.rs",
        "use crate::gateway::template::Template;",
        &[],
    );
    check("server/src/main.rs", "use crate::app;", &[]);
    check("web/src/state/calls.rs", "use crate::client::call;", &[]);
    check("web/src/i18n/en.rs", "use crate::model::Name;", &[]);
}

#[test]
fn imports_up_are_found_with_their_line() {
    check(
        "server/src/telemetry/span.rs",
        "\nuse crate::app::App;",
        &[(2, "goes up")],
    );
    check(
        "server/src/gateway.rs",
        "fn f() -> crate::respond::Cause {}",
        &[(1, "goes up")],
    );
    check(
        "web/src/client/call.rs",
        "use crate::state::Calls;",
        &[(1, "`client` imports `state`")],
    );
    check(
        "web/src/model/calls.rs",
        "use crate::i18n::Text;",
        &[(1, "goes up")],
    );
}

#[test]
fn imports_sideways_are_found() {
    check(
        "server/src/gateway/grpc_web.rs",
        "use crate::balancer::Pool;",
        &[(1, "goes sideways")],
    );
    check(
        "server/src/config.rs",
        "use crate::respond::Cause;",
        &[(1, "goes sideways")],
    );
    check(
        "web/src/components/name.rs",
        "use crate::client::call;",
        &[(1, "goes sideways")],
    );
}

#[test]
fn unknown_rooms_must_enter_the_table() {
    check(
        "server/src/cache.rs",
        "",
        &[(1, "not in the table of floors")],
    );
    check("server/src/util/text.rs", "", &[(1, "the room `util`")]);
}

#[test]
fn tests_roots_and_other_packages_are_free() {
    check(
        "server/src/gateway/tests.rs",
        "use crate::balancer::Pool;",
        &[],
    );
    check("server/src/lib.rs", "pub use crate::app::App;", &[]);
    check("server/build.rs", "use crate::nowhere;", &[]);
    check("wire/src/frame.rs", "use crate::status::Code;", &[]);
}

#[test]
fn every_way_to_write_a_path_is_read() {
    check_rooms(1, "use crate::a::b; crate::c::d()", &["a", "c"]);
    check_rooms(
        1,
        "use crate::{a::{self, x}, b, c as d, e::*,};",
        &["a", "b", "c", "e"],
    );
    check_rooms(1, "use crate :: a;", &["a"]);
    check_rooms(1, "$crate::a!()", &["a"]);
    check_rooms(1, "use super::a; use super::{b, c::d};", &["a", "b", "c"]);
    check_rooms(
        2,
        "use super::a; use super::super::b; use self::super::super::c;",
        &["b", "c"],
    );
}

#[test]
fn words_that_are_no_paths_of_this_crate_are_not_read() {
    check_rooms(
        1,
        "// crate::a\nlet x = \"crate::b\"; pub(crate) fn f() {}",
        &[],
    );
    check_rooms(1, "use other::crate_name::a; self::b(); x::super::c", &[]);
}
