//! Whole requests and answers: who wins, what is refused, raw bodies; and random messages both ways.

use proptest::prelude::*;

use super::tests::schema::{method, plain, rule};
use super::*;
use crate::gateway::transcoder;
use crate::schema::http_rule::{self, RuleBody};

#[path = "../../../fuzz/checks/transcoder.rs"]
mod checks;
mod random;
pub(super) mod schema;

const LIMITS: JsonLimits = JsonLimits {
    max_depth: 100,
    max_string_bytes: 1_000_000,
    max_number_bytes: 1_000,
    max_values: 1_000_000,
};

/// What came with a request.
#[derive(Default)]
struct Sent<'a> {
    path: &'a [(&'a str, &'a str)],
    query: &'a str,
    body: &'a str,
}

fn transcode(rule: &Rule, sent: &Sent<'_>) -> Result<String, String> {
    let split = |path: &str| path.split('.').map(str::to_owned).collect::<Vec<_>>();
    let bindings: Vec<_> = sent
        .path
        .iter()
        .map(|(path, text)| (split(path), *text))
        .collect();
    let query = Some(sent.query).filter(|query| !query.is_empty());
    let bytes = rule
        .request(&bindings, query, None, sent.body.as_bytes(), &LIMITS)
        .map_err(|error| error.to_string())?;
    let whole = Rule {
        response_body: None,
        output: rule.input.clone(),
        ..rule.clone()
    };
    let answer = whole
        .answer(&bytes, &AnswerOptions::default(), &LIMITS)
        .unwrap();
    Ok(String::from_utf8(answer.body.to_vec()).unwrap())
}

/// The message that a request becomes, as JSON, or its error.
#[track_caller]
fn check(rule: &Rule, sent: &Sent<'_>, expected: Result<&str, &str>) {
    let expected = expected.map(str::to_owned).map_err(str::to_owned);
    assert_eq!(transcode(rule, sent), expected);
}

fn with_body(body: &str, variables: &str) -> Rule {
    let body = match body {
        "" => RuleBody::None,
        "*" => RuleBody::All,
        field => RuleBody::Field(field.to_owned()),
    };
    rule("Do", body, None, variables).unwrap()
}

