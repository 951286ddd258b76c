//! What a query can set, and what it can't.

use crate::gateway::transcoder::tests::schema::rule;
use crate::gateway::transcoder::{AnswerOptions, JsonLimits, Rule};
use crate::schema::http_rule::RuleBody;

/// The message that a query makes, as JSON, or its error.
#[track_caller]
fn check(query: &str, expected: Result<&str, &str>) {
    let rule = rule("Do", RuleBody::None, None, "").unwrap();
    let limits = JsonLimits::default();
    let outcome = rule
        .request::<[String; 0], &str>(&[], Some(query), None, b"", &limits)
        .map(|bytes| {
            let whole = Rule {
                output: rule.input.clone(),
                ..rule.clone()
            };
            let answer = whole
                .answer(&bytes, &AnswerOptions::default(), &limits)
                .unwrap();
            String::from_utf8(answer.body.to_vec()).unwrap()
        })
        .map_err(|error| error.to_string());
    assert_eq!(
        outcome,
        expected.map(str::to_owned).map_err(str::to_owned),
        "{query}"
    );
}

#[test]
fn names_are_those_of_json_and_of_the_schema() {
    check("textLine=a", Ok(r#"{"textLine":"a"}"#));
    check("text_line=a", Ok(r#"{"textLine":"a"}"#));
    check("TextLine=a", Err("query: TextLine: no such field"));
}

#[test]
fn unknown_keys_are_named() {
    check("i32=1&nope=2", Err("query: nope: no such field"));
    check("address.nope=2", Err("query: address.nope: no such field"));
    check("i32.x=2", Err("query: i32.x: no such field"));
    check("=2", Err("query: no such field"));
}

#[test]
fn scalars_are_spelled_as_in_json() {
    check(
        "d=-1.5&f=NaN&i32=-7&u64=18446744073709551615&flag=true&data=aGk",
        Ok(
            r#"{"d":-1.5,"f":"NaN","i32":-7,"u64":"18446744073709551615","flag":true,"data":"aGk="}"#,
        ),
    );
    check("i32=1e2", Ok(r#"{"i32":100}"#));
    check("flag=1", Err("query: flag: `1` is not true or false"));
    check("i32=", Err("query: i32: `` is not a 32-bit integer"));
    check(
        "u32=-1",
        Err("query: u32: `-1` is not an unsigned 32-bit integer"),
    );
}

#[test]
fn bytes_come_in_both_alphabets() {
    check("data=-_-_", Ok(r#"{"data":"+/+/"}"#));
    check("data=%2B%2F%2B%2F", Ok(r#"{"data":"+/+/"}"#));
    check("data=%2B%2F%3D%3D", Ok(r#"{"data":"+w=="}"#));
    check("data=a", Err("query: data: `a` is not base64"));
}

#[test]
fn enums_come_by_name_or_number() {
    check("color=BLUE", Ok(r#"{"color":"BLUE"}"#));
    check("color=-5", Ok(r#"{"color":"BLUE"}"#));
    check("color=9", Ok(r#"{"color":9}"#));
    check(
        "color=blue",
        Err("query: color: `blue` is not a value of t.Color"),
    );
}

#[test]
fn repeated_scalars_repeat_their_key() {
    check(
        "ints=3&ints=1&words=a&words=",
        Ok(r#"{"ints":[3,1],"words":["a",""]}"#),
    );
    check(
        "ints=3,1",
        Err("query: ints: `3,1` is not a 32-bit integer"),
    );
}

#[test]
fn single_fields_come_once_by_either_name() {
    check("i32=3&i32=3", Err("query: i32: set twice"));
    check("text_line=a&textLine=b", Err("query: textLine: set twice"));
    check(
        "address.zip=1&address.zip=2",
        Err("query: address.zip: set twice"),
    );
}

#[test]
fn nested_fields_join() {
    check(
        "address.next.zip=2&address.zip=1&address.next.floor_number=3",
        Ok(r#"{"address":{"zip":"1","next":{"zip":"2","floorNumber":3}}}"#),
    );
}

#[test]
fn well_known_types_come_as_their_text() {
    check(
        "time=2026-01-02T03:04:05%2B01:00",
        Ok(r#"{"time":"2026-01-02T02:04:05Z"}"#),
    );
    check("took=3.5s", Ok(r#"{"took":"3.500s"}"#));
    check(
        "took=1h",
        Err("query: took: `1h` is not a duration such as \"1.5s\", within 10,000 years"),
    );
    check("mask=a.bC,d", Ok(r#"{"mask":"a.bC,d"}"#));
    check(
        "int64Value=5&boolValue=false&stringValue=",
        Ok(r#"{"int64Value":"5","boolValue":false,"stringValue":""}"#),
    );
}

#[test]
fn empty_text_keeps_presence() {
    check("maybe=", Ok(r#"{"maybe":""}"#));
    check("maybe", Ok(r#"{"maybe":""}"#));
    check("textLine=", Ok("{}"));
}

#[test]
fn one_field_of_a_oneof() {
    check("word=a", Ok(r#"{"word":"a"}"#));
    check(
        "word=a&number=1",
        Err("query: number: only one of the oneof choice may be set"),
    );
    check(
        "number=0&home.zip=1",
        Err("query: home.zip: only one of the oneof choice may be set"),
    );
    check(
        "home.zip=1&home.floorNumber=2",
        Ok(r#"{"home":{"zip":"1","floorNumber":2}}"#),
    );
}

#[test]
fn what_needs_more_than_a_text_is_refused() {
    for key in [
        "addresses",
        "labels",
        "address",
        "structure",
        "value",
        "any",
        "list",
        "times",
        "empty",
    ] {
        check(
            &format!("{key}=1"),
            Err(&format!(
                "query: {key}: is not a field that a query can set"
            )),
        );
    }
    check("labels.a=1", Err("query: labels.a: no such field"));
    check("time.seconds=1", Err("query: time.seconds: no such field"));
}

#[test]
fn plus_is_a_space_and_percent_an_escape() {
    check("textLine=a+b%2Bc%20d", Ok(r#"{"textLine":"a b+c d"}"#));
    check("text%4Cine=%E4%B8%AD", Ok(r#"{"textLine":"中"}"#));
    check("textLine=a=b", Ok(r#"{"textLine":"a=b"}"#));
    check("&&textLine=a&", Ok(r#"{"textLine":"a"}"#));
    check(
        "textLine=%",
        Err("query: textLine: `%` is not percent-encoded"),
    );
    check(
        "textLine=%4",
        Err("query: textLine: `%4` is not percent-encoded"),
    );
    check(
        "textLine=%é1",
        Err("query: textLine: `%é1` is not percent-encoded"),
    );
    check("textLine=%FF", Err("query: textLine: not UTF-8"));
    check("%zz=1", Err("query: %zz: `%zz` is not percent-encoded"));
}

#[test]
fn keys_are_no_deeper_than_messages() {
    let key = ["next"; 100].join(".");
    let name = format!("address.{}…", &key[..32]);
    check(
        &format!("address.{key}.zip=1"),
        Err(&format!(
            "query: {name}: nesting exceeds the limit of 100 levels (--max-json-depth)"
        )),
    );
}
