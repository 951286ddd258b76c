//! Kinds and routes of methods.

use super::{Kind, Route, routes};

#[test]
fn kind_tells_who_streams() {
    assert_eq!(Kind::of(false, false), Kind::Unary);
    assert_eq!(Kind::of(true, false), Kind::ClientStream);
    assert_eq!(Kind::of(false, true), Kind::ServerStream);
    assert_eq!(Kind::of(true, true), Kind::BothStream);
}

#[test]
fn method_has_the_route_of_its_own_name_besides_those_of_its_file() {
    let route = |verb: &str, template: &str| Route {
        verb: verb.to_owned(),
        template: template.to_owned(),
    };
    let own = route("POST", "/pkg.Service/Method");
    assert_eq!(
        routes("pkg.Service/Method", Vec::new()),
        std::slice::from_ref(&own)
    );
    let get = route("GET", "/v1/things/{id}");
    assert_eq!(routes("pkg.Service/Method", vec![get.clone()]), [get, own]);
}
