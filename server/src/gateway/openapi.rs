//! The OpenAPI document of a schema: every HTTP/JSON route as an operation, every message as a JSON schema.
//! An operation for each rule; `POST /pkg.Service/Method` for a method without rules. A verb that OpenAPI can't say is
//! left out; a rule for any verb is shown as POST. A stream has a content type for each form, either way.
//! A variable becomes one parameter with a pattern, `/v1/{name=shelves/*}` the path `/v1/{name}`, as grpc-gateway has
//! it; where two templates come to the same path, the later one's parameters get a number. The template stands in
//! `x-gangplank-template`.
//! Version 3.0.3, as Kubernetes serves and most generators read; nothing of 3.1 is needed. One schema, one document:
//! the order is that of names and of files. Messages of the same full name are taken to be the same message.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::template::Template;
use crate::schema::http_rule::{HttpRule, RuleBody};
use crate::schema::{Method, Schema, Service};
use operation::Binding;
use schemas::Schemas;

mod comments;
mod operation;
mod parameters;
mod schemas;

/// The version of OpenAPI.
pub const VERSION: &str = "3.0.3";

/// What OpenAPI can say of HTTP's verbs.
const VERBS: [&str; 8] = [
    "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE",
];

/// Describes what HTTP/JSON can ask for. Title and version are those of the API, for people.
/// Takes time in proportion to the schema, comments included: make it once for each schema.
pub fn document(schema: &Schema, title: &str, version: &str) -> Value {
    let mut document = Document::default();
    let tags: Vec<_> = schema
        .services()
        .filter_map(|(name, service)| document.add_service(name, service))
        .collect();
    json!({
        "openapi": VERSION,
        "info": { "title": title, "version": version },
        "tags": tags,
        "paths": document.paths,
        "components": {
            "schemas": document.schemas.finish(),
            "responses": { operation::ERROR: operation::error_response() },
        },
    })
}

/// Operations by path and verb, and the schemas that they need.
#[derive(Default)]
struct Document {
    paths: BTreeMap<String, Map<String, Value>>,
    schemas: Schemas,
}

impl Document {
    /// The service's tag; None if it has no operations.
    fn add_service(&mut self, name: &str, service: &Service) -> Option<Value> {
        let methods = service.methods.iter();
        let count: usize = methods.map(|method| self.add_method(name, method)).sum();
        let descriptor = &service.descriptor;
        let mut tag = json!({ "name": name });
        let description = self
            .schemas
            .comments
            .of(&descriptor.parent_file(), descriptor.path());
        schemas::describe(&mut tag, description);
        (count > 0).then_some(tag)
    }

    /// How many operations the method has.
    fn add_method(&mut self, service: &str, method: &Method) -> usize {
        let unbound;
        let rules = if method.rules.is_empty() {
            unbound = [HttpRule {
                verb: "POST".to_owned(),
                template: format!("/{}", method.name),
                body: RuleBody::All,
                response_body: None,
            }];
            &unbound
        } else {
            method.rules.as_slice()
        };
        let added = rules.iter().enumerate().filter_map(|(index, rule)| {
            let id = match index {
                0 => method.name.replace('/', "."),
                // No method's name is a number.
                _ => format!("{}.{}", method.name.replace('/', "."), index + 1),
            };
            self.add_rule(service, &id, method, rule)
        });
        added.count()
    }

    /// None if OpenAPI can't say it, or has said it already.
    fn add_rule(&mut self, tag: &str, id: &str, method: &Method, rule: &HttpRule) -> Option<()> {
        let template = Template::parse(&rule.template).ok()?;
        let verb = if rule.verb == "*" { "POST" } else { &rule.verb };
        let verb = VERBS.contains(&verb).then(|| verb.to_lowercase())?;
        let (path, suffix) = self.free_path(&template, &verb)?;
        let binding = Binding {
            tag,
            id,
            method: &method.descriptor,
            rule,
            template: &template,
            suffix: &suffix,
            requests: method.requests(),
            responses: method.responses(),
        };
        let operation = operation::operation(&mut self.schemas, &binding);
        self.paths.entry(path).or_default().insert(verb, operation);
        Some(())
    }

    /// A path that has no such verb yet, and what makes the names of its parameters differ from the others'.
    fn free_path(&self, template: &Template, verb: &str) -> Option<(String, String)> {
        let suffixes = std::iter::once(String::new()).chain((1..).map(|count| format!("_{count}")));
        let mut before = None;
        for suffix in suffixes {
            let path = parameters::path(template, &suffix);
            // Without parameters, no suffix makes a difference.
            if before.as_ref() == Some(&path) {
                return None;
            }
            if !self
                .paths
                .get(&path)
                .is_some_and(|verbs| verbs.contains_key(verb))
            {
                return Some((path, suffix));
            }
            before = Some(path);
        }
        None
    }
}

#[cfg(test)]
mod tests;
