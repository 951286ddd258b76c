//! One answer for many.

use super::*;

fn request(name: &str, language: Language) -> pb::GreetManyRequest {
    pb::GreetManyRequest {
        name: name.to_owned(),
        language: language.into(),
    }
}

#[track_caller]
fn check(names: &[&str], language: Language, expected: &str) {
    let mut many = Many::default();
    for name in names {
        many.take(&request(name, language)).unwrap();
    }
    assert_eq!(many.message(), expected);
}

#[test]
fn the_first_three_are_named() {
    check(&[], Language::En, "Nobody to greet.");
    check(&["Ada"], Language::En, "Hello, Ada!");
    check(
        &["Ada", "Lin"],
        Language::Unspecified,
        "Hello, Ada and Lin!",
    );
    check(&["A", "B", "C"], Language::En, "Hello, A, B and C!");
    check(
        &["A", "B", "C", "D"],
        Language::En,
        "Hello, A, B, C and one more!",
    );
    check(
        &["A", "B", "C", "D", "E"],
        Language::En,
        "Hello, A, B, C and 2 more!",
    );
    check(&[" 小明 ", "小红"], Language::Zh, "你好，小明、小红！");
    check(
        &["A", "B", "C", "D"],
        Language::Zh,
        "你好，A、B、C，还有另外 1 位！",
    );
}

#[test]
fn a_name_that_cannot_be_greeted_is_told_by_its_number() {
    let mut many = Many::default();
    many.take(&request("Ada", Language::En)).unwrap();
    let error = many.take(&request("", Language::En)).unwrap_err();
    assert_eq!(error, GreetError::EmptyName.of_message(2));
    assert_eq!(error.field(), Some("name"));
}

#[test]
fn there_is_an_end_to_it() {
    let mut many = Many::default();
    for _ in 0..MAX_NAMES {
        many.take(&request("Ada", Language::En)).unwrap();
    }
    let error = many.take(&request("Ada", Language::En)).unwrap_err();
    assert_eq!(error, GreetError::TooManyNames);
}
