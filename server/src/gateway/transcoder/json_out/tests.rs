//! Golden pairs: bytes and their JSON, both ways; what options change; what has no JSON.

use prost::Message as _;
use prost_reflect::DynamicMessage;

use super::{AnswerOptions, LongIntegers, message};
use crate::gateway::transcoder::tests::schema::method;
use crate::gateway::transcoder::{JsonLimits, json_in};

const USUAL: AnswerOptions = AnswerOptions {
    emit_defaults: false,
    proto_names: false,
    enum_numbers: false,
    long_integers: LongIntegers::Text,
};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

fn write(bytes: &[u8], options: AnswerOptions, limits: &JsonLimits) -> Result<String, String> {
    let decoded = DynamicMessage::decode(method("Do").output(), bytes).unwrap();
    let json = message(&decoded, options, limits).map_err(|misfit| misfit.to_string())?;
    Ok(String::from_utf8(json).unwrap())
}

/// The bytes as JSON, and that JSON as the same bytes again.
#[track_caller]
fn check(hex: &str, json: &str) {
    let limits = JsonLimits::default();
    assert_eq!(write(&bytes(hex), USUAL, &limits), Ok(json.to_owned()));
    let back = json_in::message(&method("Do").input(), json.as_bytes(), &limits).unwrap();
    assert_eq!(back.encode_to_vec(), bytes(hex), "{json}");
}

