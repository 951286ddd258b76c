//! Golden vectors: bytes in `wire/vectors/*.hex`, and what they must come to.
//! A file holds hex digits; white space is skipped and a line that starts with `#` is a comment.
//! Embedded rather than read, so that the same bytes run natively and in a browser.

use crate::fields::{FieldShape, Kind, Scalar, Shapes};

macro_rules! hex {
    ($name:literal) => {
        include_str!(concat!("../../vectors/", $name, ".hex"))
    };
}

/// Bodies of binary dialects: name, hex, expectation.
pub(super) const BODIES: [(&str, &str, &str); 29] = [
    (
        "unary_ok",
        hex!("unary_ok"),
        "message 0a0a48656c6c6f2c20416461\n\
     trailer grpc-status: 0\n\
     status OK",
    ),
    (
        "empty_message",
        hex!("empty_message"),
        "message\n\
     trailer grpc-status: 0\n\
     status OK",
    ),
    (
        "error_in_body",
        hex!("error_in_body"),
        "trailer grpc-status: 3\n\
     trailer grpc-message: name is empty\n\
     status INVALID_ARGUMENT name is empty",
    ),
    (
        "unicode_message",
        hex!("unicode_message"),
        "trailer grpc-status: 5\n\
     trailer grpc-message: caf%C3%A9 %E4%BD%A0%E5%A5%BD 100%25 %zz\n\
     status NOT_FOUND café 你好 100% %zz",
    ),
    (
        "repeated_trailers",
        hex!("repeated_trailers"),
        "message\n\
     trailer x-hop: 1\n\
     trailer grpc-status: 0\n\
     trailer x-hop: 2\n\
     trailer x-hop: 1\n\
     status OK",
    ),
    (
        "details_bin",
        hex!("details_bin"),
        "trailer grpc-status: 9\n\
     trailer grpc-status-details-bin: CAkSBG5vcGU\n\
     status FAILED_PRECONDITION",
    ),
    (
        "mixed_case_trailers",
        hex!("mixed_case_trailers"),
        "trailer grpc-status: 0\n\
     trailer x-trace: 7\n\
     trailer x-last: end\n\
     status OK",
    ),
    (
        "blank_trailer_end",
        hex!("blank_trailer_end"),
        "trailer grpc-status: 0\n\
     status OK",
    ),
    (
        "empty_trailers",
        hex!("empty_trailers"),
        "no status: trailers without grpc-status",
    ),
    (
        "missing_status",
        hex!("missing_status"),
        "trailer x-hop: 1\n\
     no status: trailers without grpc-status",
    ),
    (
        "folded_trailers",
        hex!("folded_trailers"),
        "bad trailers: folded trailer line at byte 15",
    ),
    (
        "trailers_without_colon",
        hex!("trailers_without_colon"),
        "bad trailers: trailer line without a colon at byte 9",
    ),
    (
        "illegal_trailer_name",
        hex!("illegal_trailer_name"),
        "bad trailers: illegal trailer name at byte 0",
    ),
    (
        "three_messages",
        hex!("three_messages"),
        "message 0a036f6e65\n\
     message 0a0374776f\n\
     message 0a057468726565\n\
     trailer grpc-status: 0\n\
     status OK",
    ),
    (
        "late_error",
        hex!("late_error"),
        "message 0a036f6e65\n\
     trailer grpc-status: 14\n\
     trailer grpc-message: replica gone\n\
     status UNAVAILABLE replica gone",
    ),
    (
        "no_trailers",
        hex!("no_trailers"),
        "message 0a036f6e65\n\
     message 0a0374776f",
    ),
    (
        "compressed_message",
        hex!("compressed_message"),
        "compressed 01 1f8b0800000000000003e3620100\n\
     trailer grpc-status: 0\n\
     status OK",
    ),
    (
        "compressed_trailers",
        hex!("compressed_trailers"),
        "message\n\
     compressed 81 1f8b0800000000000003e3620100",
    ),
    ("empty_body", hex!("empty_body"), ""),
    (
        "cut_in_prefix",
        hex!("cut_in_prefix"),
        "message 0a036f6e65\n\
     error: stream ended 2 bytes before the end of a frame",
    ),
    (
        "cut_in_message",
        hex!("cut_in_message"),
        "error: stream ended 5 bytes before the end of a frame",
    ),
    (
        "cut_in_trailers",
        hex!("cut_in_trailers"),
        "message 0a036f6e65\n\
     error: stream ended 7 bytes before the end of a frame",
    ),
    (
        "cut_before_payload",
        hex!("cut_before_payload"),
        "error: stream ended 5 bytes before the end of a frame",
    ),
    (
        "too_long",
        hex!("too_long"),
        "message 0a036f6e65\n\
     error: frame of 1001 bytes exceeds the limit of 1000",
    ),
    (
        "greatest_length",
        hex!("greatest_length"),
        "error: frame of 4294967295 bytes exceeds the limit of 1000",
    ),
    ("html", hex!("html"), "error: reserved frame flags 0x3c"),
    (
        "reserved_flags",
        hex!("reserved_flags"),
        "message 0a036f6e65\n\
     error: reserved frame flags 0x02",
    ),
    (
        "after_trailers",
        hex!("after_trailers"),
        "trailer grpc-status: 0\n\
     status OK\n\
     error: bytes after the trailer frame",
    ),
    (
        "two_trailer_frames",
        hex!("two_trailer_frames"),
        "trailer grpc-status: 0\n\
     status OK\n\
     error: bytes after the trailer frame",
    ),
];

