//! Links there and back.

use super::Link;

#[test]
fn every_field_survives_there_and_back() {
    let link = Link {
        method: "goodbye".to_owned(),
        name: "你好 & 100% = x".to_owned(),
        language: "zh".to_owned(),
        deadline: "250".to_owned(),
        metadata: "a: 1\nb: 2&3".to_owned(),
        format: "text".to_owned(),
        tab: "wire".to_owned(),
    };
    assert_eq!(Link::from_text(&link.to_text()), link);
}

#[test]
fn unknown_keys_and_broken_pairs_are_passed_over() {
    let link = Link::from_text("x=1&n=Ada&broken&=");
    assert_eq!(
        link,
        Link {
            name: "Ada".to_owned(),
            ..Link::default()
        }
    );
}
