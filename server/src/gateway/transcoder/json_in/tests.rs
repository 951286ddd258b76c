//! JSON that is refused, and how the error says so; JSON that is read in more than one spelling.
//! What is written back as it was read stands in `json_out/tests`.

use prost_reflect::DynamicMessage;

use super::message;
use crate::gateway::transcoder::json_out;
use crate::gateway::transcoder::tests::schema::{compile, method};
use crate::gateway::transcoder::{AnswerOptions, JsonLimits};

fn read(json: &str, limits: &JsonLimits) -> Result<DynamicMessage, String> {
    message(&method("Do").input(), json.as_bytes(), limits).map_err(|error| error.to_string())
}

/// The same message in its usual spelling, or the error without its place.
#[track_caller]
fn check(json: &str, expected: Result<&str, &str>) {
    let limits = JsonLimits::default();
    let outcome = read(json, &limits).map(|message| {
        let json = json_out::message(&message, AnswerOptions::default(), &limits);
        String::from_utf8(json.unwrap()).unwrap()
    });
    let outcome = outcome.map_err(|error| match error.split_once(": ") {
        Some((_, misfit)) => misfit.to_owned(),
        None => error,
    });
    assert_eq!(
        outcome,
        expected.map(str::to_owned).map_err(str::to_owned),
        "{json}"
    );
}

