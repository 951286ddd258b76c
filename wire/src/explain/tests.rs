//! Explained bodies: the whole tree of a small one, cuts, faults and bounds.
//! That leaves are contiguous for any bytes is checked in `crate::tests`.

use super::{ExplainError, MAX_FRAMES, Part, PartKind, explain, explain_message, leaves};
use crate::fields::{FieldShape, FieldsError, Kind, MAX_FIELDS, Scalar, Shapes, WireType};
use crate::frame::{FrameError, prefix};
use crate::trailers::TrailersError;
use std::error::Error as _;
use std::fmt::Write as _;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// One line for each part, indented by depth; shapes by the field's name.
fn render(parts: &[Part], indent: usize, out: &mut String) {
    for part in parts {
        let kind = match &part.kind {
            PartKind::Field {
                number,
                wire_type,
                shape,
            } => {
                let name = shape.as_ref().map_or("?", |shape| &shape.name);
                format!("Field {number} {wire_type:?} {name}")
            }
            kind => format!("{kind:?}"),
        };
        writeln!(out, "{:indent$}{:?} {kind}", "", part.range).unwrap();
        render(&part.children, indent + 2, out);
    }
}

#[track_caller]
fn check(parts: &[Part], expected: &str) {
    let mut out = String::new();
    render(parts, 0, &mut out);
    assert_eq!(out.trim_end(), expected.trim());
}

fn unparsed(parts: &[Part]) -> Vec<(std::ops::Range<usize>, ExplainError)> {
    let faults = leaves(parts)
        .into_iter()
        .filter_map(|part| match &part.kind {
            PartKind::Unparsed { error } => Some((part.range.clone(), error.clone())),
            _ => None,
        });
    faults.collect()
}

#[test]
fn a_whole_body_is_told_part_by_part() {
    let mut shapes = Shapes::new();
    let field = |name: &str, kind| FieldShape {
        name: name.into(),
        kind,
    };
    let fields = [
        (1, field("greeting", Kind::Text)),
        (2, field("count", Kind::Scalar(Scalar::Int32))),
        (3, field("sizes", Kind::Scalar(Scalar::Uint32))),
    ];
    shapes.insert("Reply", fields);
    let body = b"\0\0\0\0\x0a\x0a\x02hi\x10\x05\x1a\x02\x01\x02\x80\0\0\0\x0cA: 1\r\nb:\r\n\r\n";
    let parts = explain(body, shapes.message("Reply"));
    check(
        &parts,
        "\
0..15 Frame { flags: 0, missing: 0 }
  0..1 FrameFlags { flags: 0 }
  1..5 FrameLength { announced: 10 }
  5..15 Message
    5..9 Field 1 Length greeting
      5..6 Tag
      6..7 Length
      7..9 Text
    9..11 Field 2 Varint count
      9..10 Tag
      10..11 Number { raw: 5, wire_type: Varint, scalar: Some(Int32) }
    11..15 Field 3 Length sizes
      11..12 Tag
      12..13 Length
      13..15 Packed { scalar: Uint32 }
        13..14 Number { raw: 1, wire_type: Varint, scalar: Some(Uint32) }
        14..15 Number { raw: 2, wire_type: Varint, scalar: Some(Uint32) }
15..32 Frame { flags: 128, missing: 0 }
  15..16 FrameFlags { flags: 128 }
  16..20 FrameLength { announced: 12 }
  20..32 TrailerBlock
    20..26 TrailerLine { name: \"a\" }
      20..21 TrailerName
      21..23 TrailerSeparator
      23..24 TrailerValue
      24..26 LineEnd
    26..30 TrailerLine { name: \"b\" }
      26..27 TrailerName
      27..28 TrailerSeparator
      28..30 LineEnd
    30..32 LineEnd",
    );
}

#[test]
fn a_bare_message_is_one_part() {
    check(
        &[explain_message(b"\x0b\x0d\0\0\x80\x3f\x0c", None)],
        "\
0..7 Message
  0..7 Field 1 StartGroup ?
    0..1 Tag
    1..6 Group
      1..6 Field 1 Fixed32 ?
        1..2 Tag
        2..6 Number { raw: 1065353216, wire_type: Fixed32, scalar: None }
    6..7 EndTag",
    );
}

#[test]
fn empty_payloads_are_leaves() {
    check(
        &explain(b"\0\0\0\0\0\x81\0\0\0\0", None),
        "\
0..5 Frame { flags: 0, missing: 0 }
  0..1 FrameFlags { flags: 0 }
  1..5 FrameLength { announced: 0 }
  5..5 Message
5..10 Frame { flags: 129, missing: 0 }
  5..6 FrameFlags { flags: 129 }
  6..10 FrameLength { announced: 0 }
  10..10 Compressed",
    );
    assert_eq!(explain(b"", None), []);
}

#[test]
fn a_cut_body_tells_what_is_missing() {
    let parts = explain(b"\0\0\0\0\x04\x0a\x02h", None);
    assert_eq!(
        parts[0].kind,
        PartKind::Frame {
            flags: 0,
            missing: 1
        }
    );
    let error = ExplainError::Fields(FieldsError::Truncated { missing: 1 });
    assert_eq!(unparsed(&parts), [(5..8, error)]);
    let parts = explain(b"\0\0", None);
    assert_eq!(
        parts[0].kind,
        PartKind::Frame {
            flags: 0,
            missing: 3
        }
    );
    let error = ExplainError::Frame(FrameError::Truncated { missing: 3 });
    assert_eq!(unparsed(&parts), [(1..2, error)]);
}

#[test]
fn faults_own_the_rest() {
    let html = ExplainError::Frame(FrameError::ReservedFlags { flags: b'<' });
    assert_eq!(unparsed(&explain(b"<html>", None)), [(0..6, html)]);
    let after = ExplainError::Frame(FrameError::AfterTrailers);
    assert_eq!(
        unparsed(&explain(b"\x80\0\0\0\0\0\0\0\0\0", None)),
        [(5..10, after)]
    );
    let colon = ExplainError::Trailers(TrailersError::MissingColon { offset: 4 });
    assert_eq!(
        unparsed(&explain(b"\x80\0\0\0\x08a:1\nb\r\nc", None)),
        [(9..13, colon)]
    );
}

#[test]
fn frames_and_fields_stop_at_their_limits() {
    let body = [0; 5].repeat(MAX_FRAMES + 2);
    let parts = explain(&body, None);
    assert_eq!(parts.len(), MAX_FRAMES + 1);
    assert_eq!(
        unparsed(&parts),
        [(MAX_FRAMES * 5..body.len(), ExplainError::TooManyFrames)]
    );

    let message = [0x08, 0x01].repeat(MAX_FIELDS);
    let prefix = prefix(0, u32::try_from(message.len()).unwrap());
    let body = [&prefix[..], &message, b"\0\0\0\0\x02\x08\x01"].concat();
    let error = ExplainError::Fields(FieldsError::TooManyFields);
    assert_eq!(
        unparsed(&explain(&body, None)),
        [(body.len() - 2..body.len(), error)]
    );
}

#[test]
fn errors_lead_to_their_cause() {
    let error = ExplainError::Fields(FieldsError::TooDeep);
    assert_eq!(error.to_string(), "unreadable message");
    assert_eq!(
        error.source().unwrap().to_string(),
        "nesting exceeds the limit of 64"
    );
    assert!(ExplainError::TooManyFrames.source().is_none());
    assert_eq!(WireType::from_number(6), None);
}
