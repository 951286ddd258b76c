//! Fuzzes the transcoder: any bytes as JSON, as a message and as a query.
#![no_main]

use std::sync::LazyLock;

use prost_reflect::MethodDescriptor;
use protox::file::{File, FileResolver, GoogleFileResolver};
use server::gateway::transcoder;
use server::schema::http_rule;

#[path = "../checks/transcoder.rs"]
mod checks;

/// The schema of the transcoder's own tests.
struct Schema;

impl FileResolver for Schema {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let source = match name {
            "test.proto" => include_str!("../../src/gateway/transcoder/tests/schema.proto"),
            "google/api/httpbody.proto" => {
                include_str!("../../src/gateway/transcoder/tests/httpbody.proto")
            }
            _ => return GoogleFileResolver::new().open_file(name),
        };
        File::from_source(name, source)
    }
}

static METHOD: LazyLock<MethodDescriptor> = LazyLock::new(|| {
    let mut compiler = protox::Compiler::with_file_resolver(Schema);
    compiler
        .include_imports(true)
        .open_file("test.proto")
        .expect("the schema compiles");
    let service = compiler.descriptor_pool().get_service_by_name("t.Test");
    let method = service.and_then(|service| service.methods().find(|method| method.name() == "Do"));
    method.expect("the schema has the method")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::holds(&METHOD, bytes));
