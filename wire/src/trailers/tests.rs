//! Trailer blocks: what servers write, what they shouldn't, and where each byte stands.

use super::{Trailers, TrailersError, encode, lines, parse};
use crate::code::Code;
use bytes::Bytes;
#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn trailers(pairs: &[(&str, &str)]) -> Trailers {
    let own =
        |(name, value): &(&str, &str)| (name.to_string(), Bytes::copy_from_slice(value.as_bytes()));
    Trailers {
        pairs: pairs.iter().map(own).collect(),
    }
}

#[track_caller]
fn check(block: &str, expected: &[(&str, &str)]) {
    assert_eq!(parse(block.as_bytes()), Ok(trailers(expected)));
}

#[track_caller]
fn check_error(block: &str, expected: TrailersError) {
    assert_eq!(parse(block.as_bytes()), Err(expected));
}

#[test]
fn repeats_keep_every_value_in_order() {
    check(
        "a:1\r\nb:2\r\na:3\r\n",
        &[("a", "1"), ("b", "2"), ("a", "3")],
    );
    let trailers = trailers(&[("a", "1"), ("b", "2"), ("a", "3")]);
    assert_eq!(trailers.values("a").collect::<Vec<_>>(), ["1", "3"]);
    assert_eq!(trailers.value("c"), None);
}

#[test]
fn reading_is_wider_than_writing() {
    check("", &[]);
    check("Grpc-Status: 0\r\n", &[("grpc-status", "0")]);
    check("a:1\nb: \t2 \t\r\n", &[("a", "1"), ("b", "2")]);
    check("a:1", &[("a", "1")]);
    check("a:1\r\n\r\n", &[("a", "1")]);
    check("a:\r\nb:  \r\n", &[("a", ""), ("b", "")]);
    check("a:b:c\r\n", &[("a", "b:c")]);
}

#[test]
fn faulty_lines_name_their_offset() {
    check_error("a:1\r\n b\r\n", TrailersError::Folding { offset: 5 });
    check_error("a:1\r\nb\r\n", TrailersError::MissingColon { offset: 5 });
    check_error(
        "a:1\r\n\r\nb:2\r\n",
        TrailersError::MissingColon { offset: 5 },
    );
    check_error(":1\r\n", TrailersError::IllegalName { offset: 0 });
    check_error("a :1\r\n", TrailersError::IllegalName { offset: 0 });
    check_error("é:1\r\n", TrailersError::IllegalName { offset: 0 });
    check_error("a:1\rb:2\r\n", TrailersError::IllegalValue { offset: 0 });
    check_error("a:\0\r\n", TrailersError::IllegalValue { offset: 0 });
}

#[test]
fn lines_know_where_they_stand() {
    let block = b"A: 1 \r\nbc:\n\r\n";
    let (lines, error) = lines(block);
    assert_eq!(error, None);
    let ranges = lines.iter().map(|line| {
        (
            line.name_range.clone(),
            line.value_range.clone(),
            line.line_range.clone(),
        )
    });
    assert_eq!(
        ranges.collect::<Vec<_>>(),
        [(0..1, 3..4, 0..7), (7..9, 10..10, 7..11)]
    );
}

#[test]
fn lines_before_a_fault_are_kept() {
    let (lines, error) = lines(b"a:1\r\noops\r\nb:2\r\n");
    assert_eq!(lines.len(), 1);
    assert_eq!(error, Some(TrailersError::MissingColon { offset: 5 }));
}

#[test]
fn encoding_writes_lower_case_lines_without_a_blank_one() {
    let block = encode([("Grpc-Status", "0"), ("a", ""), ("a", "2")]);
    assert_eq!(block, "grpc-status:0\r\na:\r\na:2\r\n");
}

#[test]
fn a_value_can_not_add_lines() {
    let block = encode([("a", "1\r\ngrpc-status:0"), ("b\r\nc", "2"), ("", "3")]);
    assert_eq!(block, "a:1  grpc-status:0\r\n");
}

#[test]
fn status_is_code_and_decoded_message() {
    let status = |pairs: &[(&str, &str)]| trailers(pairs).status();
    assert_eq!(
        status(&[("grpc-status", "0")]),
        Ok((Code::Ok, String::new()))
    );
    assert_eq!(
        status(&[("grpc-message", "caf%C3%A9 100%"), ("grpc-status", "3")]),
        Ok((Code::InvalidArgument, "café 100%".to_owned()))
    );
    assert_eq!(
        status(&[("grpc-status", "17")]),
        Ok((Code::Unknown, String::new()))
    );
    assert_eq!(
        status(&[("grpc-status", "4294967296")]),
        Ok((Code::Unknown, String::new()))
    );
    assert_eq!(status(&[("a", "0")]), Err(TrailersError::MissingStatus));
    for text in ["", "OK", "-1", "+1", "1.0"] {
        assert_eq!(
            status(&[("grpc-status", text)]),
            Err(TrailersError::IllegalStatus)
        );
    }
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn pairs_survive(pairs in prop::collection::vec(("[a-z0-9_.-]{1,9}", "([!-~]([ -~]*[!-~])?)?"), 0..6)) {
        let block = encode(pairs.iter().map(|(name, value)| (name, value)));
        let pairs = pairs.into_iter().map(|(name, value)| (name, Bytes::from(value))).collect();
        prop_assert_eq!(parse(&block), Ok(Trailers { pairs }));
    }

    #[test]
    fn lines_are_contiguous_for_any_bytes(block in prop::collection::vec(prop_oneof![
        Just(b':'), Just(b'\r'), Just(b'\n'), Just(b' '), Just(b'a'), any::<u8>()
    ], 0..60)) {
        let mut end = 0;
        for line in lines(&block).0 {
            prop_assert_eq!(line.line_range.start, end);
            prop_assert!(line.name_range.end < line.line_range.end);
            prop_assert!(line.name_range.end < line.value_range.start);
            prop_assert!(line.value_range.start <= line.value_range.end);
            prop_assert!(line.value_range.end <= line.line_range.end);
            prop_assert_eq!(&block[line.value_range], &line.value[..]);
            end = line.line_range.end;
        }
        prop_assert!(end <= block.len());
    }
}
