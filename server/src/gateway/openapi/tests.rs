//! A whole document, as `testdata/library.json` has it, and what holds of every document.
//! To see what changed, read the difference that the test prints; the file is written by hand after it.

use std::collections::BTreeSet;

use prost_reflect::DescriptorPool;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};
use serde_json::{Value, json};

use super::*;
use crate::schema::{Source, Version};

/// As much of google/api as the tests need.
const ANNOTATIONS: &str = r#"
    syntax = "proto3";
    package google.api;
    import "google/protobuf/descriptor.proto";
    extend google.protobuf.MethodOptions { HttpRule http = 72295728; }
    message HttpRule {
        oneof pattern {
            string get = 2;
            string put = 3;
            string post = 4;
            string delete = 5;
            string patch = 6;
            CustomHttpPattern custom = 8;
        }
        string body = 7;
        string response_body = 12;
        repeated HttpRule additional_bindings = 11;
    }
    message CustomHttpPattern { string kind = 1; string path = 2; }
"#;
const HTTP_BODY: &str = r#"
    syntax = "proto3";
    package google.api;
    message HttpBody { string content_type = 1; bytes data = 2; }
"#;

/// Files that are texts.
struct Texts(Vec<(&'static str, String)>);

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let text = self.0.iter().find(|(known, _)| *known == name);
        let (name, text) = text.ok_or_else(|| protox::Error::file_not_found(name))?;
        File::from_source(name, text)
    }
}

/// The document of all services in a file.
fn described(proto: &str, has_comments: bool) -> Value {
    let mut files = ChainFileResolver::new();
    files.add(Texts(vec![
        ("test.proto", proto.to_owned()),
        ("google/api/annotations.proto", ANNOTATIONS.to_owned()),
        ("google/api/httpbody.proto", HTTP_BODY.to_owned()),
    ]));
    files.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(files);
    compiler
        .include_imports(true)
        .include_source_info(has_comments);
    compiler.open_file("test.proto").unwrap();
    let pool = DescriptorPool::decode(compiler.encode_file_descriptor_set().as_slice()).unwrap();
    let services = pool
        .services()
        .map(|service| service.full_name().to_owned())
        .collect();
    let version = Version {
        pool,
        services,
        replicas: None,
    };
    let source = Source {
        component: "library".into(),
        versions: vec![version],
    };
    document(&Schema::new(vec![source]).unwrap(), "Library", "v1")
}

/// The document of methods with the request `message R { … }`.
fn described_methods(request: &str, methods: &str) -> Value {
    let proto = format!(
        "syntax = \"proto3\";
        import \"google/api/annotations.proto\";
        message R {{ {request} }}
        service S {{ {methods} }}"
    );
    described(&proto, true)
}

fn library() -> Value {
    described(include_str!("testdata/library.proto"), true)
}

#[test]
fn a_whole_document_is_as_expected() {
    let expected: Value = serde_json::from_str(include_str!("testdata/library.json")).unwrap();
    let document = library();
    let text = serde_json::to_string_pretty(&document).unwrap();
    assert_eq!(document, expected, "the document is\n{text}");
}

#[test]
fn a_document_is_the_same_each_time() {
    assert_eq!(library().to_string(), library().to_string());
}

#[test]
fn without_comments_nothing_is_described_but_what_is_ours() {
    let document = described(include_str!("testdata/library.proto"), false);
    assert_eq!(document["tags"], json!([{ "name": "library.v1.Library" }]));
    let book = &document["components"]["schemas"]["library.v1.Book"];
    assert_eq!(
        book["description"],
        "At most one of `shelf`, `reader` is set."
    );
    assert_eq!(
        book["properties"]["genre"],
        json!({ "$ref": "#/components/schemas/library.v1.Genre" })
    );
}

#[test]
fn every_operation_has_an_id_of_its_own() {
    let document = library();
    let paths = document["paths"].as_object().unwrap();
    let operations: Vec<_> = paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
        .collect();
    let ids: BTreeSet<_> = operations
        .iter()
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), operations.len());
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = library();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let target = document.pointer(reference.strip_prefix('#').unwrap());
        assert!(target.is_some_and(Value::is_object), "{reference}");
    }
}

