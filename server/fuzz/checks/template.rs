//! What must hold for any bytes; shared by the fuzz targets and by `server`'s own tests.
//! `template`: nothing panics, what a template displays parses to the same, and `find` says what `explain` says.

use http::Method;
use server::gateway::route::{Entry, Found, Outcome, Routes, Verdict};
use server::gateway::template::Template;

/// Checks lines of text as templates, and the last line as a path too.
pub(crate) fn template(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let mut routes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Ok(template) = Template::parse(line) {
            assert_eq!(
                Template::parse(&template.to_string()),
                Ok(template),
                "{line}"
            );
            let entry = |verb: &str, target| Entry {
                verb: verb.to_owned(),
                template: line.to_owned(),
                owner: index.to_string(),
                target,
            };
            // Two verbs, so that one path can have routes that don't serve it.
            let verb = if index % 2 == 0 { "GET" } else { "*" };
            routes.push(entry(verb, index));
            if Routes::build(routes.clone()).is_err() {
                routes.pop();
            }
        }
    }
    let routes = Routes::build(routes).expect("each was tried");
    let path = text.lines().last().unwrap_or_default();
    for verb in [Method::GET, Method::HEAD, Method::POST] {
        agree(&routes, &verb, path);
    }
}

/// Asserts that an explanation tells what happens.
fn agree(routes: &Routes<usize>, verb: &Method, path: &str) {
    let explanation = routes.explain(verb, path);
    let taken = explanation
        .candidates
        .iter()
        .filter(|candidate| candidate.verdict == Verdict::Taken);
    let taken: Vec<_> = taken.map(|candidate| candidate.owner.clone()).collect();
    match routes.find(verb, path) {
        Found::Route(route) => {
            assert_eq!(taken, [route.target.to_string()], "{verb} {path}");
            assert_eq!(
                explanation.outcome,
                Outcome::Route {
                    bindings: route
                        .bindings
                        .into_iter()
                        .map(|(field, value)| (field.join("."), value))
                        .collect(),
                }
            );
        }
        // A value that isn't UTF-8 is found out after its route.
        Found::BadPath(_) => assert!(taken.len() <= 1, "{verb} {path}"),
        Found::OtherVerbs(_) | Found::Nothing { .. } => assert_eq!(taken, [""; 0], "{verb} {path}"),
    }
}
