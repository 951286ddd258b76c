//! What can be pasted.

use super::{NotBytes, PasteKind, guess, parse, text_mode};

#[test]
fn hex_is_read_in_any_dress() {
    for text in [
        "0a 05 57",
        "0A0557",
        "0x0a, 0x05, 0x57",
        "0a:05:57",
        "[0x0a,0x05,\n0x57]",
        "\\x0a\\x05\\x57",
    ] {
        assert_eq!(parse(text), Ok(vec![0x0a, 0x05, 0x57]), "{text}");
    }
}

#[test]
fn what_is_not_hex_is_base64() {
    assert_eq!(parse("CgVX\n b3Js"), Ok(b"\x0a\x05Worl".to_vec()));
    assert_eq!(parse("__4"), Ok(vec![0xff, 0xfe]));
}

#[test]
fn anything_else_is_refused() {
    assert_eq!(parse("not bytes!"), Err(NotBytes));
    assert_eq!(parse(""), Ok(Vec::new()));
}

#[test]
fn text_mode_keeps_its_padding() {
    assert_eq!(text_mode("AA==\nAAA="), b"AA==AAA=");
}

#[test]
fn prefix_that_fits_means_frames() {
    assert_eq!(guess(b"\0\0\0\0\x01a"), PasteKind::Frames);
    assert_eq!(guess(b"\x80\0\0\0\0"), PasteKind::Frames);
    assert_eq!(guess(b"\x0a\x05World"), PasteKind::Message);
    assert_eq!(guess(b"\0\0\0\x01\0ab"), PasteKind::Message);
    assert_eq!(guess(b""), PasteKind::Message);
}
