//! What must hold for any bytes; shared by the fuzz target and by the transcoder's own tests.
//! Nothing panics; what is accepted as JSON has an answer; and what has an answer is accepted as JSON and answered
//! the same again. The parent module says where the rooms are.

use prost_reflect::MethodDescriptor;

use super::http_rule::{HttpRule, RuleBody};
use super::transcoder::{AnswerOptions, JsonLimits, LongIntegers, Rule, TranscodeError};

/// For answers that are read again: a Struct counts more levels when it is read than when it is written.
const WIDE: JsonLimits = JsonLimits {
    max_depth: 1_000,
    max_string_bytes: u32::MAX,
    max_number_bytes: u32::MAX,
    max_values: u32::MAX,
};

/// Checks the bytes as JSON, as a message of every way to write it, and as a query.
pub(crate) fn holds(method: &MethodDescriptor, bytes: &[u8]) {
    let rule = Rule::plain(method);
    if let Ok(message) = read(&rule, bytes, &JsonLimits::default()) {
        comes_back(
            &rule,
            &write(&rule, &message, 0).expect("what is accepted has an answer"),
            0,
        );
    }
    for variant in 0..16 {
        if let Ok(json) = write(&rule, bytes, variant) {
            comes_back(&rule, &json, variant);
        }
    }
    if let Ok(query) = std::str::from_utf8(bytes) {
        from_query(method, query);
    }
}

#[track_caller]
fn comes_back(rule: &Rule, json: &[u8], variant: u8) {
    let message = read(rule, json, &WIDE);
    let message = message.unwrap_or_else(|error| panic!("{error}: {}", json.escape_ascii()));
    let again = write(rule, &message, variant).expect("what has an answer has it again");
    assert_eq!(
        again.escape_ascii().to_string(),
        json.escape_ascii().to_string()
    );
}

fn from_query(method: &MethodDescriptor, query: &str) {
    let http = HttpRule {
        verb: "GET".to_owned(),
        template: "/".to_owned(),
        body: RuleBody::None,
        response_body: None,
    };
    let rule = Rule::new(method, &http, &[]).expect("a rule without names fits");
    let request =
        rule.request::<[String; 0], &str>(&[], Some(query), None, b"", &JsonLimits::default());
    if let Ok(message) = request {
        let json = write(&rule, &message, 0).expect("what a query sets has an answer");
        comes_back(&Rule::plain(method), &json, 0);
    }
}

fn read(rule: &Rule, json: &[u8], limits: &JsonLimits) -> Result<Vec<u8>, TranscodeError> {
    let message = rule.request::<[String; 0], &str>(&[], None, None, json, limits);
    message.map(|message| message.to_vec())
}

/// The bits of `variant` are options.
fn write(rule: &Rule, message: &[u8], variant: u8) -> Result<Vec<u8>, TranscodeError> {
    let has = |bit: u8| variant & bit != 0;
    let options = AnswerOptions {
        emit_defaults: has(1),
        proto_names: has(2),
        enum_numbers: has(4),
        long_integers: if has(8) {
            LongIntegers::NumberIfSafe
        } else {
            LongIntegers::Text
        },
    };
    rule.answer(message, &options, &JsonLimits::default())
        .map(|answer| answer.body.to_vec())
}