#[test]
fn templates_that_come_to_one_path_get_numbers() {
    let document = described_methods(
        "string a = 1; string b = 2;",
        r#"rpc A(R) returns (R) { option (google.api.http) = {
            get: "/{a=x/*}/{b}"
            additional_bindings { get: "/{a=y/*}/{b}" }
            additional_bindings { delete: "/{a=y/*}/{b}" }
            additional_bindings { get: "/{a=z/*}/{b}" }
        }; }"#,
    );
    let paths = document["paths"].as_object().unwrap();
    let verbs = paths.iter().map(|(path, verbs)| {
        (
            path.as_str(),
            verbs.as_object().unwrap().keys().cloned().collect(),
        )
    });
    let verbs: Vec<(_, Vec<_>)> = verbs.collect();
    assert_eq!(
        verbs,
        [
            ("/{a_1}/{b_1}", vec!["get".to_owned()]),
            ("/{a_2}/{b_2}", vec!["get".to_owned()]),
            ("/{a}/{b}", vec!["delete".to_owned(), "get".to_owned()]),
        ]
    );
    let parameters = &paths["/{a_1}/{b_1}"]["get"]["parameters"];
    assert_eq!(parameters[0]["name"], "a_1");
    assert_eq!(parameters[0]["schema"]["pattern"], "^y/[^/]+$");
    assert_eq!(parameters[1]["name"], "b_1");
}

#[track_caller]
fn check_pattern(template: &str, path: &str, pattern: Option<&str>) {
    let methods =
        format!("rpc A(R) returns (R) {{ option (google.api.http).get = \"{template}\"; }}");
    let document = described_methods("string a = 1;", &methods);
    let parameter = &document["paths"][path]["get"]["parameters"][0];
    assert_eq!(parameter["in"], "path", "{document}");
    assert_eq!(parameter["schema"]["pattern"].as_str(), pattern);
}

#[test]
fn a_pattern_says_what_a_variable_takes() {
    check_pattern("/v1/{a}", "/v1/{a}", None);
    check_pattern("/v1/{a=*}:go", "/v1/{a}:go", None);
    check_pattern("/v1/{a=b}", "/v1/{a}", Some("^b$"));
    check_pattern("/v1/{a=b.c/*/d}", "/v1/{a}", Some(r"^b\.c/[^/]+/d$"));
    check_pattern("/v1/{a=**}", "/v1/{a}", Some("^.*$"));
    check_pattern("/v1/{a=b/**}:go", "/v1/{a}:go", Some("^b(/.*)?$"));
    check_pattern("/v1/*/x", "/v1/{segment-2}/x", None);
    check_pattern("/**", "/{segment-1}", Some("^.*$"));
}

#[track_caller]
fn check_query(request: &str, rule: &str, expected: &[&str]) {
    let methods = format!("rpc A(R) returns (R) {{ option (google.api.http) = {{ {rule} }}; }}");
    let document = described_methods(request, &methods);
    let paths = document["paths"].as_object().unwrap();
    let operation = paths
        .values()
        .next()
        .unwrap()
        .as_object()
        .unwrap()
        .values()
        .next()
        .unwrap();
    let parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let query = parameters
        .iter()
        .filter(|parameter| parameter["in"] == "query");
    let names: Vec<_> = query
        .map(|parameter| parameter["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, expected);
}

#[test]
fn the_query_has_what_neither_path_nor_body_has() {
    let request = "string a = 1; M some_m = 2; message M { string x = 1; int32 y_z = 2; }";
    check_query(request, "get: '/x'", &["a", "someM.x", "someM.yZ"]);
    check_query(request, "get: '/{a}'", &["someM.x", "someM.yZ"]);
    check_query(request, "get: '/{some_m.y_z}'", &["a", "someM.x"]);
    check_query(request, "put: '/x' body: 'some_m'", &["a"]);
    check_query(request, "put: '/x' body: 'a'", &["someM.x", "someM.yZ"]);
    check_query(request, "put: '/{a}' body: '*'", &[]);
}

#[test]
fn the_query_ends_at_recursion_and_in_the_depth() {
    check_query("string a = 1; R r = 2;", "get: '/x'", &["a"]);
    let nested = "M a = 1; message M { M1 a = 1; string x = 2; } message M1 { M2 a = 1; } \
        message M2 { M3 a = 1; } message M3 { string y = 1; M4 a = 2; } message M4 { string z = 1; }";
    check_query(nested, "get: '/x'", &["a.a.a.a.y", "a.x"]);
}

#[test]
fn a_schema_without_services_is_a_document_too() {
    let document = document(&Schema::default(), "Nothing", "v0");
    assert_eq!(document["paths"], json!({}));
    assert_eq!(document["tags"], json!([]));
}