#[test]
fn unknown_fields_are_named_with_their_path() {
    check(r#"{"nope": 1}"#, Err("nope: no such field"));
    check(
        r#"{"address": {"next": {"zap": 1}}}"#,
        Err("address.next.zap: no such field"),
    );
    check(
        r#"{"addresses": [{}, {"zap": 1}]}"#,
        Err("addresses[1].zap: no such field"),
    );
    check(
        r#"{"places": {"7": {"zap": 1}}}"#,
        Err(r#"places["7"].zap: no such field"#),
    );
    check(r#"{"textline": "x"}"#, Err("textline: no such field"));
}

#[test]
fn a_field_comes_once_by_either_name() {
    check(r#"{"text_line": "x"}"#, Ok(r#"{"textLine":"x"}"#));
    check(r#"{"i32": 1, "i32": 1}"#, Err("i32: set twice"));
    check(r#"{"i32": null, "i32": 1}"#, Err("i32: set twice"));
    check(
        r#"{"textLine": "x", "text_line": "y"}"#,
        Err("text_line: set twice"),
    );
    check(
        r#"{"stringValue": "", "string_value": ""}"#,
        Err("string_value: set twice"),
    );
    check(
        r#"{"labels": {"a": "1", "a": "2"}}"#,
        Err(r#"labels["a"]: set twice"#),
    );
    check(
        r#"{"places": {"1": {}, "1.0": {}}}"#,
        Err(r#"places["1.0"]: set twice"#),
    );
    check(
        r#"{"structure": {"a": 1, "a": 2}}"#,
        Err(r#"structure["a"]: set twice"#),
    );
}

#[test]
fn one_field_of_a_oneof() {
    check(
        r#"{"word": "", "number": 0}"#,
        Err("number: only one of the oneof choice may be set"),
    );
    check(r#"{"word": "", "number": null}"#, Ok(r#"{"word":""}"#));
    check(r#"{"nothing": null}"#, Ok(r#"{"nothing":null}"#));
    check(
        r#"{"nothing": null, "word": ""}"#,
        Err("word: only one of the oneof choice may be set"),
    );
}

#[test]
fn null_is_absence_but_not_an_element() {
    check(
        r#"{"i32": null, "ints": null, "labels": null, "address": null, "time": null}"#,
        Ok("{}"),
    );
    check(
        r#"{"value": null, "values": [null]}"#,
        Ok(r#"{"values":[null],"value":null}"#),
    );
    check(
        r#"{"ints": [1, null]}"#,
        Err("ints[1]: null can't be an element"),
    );
    check(
        r#"{"labels": {"a": null}}"#,
        Err(r#"labels["a"]: null can't be an element"#),
    );
    check(
        r#"{"addresses": [null]}"#,
        Err("addresses[0]: null can't be an element"),
    );
    check("null", Err("must be an object"));
}

#[test]
fn numbers_come_as_text_too() {
    check(
        r#"{"i32": "7", "u64": 18446744073709551615, "d": "1.5"}"#,
        Ok(r#"{"d":1.5,"i32":7,"u64":"18446744073709551615"}"#),
    );
    check(
        r#"{"i32": 1.0, "i64": 1e2}"#,
        Ok(r#"{"i32":1,"i64":"100"}"#),
    );
    check(
        r#"{"i64": 9007199254740993.0}"#,
        Ok(r#"{"i64":"9007199254740993"}"#),
    );
    check(r#"{"i32": 1.5}"#, Err("i32: `1.5` is not a 32-bit integer"));
    check(
        r#"{"i32": 2147483648}"#,
        Err("i32: `2147483648` is not a 32-bit integer"),
    );
    check(r#"{"i32": " 7"}"#, Err("i32: ` 7` is not a 32-bit integer"));
    check(r#"{"i32": true}"#, Err("i32: must be a 32-bit integer"));
    check(r#"{"i32": 07}"#, Err("not JSON: a comma or } expected"));
}

#[test]
fn wrong_types_say_what_is_right() {
    check(r#"{"textLine": 1}"#, Err("textLine: must be a string"));
    check(r#"{"flag": "true"}"#, Err("flag: must be true or false"));
    check(r#"{"data": 1}"#, Err("data: must be base64"));
    check(r#"{"data": "*"}"#, Err("data: `*` is not base64"));
    check(r#"{"ints": 1}"#, Err("ints: must be a list"));
    check(r#"{"labels": []}"#, Err("labels: must be an object"));
    check(r#"{"address": "x"}"#, Err("address: must be an object"));
    check(
        r#"{"time": 1}"#,
        Err("time: must be a time such as \"2026-01-02T03:04:05Z\", years 0001 to 9999"),
    );
    check(
        r#"{"color": "PINK"}"#,
        Err("color: `PINK` is not a value of t.Color"),
    );
    check(
        r#"{"color": "1"}"#,
        Err("color: `1` is not a value of t.Color"),
    );
    check(
        r#"{"by_flag": {"yes": 1}}"#,
        Err(r#"by_flag["yes"]: `yes` is not true or false"#),
    );
    check(
        r#"{"mask": "a_b"}"#,
        Err("mask: `a_b` is not field paths in lowerCamelCase such as \"user.displayName,photo\""),
    );
}

#[test]
fn any_finds_its_type_anywhere() {
    let url = "type.googleapis.com/t.Address";
    let usual = format!(r#"{{"any":{{"@type":"{url}","zip":"1"}}}}"#);
    check(
        &format!(r#"{{"any": {{"zip": "1", "@type": "{url}"}}}}"#),
        Ok(&usual),
    );
    check(r#"{"any": {}}"#, Ok(r#"{"any":{}}"#));
    check(r#"{"any": {"zip": "1"}}"#, Err("any.@type: is missing"));
    check(
        r#"{"any": {"@type": 1}}"#,
        Err("any.@type: must be a string"),
    );
    check(
        r#"{"any": {"@type": "x/t.Nope"}}"#,
        Err("any.@type: no type x/t.Nope in the schema"),
    );
    check(
        r#"{"any": {"@type": "t.Address"}}"#,
        Err("any.@type: no type t.Address in the schema"),
    );
    check(
        &format!(r#"{{"any": {{"@type": "{url}", "@type": "{url}"}}}}"#),
        Err("any.@type: set twice"),
    );
    check(
        &format!(r#"{{"any": {{"@type": "{url}", "zap": "1"}}}}"#),
        Err("any.zap: no such field"),
    );
}

#[test]
fn any_of_a_well_known_type_has_a_value() {
    let any = |rest: &str| format!(r#"{{"any": {{"@type": "x/google.protobuf.Duration"{rest}}}}}"#);
    let usual = r#"{"any":{"@type":"x/google.protobuf.Duration","value":"1s"}}"#;
    check(&any(r#", "value": "1s""#), Ok(usual));
    check(&any(""), Err("any.value: is missing"));
    check(
        &any(r#", "value": "1s", "value": "1s""#),
        Err("any.value: set twice"),
    );
    check(&any(r#", "seconds": 1"#), Err("any.seconds: no such field"));
    check(
        &any(r#", "value": 1"#),
        Err("any.value: must be a duration such as \"1.5s\", within 10,000 years"),
    );
}

#[test]
fn extensions_are_named_in_brackets() {
    let pool = compile(&[(
        "extended.proto",
        r#"syntax = "proto2"; package e;
        message Base { extensions 100 to 200; }
        extend Base { optional int32 more = 100; }"#,
    )]);
    let base = pool.get_message_by_name("e.Base").unwrap();
    let limits = JsonLimits::default();
    let extended = message(&base, br#"{"[e.more]": 5}"#, &limits).unwrap();
    let json = json_out::message(&extended, AnswerOptions::default(), &limits).unwrap();
    assert_eq!(json, br#"{"[e.more]":5}"#);
}

#[test]
fn text_that_is_not_json_says_what_is_missing() {
    for (json, expected) in [
        ("", "body at line 1, column 1: not JSON: a value expected"),
        (
            "{\"i32\": 1,}",
            "body at line 1, column 11: not JSON: a key in quotes expected",
        ),
        ("{\n\"é\": 1}", "body at line 2, column 1: é: no such field"),
        (
            "{} {}",
            "body at line 1, column 4: not JSON: the end expected",
        ),
        (
            "{\"i32\" 1}",
            "body at line 1, column 8: not JSON: a colon expected",
        ),
    ] {
        assert_eq!(
            read(json, &JsonLimits::default()),
            Err(expected.to_owned()),
            "{json}"
        );
    }
    let error = message(
        &method("Do").input(),
        b"{\"\xff\": 1}",
        &JsonLimits::default(),
    )
    .unwrap_err();
    assert_eq!(error.to_string(), "body at line 1, column 3: not UTF-8");
}

#[track_caller]
fn check_limit(limits: JsonLimits, json: &str, expected: &str) {
    let outcome = read(json, &limits).map(drop);
    match outcome {
        Ok(()) => assert_eq!("", expected, "{json}"),
        Err(error) => assert!(
            !expected.is_empty() && error.contains(expected),
            "{error}: {json}"
        ),
    }
}

#[test]
fn every_limit_names_itself() {
    let usual = JsonLimits::default();
    let strings = JsonLimits {
        max_string_bytes: 9,
        ..usual
    };
    check_limit(strings, r#"{"textLine": "123456789"}"#, "");
    check_limit(
        strings,
        r#"{"textLine": "1234567890"}"#,
        "limit of 9 bytes (--max-json-string-bytes)",
    );
    check_limit(
        strings,
        r#"{"textLine": "12345678\u4e2d"}"#,
        "limit of 9 bytes (--max-json-string-bytes)",
    );
    check_limit(
        strings,
        r#"{"1234567890": 1}"#,
        "limit of 9 bytes (--max-json-string-bytes)",
    );
    let numbers = JsonLimits {
        max_number_bytes: 3,
        ..usual
    };
    check_limit(numbers, r#"{"i32": 100}"#, "");
    check_limit(
        numbers,
        r#"{"i32": 1000}"#,
        "limit of 3 characters (--max-json-number-bytes)",
    );
    let values = JsonLimits {
        max_values: 3,
        ..usual
    };
    check_limit(values, r#"{"ints": [1, 2]}"#, "");
    check_limit(
        values,
        r#"{"ints": [1, 2, 3]}"#,
        "limit of 3 (--max-json-values)",
    );
    let depth = JsonLimits {
        max_depth: 3,
        ..usual
    };
    check_limit(depth, r#"{"addresses": [{}]}"#, "");
    check_limit(
        depth,
        r#"{"addresses": [{"next": {}}]}"#,
        "limit of 3 levels (--max-json-depth)",
    );
}

#[test]
fn nesting_never_passes_what_prost_decodes() {
    let limits = JsonLimits::default();
    for (before, open, innermost, close) in [
        (r#"{"address":"#, r#"{"next":"#, "{}", "}"),
        (r#"{"value":"#, r#"{"a":"#, "1", "}"),
        (r#"{"value":"#, "[", "", "]"),
    ] {
        let nested = |levels: usize| {
            format!(
                "{before}{}{innermost}{}}}",
                open.repeat(levels),
                close.repeat(levels)
            )
        };
        let deepest = (1..150)
            .take_while(|levels| read(&nested(*levels), &limits).is_ok())
            .count();
        assert!((30..100).contains(&deepest), "{deepest} levels of {open}");
        let bytes = prost::Message::encode_to_vec(&read(&nested(deepest), &limits).unwrap());
        DynamicMessage::decode(method("Do").input(), bytes.as_slice()).unwrap();
        check_limit(limits, &nested(deepest + 1), "limit of 100 levels");
    }
}

#[test]
fn looking_for_types_has_a_bound() {
    let any = |inner: &str| format!(r#"{{"value": {inner}, "@type": "x/google.protobuf.Any"}}"#);
    let nested = (0..40).fold("{}".to_owned(), |inner, _| any(&inner));
    check_limit(
        JsonLimits::default(),
        &format!(r#"{{"any": {nested}}}"#),
        "write it first",
    );
    let nested = (0..4).fold("{}".to_owned(), |inner, _| any(&inner));
    check_limit(
        JsonLimits::default(),
        &format!(r#"{{"any": {nested}}}"#),
        "",
    );
}
