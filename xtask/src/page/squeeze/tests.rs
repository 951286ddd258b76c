//! Names, paths and lines, and that no offset of a wasm file moves.

use super::{bare_sections, counters, renamed, without_paths};

const SCRIPT: &[u8] =
    b"imports = { __wbg_get_0123456789abcdef: 1, __wbg_set_fedcba9876543210() { } };
use(__wbg_get_0123456789abcdef, __wbg_finalizer, __wbg_not_0123);";

#[test]
fn imports_get_counters_of_their_own_length() {
    let counters = counters(SCRIPT);
    let expected = "imports = { _0000000000000000000000000: 1, _0000000000000000000000001() { } };
use(_0000000000000000000000000, __wbg_finalizer, __wbg_not_0123);";
    let renamed = renamed(SCRIPT, &counters);
    assert_eq!(String::from_utf8(renamed).unwrap(), expected);
}

#[test]
fn wasm_gets_the_same_names_wherever_they_stand() {
    let counters = counters(SCRIPT);
    let wasm = b"\x02a\x1a__wbg_set_fedcba9876543210\0\x01__wbg_other_fedcba9876543210\0";
    let expected = b"\x02a\x1a_0000000000000000000000001\0\x01__wbg_other_fedcba9876543210\0";
    assert_eq!(renamed(wasm, &counters), expected);
}

#[test]
fn source_paths_become_spaces_and_texts_around_them_stay() {
    let wasm = b"text/html/root/.cargo/registry/src/index-1/http-1.5/src/map.rsweb/src/app.rs, in /rustc/59/core/x.rs!";
    let blank = String::from_utf8(without_paths(wasm)).unwrap();
    assert_eq!(blank.len(), wasm.len());
    let words: Vec<_> = blank.split_ascii_whitespace().collect();
    assert_eq!(
        words,
        [
            "text/html/root/.cargo/registry/src/",
            "web/src/",
            ",",
            "in",
            "/rustc/",
            "!"
        ]
    );
}

#[test]
fn custom_sections_go_and_all_others_stay() {
    let header = b"\0asm\x01\0\0\0";
    let types = b"\x01\x04\x01\x60\0\0";
    let long = [&b"\x0b\x81\x01"[..], &[7; 129]].concat();
    let name = b"\0\x05\x04name";
    let whole = [header, &types[..], name, &long, name].concat();
    let bare = [header, &types[..], &long].concat();
    assert_eq!(bare_sections(&whole), Some(bare));
    for end in 0..whole.len() {
        let is_between = [8, 14, 21, 153].contains(&end);
        assert_eq!(bare_sections(&whole[..end]).is_some(), is_between, "{end}");
    }
}
