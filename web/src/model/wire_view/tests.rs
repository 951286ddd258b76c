//! Every byte has one owner, rows nest, and JSON stands beside them.

use wire::fields::{FieldShape, Kind, Scalar};

use super::{Leaf, Reading, Role, Title, WireView};
use crate::model::json_view::compact;
use crate::model::schema::{FieldInfo, Schema};

/// `message = "Hi"`, `served_at = {seconds: 1}`, then trailers.
const BODY: &[u8] = b"\0\0\0\0\x08\x0a\x02Hi\x1a\x02\x08\x01\x80\0\0\0\x0fgrpc-status:0\r\n";

fn field(name: &str, json_name: &str, type_text: &str, type_name: Option<&str>) -> FieldInfo {
    FieldInfo {
        name: name.to_owned(),
        json_name: json_name.to_owned(),
        type_text: type_text.to_owned(),
        type_name: type_name.map(str::to_owned),
        is_repeated: type_text.starts_with("repeated"),
    }
}

/// A message `Answer` with a text, a number list, a timestamp and an enum.
fn schema() -> Schema {
    let timestamp = "google.protobuf.Timestamp";
    let mut schema = Schema::default();
    let shape = |name: &str, kind: Kind| FieldShape {
        name: name.into(),
        kind,
    };
    schema.shapes.insert(
        "Answer",
        [
            (1, shape("message", Kind::Text)),
            (2, shape("numbers", Kind::Scalar(Scalar::Int64))),
            (3, shape("served_at", Kind::Message(timestamp.into()))),
            (4, shape("language", Kind::Scalar(Scalar::Enum))),
        ],
    );
    schema.shapes.insert(
        timestamp,
        [
            (1, shape("seconds", Kind::Scalar(Scalar::Int64))),
            (2, shape("nanos", Kind::Scalar(Scalar::Int32))),
        ],
    );
    let answer = Vec::from([
        (1, field("message", "message", "string", None)),
        (2, field("numbers", "numbers", "repeated int64", None)),
        (
            3,
            field("served_at", "servedAt", timestamp, Some(timestamp)),
        ),
        (
            4,
            field("language", "language", "Language", Some("Language")),
        ),
    ]);
    let moment = Vec::from([
        (1, field("seconds", "seconds", "int64", None)),
        (2, field("nanos", "nanos", "int32", None)),
    ]);
    schema.fields = Vec::from([
        ("Answer".to_owned(), answer),
        (timestamp.to_owned(), moment),
    ]);
    schema.enums = Vec::from([("Language".to_owned(), Vec::from([(2, "ZH".to_owned())]))]);
    schema
}

fn view(body: &[u8]) -> WireView {
    WireView::new(body, Reading::Frames, &schema(), Some("Answer"))
}

#[track_caller]
fn check_every_byte_is_owned(view: &WireView, size: usize) {
    let mut next = 0;
    for Leaf { range, row, .. } in &view.leaves {
        assert_eq!(range.start, next);
        assert!(*row < view.rows.len());
        next = range.end;
    }
    assert_eq!(next, size);
}

#[test]
fn every_byte_has_one_owner() {
    check_every_byte_is_owned(&view(BODY), BODY.len());
}

#[test]
fn every_byte_has_one_owner_however_the_body_is_cut() {
    for end in 0..BODY.len() {
        check_every_byte_is_owned(&view(&BODY[..end]), end);
    }
}

#[test]
fn every_byte_has_one_owner_behind_the_last_row() {
    let mut body = vec![0, 0, 0, 0x10, 0];
    body.extend([0x20, 0x01].repeat(0x0800));
    let view = view(&body);
    check_every_byte_is_owned(&view, body.len());
    assert!(matches!(
        view.rows.last().map(|row| &row.title),
        Some(Title::Rest)
    ));
}

#[test]
fn rows_name_frames_fields_and_trailers() {
    let view = view(BODY);
    let names: Vec<String> = view
        .rows
        .iter()
        .map(|row| match &row.title {
            Title::MessageFrame { length, .. } => format!("message frame {length}"),
            Title::TrailerFrame { length, .. } => format!("trailer frame {length}"),
            Title::Field { number, name, .. } => {
                format!("{}={number}", name.as_deref().unwrap_or("?"))
            }
            Title::Trailer { name } => format!("{name}:{}", row.value),
            other => format!("{other:?}"),
        })
        .collect();
    let expected = [
        "message frame 8",
        "message=1",
        "served_at=3",
        "seconds=1",
        "trailer frame 15",
        "grpc-status:0",
    ];
    assert_eq!(names, expected);
}

#[test]
fn row_is_lit_with_everything_around_it_in() {
    let view = view(BODY);
    assert!(view.is_lit(3, Some(2)), "seconds is inside served_at");
    assert!(view.is_lit(1, Some(0)), "message is inside the frame");
    assert!(!view.is_lit(2, Some(3)));
    assert!(!view.is_lit(1, None));
}

#[test]
fn tags_and_lengths_are_framing_and_the_rest_is_value() {
    let view = view(BODY);
    let roles: Vec<(usize, Role)> = view
        .leaves
        .iter()
        .filter(|leaf| leaf.row == 1)
        .map(|leaf| (leaf.range.len(), leaf.role))
        .collect();
    assert_eq!(roles, [(2, Role::Framing), (2, Role::Value)]);
}

#[track_caller]
fn check_json(message: &[u8], expected: &str) {
    let view = WireView::new(message, Reading::Message, &schema(), Some("Answer"));
    assert_eq!(compact(&view.json), expected);
}

#[test]
fn json_has_names_timestamps_enums_and_64_bit_strings() {
    check_json(
        b"\x0a\x02Hi\x1a\x02\x08\x01",
        r#"{"message":"Hi","servedAt":"1970-01-01T00:00:01Z"}"#,
    );
    check_json(
        b"\x12\x02\x01\x02\x20\x02",
        r#"{"numbers":["1","2"],"language":"ZH"}"#,
    );
    check_json(b"\x20\x07", r#"{"language":7}"#);
    check_json(b"", "{}");
}

#[test]
fn json_without_a_schema_has_numbers_as_names() {
    let view = WireView::new(
        b"\x0a\x02Hi\x10\x05",
        Reading::Message,
        &Schema::default(),
        None,
    );
    assert_eq!(compact(&view.json), r#"{"1":"Hi","2":5}"#);
}

#[test]
fn json_line_lies_on_the_row_of_its_field() {
    let view = view(BODY);
    for (key, name) in [
        ("\"message\": ", "message"),
        ("\"servedAt\": ", "served_at"),
    ] {
        let line = view
            .json
            .iter()
            .find(|line| line.key == key)
            .expect("the field is shown");
        let row = &view.rows[line.row.expect("a field has a row")];
        assert!(
            matches!(&row.title, Title::Field { name: Some(found), .. } if found == name),
            "{row:?}"
        );
    }
}
