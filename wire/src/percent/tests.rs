//! Percent-encoding: round trips, and texts that break a naive decoder.

use super::{decode, encode};
#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn printable_ascii_stays_readable() {
    assert_eq!(encode("name is empty: \"\" + ~"), "name is empty: \"\" + ~");
    assert_eq!(encode("100%"), "100%25");
    assert_eq!(encode("line\r\n\ttab\u{7f}"), "line%0D%0A%09tab%7F");
}

#[test]
fn unicode_becomes_escaped_utf8() {
    assert_eq!(encode("你好 ☃"), "%E4%BD%A0%E5%A5%BD %E2%98%83");
    assert_eq!(decode("%E4%BD%A0%E5%A5%BD %e2%98%83"), "你好 ☃");
}

#[test]
fn broken_escapes_are_kept() {
    for text in ["%", "%4", "%zz", "%4g", "50% off", "%%", "%-1"] {
        assert_eq!(decode(text), text);
    }
    assert_eq!(decode("%%41"), "%A");
}

#[test]
fn bytes_that_are_not_utf8_are_replaced() {
    assert_eq!(decode("a%FFb"), "a\u{fffd}b");
    assert_eq!(decode("%E4%BD"), "\u{fffd}");
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn every_message_survives(message in ".*") {
        let text = encode(&message);
        prop_assert!(text.bytes().all(|byte| matches!(byte, 0x20..=0x7E)));
        prop_assert_eq!(decode(&text), message);
    }

    #[test]
    fn decoding_never_fails(text in "[%0-9a-zA-Z\\PC]*") {
        prop_assert!(decode(&text).len() <= text.len() * 3);
    }
}
