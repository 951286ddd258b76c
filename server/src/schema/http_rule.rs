//! `google.api.http` as data: which verb and path template ask for a method, and where its fields stand.
//! Read from the method's options through the descriptors that came with it, so that no generated code is needed;
//! without the annotation, or without the file that declares it, a method has no rules.
//! Nothing is checked here: templates are parsed by `gateway::template`, field names by `gateway::transcoder`.
//! Source: google/api/http.proto.

use prost_reflect::{DynamicMessage, MethodDescriptor, ReflectMessage as _, Value};

const ANNOTATION: &str = "google.api.http";
const ADDITIONAL: &str = "additional_bindings";

/// One binding of a method to HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRule {
    /// In capitals, such as GET; `*` stands for any, which only a custom rule can say.
    pub verb: String,
    /// The path template, as it was written.
    pub template: String,
    /// Which part of the message is the body.
    pub body: RuleBody,
    /// The one field of the answer that is sent; None for the whole answer.
    pub response_body: Option<String>,
}

/// Which part of the message is the body of the HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleBody {
    /// None: every field comes from the path or the query.
    None,
    /// All that the path doesn't have; there are no query fields.
    All,
    /// One top-level field, by its name.
    Field(String),
}

/// The rules of a method, the main one first.
pub fn rules(method: &MethodDescriptor) -> Vec<HttpRule> {
    let pool = method.parent_pool();
    let Some(annotation) = pool.get_extension_by_name(ANNOTATION) else {
        return Vec::new();
    };
    let options = method.options();
    if !options.has_extension(&annotation) {
        return Vec::new();
    }
    let value = options.get_extension(&annotation);
    let Some(main) = value.as_message() else {
        return Vec::new();
    };
    let additional = main.get_field_by_name(ADDITIONAL);
    let additional = additional
        .as_deref()
        .and_then(Value::as_list)
        .unwrap_or(&[]);
    let additional = additional.iter().filter_map(Value::as_message);
    std::iter::once(main)
        .chain(additional)
        .filter_map(rule)
        .collect()
}

/// None for a rule without a pattern.
fn rule(message: &DynamicMessage) -> Option<HttpRule> {
    let pattern = message
        .descriptor()
        .oneofs()
        .find(|oneof| oneof.name() == "pattern")?;
    let field = pattern.fields().find(|field| message.has_field(field))?;
    let value = message.get_field(&field);
    let (verb, template) = match value.as_message() {
        Some(custom) => (text(custom, "kind").to_uppercase(), text(custom, "path")),
        None => (field.name().to_uppercase(), value.as_str()?.to_owned()),
    };
    Some(HttpRule {
        verb,
        template,
        body: match text(message, "body").as_str() {
            "" => RuleBody::None,
            "*" => RuleBody::All,
            field => RuleBody::Field(field.to_owned()),
        },
        response_body: Some(text(message, "response_body")).filter(|name| !name.is_empty()),
    })
}

fn text(message: &DynamicMessage, field: &str) -> String {
    let value = message.get_field_by_name(field);
    let text = value.as_deref().and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}
