//! Text mode: padding in mid-stream, every split, ends within a group.

use super::{TextDecoder, TextEncoder};
use crate::base64::Base64Error;
use bytes::BytesMut;
#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Decodes chunks up to the first error or the end.
fn decode(chunks: &[&[u8]]) -> (Vec<u8>, Result<(), Base64Error>) {
    let mut decoder = TextDecoder::new();
    let mut out = BytesMut::new();
    for chunk in chunks {
        if let Err(error) = decoder.feed(chunk, &mut out) {
            assert_eq!(decoder.feed(b"AAAA", &mut out), Err(error.clone()));
            assert_eq!(decoder.finish(), Err(error.clone()));
            return (out.to_vec(), Err(error));
        }
    }
    (out.to_vec(), decoder.finish())
}

#[track_caller]
fn check(text: &str, bytes: &[u8], end: Result<(), Base64Error>) {
    let text = text.as_bytes();
    let expected = (bytes.to_vec(), end);
    for first in 0..=text.len() {
        for second in first..=text.len() {
            let chunks = [&text[..first], &text[first..second], &text[second..]];
            assert_eq!(decode(&chunks), expected, "split at {first} and {second}");
        }
    }
}

#[test]
fn padding_may_stand_in_mid_stream() {
    check(
        "AAAAAAU=aGVsbG8=gAAAAAA=",
        b"\0\0\0\0\x05hello\x80\0\0\0\0",
        Ok(()),
    );
    check("Zg==Zg==Zm8=", b"fffo", Ok(()));
}

#[test]
fn a_cut_group_is_an_error_at_the_end() {
    check("Zm9vZ", b"foo", Err(Base64Error::Truncated { leftover: 1 }));
    check(
        "Zm9vZg",
        b"foo",
        Err(Base64Error::Truncated { leftover: 2 }),
    );
    check(
        "Zm9vZg=",
        b"foo",
        Err(Base64Error::Truncated { leftover: 3 }),
    );
}

#[test]
fn bytes_before_a_fault_are_kept() {
    check(
        "Zm9v\nZg==",
        b"foo",
        Err(Base64Error::IllegalByte {
            byte: b'\n',
            offset: 4,
        }),
    );
    check(
        "Zm9v=",
        b"foo",
        Err(Base64Error::IllegalPadding { offset: 4 }),
    );
    check(
        "Zm9vZg=v",
        b"foo",
        Err(Base64Error::IllegalByte {
            byte: b'v',
            offset: 7,
        }),
    );
}

#[test]
fn flushing_pads_and_goes_on() {
    let mut encoder = TextEncoder::new();
    let mut out = BytesMut::new();
    encoder.feed(b"f", &mut out);
    assert_eq!(out, "");
    encoder.flush(&mut out);
    encoder.flush(&mut out);
    encoder.feed(b"oob", &mut out);
    encoder.feed(b"ar", &mut out);
    encoder.flush(&mut out);
    assert_eq!(out, "Zg==b29iYXI=");
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn any_chunks_and_flushes_survive(chunks in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..9), any::<bool>()), 0..9)) {
        let mut encoder = TextEncoder::new();
        let mut text = BytesMut::new();
        let mut bytes = Vec::new();
        for (chunk, flush) in chunks {
            encoder.feed(&chunk, &mut text);
            bytes.extend(chunk);
            if flush {
                encoder.flush(&mut text);
            }
        }
        encoder.flush(&mut text);
        prop_assert_eq!(decode(&[&text]), (bytes, Ok(())));
    }
}
