//! What JSON costs: requests and answers of `SayHello`, and of a message with 100 records.
//! Run with `cargo bench -p server --bench json`. Each case counts the bytes of its JSON, so that criterion also tells
//! bytes a second.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use prost::Message as _;
use prost_reflect::DescriptorPool;
use proto::myservice::v1::SayHelloResponse;
use protox::file::{File, FileResolver, GoogleFileResolver};
use server::gateway::transcoder::{AnswerOptions, JsonLimits, Rule};

const RECORDS: &str = r#"
    syntax = "proto3";
    package bench;
    import "google/protobuf/timestamp.proto";
    message Record {
        int64 id = 1;
        string name = 2;
        double price = 3;
        bool active = 4;
        google.protobuf.Timestamp created_at = 5;
        repeated string tags = 6;
        map<string, int32> stock = 7;
    }
    message Records { repeated Record records = 1; }
    service Store { rpc Echo(Records) returns (Records); }
"#;

/// The bench's own file, and the well-known ones.
struct Files;

impl FileResolver for Files {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match name {
            "records.proto" => File::from_source(name, RECORDS),
            _ => GoogleFileResolver::new().open_file(name),
        }
    }
}

fn rule(pool: &DescriptorPool, service: &str, method: &str) -> Rule {
    let service = pool
        .get_service_by_name(service)
        .expect("the schema has the service");
    let method = service.methods().find(|known| known.name() == method);
    Rule::plain(&method.expect("the service has the method"))
}

fn request(rule: &Rule, json: &str) -> bytes::Bytes {
    let limits = JsonLimits::default();
    let request = rule.request::<[String; 0], &str>(&[], None, None, json.as_bytes(), &limits);
    request.expect("the JSON fits")
}

fn answer(rule: &Rule, message: &[u8]) -> bytes::Bytes {
    let answer = rule.answer(message, &AnswerOptions::default(), &JsonLimits::default());
    answer.expect("the message has JSON").body
}

fn hello(criterion: &mut Criterion) {
    let pool = DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).expect("our own descriptors");
    let rule = rule(&pool, "myservice.v1.MyService", "SayHello");
    let json = r#"{"name":"World","language":"LANGUAGE_EN"}"#;
    let message = SayHelloResponse {
        message: "Hello, World!".to_owned(),
        replica: "my-service-0".to_owned(),
        served_at: Some(prost_types::Timestamp {
            seconds: 1_767_323_045,
            nanos: 678_000_000,
        }),
    };
    let message = message.encode_to_vec();
    let mut group = criterion.benchmark_group("hello");
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("request", |bencher| {
        bencher.iter(|| request(&rule, black_box(json)));
    });
    group.throughput(Throughput::Bytes(answer(&rule, &message).len() as u64));
    group.bench_function("answer", |bencher| {
        bencher.iter(|| answer(&rule, black_box(&message)));
    });
    group.finish();
}

fn records(criterion: &mut Criterion) {
    let mut compiler = protox::Compiler::with_file_resolver(Files);
    compiler
        .include_imports(true)
        .open_file("records.proto")
        .expect("the schema compiles");
    let rule = rule(&compiler.descriptor_pool(), "bench.Store", "Echo");
    let record = |id: u32| {
        format!(
            r#"{{"id":"{id}","name":"record number {id}","price":{id}.25,"active":true,"createdAt":"2026-01-02T03:04:05.678Z","tags":["new","used"],"stock":{{"east":{id},"west":7}}}}"#
        )
    };
    let list: Vec<_> = (1..=100).map(record).collect();
    let json = format!(r#"{{"records":[{}]}}"#, list.join(","));
    let message = request(&rule, &json);
    assert_eq!(answer(&rule, &message), json);
    let mut group = criterion.benchmark_group("100 records");
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("request", |bencher| {
        bencher.iter(|| request(&rule, black_box(&json)));
    });
    group.bench_function("answer", |bencher| {
        bencher.iter(|| answer(&rule, black_box(&message)));
    });
    group.finish();
}

criterion_group!(benches, hello, records);
criterion_main!(benches);