/// Bodies in text mode: name, hex, expectation.
pub(super) const TEXTS: [(&str, &str, &str); 5] = [
    (
        "text_unary",
        hex!("text_unary"),
        "message 0a0a48656c6c6f2c20416461\n\
     trailer grpc-status: 0\n\
     status OK",
    ),
    (
        "text_flushed",
        hex!("text_flushed"),
        "message 0a0a48656c6c6f2c20416461\n\
     trailer grpc-status: 0\n\
     status OK",
    ),
    (
        "text_flushed_in_prefix",
        hex!("text_flushed_in_prefix"),
        "message 0a0a48656c6c6f2c20416461\n\
     trailer grpc-status: 0\n\
     status OK",
    ),
    (
        "text_cut_group",
        hex!("text_cut_group"),
        "message 0a0a48656c6c6f2c20416461\n\
     error: stream ended 2 bytes before the end of a frame\n\
     text error: base64 ends with a group of 3 characters",
    ),
    (
        "text_line_ends",
        hex!("text_line_ends"),
        "message 0a0a48656c6c6f2c20416461\n\
     text error: byte 0x0a at 24 is not base64",
    ),
];

/// Bare messages: name, hex, name of the shape in `shapes`, expectation.
pub(super) const MESSAGES: [(&str, &str, Option<&str>, &str); 31] = [
    (
        "scalars",
        hex!("scalars"),
        None,
        "1:150 2:0x3ff8000000000000 3:\"hi\" 4:0x3e800000",
    ),
    (
        "scalars",
        hex!("scalars"),
        Some("Scalars"),
        "1:Signed(150) 2:Double(1.5) 3:\"hi\" 4:Float(0.25)",
    ),
    (
        "scalars",
        hex!("scalars"),
        Some("Packed"),
        "1:150 2:0x3ff8000000000000 3:\"hi\" 4:0x3e800000",
    ),
    (
        "ten_byte_varint",
        hex!("ten_byte_varint"),
        None,
        "1:18446744073709551615",
    ),
    (
        "ten_byte_varint",
        hex!("ten_byte_varint"),
        Some("Signed"),
        "1:Signed(-1)",
    ),
    (
        "eleven_byte_varint",
        hex!("eleven_byte_varint"),
        Some("Signed"),
        "2:Bool(true) !2..14 varint exceeds 10 bytes or 64 bits",
    ),
    (
        "wide_varint",
        hex!("wide_varint"),
        None,
        "!0..11 varint exceeds 10 bytes or 64 bits",
    ),
    ("zigzag", hex!("zigzag"), None, "1:1 2:18446744073709551615"),
    (
        "zigzag",
        hex!("zigzag"),
        Some("Zigzag"),
        "1:Signed(-1) 2:Signed(-9223372036854775808)",
    ),
    (
        "nested",
        hex!("nested"),
        None,
        "1:{1:<0164656570> 2:{3:<>}}",
    ),
    (
        "nested",
        hex!("nested"),
        Some("Nested"),
        "1:{1:{!4..9 illegal field number 0} 2:{3:<>}}",
    ),
    (
        "nested",
        hex!("nested"),
        Some("Text"),
        r#"1:"\n\u{5}\u{1}deep\u{12}\u{2}\u{1a}\0""#,
    ),
    ("group", hex!("group"), None, "1:(2:5 3:()) 4:1"),
    (
        "group",
        hex!("group"),
        Some("Group"),
        "1:(2:Signed(-3) 3:()) 4:1",
    ),
    (
        "group_not_closed",
        hex!("group_not_closed"),
        None,
        "1:(2:5 !3..3 group 1 is not closed)",
    ),
    (
        "unmatched_end_group",
        hex!("unmatched_end_group"),
        None,
        "1:(2:5 !3..6 end tag 3 without an open group)",
    ),
    (
        "packed",
        hex!("packed"),
        None,
        "4:<0102ac02> 5:<0000003f000000c0> 6:<0180>",
    ),
    (
        "packed",
        hex!("packed"),
        Some("Packed"),
        "4:[Signed(-1) Signed(1) Signed(150)] 5:[Float(0.5) Float(-2.0)] 6:[Unsigned(1) !19..20 message ends within a varint]",
    ),
    (
        "unknown_fields",
        hex!("unknown_fields"),
        Some("Text"),
        "1:\"Ada\" 100:7 536870911:\"far\" 200:<fffe>",
    ),
    (
        "guesses",
        hex!("guesses"),
        None,
        "1:\"0A\" 2:{1:\"Ada\"} 3:\"a\\nb\" 4:<> 5:<80f10401> 6:\"你好\"",
    ),
    (
        "number_zero",
        hex!("number_zero"),
        None,
        "1:1 !2..4 illegal field number 0",
    ),
    (
        "number_too_large",
        hex!("number_too_large"),
        None,
        "!0..6 illegal field number 536870912",
    ),
    (
        "wire_type_six",
        hex!("wire_type_six"),
        None,
        "1:1 !2..4 illegal wire type 6",
    ),
    (
        "length_past_end",
        hex!("length_past_end"),
        None,
        "1:1 !2..9 value lacks 4 bytes",
    ),
    (
        "length_past_end_nested",
        hex!("length_past_end_nested"),
        None,
        "1:<120568> 3:1",
    ),
    (
        "length_past_end_nested",
        hex!("length_past_end_nested"),
        Some("Nested"),
        "1:{!2..5 value lacks 4 bytes} 3:1",
    ),
    (
        "huge_length",
        hex!("huge_length"),
        None,
        "!0..12 value lacks 18446744073709551614 bytes",
    ),
    (
        "fixed_cut",
        hex!("fixed_cut"),
        None,
        "!0..8 value lacks 1 bytes",
    ),
    (
        "tag_cut",
        hex!("tag_cut"),
        None,
        "1:1 !2..3 message ends within a varint",
    ),
    ("long_tag", hex!("long_tag"), None, "1:1"),
    ("not_utf8", hex!("not_utf8"), Some("Text"), "1:<c328>"),
];

