//! HTTP/JSON ⇄ gRPC, in one place like gRPC-Web's: everything inside speaks plain gRPC. The bytes are `transcoder`'s.
//! Request: the body is read to its end within its limits, becomes one message, and goes on in one frame; of a method
//! that takes a stream, each element does as it comes (`elements`, `incoming_stream`).
//! Answer: of a method that answers once, held until its status is known, so that the HTTP status tells the outcome;
//! of one that streams, message by message from the first one on (`stream`), in the caller's form (`form`). Only events
//! don't wait for it longer than they are ever silent (`early`).
//! A failure is worded by the function that `app` hands in. Source: google/api/http.proto; protocols for the status.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::Full;
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tower::Service;
use wire::code::Code;
use wire::traceparent::TraceId;

use super::admit::ResponseFuture;
use super::route::Match;
use super::server_timing::{Side, Stopwatch};
use super::settle::Outcome;
use super::table::Binding;
use super::transcoder::{AnswerOptions, JsonLimits};
use super::{GatewayError, Request, Response, ToStatus, metadata};
use crate::schema::Messages;
use early::Patience;
use form::Form;
use frames::{Frames, Next};
use incoming::Source;
use stream::Stream;

pub use elements::ElementError;
pub(super) use refusal::refusal;

mod accept;
mod early;
mod elements;
mod form;
mod frames;
mod incoming;
mod incoming_stream;
mod options;
mod refusal;
mod resume;
mod stream;

/// The limits on both bodies.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// A request's body, in bytes.
    pub max_body_bytes: u32,
    /// One message of an answer, in bytes.
    pub max_answer_bytes: u32,
    /// What JSON may hold.
    pub json: JsonLimits,
}

/// A JSON call as it was routed; an extension of the request.
#[derive(Clone, Debug)]
pub struct Asked {
    binding: Arc<Binding>,
    /// Field paths and what the path says they are.
    values: Vec<(Vec<String>, String)>,
}

impl Asked {
    /// By `POST /pkg.Service/Method`.
    pub fn plain(binding: Arc<Binding>) -> Self {
        let values = Vec::new();
        Self { binding, values }
    }

    /// By a route.
    pub fn routed(found: Match<'_, Arc<Binding>>) -> Self {
        let values = found.bindings.into_iter();
        Self {
            binding: Arc::clone(found.target),
            values: values
                .map(|(field, value)| (field.to_vec(), value))
                .collect(),
        }
    }

    /// The path template of its route; None if it named the method.
    pub(super) fn template(&self) -> Option<&Arc<str>> {
        self.binding.template.as_ref()
    }
}

/// What a failure was in HTTP's own words, where they say more than the code does; an extension of the answer.
#[derive(Clone, Debug)]
pub struct HttpFailure {
    /// Instead of the one that the code maps to.
    pub http_status: StatusCode,
    /// Such as `Retry-After`.
    pub headers: HeaderMap,
}

/// A failed call, to be worded.
#[derive(Debug)]
pub struct Failure {
    /// gRPC's outcome.
    pub code: Code,
    /// For the caller.
    pub message: String,
    /// As JSON, each with `@type`.
    pub details: Vec<serde_json::Value>,
    /// What HTTP should say; None to go by the code.
    pub http: Option<HttpFailure>,
    /// To find it in the log and in other tools.
    pub trace_id: Option<TraceId>,
}

/// Tells what HTTP says of an error.
pub type ToHttp = fn(&GatewayError) -> HttpFailure;
/// Words a failure as an answer's head and body.
pub type ToAnswer = fn(&Failure) -> Response;
/// Words a failure as what the body holds.
pub type ToJson = fn(&Failure) -> String;

/// How `Transcode` is told what it can't know by itself.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The limits on bodies.
    pub limits: BodyLimits,
    /// Words an error as a status.
    pub to_status: ToStatus,
    /// Tells what HTTP says of an error.
    pub to_http: ToHttp,
    /// Words a failure as an answer.
    pub to_answer: ToAnswer,
    /// Words a failure behind the first line of a stream.
    pub to_json: ToJson,
}

/// Transcodes JSON calls for `inner`; hands the rest on as it is.
#[derive(Clone, Debug)]
pub struct Transcode<S> {
    config: Config,
    inner: S,
}

