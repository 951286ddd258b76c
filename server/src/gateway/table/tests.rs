//! What makes a table, and what is refused with both sides named.

use super::*;
use crate::schema::tests::{pool, source};

const ANNOTATIONS: (&str, &str) = (
    "google/api/annotations.proto",
    include_str!("../../../../proto/google/api/annotations.proto"),
);
const HTTP: (&str, &str) = (
    "google/api/http.proto",
    include_str!("../../../../proto/google/api/http.proto"),
);

/// A service whose one method has that rule.
fn shop(package: &str, rule: &str) -> String {
    format!(
        r#"syntax = "proto3"; package {package}; import "google/api/annotations.proto";
        service Shop {{ rpc Get(M) returns (M) {{ option (google.api.http) = {{ {rule} }}; }}
                        rpc Plain(M) returns (M); }}
        message M {{ string id = 1; }}"#
    )
}

fn table(rules: &[(&str, &str)]) -> Result<Table, Vec<String>> {
    let sources = rules.iter().map(|(package, rule)| {
        let file = format!("{package}.proto");
        source(
            package,
            pool(&[(&file, &shop(package, rule)), ANNOTATIONS, HTTP]),
        )
    });
    let schema = Schema::new(sources.collect()).unwrap();
    let told = |errors: Vec<TableError>| errors.iter().map(ToString::to_string).collect();
    Table::new(schema).map_err(told)
}

#[test]
fn every_method_can_be_called_by_its_name() {
    let table = table(&[("a", r#"get: "/v1/{id}""#)]).unwrap();
    assert_eq!(table.routes().entries().count(), 1);
    for method in ["a.Shop/Get", "a.Shop/Plain"] {
        assert_eq!(&*table.plain(method).unwrap().method.name, method);
    }
    assert!(table.plain("a.Shop/Nope").is_none());
}

#[test]
fn one_route_of_two_components_is_refused_naming_both() {
    let errors = table(&[("a", r#"get: "/v1/{id}""#), ("b", r#"get: "/v1/{id=*}""#)]).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    for side in ["a.Shop/Get of component a", "b.Shop/Get of component b"] {
        assert!(errors[0].contains(side), "{errors:?}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let rules = [
        ("a", r#"get: "/v1/{nope}""#),
        ("b", r#"get: "/v1/**/x""#),
        ("c", r#"get: "/v1/{id}""#),
    ];
    let errors = table(&rules).unwrap_err();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(
        errors.iter().any(|error| error.contains("nope")),
        "{errors:?}"
    );
    assert!(
        errors
            .iter()
            .any(|error| error.contains("b.Shop/Get of component b")),
        "{errors:?}"
    );
}
