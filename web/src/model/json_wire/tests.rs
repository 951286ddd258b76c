//! JSON bodies: every byte has one owner, members are rows, and what isn't JSON stays whole.

use super::json_wire;
use crate::client::schema;
use crate::model::json_view::compact;
use crate::model::wire_view::{Role, Title, WireView};

const RESPONSE: &str = "myservice.v1.SayHelloResponse";

fn view(body: &str) -> WireView {
    json_wire(body.as_bytes(), &schema::load(), Some(RESPONSE))
}

/// Leaves lie side by side from the first byte to the last, each inside its row.
#[track_caller]
fn owns_every_byte(body: &str) -> WireView {
    let view = view(body);
    let mut end = 0;
    for leaf in &view.leaves {
        assert_eq!(leaf.range.start, end, "{body}");
        assert!(!leaf.range.is_empty(), "{body}");
        let row = &view.rows[leaf.row];
        assert!(
            row.range.start <= leaf.range.start && leaf.range.end <= row.range.end,
            "{body}: {leaf:?} {row:?}"
        );
        end = leaf.range.end;
    }
    assert_eq!(end, body.len(), "{body}");
    view
}

#[test]
fn every_byte_has_one_owner() {
    for body in [
        r#"{"message":"Hello, World!","replica":"replica-0"}"#,
        " { \"a\" : [ 1 , { \"b\" : \"\\\"}\" } , [ ] ] } \n",
        r#"{"error":{"code":400,"details":[{"@type":"x","list":[true,null,-1.5e3]}]}}"#,
        "[]",
        "17",
        "{",
        r#"{"a":}"#,
        r#"{"a" 1}"#,
        r#"{"a":1}}"#,
        "<html>not JSON</html>",
        "\"open",
        "☃",
    ] {
        owns_every_byte(body);
        assert_eq!(
            view(body).rows.last().map(|row| row.until),
            Some(view(body).rows.len())
        );
    }
    assert_eq!(view("").leaves, []);
}

#[test]
fn member_is_a_row_with_its_fields_type_and_color() {
    let view = view(r#"{"message":"Hi","servedAt":"2026-01-02T03:04:05Z","new":1}"#);
    let found: Vec<_> = view.rows[1..]
        .iter()
        .map(|row| (row.title.clone(), &*row.value, row.hue, row.depth))
        .collect();
    let member = |name: &str, type_text: Option<&str>| Title::Member {
        name: name.to_owned(),
        type_text: type_text.map(str::to_owned),
    };
    let timestamp = Some("google.protobuf.Timestamp");
    let expected = [
        (member("message", Some("string")), "\"Hi\"", 1, 1),
        (
            member("servedAt", timestamp),
            "\"2026-01-02T03:04:05Z\"",
            3,
            1,
        ),
        (member("new", None), "1", 0, 1),
    ];
    assert_eq!(found, expected);
}

#[test]
fn keys_and_punctuation_frame_and_scalars_are_values() {
    let body = r#"{"message":"Hi"}"#;
    let roles: Vec<_> = view(body)
        .leaves
        .into_iter()
        .map(|leaf| (body[leaf.range].to_owned(), leaf.role))
        .collect();
    let expected = [
        ("{", Role::Framing),
        ("\"message\":", Role::Framing),
        ("\"Hi\"", Role::Value),
        ("}", Role::Framing),
    ];
    assert_eq!(roles, expected.map(|(text, role)| (text.to_owned(), role)));
}

#[test]
fn lines_are_the_same_json_without_white_space() {
    let body = r#"{"a":[1,{"b":"x"},[]],"c":{},"d":null}"#;
    assert_eq!(compact(&view(body).json), body);
    let spaced = body.replace(',', " ,\n ").replace(':', " : ");
    assert_eq!(compact(&view(&spaced).json), body);
}

#[test]
fn text_that_is_not_json_is_one_part() {
    for body in ["<html>", "{", "{} {}", r#"{"a":1,}"#] {
        let view = view(body);
        assert_eq!(
            (view.rows.len(), &view.rows[0].title),
            (1, &Title::Rest),
            "{body}"
        );
        assert_eq!(view.json, [], "{body}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(view(&deep).rows.len(), 1);
}
