//! A finished span: who did what, when, for how long, and how it ended.
//! Rooms give facts (`Facts`) as they have them, without a word; names and texts are made only when somebody reads (`told`),
//! so that a call pays for little more than a few copied pointers. What others made comes as it is (`Given`).
//! Source: OpenTelemetry's data model of traces.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::uri::Authority;
use http::{HeaderValue, Method as Verb, StatusCode};
use wire::code::Code;
use wire::traceparent::{SpanId, TraceId, TraceParent};

mod told;

/// One stretch of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Which trace it's in.
    pub trace_id: TraceId,
    /// Its name in the trace.
    pub span_id: SpanId,
    /// Who asked for it; None for the topmost.
    pub parent: Option<SpanId>,
    /// Who did it.
    pub source: Arc<str>,
    /// When it began, in nanoseconds since 1970, by its source's clock.
    pub began_at: u64,
    /// How long it took.
    pub took: Duration,
    /// What it was.
    pub facts: Facts,
}

/// What a span was.
#[derive(Clone, Debug, PartialEq)]
pub enum Facts {
    /// A call that was answered here.
    Answered(Box<Answered>),
    /// A call of a component.
    Called(Called),
    /// One attempt of that at a replica.
    Attempted(Box<Attempted>),
    /// What others made, in their words.
    Given(Box<Given>),
}

/// A call that was answered here.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The full name, as the caller has it.
    pub name: Arc<str>,
    /// Who serves it; None if nobody does.
    pub component: Option<Arc<str>>,
    /// How it came.
    pub dialect: &'static str,
    /// True if either side may send any number of messages.
    pub is_stream: bool,
    /// How it ended.
    pub code: Code,
    /// What the caller was told of a failure.
    pub message: Option<Box<str>>,
    /// Cut by the drain, rather than given up by its caller.
    pub is_cut: bool,
    /// Messages of the request.
    pub received: u32,
    /// Messages of the answer.
    pub sent: u32,
    /// What a JSON call was in HTTP's words.
    pub http: Option<Http>,
    /// Moments on its way.
    pub moments: Moments,
    /// Who called, where that isn't its parent.
    pub link: Option<TraceParent>,
    /// What came along with the caller's context.
    pub state: Option<HeaderValue>,
}

/// What a JSON call was in HTTP's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Its verb.
    pub verb: Verb,
    /// The template that it was routed by; None for `POST /pkg.Service/Method`.
    pub route: Option<Arc<str>>,
    /// What HTTP said; None if nobody was told.
    pub status: Option<StatusCode>,
}

/// Moments on a call's way, from its beginning; None for what didn't come to pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    /// It was handed to its service.
    pub routed: Option<Duration>,
    /// All that the service needs was here.
    pub requested: Option<Duration>,
    /// The answer's head was here.
    pub answered: Option<Duration>,
    /// JSON became the request's message, the first of a stream.
    pub decoded: Option<Transcoded>,
    /// The answer's message became JSON, the first of a stream.
    pub encoded: Option<Transcoded>,
}

/// JSON ⇄ message, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transcoded {
    /// When it was done, from the call's beginning.
    pub at: Duration,
    /// How long it took.
    pub took: Duration,
    /// Of the JSON.
    pub json_bytes: usize,
    /// Of the message.
    pub message_bytes: usize,
}

/// A call of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The method's full name.
    pub method: Arc<str>,
    /// Whose.
    pub component: Arc<str>,
    /// How it ended.
    pub code: Code,
    /// What is known of a failure.
    pub error: Option<Box<str>>,
    /// At how many replicas it was tried.
    pub attempts: u32,
}

/// One attempt at a replica.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempted {
    /// The method's full name.
    pub method: Arc<str>,
    /// Whose.
    pub component: Arc<str>,
    /// The replica's name.
    pub replica: Arc<str>,
    /// Where it listens.
    pub peer: Authority,
    /// Why it was picked.
    pub reason: PickedFor,
    /// Attempts before this one.
    pub previous: u32,
    /// What the one before ended with; None for the first.
    pub retry: Option<RetryReason>,
    /// How it ended.
    pub code: Code,
    /// What is known of a failure.
    pub error: Option<Box<str>>,
}

/// Why a replica was picked.
#[derive(Clone, Debug, PartialEq)]
pub enum PickedFor {
    /// In a word.
    Word(&'static str),
    /// Its load was lower than another's.
    LowerLoad {
        /// Its own, in the policy's measure.
        load: f64,
        /// The other's name.
        over: Arc<str>,
        /// The other's load.
        over_load: f64,
    },
}

/// Why a call was made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryReason {
    /// The attempt before never reached a replica's program.
    Untouched,
    /// It failed, and policy lets such a call be made again.
    Failed(Code),
}

/// A span in words, such as others send.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// What was done.
    pub name: String,
    /// Its place in a call.
    pub kind: Kind,
    /// Whether it went well.
    pub status: Status,
    /// Facts.
    pub attributes: Vec<Attribute>,
    /// Moments.
    pub events: Vec<Event>,
    /// What led to it.
    pub links: Vec<Link>,
    /// What came along with the context.
    pub state: String,
}

/// A span's place in a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Within one program.
    #[default]
    Internal,
    /// It answers a call.
    Server,
    /// It makes a call.
    Client,
    /// It puts a message into a queue.
    Producer,
    /// It takes a message from a queue.
    Consumer,
}

/// Whether a span went well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nothing went wrong.
    #[default]
    Unset,
    /// It was said to have gone well.
    Ok,
    /// It failed, with what is known of it.
    Error(String),
}

/// One fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub key: Cow<'static, str>,
    /// Its value.
    pub value: Value,
}

/// A fact's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Any other number.
    Real(f64),
    /// Yes or no.
    Flag(bool),
}

/// A moment within a span.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What happened.
    pub name: Cow<'static, str>,
    /// When, in nanoseconds since 1970, by the source's clock.
    pub at: u64,
    /// Facts about it.
    pub attributes: Vec<Attribute>,
}

/// A span of another trace that led to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The trace.
    pub trace_id: TraceId,
    /// The span.
    pub span_id: SpanId,
}

/// Codes that are the server's failure; with all others it answered as it should.
/// Source: OpenTelemetry semantic conventions, docs/rpc/grpc.md.
pub fn is_server_error(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
}

/// A duration in nanoseconds; those of 584 years and more are one.
pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