/// The bytes of a vector file.
#[track_caller]
pub(super) fn bytes(hex: &str) -> Vec<u8> {
    let lines = hex
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let octets = lines.flat_map(str::split_whitespace);
    octets
        .map(|octet| u8::from_str_radix(octet, 16).unwrap())
        .collect()
}

/// The shapes that `MESSAGES` names.
pub(super) fn shapes() -> Shapes {
    let mut shapes = Shapes::new();
    let mut add = |message: &str, fields: &[(u32, Kind)]| {
        let shape = |(number, kind): &(u32, Kind)| {
            (
                *number,
                FieldShape {
                    name: format!("field_{number}").into(),
                    kind: kind.clone(),
                },
            )
        };
        shapes.insert(message, fields.iter().map(shape));
    };
    let scalar = Kind::Scalar;
    add(
        "Group",
        &[
            (1, Kind::Group("Group".into())),
            (2, scalar(Scalar::Sint32)),
        ],
    );
    add(
        "Nested",
        &[
            (1, Kind::Message("Nested".into())),
            (2, Kind::Message("Nested".into())),
            (3, Kind::Bytes),
        ],
    );
    add(
        "Packed",
        &[
            (4, scalar(Scalar::Sint32)),
            (5, scalar(Scalar::Float)),
            (6, scalar(Scalar::Uint32)),
        ],
    );
    add(
        "Scalars",
        &[
            (1, scalar(Scalar::Int32)),
            (2, scalar(Scalar::Double)),
            (3, Kind::Text),
            (4, scalar(Scalar::Float)),
        ],
    );
    add(
        "Signed",
        &[(1, scalar(Scalar::Int64)), (2, scalar(Scalar::Bool))],
    );
    add("Text", &[(1, Kind::Text)]);
    add(
        "Zigzag",
        &[(1, scalar(Scalar::Sint32)), (2, scalar(Scalar::Sint64))],
    );
    shapes
}
