//! Which calls are compared.

use super::{Comparison, Sizes};
use crate::model::greeting::{Language, Method, Request};
use crate::model::wire_format::WireFormat;

fn request(name: &str, format: WireFormat) -> Request {
    Request {
        method: Method::SayHello,
        name: name.to_owned(),
        language: Language::English,
        deadline: None,
        metadata: Vec::new(),
        format,
    }
}

fn sizes(request: usize) -> Sizes {
    Sizes {
        request,
        answer: 2 * request,
    }
}

#[test]
fn same_input_over_both_dialects_is_compared() {
    let mut comparison = Comparison::default();
    comparison.note(&request("World", WireFormat::Json), sizes(36));
    assert_eq!(comparison.both(), None);
    comparison.note(&request("World", WireFormat::Text), sizes(24));
    assert_eq!(comparison.both(), None);
    comparison.note(&request("World", WireFormat::Binary), sizes(14));
    assert_eq!(comparison.both(), Some((sizes(14), sizes(36))));
}

#[test]
fn other_input_begins_anew() {
    let mut comparison = Comparison::default();
    comparison.note(&request("World", WireFormat::Json), sizes(36));
    comparison.note(&request("Zoë", WireFormat::Binary), sizes(12));
    assert_eq!(comparison.both(), None);
    comparison.note(&request("World", WireFormat::Binary), sizes(14));
    assert_eq!(comparison.both(), None);
}
