//! What the gateway goes by at one moment: the schema, its routes, and how each is transcoded. Never changes;
//! a new table is made and checked whole, then takes the place of the old one at once (`Tables`), so that a request
//! sees one or the other. What can't be served is refused with both sides named, while the old table keeps serving.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use super::route::{Entry, RouteError, Routes};
use super::template::Template;
use super::transcoder::{Rule, RuleError};
use crate::schema::http_rule::HttpRule;
use crate::schema::{Method, Schema};

/// A way to call a method by HTTP and JSON.
#[derive(Debug)]
pub struct Binding {
    /// The method.
    pub method: Arc<Method>,
    /// The path template of its route; None for `POST /pkg.Service/Method`.
    pub template: Option<Arc<str>>,
    /// How its messages are read and written.
    pub rule: Rule,
}

/// Why a schema can't be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A route is illegal or taken.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// An annotation names what its messages don't have.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

/// One moment's table.
#[derive(Debug)]
pub struct Table {
    schema: Arc<Schema>,
    routes: Routes<Arc<Binding>>,
    /// By full name: `POST /pkg.Service/Method`, which needs no annotation.
    plain: HashMap<Arc<str>, Arc<Binding>>,
}

impl Table {
    /// Makes and checks a table. Fails with all that is wrong.
    pub fn new(schema: Schema) -> Result<Self, Vec<TableError>> {
        let mut errors = Vec::new();
        let mut entries = Vec::new();
        let mut plain = HashMap::new();
        for (_, service) in schema.services() {
            for method in &service.methods {
                let binding = Binding {
                    method: Arc::clone(method),
                    template: None,
                    rule: Rule::plain(&method.descriptor),
                };
                plain.insert(Arc::clone(&method.name), Arc::new(binding));
                for rule in &method.rules {
                    match entry(method, rule) {
                        Ok(entry) => entries.push(entry),
                        Err(error) => errors.push(error),
                    }
                }
            }
        }
        match Routes::build(entries) {
            Ok(routes) if errors.is_empty() => Ok(Self {
                schema: Arc::new(schema),
                routes,
                plain,
            }),
            Ok(_) => Err(errors),
            Err(more) => {
                errors.extend(more.into_iter().map(TableError::Route));
                Err(errors)
            }
        }
    }

    /// The schema that it was made from.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The routes of all annotations.
    pub fn routes(&self) -> &Routes<Arc<Binding>> {
        &self.routes
    }

    /// How to call the method of that full name by `POST /pkg.Service/Method`.
    pub fn plain(&self, method: &str) -> Option<&Arc<Binding>> {
        self.plain.get(method)
    }
}

impl Default for Table {
    /// Nothing is served.
    fn default() -> Self {
        Self {
            schema: Arc::default(),
            routes: Routes::build(Vec::new()).expect("no entries, so none can be wrong"),
            plain: HashMap::new(),
        }
    }
}

fn entry(method: &Arc<Method>, http: &HttpRule) -> Result<Entry<Arc<Binding>>, TableError> {
    let owner = format!("{} of component {}", method.name, method.component);
    // A template that doesn't parse is told by the routes, with its owner.
    let template = Template::parse(&http.template).ok();
    let variables = template.iter().flat_map(Template::variables);
    let variables: Vec<_> = variables
        .map(|variable| variable.field_path.clone())
        .collect();
    let rule = Rule::new(&method.descriptor, http, &variables)?;
    Ok(Entry {
        verb: http.verb.clone(),
        template: http.template.clone(),
        owner,
        target: Arc::new(Binding {
            method: Arc::clone(method),
            template: Some(http.template.as_str().into()),
            rule,
        }),
    })
}

/// The current table; clones see the same one.
#[derive(Clone, Debug, Default)]
pub struct Tables(Arc<ArcSwap<Table>>);

impl Tables {
    /// The table of this moment, for as long as one request looks at it.
    pub fn load(&self) -> Guard<Arc<Table>> {
        self.0.load()
    }

    /// Puts `table` in place of the current one.
    pub fn replace(&self, table: Table) {
        self.0.store(Arc::new(table));
    }
}

#[cfg(test)]
mod tests;
