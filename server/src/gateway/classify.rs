//! What is a request: a call in one of the dialects, or plain HTTP? Told from verb, path, content type and version.
//! gRPC and gRPC-Web are told by their content types; then come the API server's own paths, then the routes of all
//! components, and what is left is asked of the page's files. The verdict travels as request extensions
//! (`Call`, `Asked`, `Refused`), so that every later layer agrees on it and on the table it was made by;
//! a call gets its `Stopwatch` here, at the first thing that is done for it.
//! Nothing is answered here: the trace and CORS must wrap refusals too, and they come after.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Method as Verb, Version, header, request::Parts};
use tower::Service;
use wire::content_type::{Codec, ContentType, Dialect};

use super::json::{self, Asked};
use super::route::Found;
use super::server_timing::Stopwatch;
use super::table::{Binding, Table, Tables};
use super::{GatewayError, Request};
use crate::schema::{Method, OWN_COMPONENT, Schema};

/// Most characters of a caller's text that an error repeats.
const MAX_ECHO_CHARS: usize = 200;
/// Names of what tells about everybody, or is told of it, begin with one of these.
pub const ADMIN_PACKAGES: &[&str] = &["gangplank.", "opentelemetry.proto."];

/// A request whose answer is a gRPC status, whatever happens, or in JSON what that status maps to.
#[derive(Clone, Debug)]
pub struct Call {
    /// How the call is put on HTTP.
    pub dialect: Dialect,
    /// Full name, `pkg.Service/Method`, as the caller wrote it.
    pub name: Arc<str>,
    /// The method; None if nobody serves it.
    /// Unknown names stay out of span names: callers could make up millions.
    pub method: Option<Arc<Method>>,
}

/// Why `admit` will turn this request away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub GatewayError);

/// What one listener shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surface {
    /// Components, health, reflection and the page.
    pub public: bool,
    /// What tells about everybody, or is told by components: `gangplank.v1`, OTLP and the admin paths.
    pub admin: bool,
}

impl Surface {
    /// Everything on one listener.
    pub const ALL: Self = Self {
        public: true,
        admin: true,
    };
    /// The listener for admin paths alone.
    pub const ADMIN: Self = Self {
        public: false,
        admin: true,
    };

    /// True if the method may be called here; what may not is unknown here.
    pub fn shows(self, method: &Method) -> bool {
        self.shows_name(&method.name, &method.component)
    }

    /// The same of a service, or a method, of that full name.
    fn shows_name(self, name: &str, component: &str) -> bool {
        if self == Self::ALL {
            true
        } else if ADMIN_PACKAGES.iter().any(|prefix| name.starts_with(prefix)) {
            self.admin
        } else {
            self.public || component == OWN_COMPONENT
        }
    }

    fn knows_service(self, schema: &Schema, name: &str) -> bool {
        let service = schema.service(name);
        service.is_some_and(|service| self.shows_name(name, &service.component))
    }
}

/// The API server's plain paths, and those of its page, that no component can take.
pub type IsOwn = fn(&Parts) -> bool;

/// Marks each request with what it is.
#[derive(Clone, Debug)]
pub struct Classify<S> {
    tables: Tables,
    surface: Surface,
    is_own: IsOwn,
    inner: S,
}

impl<S> Classify<S> {
    /// Tells calls apart by the current table, as far as `surface` shows it.
    pub fn new(tables: Tables, surface: Surface, is_own: IsOwn, inner: S) -> Self {
        Self {
            tables,
            surface,
            is_own,
            inner,
        }
    }
}

impl<S: Service<Request>> Service<Request> for Classify<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // Before the work, so that the time of classifying counts too.
        let stopwatch = Stopwatch::start();
        let (mut parts, body) = request.into_parts();
        let verdict = classify(&parts, &self.tables.load(), self.surface, self.is_own);
        parts.extensions.insert(self.surface);
        if let Some(call) = verdict.call {
            parts.extensions.insert(call);
            parts.extensions.insert(stopwatch);
        }
        if let Some(asked) = verdict.asked {
            parts.extensions.insert(asked);
        }
        if let Some(error) = verdict.refused {
            parts.extensions.insert(Refused(error));
        }
        self.inner.call(Request::from_parts(parts, body))
    }
}

/// What one request head is; all None means plain HTTP.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) call: Option<Call>,
    /// How a JSON call is transcoded.
    pub(super) asked: Option<Asked>,
    pub(super) refused: Option<GatewayError>,
}

impl Verdict {
    fn refuse(error: GatewayError) -> Self {
        Self {
            refused: Some(error),
            ..Self::default()
        }
    }
}

