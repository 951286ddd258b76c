//! One binding of a method to HTTP, checked against the method's messages when the schema is loaded.
//! Every name in it is a field from here on, so that a call can only fail by what its caller or component sends.
//! Path variables: scalars and enums, nested through single messages, never repeated.
//! Source: google/api/http.proto, "Rules for HTTP mapping".

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};

use super::http_body::is_http_body;
use super::known::WellKnown;
use crate::schema::http_rule::{HttpRule, RuleBody};

/// A binding that fits its method.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Full name, `pkg.Service/Method`.
    pub(super) method: String,
    pub(super) input: MessageDescriptor,
    pub(super) output: MessageDescriptor,
    pub(super) body: Body,
    pub(super) variables: Vec<Variable>,
    /// None for the whole answer.
    pub(super) response_body: Option<FieldDescriptor>,
}

/// Where the body of a request goes.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// There is none.
    None,
    /// Into the whole message.
    All,
    /// Into one field.
    Field(FieldDescriptor),
}

/// A variable of the path and the field it sets.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// As the template has it.
    pub(super) path: Vec<String>,
    /// The same as fields, the last one a scalar.
    pub(super) fields: Vec<FieldDescriptor>,
}

/// Why a rule doesn't fit its method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{method}: {field}: {problem}")]
pub struct RuleError {
    /// Full name of the method.
    pub method: String,
    /// The field, as the rule has it.
    pub field: String,
    /// What is wrong with it.
    pub problem: RuleProblem,
}

/// What is wrong with a field that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    /// The message has none of that name.
    #[error("no such field")]
    Unknown,
    /// One part of the path can't have fields below it, or not just one.
    #[error("a path variable reaches only through single messages")]
    NotNested,
    /// The path can hold scalars and enums only.
    #[error("a path variable must be a single scalar or enum")]
    NotScalar,
    /// Two variables set the field.
    #[error("two path variables set it")]
    Twice,
    /// A body or response body must stand at the top of the message.
    #[error("a body must be a top-level field")]
    NotTopLevel,
}

impl Rule {
    /// Checks a rule. `variables` are the field paths in its template, such as `[["book", "name"]]`.
    pub fn new(
        method: &MethodDescriptor,
        http: &HttpRule,
        variables: &[Vec<String>],
    ) -> Result<Self, RuleError> {
        let mut rule = Self::plain(method);
        rule.body = match &http.body {
            RuleBody::None => Body::None,
            RuleBody::All => Body::All,
            RuleBody::Field(name) => Body::Field(rule.top_level(&rule.input, name)?),
        };
        if let Some(name) = &http.response_body {
            rule.response_body = Some(rule.top_level(&rule.output, name)?);
        }
        for path in variables {
            let fields = resolve(&rule.input, path)
                .map_err(|problem| rule.error(&path.join("."), problem))?;
            if rule.variables.iter().any(|known| known.fields == fields) {
                return Err(rule.error(&path.join("."), RuleProblem::Twice));
            }
            rule.variables.push(Variable {
                path: path.clone(),
                fields,
            });
        }
        Ok(rule)
    }

    /// The rule of `POST /pkg.Service/Method`: the body is the message, and so is the answer.
    pub fn plain(method: &MethodDescriptor) -> Self {
        Self {
            method: format!("{}/{}", method.parent_service().full_name(), method.name()),
            input: method.input(),
            output: method.output(),
            body: Body::All,
            variables: Vec::new(),
            response_body: None,
        }
    }

    /// Whether the body is taken as it is, whatever its content type; otherwise it must be JSON.
    pub fn takes_any_body(&self) -> bool {
        match &self.body {
            Body::None => false,
            Body::All => is_http_body(&self.input),
            Body::Field(field) => is_raw(field),
        }
    }

    /// False for a route without `body`: its message is made of path and query alone.
    pub fn takes_body(&self) -> bool {
        !matches!(self.body, Body::None)
    }

    /// Whether the answer is bytes of whatever type the component says; otherwise it's JSON.
    pub fn answers_any_body(&self) -> bool {
        match &self.response_body {
            None => is_http_body(&self.output),
            Some(field) => is_raw(field),
        }
    }

    fn top_level(
        &self,
        message: &MessageDescriptor,
        name: &str,
    ) -> Result<FieldDescriptor, RuleError> {
        let problem = if name.contains('.') {
            RuleProblem::NotTopLevel
        } else {
            RuleProblem::Unknown
        };
        message
            .get_field_by_name(name)
            .ok_or_else(|| self.error(name, problem))
    }

    fn error(&self, field: &str, problem: RuleProblem) -> RuleError {
        RuleError {
            method: self.method.clone(),
            field: field.to_owned(),
            problem,
        }
    }
}

/// Whether the field is one `HttpBody`.
pub(super) fn is_raw(field: &FieldDescriptor) -> bool {
    !field.is_list() && matches!(field.kind(), Kind::Message(message) if is_http_body(&message))
}

fn resolve(
    message: &MessageDescriptor,
    path: &[String],
) -> Result<Vec<FieldDescriptor>, RuleProblem> {
    let mut fields: Vec<FieldDescriptor> = Vec::with_capacity(path.len());
    for name in path {
        let message = match fields.last() {
            None => message.clone(),
            Some(outer) => below(outer).ok_or(RuleProblem::NotNested)?,
        };
        fields.push(
            message
                .get_field_by_name(name)
                .ok_or(RuleProblem::Unknown)?,
        );
    }
    match fields.last() {
        None => Err(RuleProblem::Unknown),
        Some(last) if last.is_list() || last.is_map() => Err(RuleProblem::NotScalar),
        Some(last) if matches!(last.kind(), Kind::Message(_)) => Err(RuleProblem::NotScalar),
        Some(_) => Ok(fields),
    }
}

/// The message that a path may reach into: a single one, without a JSON of its own.
pub(super) fn below(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    match field.kind() {
        Kind::Message(message) if !field.is_list() && !field.is_map() => {
            WellKnown::of(&message).is_none().then_some(message)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
