//! Spans in OTLP's words. Each source is a resource: `service.name` is its name, but for this process, which may be called
//! otherwise. What others made (`Given`) is told under their name, and without what is known of this process.
//! A span is encoded as soon as it's in words: a whole batch of words would be a megabyte in small pieces, which pushes what
//! calls need out of the processor's caches.
//! Source: opentelemetry/proto/trace/v1/trace.proto.

use bytes::Bytes;
use opentelemetry_proto::tonic::common::v1::any_value::Value as PbValue;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource as PbResource;
use opentelemetry_proto::tonic::trace::v1 as pb;
use prost::Message as _;
use prost::encoding::{self, WireType};
use wire::traceparent::{SpanId, TraceId};

use super::Config;
use crate::telemetry::span::{Attribute, Event, Facts, Kind, Link, Span, Status, Value};

/// The flags of spans that are recorded: sampled, by W3C Trace Context.
const SAMPLED: u32 = 1;
/// `ExportTraceServiceRequest.resource_spans`.
const RESOURCE_SPANS: u32 = 1;
/// `ResourceSpans.scope_spans`.
const SCOPE_SPANS: u32 = 2;
/// `ScopeSpans.spans`.
const SPANS: u32 = 2;
const SERVICE_NAME: &str = "service.name";
const SERVICE_VERSION: &str = "service.version";

/// What is told of this process.
#[derive(Debug)]
pub(super) struct Resource {
    /// The process itself.
    source: String,
    name: String,
    attributes: Vec<KeyValue>,
}

impl Resource {
    pub(super) fn new(config: &Config, source: &str) -> Self {
        let told = config.attributes.iter();
        let mut attributes: Vec<_> = told.map(|(key, value)| text(key, value)).collect();
        if !config
            .attributes
            .iter()
            .any(|(key, _)| key == SERVICE_VERSION)
        {
            attributes.push(text(SERVICE_VERSION, env!("CARGO_PKG_VERSION")));
        }
        Self {
            source: source.to_owned(),
            name: config
                .service_name
                .clone()
                .unwrap_or_else(|| source.to_owned()),
            attributes,
        }
    }

    /// That of a source, of which others tell or this process does.
    fn of(&self, source: &str, is_given: bool) -> PbResource {
        let is_own = source == self.source && !is_given;
        let name = if is_own { &self.name } else { source };
        let mut attributes = vec![text(SERVICE_NAME, name)];
        if !is_given {
            attributes.extend_from_slice(&self.attributes);
        }
        PbResource {
            attributes,
            ..PbResource::default()
        }
    }
}

/// A request that is being put together.
pub(super) struct Message<'a> {
    resource: &'a Resource,
    /// Few, so that they are looked up one by one.
    sources: Vec<Source<'a>>,
}

struct Source<'a> {
    name: &'a str,
    is_given: bool,
    /// `ScopeSpans` with nothing but its spans, encoded.
    spans: Vec<u8>,
}

impl<'a> Message<'a> {
    pub(super) fn new(resource: &'a Resource) -> Self {
        let sources = Vec::new();
        Self { resource, sources }
    }

    pub(super) fn add(&mut self, spans: &'a [Span]) {
        for span in spans {
            let is_given = matches!(span.facts, Facts::Given(_));
            let is_same =
                |source: &Source<'_>| source.is_given == is_given && source.name == &*span.source;
            let known = self.sources.iter().position(is_same);
            let place = known.unwrap_or_else(|| {
                self.sources.push(Source {
                    name: &span.source,
                    is_given,
                    spans: Vec::new(),
                });
                self.sources.len() - 1
            });
            encoding::message::encode(SPANS, &told(span), &mut self.sources[place].spans);
        }
    }

    /// An `ExportTraceServiceRequest`, encoded. What was encoded in parts is one message all the same: fields may come in any
    /// order.
    pub(super) fn finish(self) -> Bytes {
        let mut request = Vec::new();
        for source in self.sources {
            let scope = pb::ScopeSpans {
                scope: Some(scope(source.is_given)),
                ..pb::ScopeSpans::default()
            };
            let of = pb::ResourceSpans {
                resource: Some(self.resource.of(source.name, source.is_given)),
                ..pb::ResourceSpans::default()
            };
            let (scope, mut of) = (scope.encode_to_vec(), of.encode_to_vec());
            begin(SCOPE_SPANS, scope.len() + source.spans.len(), &mut of);
            let len = of.len() + scope.len() + source.spans.len();
            begin(RESOURCE_SPANS, len, &mut request);
            request.reserve(len);
            for part in [of, scope, source.spans] {
                request.extend_from_slice(&part);
            }
        }
        request.into()
    }
}

