//! Replacing a folder only when it differs, on real folders.

use std::fs;
use std::path::PathBuf;

use super::{contents, replace_if_different};

/// An empty folder of this process, removed by the test that asked for it.
fn folder(name: &str) -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("gangplank-xtask-{name}-{}", std::process::id()));
    fs::create_dir_all(folder.join("fresh/a")).unwrap();
    fs::write(folder.join("fresh/a/x.js"), "new").unwrap();
    folder
}

#[test]
fn different_page_takes_the_place_of_the_old_one() {
    let folder = folder("different");
    let (fresh, current) = (folder.join("fresh"), folder.join("current"));
    fs::create_dir(&current).unwrap();
    fs::write(current.join("gone.js"), "old").unwrap();
    replace_if_different(&fresh, &current).unwrap();
    let files = contents(&current).unwrap();
    assert_eq!(
        files.into_iter().collect::<Vec<_>>(),
        [("a/x.js".to_owned(), b"new".to_vec())]
    );
    assert!(!fresh.exists());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn equal_page_leaves_the_old_files_untouched() {
    let folder = folder("equal");
    let (fresh, current) = (folder.join("fresh"), folder.join("current"));
    fs::create_dir_all(current.join("a")).unwrap();
    fs::write(current.join("a/x.js"), "new").unwrap();
    let written = fs::metadata(current.join("a/x.js"))
        .unwrap()
        .modified()
        .unwrap();
    replace_if_different(&fresh, &current).unwrap();
    assert_eq!(
        fs::metadata(current.join("a/x.js"))
            .unwrap()
            .modified()
            .unwrap(),
        written
    );
    assert!(!fresh.exists());
    fs::remove_dir_all(folder).unwrap();
}