#[test]
fn scalars_go_both_ways() {
    for (hex, json) in [
        ("", "{}"),
        ("09 000000000000f8bf", r#"{"d":-1.5}"#),
        ("09 9c7500883ce4377e", r#"{"d":1e+300}"#),
        ("09 000000000000f07f", r#"{"d":"Infinity"}"#),
        ("09 000000000000f87f", r#"{"d":"NaN"}"#),
        ("15 cdcccc3d", r#"{"f":0.1}"#),
        ("15 ffff7f7f", r#"{"f":3.4028235e+38}"#),
        ("15 000080ff", r#"{"f":"-Infinity"}"#),
        ("18 ffffffffffffffffff01", r#"{"i32":-1}"#),
        (
            "20 80808080808080808001",
            r#"{"i64":"-9223372036854775808"}"#,
        ),
        ("28 ffffffff0f", r#"{"u32":4294967295}"#),
        (
            "30 ffffffffffffffffff01",
            r#"{"u64":"18446744073709551615"}"#,
        ),
        ("38 01", r#"{"s32":-1}"#),
        ("40 02", r#"{"s64":"1"}"#),
        ("4d 01000000", r#"{"f32":1}"#),
        ("51 0100000000000000", r#"{"f64":"1"}"#),
        ("5d ffffffff", r#"{"sf32":-1}"#),
        ("61 ffffffffffffffff", r#"{"sf64":"-1"}"#),
        ("68 01", r#"{"flag":true}"#),
        ("72 06 22 5c 0a 00 c3a9", r#"{"textLine":"\"\\\n\u0000é"}"#),
        ("7a 03 fbff00", r#"{"data":"+/8A"}"#),
        ("7a 01 ff", r#"{"data":"/w=="}"#),
    ] {
        check(hex, json);
    }
}

#[test]
fn enums_lists_maps_and_oneofs_go_both_ways() {
    for (hex, json) in [
        ("8001 01", r#"{"color":"RED"}"#),
        ("8001 fbffffffffffffffff01", r#"{"color":"BLUE"}"#),
        ("8001 4d", r#"{"color":77}"#),
        ("8a01 00", r#"{"maybe":""}"#),
        ("a201 00", r#"{"word":""}"#),
        ("a801 00", r#"{"number":0}"#),
        ("b201 00", r#"{"home":{}}"#),
        ("b801 00", r#"{"nothing":null}"#),
        ("f201 02 0300", r#"{"ints":[3,0]}"#),
        ("fa01 00 fa01 01 61", r#"{"words":["","a"]}"#),
        (
            "8202 00 8202 02 1005",
            r#"{"addresses":[{},{"floorNumber":5}]}"#,
        ),
        ("c202 06 0a0161 120131", r#"{"labels":{"a":"1"}}"#),
        (
            "ca02 0d 08ffffffffffffffffff01 1200",
            r#"{"places":{"-1":{}}}"#,
        ),
        ("d202 04 0801 1001", r#"{"byFlag":{"true":"RED"}}"#),
        (
            "9203 05 0a0131 1a00",
            r#"{"address":{"zip":"1","next":{}}}"#,
        ),
    ] {
        check(hex, json);
    }
}

#[test]
fn well_known_types_go_both_ways() {
    for (hex, json) in [
        ("e203 00", r#"{"time":"1970-01-01T00:00:00Z"}"#),
        (
            "e203 06 10 80cab5ee01",
            r#"{"time":"1970-01-01T00:00:00.500Z"}"#,
        ),
        ("ea03 0b 08ffffffffffffffffff01", r#"{"took":"-1s"}"#),
        ("f203 05 0a03615f62", r#"{"mask":"aB"}"#),
        ("fa03 00", r#"{"any":{}}"#),
        (
            "fa03 12 0a0b 782f742e41646472657373 1203 0a0131",
            r#"{"any":{"@type":"x/t.Address","zip":"1"}}"#,
        ),
        (
            "8204 0a 0a08 0a0161 1203 1a0162",
            r#"{"structure":{"a":"b"}}"#,
        ),
        ("8a04 02 0800", r#"{"value":null}"#),
        ("8a04 09 11 000000000000f83f", r#"{"value":1.5}"#),
        ("8a04 03 1a0161", r#"{"value":"a"}"#),
        ("8a04 02 2001", r#"{"value":true}"#),
        ("8a04 02 2a00", r#"{"value":{}}"#),
        ("8a04 02 3200", r#"{"value":[]}"#),
        ("9204 04 0a02 2000", r#"{"list":[false]}"#),
        ("9a04 00", r#"{"empty":{}}"#),
        ("b204 00", r#"{"doubleValue":0}"#),
        ("ba04 05 0d 0000c07f", r#"{"floatValue":"NaN"}"#),
        ("c204 02 0805", r#"{"int64Value":"5"}"#),
        ("ca04 02 0805", r#"{"uint64Value":"5"}"#),
        ("d204 02 0805", r#"{"int32Value":5}"#),
        ("da04 02 0805", r#"{"uint32Value":5}"#),
        ("e204 02 0801", r#"{"boolValue":true}"#),
        ("ea04 00", r#"{"stringValue":""}"#),
        ("f204 03 0a01ff", r#"{"bytesValue":"/w=="}"#),
    ] {
        check(hex, json);
    }
}

#[track_caller]
fn check_options(options: AnswerOptions, hex: &str, expected: &str) {
    let json = write(&bytes(hex), options, &JsonLimits::default());
    assert_eq!(json, Ok(expected.to_owned()));
}

#[test]
fn options_change_names_numbers_and_enums() {
    check_options(
        AnswerOptions {
            proto_names: true,
            ..USUAL
        },
        "7201 61",
        r#"{"text_line":"a"}"#,
    );
    check_options(
        AnswerOptions {
            enum_numbers: true,
            ..USUAL
        },
        "8001 01",
        r#"{"color":1}"#,
    );
    let safe = AnswerOptions {
        long_integers: LongIntegers::NumberIfSafe,
        ..USUAL
    };
    check_options(safe, "20 ffffffffffffff0f", r#"{"i64":9007199254740991}"#);
    check_options(safe, "20 8080808080808010", r#"{"i64":"9007199254740992"}"#);
    check_options(safe, "c204 02 0805", r#"{"int64Value":5}"#);
}

#[test]
fn defaults_are_written_where_absence_means_nothing() {
    let defaults = AnswerOptions {
        emit_defaults: true,
        ..USUAL
    };
    let json = write(&[], defaults, &JsonLimits::default()).unwrap();
    assert!(
        json.starts_with(r#"{"d":0,"f":0,"i32":0,"i64":"0""#),
        "{json}"
    );
    for present in [
        r#""textLine":"""#,
        r#""color":"NONE""#,
        r#""ints":[]"#,
        r#""labels":{}"#,
    ] {
        assert!(json.contains(present), "{present} in {json}");
    }
    for absent in ["maybe\"", "word\"", "address\"", "time\"", "stringValue\""] {
        assert!(!json.contains(absent), "{absent} in {json}");
    }
}

#[test]
fn maps_are_in_the_order_of_their_keys() {
    let hex = "c202 06 0a0162 120132 c202 06 0a0161 120131";
    check_options(USUAL, hex, r#"{"labels":{"a":"1","b":"2"}}"#);
}

#[test]
fn unknown_fields_are_left_out() {
    check_options(USUAL, "c03e 05 1801", r#"{"i32":1}"#);
}

#[track_caller]
fn check_refused(limits: JsonLimits, hex: &str, expected: &str) {
    assert_eq!(write(&bytes(hex), USUAL, &limits), Err(expected.to_owned()));
}

#[test]
fn what_has_no_json_is_an_error_with_its_field() {
    let usual = JsonLimits::default();
    check_refused(
        usual,
        "e203 0b 10ffffffffffffffffff01",
        "time: has no JSON: must be a time such as \"2026-01-02T03:04:05Z\", years 0001 to 9999",
    );
    check_refused(
        usual,
        "ea03 0d 0801 10ffffffffffffffffff01",
        "took: has no JSON: must be a duration such as \"1.5s\", within 10,000 years",
    );
    check_refused(
        usual,
        "f203 03 0a0141",
        "mask: has no JSON: must be field paths in lowerCamelCase such as \"user.displayName,photo\"",
    );
    check_refused(
        usual,
        "8a04 00",
        "value: has no JSON: must be a Value that is set",
    );
    check_refused(
        usual,
        "8a04 09 11 000000000000f07f",
        "value: has no JSON: must be a finite number",
    );
    check_refused(
        usual,
        "8a02 00 8a02 00",
        "values[0]: has no JSON: must be a Value that is set",
    );
    check_refused(
        usual,
        "fa03 05 0a03 782f79",
        "any.@type: no type x/y in the schema",
    );
    check_refused(
        usual,
        "fa03 10 0a0b 782f742e41646472657373 1201 ff",
        "any: undecodable: failed to decode Protobuf message: invalid varint",
    );
}

#[test]
fn limits_hold_for_answers_too() {
    let usual = JsonLimits::default();
    let depth = JsonLimits {
        max_depth: 2,
        ..usual
    };
    check_refused(
        depth,
        "9203 02 1a00",
        "address.next: nesting exceeds the limit of 2 levels (--max-json-depth)",
    );
    let values = JsonLimits {
        max_values: 2,
        ..usual
    };
    check_refused(
        values,
        "f201 02 0300",
        "ints: keys and elements exceed the limit of 2 (--max-json-values)",
    );
    let strings = JsonLimits {
        max_string_bytes: 9,
        ..usual
    };
    check_refused(
        strings,
        "720a 61616161616161616161",
        "textLine: string exceeds the limit of 9 bytes (--max-json-string-bytes)",
    );
    check_refused(
        strings,
        "7a07 61616161616161",
        "data: string exceeds the limit of 9 bytes (--max-json-string-bytes)",
    );
}