/// A field that is a message of so many bytes, which are to follow.
fn begin(field: u32, len: usize, request: &mut Vec<u8>) {
    encoding::encode_key(field, WireType::LengthDelimited, request);
    encoding::encode_varint(len as u64, request);
}

/// Who made the spans: the program, of that version; of what others sent nothing is known.
fn scope(is_given: bool) -> InstrumentationScope {
    if is_given {
        return InstrumentationScope::default();
    }
    InstrumentationScope {
        name: "gangplank".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    }
}

fn told(span: &Span) -> pb::Span {
    let parent = span.parent.map(span_id);
    let links = span.links().into_iter();
    let events = span.events().into_iter();
    pb::Span {
        trace_id: trace_id(span.trace_id),
        span_id: span_id(span.span_id),
        trace_state: span.state().to_owned(),
        parent_span_id: parent.unwrap_or_default(),
        flags: SAMPLED | remoteness(span),
        name: span.name().into_owned(),
        kind: kind(span.kind()).into(),
        start_time_unix_nano: span.began_at,
        end_time_unix_nano: span.ended_at(),
        attributes: attributes(span.attributes()),
        events: events.map(event).collect(),
        links: links.map(link).collect(),
        status: status(span.status()),
        ..pb::Span::default()
    }
}

/// Whether the parent is another process's span, if that is known.
fn remoteness(span: &Span) -> u32 {
    let is_known = pb::SpanFlags::ContextHasIsRemoteMask as u32;
    match span.facts {
        Facts::Answered(_) if span.parent.is_some() => {
            is_known | pb::SpanFlags::ContextIsRemoteMask as u32
        }
        Facts::Answered(_) | Facts::Called(_) | Facts::Attempted(_) => is_known,
        Facts::Given(_) => 0,
    }
}

fn kind(kind: Kind) -> pb::span::SpanKind {
    match kind {
        Kind::Internal => pb::span::SpanKind::Internal,
        Kind::Server => pb::span::SpanKind::Server,
        Kind::Client => pb::span::SpanKind::Client,
        Kind::Producer => pb::span::SpanKind::Producer,
        Kind::Consumer => pb::span::SpanKind::Consumer,
    }
}

fn status(status: Status) -> Option<pb::Status> {
    let (code, message) = match status {
        Status::Unset => return None,
        Status::Ok => (pb::status::StatusCode::Ok, String::new()),
        Status::Error(message) => (pb::status::StatusCode::Error, message),
    };
    Some(pb::Status {
        message,
        code: code.into(),
    })
}

fn event(event: Event) -> pb::span::Event {
    pb::span::Event {
        time_unix_nano: event.at,
        name: event.name.into_owned(),
        attributes: attributes(event.attributes),
        dropped_attributes_count: 0,
    }
}

fn link(link: Link) -> pb::span::Link {
    pb::span::Link {
        trace_id: trace_id(link.trace_id),
        span_id: span_id(link.span_id),
        ..pb::span::Link::default()
    }
}

fn attributes(attributes: Vec<Attribute>) -> Vec<KeyValue> {
    let attributes = attributes.into_iter().map(|Attribute { key, value }| {
        let value = match value {
            Value::Text(text) => PbValue::StringValue(text),
            Value::Number(number) => PbValue::IntValue(number),
            Value::Real(real) => PbValue::DoubleValue(real),
            Value::Flag(flag) => PbValue::BoolValue(flag),
        };
        pair(key.into_owned(), value)
    });
    attributes.collect()
}

fn text(key: &str, value: &str) -> KeyValue {
    pair(key.to_owned(), PbValue::StringValue(value.to_owned()))
}

fn pair(key: String, value: PbValue) -> KeyValue {
    KeyValue {
        key,
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

fn trace_id(id: TraceId) -> Vec<u8> {
    id.get().to_be_bytes().to_vec()
}

fn span_id(id: SpanId) -> Vec<u8> {
    id.get().to_be_bytes().to_vec()
}

#[cfg(test)]
mod tests;
