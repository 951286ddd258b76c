//! `/livez`, `/readyz` and `/healthz` in Kubernetes' words: 200 or 503, and text for people. `/healthz` asks what
//! `/readyz` asks; `/readyz/NAME` asks one check. `?verbose` lists all of them, `?exclude=NAME` leaves one out.
//! Alive is whoever answers. Ready is whoever isn't draining and has a component with a ready replica: one dead
//! component is dead behind every API server, so that taking them all away would only lose the others too; but
//! where all are dead, the fault is likely this server's own, and another may fare better. A failed component shows
//! in the list in either case. Probes stand outside the limits: a server with all hands full is busy, not dead.
//! Source: Kubernetes' staging/src/k8s.io/apiserver/pkg/server/healthz; it answers 500 and hides the reasons.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use percent_encoding::percent_decode_str;
use tonic::body::Body;
use tower::Service;

/// True if the path is a probe's.
pub fn is_probe(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next();
    matches!(first, Some("livez" | "readyz" | "healthz"))
}

/// One thing that readiness may depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Such as `component-my-service`; without spaces and slashes, as it's asked for by path.
    pub name: String,
    /// Why it fails, in words that stand alone, such as `my-service has no ready replica`; None if it doesn't.
    pub failure: Option<String>,
}

/// Tells the checks of this moment, one for each component.
pub type CurrentChecks = Arc<dyn Fn() -> Vec<Check> + Send + Sync>;

/// What the probes tell; clones tell the same.
#[derive(Clone)]
pub struct Probes {
    draining: Arc<AtomicBool>,
    components: CurrentChecks,
}

impl Default for Probes {
    /// Without components.
    fn default() -> Self {
        Self::new(Arc::new(Vec::new))
    }
}

impl Probes {
    /// Ready as long as one of `components` is, or there are none, until the drain.
    pub fn new(components: CurrentChecks) -> Self {
        Self {
            draining: Arc::default(),
            components,
        }
    }

    /// `/readyz` fails from now on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// The answer if this request is a probe.
    fn answer(&self, request: &Request<Body>) -> Option<Response<Body>> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return None;
        }
        let path = request.uri().path().strip_prefix('/')?;
        let (endpoint, check) = match path.split_once('/') {
            Some((endpoint, check)) => (endpoint, Some(check)),
            None => (path, None),
        };
        let checks = match endpoint {
            "livez" => Checks::of_life(),
            "readyz" | "healthz" => self.checks(),
            _ => return None,
        };
        let query = request.uri().query().unwrap_or_default();
        Some(match check {
            Some(name) => checks.answer_one(name),
            None => checks.answer(endpoint, query),
        })
    }

    fn checks(&self) -> Checks {
        let is_draining = self.draining.load(Ordering::Relaxed);
        Checks {
            own: Check {
                name: "serving".to_owned(),
                failure: is_draining.then(|| "draining".to_owned()),
            },
            components: (self.components)(),
        }
    }
}

/// What one probe asks.
struct Checks {
    /// Fails the probe alone.
    own: Check,
    /// Fail the probe together.
    components: Vec<Check>,
}

impl Checks {
    fn of_life() -> Self {
        let own = Check {
            name: "ping".to_owned(),
            failure: None,
        };
        Self {
            own,
            components: Vec::new(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Check> {
        std::iter::once(&self.own).chain(&self.components)
    }

    fn answer_one(&self, name: &str) -> Response<Body> {
        match self.all().find(|check| check.name == name) {
            None => text(StatusCode::NOT_FOUND, "no such check\n".to_owned()),
            Some(check) => match &check.failure {
                None => text(StatusCode::OK, "ok\n".to_owned()),
                Some(reason) => text(StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
            },
        }
    }

    fn answer(&self, endpoint: &str, query: &str) -> Response<Body> {
        let query = Query::parse(query);
        let reasons = self.reasons(&query);
        let (status, outcome) = if reasons.is_empty() {
            (StatusCode::OK, "passed")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "failed")
        };
        let words = if query.is_verbose {
            format!("{}{endpoint} check {outcome}\n", self.list(&query))
        } else if reasons.is_empty() {
            "ok\n".to_owned()
        } else {
            reasons.join("\n") + "\n"
        };
        text(status, words)
    }

    /// Why the probe fails; empty if it doesn't.
    fn reasons(&self, query: &Query<'_>) -> Vec<&str> {
        let own = Some(&self.own).filter(|check| !query.excludes(check));
        let components = self.components.iter();
        let mut components: Vec<_> = components.filter(|check| !query.excludes(check)).collect();
        if components.iter().any(|check| check.failure.is_none()) {
            components.clear();
        }
        let failed = own.into_iter().chain(components);
        failed
            .filter_map(|check| check.failure.as_deref())
            .collect()
    }

    /// A line for each check, and one for what can't be excluded.
    fn list(&self, query: &Query<'_>) -> String {
        let line = |check: &Check| match (&check.name, &check.failure) {
            (name, _) if query.excludes(check) => format!("[+]{name} excluded: ok\n"),
            (name, None) => format!("[+]{name} ok\n"),
            (name, Some(reason)) => format!("[-]{name} failed: {reason}\n"),
        };
        let list: String = self.all().map(line).collect();
        let is_known = |name: &str| self.all().any(|check| check.name == name);
        let unknown = query.excluded.iter().filter(|name| !is_known(name));
        let unknown: Vec<_> = unknown.map(|name| format!("{name:?}")).collect();
        if unknown.is_empty() {
            return list;
        }
        let unknown = unknown.join(",");
        format!("{list}warn: some health checks cannot be excluded: no matches for {unknown}\n")
    }
}

/// What a probe's query asks for.
struct Query<'a> {
    is_verbose: bool,
    excluded: Vec<Cow<'a, str>>,
}

impl<'a> Query<'a> {
    fn parse(query: &'a str) -> Self {
        let pairs = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let names = pairs.clone().filter(|(key, _)| *key == "exclude");
        Self {
            is_verbose: pairs.clone().any(|(key, _)| key == "verbose"),
            excluded: names
                .map(|(_, name)| percent_decode_str(name).decode_utf8_lossy())
                .collect(),
        }
    }

    fn excludes(&self, check: &Check) -> bool {
        self.excluded.iter().any(|name| *name == check.name)
    }
}

fn text(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::new(Full::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The list may repeat what the query says.
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// Answers probes in front of another service.
#[derive(Clone)]
pub struct AnswerProbes<S> {
    probes: Probes,
    inner: S,
}

impl<S> AnswerProbes<S> {
    /// Hands on to `inner` what isn't a probe.
    pub fn new(probes: Probes, inner: S) -> Self {
        Self { probes, inner }
    }
}

impl<S> Service<Request<Body>> for AnswerProbes<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match self.probes.answer(&request) {
            Some(response) => Box::pin(async { Ok(response) }),
            None => Box::pin(self.inner.call(request)),
        }
    }
}

#[cfg(test)]
mod tests;
