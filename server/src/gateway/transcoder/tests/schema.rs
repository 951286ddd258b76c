//! The schema that the transcoder's tests share, compiled from the files beside it.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, MethodDescriptor};
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

use crate::gateway::transcoder::rule::{Rule, RuleError};
use crate::schema::http_rule::{HttpRule, RuleBody};

const TEST: &str = include_str!("schema.proto");
const HTTP_BODY: &str = include_str!("httpbody.proto");

/// Files by name.
struct Sources(&'static [(&'static str, &'static str)]);

impl FileResolver for Sources {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.0.iter().find(|(known, _)| *known == name) {
            Some((name, source)) => File::from_source(name, source),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

/// Compiles files; the well-known ones are there.
pub(crate) fn compile(files: &'static [(&'static str, &'static str)]) -> DescriptorPool {
    let mut resolver = ChainFileResolver::new();
    resolver.add(Sources(files));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true);
    compiler
        .open_files(files.iter().map(|(name, _)| name))
        .unwrap();
    compiler.descriptor_pool()
}

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    compile(&[
        ("test.proto", TEST),
        ("google/api/httpbody.proto", HTTP_BODY),
    ])
});

/// A method of the service Test.
pub(crate) fn method(name: &str) -> MethodDescriptor {
    let service = POOL.get_service_by_name("t.Test").unwrap();
    service
        .methods()
        .find(|method| method.name() == name)
        .unwrap()
}

/// The rule that takes and gives whole messages of `All`.
pub(crate) fn plain() -> Rule {
    Rule::plain(&method("Do"))
}

/// A rule of that method; names are separated by spaces, and the parts of a variable by dots.
pub(crate) fn rule(
    name: &str,
    body: RuleBody,
    response_body: Option<&str>,
    variables: &str,
) -> Result<Rule, RuleError> {
    let http = HttpRule {
        verb: "POST".to_owned(),
        template: "/test".to_owned(),
        body,
        response_body: response_body.map(str::to_owned),
    };
    let variables = variables.split_whitespace();
    let variables: Vec<_> = variables
        .map(|path| path.split('.').map(str::to_owned).collect())
        .collect();
    Rule::new(&method(name), &http, &variables)
}
