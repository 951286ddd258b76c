//! The API server's own plain paths, which no component can take: `/metrics`, `/openapi/v3` and `/debug/routes`.
//! They are admin paths: they tell about everybody, so that they can be put on a listener of their own.

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, Method, header};
use http_body_util::Full;
use percent_encoding::percent_decode_str;
use tonic::body::Body;

use super::rooms::is_own;
use crate::gateway::classify::Surface;
use crate::gateway::route::{Found, Outcome};
use crate::gateway::table::{Binding, Table};
use crate::gateway::{GatewayError, Request, Response, openapi};
use crate::schema::Messages;
use crate::telemetry::metrics::{self, Metrics};

const METRICS: &str = "/metrics";
const OPENAPI: &str = "/openapi/v3";
const ROUTES: &str = "/debug/routes";
/// The admin paths.
pub(super) const PATHS: [&str; 3] = [METRICS, OPENAPI, ROUTES];
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The answer if the path is one of these.
pub(super) fn answer(
    head: &Parts,
    table: &Table,
    metrics: &Metrics,
) -> Option<Result<Response, GatewayError>> {
    let path = head.uri.path();
    if !PATHS.contains(&path) {
        return None;
    }
    if head.method != Method::GET && head.method != Method::HEAD {
        return Some(Err(GatewayError::VerbNotAllowed {
            verb: head.method.clone(),
            allow: vec!["GET".to_owned(), "HEAD".to_owned()],
        }));
    }
    Some(Ok(match path {
        METRICS => text(
            metrics.render(),
            HeaderValue::from_static(metrics::CONTENT_TYPE),
        ),
        OPENAPI => text(
            openapi::document(table.schema(), "Gangplank", env!("CARGO_PKG_VERSION")).to_string(),
            JSON,
        ),
        _ => text(explain(head, table), JSON),
    }))
}

/// Which route a URL would take and why: `?path=…&method=…`; without a path, all routes.
fn explain(head: &Parts, table: &Table) -> String {
    let query = head.uri.query().unwrap_or_default();
    let Some(path) = parameter(query, "path") else {
        let routes = table.routes().entries().map(|entry| {
            serde_json::json!({
                "verb": entry.verb,
                "template": entry.template,
                "method": &*entry.target.method.name,
                "component": &*entry.target.method.component,
                "takesStream": entry.target.method.requests() == Messages::Many,
                "answersStream": entry.target.method.responses() == Messages::Many,
            })
        });
        return serde_json::json!({ "routes": routes.collect::<Vec<_>>() }).to_string();
    };
    let verb = parameter(query, "method").unwrap_or_else(|| "GET".to_owned());
    let verb = Method::from_bytes(verb.to_uppercase().as_bytes()).unwrap_or(Method::GET);
    // What is asked about may have a query of its own, which no route looks at.
    let path = path.split('?').next().unwrap_or_default();
    let mut explanation = table.routes().explain(&verb, path);
    if let Some(outcome) = beside_routes(&verb, path, table, &explanation.outcome) {
        explanation.outcome = outcome;
    }
    serde_json::to_string(&explanation).unwrap_or_default()
}

/// What becomes of a request that no route decides: own paths come before all routes, the plain form after them.
fn beside_routes(verb: &Method, path: &str, table: &Table, found: &Outcome) -> Option<Outcome> {
    let request = http::Request::builder()
        .method(verb)
        .uri(path)
        .body(Body::empty());
    if request.is_ok_and(|request| is_own(&request.into_parts().0)) {
        return Some(Outcome::Own);
    }
    let binding = table.plain(path.strip_prefix('/')?)?;
    match found {
        Outcome::Nothing { .. } if verb == Method::POST => Some(Outcome::Plain {
            method: binding.method.name.to_string(),
            component: binding.method.component.to_string(),
        }),
        Outcome::Nothing { .. } => Some(Outcome::OtherVerbs {
            verbs: vec![Method::POST.to_string()],
        }),
        _ => None,
    }
}

/// The value of a query parameter, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let value = values.next()?.replace('+', " ");
    Some(percent_decode_str(&value).decode_utf8_lossy().into_owned())
}

/// Nothing is served there; says what would be, if it differs little.
pub(super) fn no_route(request: &Request, table: &Table) -> GatewayError {
    let surface = request.extensions().get().copied();
    let surface = surface.unwrap_or(Surface::ALL);
    let path = request.uri().path();
    let is_shown = |binding: &Arc<Binding>| surface.shows(&binding.method);
    let found = table.routes().find_shown(request.method(), path, is_shown);
    let hint = match found {
        Found::Nothing { hint } => hint,
        Found::Route(_) | Found::OtherVerbs(_) | Found::BadPath(_) => None,
    };
    GatewayError::NoRoute {
        path: path.chars().take(200).collect(),
        hint,
        is_explained: surface.admin,
    }
}

fn text(text: String, content_type: HeaderValue) -> Response {
    let mut response = Response::new(Body::new(Full::from(text)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
