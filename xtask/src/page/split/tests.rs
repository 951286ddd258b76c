//! Names of bundles, from what the splitter writes.

use super::{fingerprint, names, trunks_build};

const LOADER: &str = r#"import { initSync } from "./web-12ab.js";
/* balance, bytes */
const __chunk_5 = makeLoad(() => {
    const src = fetch(new URL("./chunk_5.wasm", import.meta.url));
}
, []);
export const __wasm_split_load_bytes = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_bytes.wasm", import.meta.url));
}
, [__chunk_5]));
"#;

#[test]
fn bundle_is_named_after_who_needs_it_and_its_build() {
    let expected = [
        ("chunk_5.wasm", "balance.bytes-12ab.wasm"),
        ("split_bytes.wasm", "bytes-12ab.wasm"),
    ];
    let expected = expected.map(|(old, new)| (old.to_owned(), new.to_owned()));
    assert_eq!(names(LOADER, "12ab"), expected);
}

#[test]
fn build_is_what_trunk_put_into_the_name_of_the_script() {
    assert_eq!(trunks_build("web-12ab.js"), Some("12ab"));
    assert_eq!(trunks_build("web-12ab_bg.wasm"), None);
    assert_eq!(trunks_build("website-12ab.js"), None);
}

#[test]
fn name_of_a_build_changes_with_any_byte_of_it() {
    let name = |bytes: &[u8]| fingerprint(&[("a.wasm".to_owned(), bytes.to_vec())].into());
    assert_eq!(name(b"ab"), name(b"ab"));
    assert_ne!(name(b"ab"), name(b"ac"));
    assert_eq!(name(b"").len(), 16);
}
