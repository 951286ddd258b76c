//! Paths written by hand, against the descriptors.

use super::{
    DISTURB_REPLICA, GET_TRACE, LIST_COMPONENTS, LIST_DEMO_REPLICAS, LIST_METHODS, LIST_REPLICAS,
    LIST_SERVICES, LIST_TRACES, RUN_LOAD, SAY_GOODBYE, SAY_HELLO, SCALE_DEMO, SET_POLICY,
    UPLOAD_SPANS, WATCH_REPLICAS, WATCH_TRACES,
};
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

/// The page's own descriptors don't have these, so that the whole set is asked.
#[test]
fn paths_of_the_balancer_are_those_of_the_schema() {
    let files = Message::new(proto::FILE_DESCRIPTOR_SET);
    let mut paths = Vec::new();
    for file in files.messages(1) {
        let package = file.text(2);
        for service in file.messages(6) {
            let own = format!("/{package}.{}", service.text(1));
            let methods = service.messages(2);
            paths.extend(methods.map(|method| format!("{own}/{}", method.text(1))));
        }
    }
    for path in [
        LIST_REPLICAS,
        WATCH_REPLICAS,
        SET_POLICY,
        LIST_DEMO_REPLICAS,
        DISTURB_REPLICA,
        SCALE_DEMO,
        RUN_LOAD,
        LIST_TRACES,
        GET_TRACE,
        WATCH_TRACES,
    ] {
        assert!(paths.iter().any(|known| known == path), "{path}");
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
    assert!(posts().iter().any(|post| post == UPLOAD_SPANS));
}
