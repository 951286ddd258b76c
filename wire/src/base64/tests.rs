//! Base64: the vectors of RFC 4648, every way of ending, and broken text.

use super::{Base64Error, decode, encode, encode_unpadded, encode_url};
#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn the_rfc_vectors_hold() {
    let table = [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ];
    for (bytes, text) in table {
        assert_eq!(encode(bytes.as_bytes()), text);
        assert_eq!(
            encode_unpadded(bytes.as_bytes()),
            text.trim_end_matches('=')
        );
        assert_eq!(decode(text), Ok(bytes.into()));
        assert_eq!(decode(text.trim_end_matches('=')), Ok(bytes.into()));
    }
}

#[test]
fn both_alphabets_are_read() {
    let bytes = vec![0xFB, 0xFF, 0xBF];
    assert_eq!(encode(&bytes), "+/+/");
    assert_eq!(encode_url(&bytes), "-_-_");
    assert_eq!(decode("+/+/"), Ok(bytes.clone()));
    assert_eq!(decode("-_-_"), Ok(bytes));
}

#[test]
fn surplus_bits_are_ignored() {
    assert_eq!(decode("Zh=="), Ok(b"f".into()));
    assert_eq!(decode("Zh"), Ok(b"f".into()));
}

#[test]
fn broken_text_names_its_fault() {
    let table = [
        (
            "Zm9v Zg",
            Base64Error::IllegalByte {
                byte: b' ',
                offset: 4,
            },
        ),
        (
            "Zg=a",
            Base64Error::IllegalByte {
                byte: b'a',
                offset: 3,
            },
        ),
        (
            "Zg==Zg==",
            Base64Error::IllegalByte {
                byte: b'Z',
                offset: 4,
            },
        ),
        ("Zm9v====", Base64Error::IllegalPadding { offset: 4 }),
        ("Z===", Base64Error::IllegalPadding { offset: 1 }),
        ("=", Base64Error::IllegalPadding { offset: 0 }),
        ("Zm9vZ", Base64Error::Truncated { leftover: 1 }),
        ("Zg=", Base64Error::Truncated { leftover: 3 }),
    ];
    for (text, error) in table {
        assert_eq!(decode(text), Err(error), "{text}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn every_encoding_decodes(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        prop_assert_eq!(decode(encode(&bytes)), Ok(bytes.clone()));
        prop_assert_eq!(decode(encode_unpadded(&bytes)), Ok(bytes.clone()));
        prop_assert_eq!(decode(encode_url(&bytes)), Ok(bytes.clone()));
    }
}
