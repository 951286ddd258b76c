//! Paths written by hand, against the descriptors.

use super::{LIST_COMPONENTS, LIST_METHODS, LIST_SERVICES, SAY_GOODBYE, SAY_HELLO};
use crate::client::schema;
use crate::model::protobuf::Message;

/// `MethodOptions`' extension `google.api.http`, and in it `additional_bindings` and `post`.
const HTTP: u32 = 72_295_728;
const ADDITIONAL_BINDINGS: u32 = 11;
const POST: u32 = 4;

/// Every path that a method of the schema is mapped to by POST.
fn posts() -> Vec<String> {
    let files = Message::new(proto::FILE_DESCRIPTOR_SET);
    let mut posts = Vec::new();
    for method in files
        .messages(1)
        .flat_map(|file| file.messages(6).collect::<Vec<_>>())
        .flat_map(|service| service.messages(2).collect::<Vec<_>>())
    {
        for rule in method
            .messages(4)
            .flat_map(|options| options.messages(HTTP).collect::<Vec<_>>())
        {
            posts.push(rule.text(POST));
            posts.extend(
                rule.messages(ADDITIONAL_BINDINGS)
                    .map(|rule| rule.text(POST)),
            );
        }
    }
    posts
}

#[test]
fn paths_are_those_of_the_schema() {
    let schema = schema::load_all();
    for path in [LIST_COMPONENTS, LIST_SERVICES, LIST_METHODS] {
        assert!(schema.method(path).is_some(), "{path}");
    }
}

#[test]
fn rest_routes_are_those_of_the_schema() {
    let schema = schema::load();
    for rest in [SAY_HELLO, SAY_GOODBYE] {
        assert!(schema.method(rest.path).is_some(), "{}", rest.path);
        assert!(
            posts().iter().any(|post| post == rest.route),
            "{}",
            rest.route
        );
    }
}