impl<S> Transcode<S> {
    /// Transcodes in front of `inner`, whose answers must be settled.
    pub fn new(config: Config, inner: S) -> Self {
        Self { config, inner }
    }
}

impl<S> Service<Request> for Transcode<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<Infallible>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let Some(asked) = request.extensions_mut().remove::<Asked>() else {
            return Box::pin(self.inner.call(request));
        };
        let can_resume = resume::can_resume(&asked.binding.method);
        let answering = Answering {
            binding: Arc::clone(&asked.binding),
            options: options::of(request.headers()),
            form: match asked.binding.method.responses() {
                Messages::One => Form::Lines,
                // Where it names none, the call is refused inside.
                Messages::Many => Form::of(request.headers()).unwrap_or(Form::Lines),
            },
            can_resume,
            trace_id: request.extensions().get().copied(),
            stopwatch: Stopwatch::of(&request),
            outcome: request.extensions().get().cloned().unwrap_or_default(),
            config: self.config,
        };
        let outcome = answering.outcome.clone();
        let (head, body) = request.into_parts();
        let query = if can_resume && head.method == http::Method::GET {
            resume::query(&head)
        } else {
            head.uri.query().map(str::to_owned)
        };
        let source = Source::new(&head, query, asked, outcome, self.config);
        let request = Request::from_parts(head, source.body(body));
        let response = Box::pin(self.inner.call(request));
        Box::pin(async move { Ok(answering.answer(response).await) })
    }
}

/// What is needed to word an answer.
#[derive(Clone, Debug)]
struct Answering {
    binding: Arc<Binding>,
    options: AnswerOptions,
    /// What a stream comes in; of no meaning for one answer.
    form: Form,
    /// A stream of the method can be resumed.
    can_resume: bool,
    trace_id: Option<TraceId>,
    stopwatch: Stopwatch,
    outcome: Outcome,
    config: Config,
}

impl Answering {
    async fn answer(self, mut response: ResponseFuture<Infallible>) -> Response {
        let mut patience = if self.form == Form::Events && !self.binding.rule.answers_any_body() {
            Patience::limited()
        } else {
            Patience::endless()
        };
        let Some(Ok(response)) = patience.wait(&mut response).await else {
            let frames = self.frames(early::body(response));
            return self.begun(&HeaderMap::new(), frames);
        };
        let (mut head, body) = response.into_parts();
        let http = head.extensions.remove::<HttpFailure>();
        let mut frames = self.frames(body);
        let Some(first) = patience.wait(frames.next()).await else {
            return self.begun(&head.headers, frames);
        };
        let first = match first {
            Ok(Next::Message(message)) => message,
            Ok(Next::Trailers(trailers)) if is_ok(&trailers) => {
                return self.ended_early(&head.headers, &trailers);
            }
            Ok(Next::Trailers(trailers)) => return self.failed(&trailers, http),
            Err(error) => return self.refused(&error),
        };
        if self.binding.method.responses() == Messages::Many {
            return self.stream(&head.headers, first, frames);
        }
        match frames.next().await {
            Ok(Next::Trailers(trailers)) if is_ok(&trailers) => {
                self.written(&head.headers, &trailers, &first)
            }
            Ok(Next::Trailers(trailers)) => self.failed(&trailers, http),
            Ok(Next::Message(_)) => self.refused(&self.miscounted()),
            Err(error) => self.refused(&error),
        }
    }

    fn frames(&self, body: Body) -> Frames {
        Frames::new(body, &self.config.limits, &self.binding.method.component)
    }

    /// Events of which none has come yet.
    fn begun(self, headers: &HeaderMap, frames: Frames) -> Response {
        let content_type = self.form.content_type();
        let mut response = Response::new(Body::new(Stream::silent(self, frames)));
        write_head(response.headers_mut(), headers, None, content_type);
        response
    }

    /// OK without a message: an empty stream, or a component that broke its word.
    fn ended_early(&self, headers: &HeaderMap, trailers: &HeaderMap) -> Response {
        if self.binding.method.responses() == Messages::One {
            return self.refused(&self.miscounted());
        }
        let mut response = Response::new(Body::new(Full::from(self.form.end(false))));
        let to = response.headers_mut();
        write_head(to, headers, Some(trailers), self.form.content_type());
        response
    }

    fn miscounted(&self) -> GatewayError {
        GatewayError::AnswerCount {
            method: Arc::clone(&self.binding.method.name),
            component: Arc::clone(&self.binding.method.component),
        }
    }

