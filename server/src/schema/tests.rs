//! Claims about joining the schemas of components, and about HTTP rules in real descriptors.
//! `pool` and `source` make descriptors of text; the tests of other rooms use them as well.

use prost_reflect::DescriptorPool;
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

use super::http_rule::{HttpRule, RuleBody};
use super::*;

struct Texts(Vec<(String, String)>);

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.0.iter().find(|(file, _)| file == name) {
            Some((_, text)) => File::from_source(name, text),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

/// Compiles files given as name and text, with their comments; they may import each other and Google's.
#[track_caller]
pub(crate) fn pool(files: &[(&str, &str)]) -> DescriptorPool {
    let owned = |&(name, text): &(&str, &str)| (name.to_owned(), text.to_owned());
    let mut resolver = ChainFileResolver::new();
    resolver.add(Texts(files.iter().map(owned).collect()));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    compiler
        .open_files(files.iter().map(|(name, _)| name))
        .unwrap();
    DescriptorPool::decode(compiler.encode_file_descriptor_set().as_slice()).unwrap()
}

/// One version that all replicas speak and that serves every service of the pool.
pub(crate) fn source(component: &str, pool: DescriptorPool) -> Source {
    Source {
        component: component.into(),
        versions: vec![version(pool, None)],
    }
}

fn version(pool: DescriptorPool, replicas: Option<&[&str]>) -> Version {
    let names = |replicas: &[&str]| replicas.iter().map(|&name| name.into()).collect();
    Version {
        services: pool.services().map(|s| s.full_name().to_owned()).collect(),
        replicas: replicas.map(names),
        pool,
    }
}

/// `ship.v1.Deck` with those methods.
fn deck(methods: &[&str]) -> DescriptorPool {
    let methods = methods
        .iter()
        .map(|name| format!("rpc {name}(M) returns (M);"));
    let methods: String = methods.collect();
    let text =
        format!("syntax = 'proto3'; package ship.v1; message M {{}} service Deck {{ {methods} }}");
    pool(&[("ship.proto", &text)])
}

fn ours() -> DescriptorPool {
    DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap()
}

fn rule(verb: &str, template: &str, body: RuleBody) -> HttpRule {
    HttpRule {
        verb: verb.to_owned(),
        template: template.to_owned(),
        body,
        response_body: None,
    }
}

#[track_caller]
fn check_rules(method: &str, expected: &[HttpRule]) {
    let schema = Schema::new(vec![source("all", ours())]).unwrap();
    assert_eq!(schema.method(method).unwrap().rules, expected);
}

#[track_caller]
fn check_replicas(versions: Vec<Version>, method: &str, expected: Option<&[&str]>) {
    let component = "ship".into();
    let schema = Schema::new(vec![Source {
        component,
        versions,
    }])
    .unwrap();
    let replicas = schema.method(method).unwrap().replicas.as_deref();
    let names = replicas.map(|names| names.iter().map(|name| &**name).collect::<Vec<_>>());
    assert_eq!(names.as_deref(), expected);
}

#[test]
fn the_build_keeps_the_http_rules_of_myservice() {
    check_rules(
        "myservice.v1.MyService/SayHello",
        &[
            rule("GET", "/v1/hello/{name}", RuleBody::None),
            rule("POST", "/v1/hello", RuleBody::All),
        ],
    );
    check_rules(
        "myservice.v1.MyService/SayGoodbye",
        &[
            rule("GET", "/v1/goodbye/{name}", RuleBody::None),
            rule("POST", "/v1/goodbye", RuleBody::All),
        ],
    );
}

#[test]
fn every_admin_method_has_one_way_to_get_it() {
    let schema = Schema::new(vec![source("all", ours())]).unwrap();
    let methods = &schema.service("gangplank.v1.AdminService").unwrap().methods;
    assert!(!methods.is_empty());
    for method in methods {
        let verbs: Vec<_> = method.rules.iter().map(|rule| &*rule.verb).collect();
        assert_eq!(verbs, ["GET"], "{}", method.name);
    }
}

#[test]
fn the_build_keeps_comments() {
    let file = ours()
        .get_file_by_name("myservice/v1/my_service.proto")
        .unwrap();
    let locations = &file
        .file_descriptor_proto()
        .source_code_info
        .as_ref()
        .unwrap()
        .location;
    let mut comments = locations
        .iter()
        .filter_map(|l| l.leading_comments.as_deref());
    assert!(comments.any(|text| text.starts_with(" MyService greets people")));
}

#[test]
fn the_pages_descriptors_are_whole_without_options() {
    let page = DescriptorPool::decode(proto::PAGE_DESCRIPTOR_SET).unwrap();
    let names = |pool: &DescriptorPool| -> Vec<_> {
        pool.services().map(|s| s.full_name().to_owned()).collect()
    };
    let seen = ["gangplank.v1.AdminService", "myservice.v1.MyService"];
    assert_eq!(names(&page), seen, "those that the inspector shows");
    assert!(page.get_file_by_name("google/api/http.proto").is_none());
}

#[test]
fn a_method_without_annotation_has_no_rules() {
    let schema = Schema::new(vec![source("ship", deck(&["Swab"]))]).unwrap();
    assert_eq!(schema.method("ship.v1.Deck/Swab").unwrap().rules, []);
}

#[test]
fn an_older_version_adds_the_methods_that_the_newer_lacks() {
    let versions = vec![
        version(deck(&["Paint", "Swab"]), Some(&["new"])),
        version(deck(&["Scrape", "Swab"]), Some(&["old"])),
    ];
    let component: Arc<str> = "ship".into();
    let schema = Schema::new(vec![Source {
        component,
        versions,
    }])
    .unwrap();
    let methods = &schema.service("ship.v1.Deck").unwrap().methods;
    let names: Vec<_> = methods.iter().map(|method| &*method.name).collect();
    assert_eq!(
        names,
        [
            "ship.v1.Deck/Paint",
            "ship.v1.Deck/Swab",
            "ship.v1.Deck/Scrape"
        ]
    );
}

#[test]
fn a_method_is_asked_of_the_replicas_of_every_version_that_has_it() {
    let versions = || {
        vec![
            version(deck(&["Paint", "Swab"]), Some(&["new"])),
            version(deck(&["Scrape", "Swab"]), Some(&["old-0", "old-1"])),
        ]
    };
    check_replicas(versions(), "ship.v1.Deck/Paint", Some(&["new"]));
    check_replicas(
        versions(),
        "ship.v1.Deck/Swab",
        Some(&["new", "old-0", "old-1"]),
    );
    check_replicas(versions(), "ship.v1.Deck/Scrape", Some(&["old-0", "old-1"]));
}

#[test]
fn a_version_of_all_replicas_makes_a_method_everybodys() {
    let versions = vec![
        version(deck(&["Swab"]), Some(&["new"])),
        version(deck(&["Swab"]), None),
    ];
    check_replicas(versions, "ship.v1.Deck/Swab", None);
}

#[test]
fn a_service_claimed_twice_names_both_components() {
    let sources = vec![
        source("one", deck(&["Swab"])),
        source("two", deck(&["Swab"])),
    ];
    let refused = Schema::new(sources).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "service ship.v1.Deck is claimed by two components, one and two"
    );
}

#[test]
fn a_service_without_descriptor_is_refused() {
    let mut source = source("ship", deck(&["Swab"]));
    source.versions[0].services.push("ship.v1.Mast".to_owned());
    let missing = SchemaError::Missing {
        component: "ship".into(),
        service: "ship.v1.Mast".to_owned(),
    };
    assert_eq!(Schema::new(vec![source]).unwrap_err(), missing);
}
