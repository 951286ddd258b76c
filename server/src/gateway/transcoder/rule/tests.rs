//! Which rules fit their method.

use super::RuleError;
use crate::gateway::transcoder::tests::schema::{method, rule};
use crate::gateway::transcoder::{Rule, RuleProblem};
use crate::schema::http_rule::RuleBody;

#[track_caller]
fn check(body: &str, response_body: Option<&str>, variables: &str, expected: Result<(), &str>) {
    let outcome = rule(
        "Do",
        RuleBody::Field(body.to_owned()),
        response_body,
        variables,
    );
    let outcome = outcome
        .map(drop)
        .map_err(|error: RuleError| error.to_string());
    assert_eq!(outcome, expected.map_err(str::to_owned));
}

#[test]
fn variables_reach_scalars_through_messages() {
    check(
        "address",
        None,
        "text_line address.next.zip color flag word",
        Ok(()),
    );
}

#[test]
fn body_may_be_any_top_level_field() {
    check("ints", Some("addresses"), "", Ok(()));
    check("labels", Some("value"), "", Ok(()));
}

#[test]
fn misfits_name_method_and_field() {
    let misfits = [
        ("nothere", RuleProblem::Unknown),
        ("address.nothere", RuleProblem::Unknown),
        ("text_line.zip", RuleProblem::NotNested),
        ("addresses.zip", RuleProblem::NotNested),
        ("labels.key", RuleProblem::NotNested),
        ("time.seconds", RuleProblem::NotNested),
        ("ints", RuleProblem::NotScalar),
        ("labels", RuleProblem::NotScalar),
        ("address", RuleProblem::NotScalar),
        ("string_value", RuleProblem::NotScalar),
    ];
    for (variable, problem) in misfits {
        check(
            "ints",
            None,
            variable,
            Err(&format!("t.Test/Do: {variable}: {problem}")),
        );
    }
    check(
        "ints",
        None,
        "i32 i32",
        Err("t.Test/Do: i32: two path variables set it"),
    );
    check(
        "nothere",
        None,
        "",
        Err("t.Test/Do: nothere: no such field"),
    );
    check(
        "address.zip",
        None,
        "",
        Err("t.Test/Do: address.zip: a body must be a top-level field"),
    );
    check(
        "ints",
        Some("nothere"),
        "",
        Err("t.Test/Do: nothere: no such field"),
    );
}

#[test]
fn only_http_body_takes_any_content_type() {
    let takes_any = |name, body| rule(name, body, None, "").unwrap().takes_any_body();
    assert!(Rule::plain(&method("Upload")).takes_any_body());
    assert!(takes_any("Put", RuleBody::Field("content".to_owned())));
    assert!(!takes_any("Put", RuleBody::All));
    assert!(!takes_any("Upload", RuleBody::None));
}
