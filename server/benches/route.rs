//! How long `Routes::find` takes in a table of 500 routes: `cargo bench -p server --bench route`.
//! The table has the shape of a large public API: 50 collections, each with ten routes of the usual kinds.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use http::Method;
use server::gateway::route::{Entry, Found, Routes};

const COLLECTIONS: usize = 50;

const KINDS: [(&str, &str); 10] = [
    ("GET", "/v1/{parent=projects/*}/C"),
    ("POST", "/v1/{parent=projects/*}/C"),
    ("GET", "/v1/{name=projects/*/C/*}"),
    ("PATCH", "/v1/{c.name=projects/*/C/*}"),
    ("DELETE", "/v1/{name=projects/*/C/*}"),
    ("POST", "/v1/{name=projects/*/C/*}:cancel"),
    ("GET", "/v1/C"),
    ("GET", "/v1/C/{id}"),
    ("GET", "/v1/C/{id}/files/{path=**}"),
    ("POST", "/v1/C/status"),
];

fn table() -> Routes<usize> {
    let entries = (0..COLLECTIONS).flat_map(|collection| {
        KINDS.iter().map(move |(verb, template)| Entry {
            verb: (*verb).to_owned(),
            template: template.replace('C', &format!("things{collection}")),
            owner: format!("things.v1.Things{collection}/Do"),
            target: collection,
        })
    });
    Routes::build(entries.collect()).expect("no two templates are the same")
}

fn find(bench: &mut Criterion) {
    let table = table();
    let deep = format!("/v1/things31/1/files{}", "/folder".repeat(40));
    let cases = [
        ("literal", Method::POST, "/v1/things31/status", true),
        ("variable", Method::GET, "/v1/things31/12345", true),
        (
            "two_levels",
            Method::GET,
            "/v1/projects/acme/things31/12345",
            true,
        ),
        (
            "custom_verb",
            Method::POST,
            "/v1/projects/acme/things31/12345:cancel",
            true,
        ),
        ("escapes", Method::GET, "/v1/things31/caf%C3%A9%2F1", true),
        ("deep_rest", Method::GET, &deep, true),
        (
            "miss",
            Method::GET,
            "/v1/projects/acme/nothings/12345",
            false,
        ),
        ("other_verb", Method::PUT, "/v1/things31/12345", false),
    ];
    let mut group = bench.benchmark_group("find_in_500_routes");
    for (name, verb, path, is_route) in cases {
        assert_eq!(
            matches!(table.find(&verb, path), Found::Route(_)),
            is_route,
            "{name}"
        );
        group.bench_function(name, |bencher| {
            bencher.iter(|| table.find(black_box(&verb), black_box(path)));
        });
    }
    group.finish();
}

criterion_group!(benches, find);
criterion_main!(benches);
