//! Parameters of an operation: those in the path stand for a template's variables and wildcards, those in the query
//! for the fields that neither path nor body has. Fields of messages are `a.b`; repeated ones are repeated.
//! OpenAPI has no parameters with slashes in them; the pattern of a multi-segment one says that they are meant.
//! Not in the query: maps, repeated messages, and messages within themselves.

use prost_reflect::{FieldDescriptor, MessageDescriptor};
use serde_json::{Value, json};

use super::schemas::{Schemas, describe, is_json_object};
use crate::gateway::template::{Segment, Template, Variable};
use crate::schema::http_rule::RuleBody;

/// How many names a query parameter may have. Each level multiplies the fields.
const MAX_QUERY_DEPTH: usize = 5;

/// The template as OpenAPI writes paths; the suffix goes to the names of all parameters.
pub(super) fn path(template: &Template, suffix: &str) -> String {
    let places = places(template);
    let segments = places.iter().map(|place| match place.name() {
        Some(name) => format!("/{{{name}{suffix}}}"),
        None => format!("/{}", place.segments[0]),
    });
    let path: String = segments.collect();
    let path = if path.is_empty() {
        "/".to_owned()
    } else {
        path
    };
    match template.custom_verb() {
        // Escaped as a segment is.
        Some(verb) => format!("{path}:{}", Segment::Literal(verb.to_owned())),
        None => path,
    }
}

/// One stretch of a template between slashes of the OpenAPI path.
struct Place<'t> {
    /// The first segment's index.
    start: usize,
    /// At least one.
    segments: &'t [Segment],
    variable: Option<&'t Variable>,
}

impl Place<'_> {
    /// None for a literal. No field is called as a wildcard is, since no field's name has a hyphen.
    fn name(&self) -> Option<String> {
        match (self.variable, self.segments) {
            (Some(variable), _) => Some(variable.field_path.join(".")),
            (None, [Segment::Literal(_)]) => None,
            (None, _) => Some(format!("segment-{}", self.start + 1)),
        }
    }

    /// None if every segment will do.
    fn pattern(&self) -> Option<String> {
        let segments = self
            .segments
            .iter()
            .enumerate()
            .map(|(index, segment)| match segment {
                Segment::Literal(text) => escaped(text),
                Segment::Any => "[^/]+".to_owned(),
                Segment::Rest if index == 0 => ".*".to_owned(),
                Segment::Rest => "(/.*)?".to_owned(),
            });
        // What `**` stands for begins with its own slash, if it's anything.
        let pattern = segments.collect::<Vec<_>>().join("/").replace("/(/", "(/");
        (self.segments != [Segment::Any]).then(|| format!("^{pattern}$"))
    }
}

fn places(template: &Template) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let mut start = 0;
    while start < template.segments().len() {
        let variable = template
            .variables()
            .iter()
            .find(|variable| variable.segments.start == start);
        let end = variable.map_or(start + 1, |variable| variable.segments.end);
        places.push(Place {
            start,
            segments: &template.segments()[start..end],
            variable,
        });
        start = end;
    }
    places
}

/// The parameters of `path`.
pub(super) fn in_path(
    schemas: &mut Schemas,
    input: &MessageDescriptor,
    template: &Template,
    suffix: &str,
) -> Vec<Value> {
    let mut parameters = Vec::new();
    for place in places(template) {
        let Some(name) = place.name() else { continue };
        let field = place
            .variable
            .and_then(|variable| field(input, &variable.field_path));
        let pattern = place.pattern();
        let schema = match (&pattern, &field) {
            (None, Some(field)) => schemas.of_field(field),
            (None, None) => json!({ "type": "string" }),
            (Some(pattern), _) => json!({ "type": "string", "pattern": pattern }),
        };
        let mut parameter = json!({
            "name": format!("{name}{suffix}"),
            "in": "path",
            "required": true,
            "schema": schema,
        });
        describe(
            &mut parameter,
            field.and_then(|field| schemas.comment_of_field(&field)),
        );
        parameters.push(parameter);
    }
    parameters
}

/// Follows the names of fields inwards.
fn field(message: &MessageDescriptor, path: &[String]) -> Option<FieldDescriptor> {
    let (first, rest) = path.split_first()?;
    let found = message.get_field_by_name(first)?;
    match rest {
        [] => Some(found),
        rest => field(found.kind().as_message()?, rest),
    }
}

/// The parameters for what neither path nor body has.
pub(super) fn in_query(
    schemas: &mut Schemas,
    input: &MessageDescriptor,
    template: &Template,
    body: &RuleBody,
) -> Vec<Value> {
    let mut taken: Vec<String> = template
        .variables()
        .iter()
        .map(|variable| variable.field_path.join("."))
        .collect();
    match body {
        RuleBody::All => return Vec::new(),
        RuleBody::Field(name) => taken.push(name.clone()),
        RuleBody::None => {}
    }
    let mut query = Query {
        schemas,
        taken,
        within: Vec::new(),
        parameters: Vec::new(),
    };
    query.add_fields(input, "", "");
    query.parameters
}

/// The walk through the fields of a message and of the messages in it.
struct Query<'s> {
    schemas: &'s mut Schemas,
    /// Field paths that path or body have.
    taken: Vec<String>,
    /// The messages that the walk is in, outermost first.
    within: Vec<MessageDescriptor>,
    parameters: Vec<Value>,
}

impl Query<'_> {
    /// The prefixes end with a dot or are empty; one has names as declared, the other those of JSON.
    fn add_fields(&mut self, message: &MessageDescriptor, declared: &str, json: &str) {
        if self.within.len() == MAX_QUERY_DEPTH || self.within.contains(message) {
            return;
        }
        self.within.push(message.clone());
        for field in message.fields() {
            let declared = format!("{declared}{}", field.name());
            let json = format!("{json}{}", field.json_name());
            if !self.taken.contains(&declared) {
                self.add_field(&field, &declared, &json);
            }
        }
        self.within.pop();
    }

    fn add_field(&mut self, field: &FieldDescriptor, declared: &str, json: &str) {
        if let Some(message) = field
            .kind()
            .as_message()
            .filter(|message| is_json_object(message))
        {
            if field.cardinality() != prost_reflect::Cardinality::Repeated {
                self.add_fields(message, &format!("{declared}."), &format!("{json}."));
            }
            return;
        }
        let mut parameter = json!({
            "name": json,
            "in": "query",
            "schema": self.schemas.of_field(field),
        });
        if field.is_list() {
            parameter["style"] = "form".into();
            parameter["explode"] = true.into();
        }
        describe(&mut parameter, self.schemas.comment_of_field(field));
        self.parameters.push(parameter);
    }
}

/// A literal as a regular expression.
fn escaped(literal: &str) -> String {
    let mut escaped = String::with_capacity(literal.len());
    for character in literal.chars() {
        if r"\^$.|?*+()[]{}".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