    fn written(&self, headers: &HeaderMap, trailers: &HeaderMap, message: &Bytes) -> Response {
        match self.write(message) {
            Ok(answer) => {
                let len = answer.body.len();
                let mut response = Response::new(Body::new(Full::from(answer.body)));
                let to = response.headers_mut();
                write_head(to, headers, Some(trailers), answer.content_type);
                to.insert(header::CONTENT_LENGTH, len.into());
                response
            }
            Err(error) => self.refused(&error),
        }
    }

    fn stream(self, headers: &HeaderMap, first: Bytes, frames: Frames) -> Response {
        let first = match self.write(&first) {
            Ok(first) => first,
            Err(error) => return self.refused(&error),
        };
        let form = (first.content_type == mime_json()).then_some(self.form);
        let content_type = form.map_or(first.content_type, Form::content_type);
        let mut response = Response::new(Body::new(Stream::new(self, first.body, frames, form)));
        write_head(response.headers_mut(), headers, None, content_type);
        response
    }

    fn write(&self, message: &[u8]) -> Result<super::transcoder::Answer, GatewayError> {
        let limits = &self.config.limits.json;
        let begun = Instant::now();
        let answer = self.binding.rule.answer(message, &self.options, limits);
        if let Ok(answer) = &answer {
            let json_bytes = answer.body.len();
            self.stopwatch
                .transcoded(Side::Answer, begun, json_bytes, message.len());
        }
        answer.map_err(|error| GatewayError::Answer {
            method: Arc::clone(&self.binding.method.name),
            component: Arc::clone(&self.binding.method.component),
            error,
        })
    }

    /// A status in trailers, from the component or from our own layers.
    fn failed(&self, trailers: &HeaderMap, http: Option<HttpFailure>) -> Response {
        let mut response = (self.config.to_answer)(&self.failure(trailers, http));
        metadata::to_json(trailers, response.headers_mut());
        response
    }

    /// An error of our own, found while answering.
    fn refused(&self, error: &GatewayError) -> Response {
        self.failed(&self.overruled(error), None)
    }

    /// The trailers of an error of our own, which takes the place of whatever status the answer has.
    fn overruled(&self, error: &GatewayError) -> HeaderMap {
        let mut trailers = HeaderMap::new();
        let status = (self.config.to_status)(error);
        self.outcome.overrule(code(&status), error);
        // Fails only for a message that isn't a header value, and it percent-encodes those.
        let _ = status.add_header(&mut trailers);
        trailers
    }

    /// `http` if the head had it; else it goes by the cause, if that is our own.
    fn failure(&self, trailers: &HeaderMap, http: Option<HttpFailure>) -> Failure {
        let status = Status::from_header_map(trailers);
        let status = status.unwrap_or_else(|| (self.config.to_status)(&self.no_status()));
        let pool = self.binding.method.descriptor.parent_pool();
        Failure {
            code: code(&status),
            message: status.message().to_owned(),
            details: super::transcoder::details_json(status.details(), pool),
            http: http.or_else(|| self.outcome.cause().map(self.config.to_http)),
            trace_id: self.trace_id,
        }
    }

    fn no_status(&self) -> GatewayError {
        GatewayError::NoStatus {
            component: Arc::clone(&self.binding.method.component),
        }
    }
}

fn code(status: &Status) -> Code {
    let number = u32::try_from(i32::from(status.code())).ok();
    number.and_then(Code::from_number).unwrap_or(Code::Unknown)
}

fn mime_json() -> HeaderValue {
    HeaderValue::from_static("application/json")
}

fn is_ok(trailers: &HeaderMap) -> bool {
    trailers
        .get("grpc-status")
        .is_some_and(|value| value == "0")
}

/// The component's metadata under its prefix, and what the body is.
fn write_head(
    to: &mut HeaderMap,
    headers: &HeaderMap,
    trailers: Option<&HeaderMap>,
    content_type: HeaderValue,
) {
    metadata::to_json(headers, to);
    if let Some(trailers) = trailers {
        metadata::to_json(trailers, to);
    }
    if content_type == Form::Events.content_type() {
        // Whoever buffers or keeps events makes them late, or repeats them.
        to.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        to.insert("x-accel-buffering", HeaderValue::from_static("no"));
    }
    to.insert(header::CONTENT_TYPE, content_type);
    to.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
}
