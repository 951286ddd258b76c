//! Which part a file belongs to, on a small page.

use std::collections::BTreeMap;

use super::{Part, parts};

#[test]
fn file_is_loaded_first_only_if_index_html_leads_to_it() {
    let files = [
        (
            "index.html",
            "<script src=/web-1.js></script><link href=/web-1_bg.wasm><link href=/page.css>",
        ),
        (
            "web-1.js",
            "import { a } from './snippets/a.js'; import(`/bytes.js`)",
        ),
        ("web-1_bg.wasm", ""),
        ("page.css", ""),
        ("snippets/a.js", "import \"b\" from \"./snippets/b.js\""),
        ("snippets/b.js", ""),
        ("snippets/c.js", ""),
        ("annex.css", ""),
        ("balance-1.wasm", ""),
        ("balance.bytes-1.wasm", ""),
        ("bytes-1.wasm", ""),
        ("bytes.css", ""),
        ("bytes.js", "import { c } from './snippets/c.js'"),
        ("bytes_bg.wasm", ""),
        ("bytesize.js", ""),
    ];
    let files: BTreeMap<_, _> = files
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
    let found: Vec<_> = parts(&files).into_iter().collect();
    let bundle = |names: &[&str]| Part::Bundles(names.iter().map(|name| (*name).into()).collect());
    let bytes = || bundle(&["bytes"]);
    let expected = [
        ("annex.css", Part::Shared),
        ("balance-1.wasm", bundle(&["balance"])),
        ("balance.bytes-1.wasm", bundle(&["balance", "bytes"])),
        ("bytes-1.wasm", bytes()),
        ("bytes.css", bytes()),
        ("bytes.js", bytes()),
        ("bytes_bg.wasm", bytes()),
        ("bytesize.js", Part::Shared),
        ("index.html", Part::First),
        ("page.css", Part::First),
        ("snippets/a.js", Part::First),
        ("snippets/b.js", Part::First),
        ("snippets/c.js", Part::Shared),
        ("web-1.js", Part::First),
        ("web-1_bg.wasm", Part::First),
    ];
    assert_eq!(found, expected.map(|(path, part)| (path.to_owned(), part)));
}