#[test]
fn path_wins_over_the_body() {
    let path = &[("text_line", "path"), ("address.zip", "1")];
    let body = r#"{"textLine": "body", "i32": 7, "address": {"zip": "2", "floorNumber": 3}}"#;
    check(
        &with_body("*", "text_line address.zip"),
        &Sent {
            path,
            body,
            ..Sent::default()
        },
        Ok(r#"{"i32":7,"textLine":"path","address":{"zip":"1","floorNumber":3}}"#),
    );
}

#[test]
fn path_reaches_into_the_body_field() {
    let path = &[("address.zip", "1")];
    let body = r#"{"zip": "2", "floorNumber": 3}"#;
    check(
        &with_body("address", "address.zip"),
        &Sent {
            path,
            body,
            ..Sent::default()
        },
        Ok(r#"{"address":{"zip":"1","floorNumber":3}}"#),
    );
}

#[test]
fn path_takes_the_oneof_from_the_body() {
    check(
        &with_body("*", "number"),
        &Sent {
            path: &[("number", "5")],
            body: r#"{"word": "x"}"#,
            ..Sent::default()
        },
        Ok(r#"{"number":5}"#),
    );
}

#[test]
fn path_takes_enums_by_name_and_number() {
    for (text, expected) in [("RED", r#"{"color":"RED"}"#), ("-5", r#"{"color":"BLUE"}"#)] {
        let sent = Sent {
            path: &[("color", text)],
            ..Sent::default()
        };
        check(&with_body("", "color"), &sent, Ok(expected));
    }
}

#[test]
fn path_variable_that_does_not_fit_is_named() {
    check(
        &with_body("", "i32"),
        &Sent {
            path: &[("i32", "seven")],
            ..Sent::default()
        },
        Err("path: i32: `seven` is not a 32-bit integer"),
    );
}

#[test]
fn query_key_that_the_path_sets_is_refused() {
    let sent = |query| Sent {
        path: &[("address.zip", "1")],
        query,
        ..Sent::default()
    };
    let rule = with_body("", "address.zip");
    check(
        &rule,
        &sent("address.zip=2"),
        Err("query: address.zip: the path sets it already"),
    );
    check(
        &rule,
        &sent("address.floorNumber=2"),
        Ok(r#"{"address":{"zip":"1","floorNumber":2}}"#),
    );
}

#[test]
fn query_key_in_the_body_field_is_refused() {
    let sent = |query| Sent {
        query,
        body: r#"{"zip": "1"}"#,
        ..Sent::default()
    };
    let rule = with_body("address", "");
    check(
        &rule,
        &sent("address.zip=2"),
        Err("query: address.zip: the body sets it already"),
    );
    check(
        &rule,
        &sent("i32=2"),
        Ok(r#"{"i32":2,"address":{"zip":"1"}}"#),
    );
}

#[test]
fn whole_body_leaves_no_query() {
    check(
        &with_body("*", ""),
        &Sent {
            query: "i32=2",
            ..Sent::default()
        },
        Err("query: i32: the body holds every field, so the query takes none"),
    );
}

#[test]
fn empty_body_is_the_empty_message() {
    check(&with_body("*", ""), &Sent::default(), Ok("{}"));
    check(&with_body("address", ""), &Sent::default(), Ok("{}"));
    check(&plain(), &Sent::default(), Ok("{}"));
}

#[test]
fn body_without_a_rule_is_refused() {
    check(
        &with_body("", ""),
        &Sent {
            body: "{}",
            ..Sent::default()
        },
        Err("t.Test/Do takes no body here, but 2 bytes came; its fields belong into the query"),
    );
}

#[test]
fn body_field_may_be_repeated_or_null() {
    let sent = |body| Sent {
        body,
        ..Sent::default()
    };
    check(
        &with_body("ints", ""),
        &sent("[1, 2]"),
        Ok(r#"{"ints":[1,2]}"#),
    );
    check(&with_body("ints", ""), &sent("null"), Ok("{}"));
    check(
        &with_body("value", ""),
        &sent("null"),
        Ok(r#"{"value":null}"#),
    );
    check(
        &with_body("address", ""),
        &sent(r#"{"zap": 1}"#),
        Err("body at line 1, column 2: address.zap: no such field"),
    );
}

#[test]
fn errors_tell_field_place_and_blame() {
    let body = b"{\n  \"address\": {\"zip\": 7}}";
    let error = plain()
        .request::<[String; 0], &str>(&[], None, None, body, &LIMITS)
        .unwrap_err();
    assert_eq!(error.field(), Some("address.zip"));
    assert_eq!(
        error.position(),
        Some(Position {
            line: 2,
            column: 22
        })
    );
    assert_eq!(
        error.fault(),
        Some(&Fault::WrongType {
            expected: "a string"
        })
    );
    let error = plain()
        .answer(b"\xff", &AnswerOptions::default(), &LIMITS)
        .unwrap_err();
    assert!(matches!(error, TranscodeError::Answer(_)), "{error}");
}

#[track_caller]
fn check_answer(response_body: &str, json: &str, expected: &str) {
    let request = plain().request::<[String; 0], &str>(&[], None, None, json.as_bytes(), &LIMITS);
    let rule = rule("Do", RuleBody::All, Some(response_body), "").unwrap();
    let answer = rule
        .answer(&request.unwrap(), &AnswerOptions::default(), &LIMITS)
        .unwrap();
    assert_eq!(answer.content_type, "application/json");
    assert_eq!(answer.body, expected);
}

#[test]
fn response_body_is_one_field() {
    check_answer("ints", r#"{"ints": [1, 2], "i32": 3}"#, "[1,2]");
    check_answer("ints", "{}", "[]");
    check_answer(
        "labels",
        r#"{"labels": {"b": "2", "a": "1"}}"#,
        r#"{"a":"1","b":"2"}"#,
    );
    check_answer("text_line", r#"{"textLine": "x"}"#, r#""x""#);
    check_answer("address", r#"{"address": {}}"#, "{}");
    check_answer("address", "{}", "null");
    check_answer(
        "time",
        r#"{"time": "1970-01-01T00:00:00Z"}"#,
        r#""1970-01-01T00:00:00Z""#,
    );
}

#[test]
fn http_body_passes_bytes_both_ways() {
    let rule = Rule::plain(&method("Upload"));
    let request =
        |body| rule.request::<[String; 0], &str>(&[], None, Some("image/png"), body, &LIMITS);
    assert!(rule.takes_any_body());
    let bytes = request(b"\x89PNG\xff").unwrap();
    let answer = rule
        .answer(&bytes, &AnswerOptions::default(), &LIMITS)
        .unwrap();
    assert_eq!(answer.content_type, "image/png");
    assert_eq!(answer.body, b"\x89PNG\xff".as_slice());
    let answer = rule
        .answer(b"", &AnswerOptions::default(), &LIMITS)
        .unwrap();
    assert_eq!(answer.content_type, "application/octet-stream");
    assert!(answer.body.is_empty());
}

#[test]
fn http_body_may_be_one_field() {
    let body = RuleBody::Field("content".to_owned());
    let rule = rule("Put", body, Some("content"), "name").unwrap();
    let bindings = [(["name".to_owned()], "a.txt")];
    let bytes = rule
        .request(&bindings, None, Some("text/plain"), b"hi", &LIMITS)
        .unwrap();
    assert_eq!(
        bytes,
        b"\x0a\x05a.txt\x12\x10\x0a\x0atext/plain\x12\x02hi".as_slice()
    );
    let answer = rule
        .answer(&bytes, &AnswerOptions::default(), &LIMITS)
        .unwrap();
    assert_eq!(
        (answer.content_type.to_str().unwrap(), &*answer.body),
        ("text/plain", b"hi".as_slice())
    );
}

#[test]
fn content_type_that_breaks_headers_is_refused() {
    let rule = Rule::plain(&method("Upload"));
    let error = rule
        .answer(b"\x0a\x03a\r\n", &AnswerOptions::default(), &LIMITS)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "answer: has no JSON: must be a content type that a header can hold"
    );
}

proptest! {
    #[test]
    fn random_messages_come_back_byte_for_byte(
        entropy in prop::collection::vec(any::<u8>(), 0..400),
        emit_defaults: bool,
        proto_names: bool,
        enum_numbers: bool,
        is_number: bool,
    ) {
        let rule = plain();
        let bytes = random::message(&rule.input, &entropy).encode_to_vec();
        let long_integers = if is_number { LongIntegers::NumberIfSafe } else { LongIntegers::Text };
        let options = AnswerOptions { emit_defaults, proto_names, enum_numbers, long_integers };
        let json = rule.answer(&bytes, &options, &LIMITS).unwrap().body;
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&json).is_ok());
        let back = rule.request::<[String; 0], &str>(&[], None, None, &json, &LIMITS);
        prop_assert_eq!(back.unwrap(), bytes, "{}", String::from_utf8_lossy(&json));
    }
}

#[test]
fn the_fuzz_corpus_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/transcoder");
    let entries: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
    assert!(!entries.is_empty());
    for entry in entries {
        checks::holds(
            &method("Do"),
            &std::fs::read(entry.unwrap().path()).unwrap(),
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_hold(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        checks::holds(&method("Do"), &bytes);
    }

    #[test]
    fn broken_messages_and_their_json_hold(
        entropy in prop::collection::vec(any::<u8>(), 0..300),
        breaks in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let rule = plain();
        let message = random::message(&rule.input, &entropy).encode_to_vec();
        let json = rule.answer(&message, &AnswerOptions::default(), &LIMITS).unwrap().body.to_vec();
        for mut bytes in [message, json] {
            for (place, byte) in &breaks {
                if !bytes.is_empty() {
                    let place = place.index(bytes.len());
                    bytes[place] = *byte;
                }
            }
            checks::holds(&method("Do"), &bytes);
        }
    }
}
