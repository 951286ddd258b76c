//! Paths: what is a test, what is held.

use std::collections::BTreeMap;

use super::{Source, Tree, line_at};

#[test]
fn tests_are_known_by_their_place() {
    let is_test = |path| Source { path, text: "" }.is_test();
    assert!(is_test("wire/src/frame/tests.rs"));
    assert!(is_test("wire/src/frame/tests/split.rs"));
    assert!(is_test("tests/src/lib.rs"));
    assert!(!is_test("server/src/contests.rs"));
    assert!(!is_test("tests.rs/x.rs"));
}

#[test]
fn tree_holds_files_and_the_folders_above_them() {
    let paths = ["docs/a/x.md", "docs/b.md"].map(str::to_owned).into();
    let tree = Tree {
        paths,
        texts: BTreeMap::new(),
    };
    for held in ["docs", "docs/a", "docs/a/x.md", "docs/b.md", ""] {
        assert!(tree.holds(held), "{held}");
    }
    for missing in ["doc", "docs/b", "docs/c.md", "docs/a/x"] {
        assert!(!tree.holds(missing), "{missing}");
    }
}

#[test]
fn lines_count_from_one() {
    assert_eq!(["a\nb\n"; 3].map(|text| line_at(text, 0)), [1; 3]);
    assert_eq!(line_at("a\nb\n", 2), 2);
}