/// The verdict on one request head.
pub(super) fn classify(parts: &Parts, table: &Table, surface: Surface, is_own: IsOwn) -> Verdict {
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let content_type = content_type.as_deref();
    match content_type.and_then(ContentType::parse) {
        Some(family) if rpc_name(parts.uri.path()).is_some() || parts.method == Verb::POST => grpc(
            parts,
            table.schema(),
            surface,
            family,
            content_type.unwrap_or_default(),
        ),
        _ if is_own(parts) => Verdict::default(),
        _ => json_call(parts, table, surface),
    }
}

/// A request with a content type of gRPC's family.
fn grpc(
    parts: &Parts,
    schema: &Schema,
    surface: Surface,
    family: ContentType,
    content_type: &str,
) -> Verdict {
    if parts.method != Verb::POST {
        return Verdict::refuse(GatewayError::VerbNotAllowed {
            verb: parts.method.clone(),
            allow: vec![Verb::POST.to_string()],
        });
    }
    let ContentType { dialect, codec } = family;
    if dialect == Dialect::Grpc && parts.version < Version::HTTP_2 {
        return Verdict::refuse(GatewayError::NeedsHttp2);
    }
    let path = parts.uri.path();
    let full_name = path.strip_prefix('/').unwrap_or(path);
    let method = schema
        .method(full_name)
        .filter(|method| surface.shows(method))
        .cloned();
    let refused = match (codec, &method, rpc_name(path)) {
        (Codec::Other, _, _) => Some(GatewayError::UnknownCodec {
            content_type: echo(content_type),
        }),
        (Codec::Proto, Some(_), _) => None,
        (Codec::Proto, None, Some((service, _))) if !surface.knows_service(schema, service) => {
            Some(GatewayError::UnknownService {
                service: echo(service),
            })
        }
        (Codec::Proto, None, _) => Some(GatewayError::UnknownMethod {
            method: echo(full_name),
        }),
    };
    let name = method
        .as_ref()
        .map_or_else(|| echo(full_name).into(), |method| Arc::clone(&method.name));
    Verdict {
        call: Some(Call {
            dialect,
            name,
            method,
        }),
        refused,
        asked: None,
    }
}

/// A request without one: a route, or `POST /pkg.Service/Method`, or plain HTTP.
fn json_call(parts: &Parts, table: &Table, surface: Surface) -> Verdict {
    let path = parts.uri.path();
    let is_shown = |binding: &Arc<Binding>| surface.shows(&binding.method);
    match table.routes().find_shown(&parts.method, path, is_shown) {
        Found::Route(found) => {
            let binding = Arc::clone(found.target);
            return asked(parts, &binding, Asked::routed(found));
        }
        Found::OtherVerbs(verbs) => {
            return Verdict::refuse(GatewayError::VerbNotAllowed {
                verb: parts.method.clone(),
                allow: verbs.into_iter().map(str::to_owned).collect(),
            });
        }
        Found::BadPath(error) => return Verdict::refuse(GatewayError::Path(error)),
        Found::Nothing { .. } => {}
    }
    let Some((service, _)) =
        rpc_name(path).filter(|(service, _)| surface.knows_service(table.schema(), service))
    else {
        return Verdict::default();
    };
    let full_name = path.strip_prefix('/').unwrap_or(path);
    let plain = table.plain(full_name);
    match plain {
        None => Verdict::refuse(GatewayError::UnknownMethod {
            method: echo(&format!("{service}/{}", &full_name[service.len() + 1..])),
        }),
        Some(_) if parts.method != Verb::POST => Verdict::refuse(GatewayError::VerbNotAllowed {
            verb: parts.method.clone(),
            allow: vec![Verb::POST.to_string()],
        }),
        Some(binding) => asked(parts, binding, Asked::plain(Arc::clone(binding))),
    }
}

/// A JSON call, unless its head says that it can't be one.
fn asked(parts: &Parts, binding: &Binding, asked: Asked) -> Verdict {
    let method = &binding.method;
    Verdict {
        call: Some(Call {
            dialect: Dialect::Json,
            name: Arc::clone(&method.name),
            method: Some(Arc::clone(method)),
        }),
        asked: Some(asked),
        refused: json::refusal(parts, binding),
    }
}

/// Service and method of `/pkg.Service/Method`; None for any other shape.
pub fn rpc_name(path: &str) -> Option<(&str, &str)> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    let is_name = |text: &str| !text.is_empty() && !text.contains('/');
    (is_name(service) && is_name(method)).then_some((service, method))
}

/// The caller's own text, cut to a length that is fit for a header and a log line.
pub(super) fn echo(text: &str) -> String {
    text.chars().take(MAX_ECHO_CHARS).collect()
}
