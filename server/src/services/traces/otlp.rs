//! `opentelemetry.proto.collector.trace.v1.TraceService`: spans of components that have OpenTelemetry of their own, so that
//! they show up in the traces that are kept, without a collector. Each is checked, and cut to the bounds of what pages send:
//! one that isn't well-formed, or is of another day, is counted in the answer and not kept, as OTLP has it.
//! They are kept, not sent on: a process that was told to export to itself would send the same spans forever.
//! Source: OTLP 1.10, "OTLP/gRPC".

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::TraceService;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value as PbValue;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{self as pb, ResourceSpans};
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::{Request, Response, Status};
use wire::traceparent::{SpanId, TraceId};

use super::upload::{
    ByTrace, MAX_ATTRIBUTES, MAX_DURATION, MAX_EVENTS, MAX_LINKS, MAX_NAME_CHARS, MAX_TEXT_CHARS,
    near, put,
};
use crate::telemetry::span::{
    Attribute, Event, Facts, Given, Kind, Link, Span, Status as SpanStatus, Value,
};
use crate::telemetry::tracer::Tracer;

/// Spans of one request that are kept: four times what exporters send at once.
const MAX_SPANS: usize = 2_048;
/// The files of the schema that the service needs.
const FILES: [&str; 4] = [
    "opentelemetry/proto/collector/trace/v1/trace_service.proto",
    "opentelemetry/proto/common/v1/common.proto",
    "opentelemetry/proto/resource/v1/resource.proto",
    "opentelemetry/proto/trace/v1/trace.proto",
];
/// What OpenTelemetry calls a program that doesn't tell its name.
const UNKNOWN: &str = "unknown_service";
/// Lists within lists, in a value that is told as text.
const MAX_DEPTH: usize = 4;

/// What the service and its messages are: the crate's descriptors without those of logs, metrics and profiles, which would
/// take a megabyte in memory, and without the places in the files.
pub(in crate::services) fn descriptors() -> FileDescriptorSet {
    let mut set = FileDescriptorSet::decode(opentelemetry_proto::DESCRIPTORS).unwrap_or_default();
    set.file.retain(|file| FILES.contains(&file.name()));
    for file in &mut set.file {
        file.source_code_info = None;
    }
    set
}

/// Takes spans by OTLP; clones are the same.
#[derive(Clone)]
pub(in crate::services) struct Collector {
    tracer: Tracer,
    now: fn() -> SystemTime,
}

impl Collector {
    /// Keeps them by `tracer`; `now` is the wall clock.
    pub(in crate::services) fn new(tracer: Tracer, now: fn() -> SystemTime) -> Self {
        Self { tracer, now }
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let resources = request.into_inner().resource_spans;
        let taken = spans(resources, (self.now)());
        for (trace_id, spans) in taken.traces {
            self.tracer.kept(trace_id, spans);
        }
        let partial_success = taken.refused.map(|refused| ExportTracePartialSuccess {
            rejected_spans: i64::try_from(refused.count).unwrap_or(i64::MAX),
            error_message: refused.first.to_owned(),
        });
        Ok(Response::new(ExportTraceServiceResponse {
            partial_success,
        }))
    }
}

#[derive(Debug, Default)]
struct Taken {
    /// Spans by their traces.
    traces: ByTrace,
    refused: Option<Refused>,
}

/// Spans that aren't kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Refused {
    count: usize,
    /// What was wrong with the first.
    first: &'static str,
}

fn spans(resources: Vec<ResourceSpans>, now: SystemTime) -> Taken {
    let mut taken = Taken::default();
    let mut kept = 0;
    for of in resources {
        let source = source(of.resource.map(|resource| resource.attributes));
        let spans = of.scope_spans.into_iter().flat_map(|scope| scope.spans);
        for given in spans {
            let span = if kept < MAX_SPANS {
                span(given, &source, now)
            } else {
                Err("at most 2048 spans are taken at once")
            };
            match span {
                Ok(span) => {
                    kept += 1;
                    put(&mut taken.traces, span);
                }
                Err(first) => {
                    let refused = taken.refused.get_or_insert(Refused { count: 0, first });
                    refused.count += 1;
                }
            }
        }
    }
    taken
}

/// The resource's `service.name`.
fn source(attributes: Option<Vec<KeyValue>>) -> Arc<str> {
    let mut attributes = attributes.unwrap_or_default().into_iter();
    let name = attributes.find(|pair| pair.key == "service.name");
    let name = match name.and_then(|pair| pair.value?.value) {
        Some(PbValue::StringValue(name)) if !name.is_empty() => name,
        _ => UNKNOWN.to_owned(),
    };
    cut(name, MAX_NAME_CHARS).into()
}

/// Fails with what is wrong.
fn span(given: pb::Span, source: &Arc<str>, now: SystemTime) -> Result<Span, &'static str> {
    let kind = kind(given.kind());
    let trace_id = trace_id(&given.trace_id).ok_or("trace_id must be 16 bytes, not all zero")?;
    let own = span_id(&given.span_id).ok_or("span_id must be 8 bytes, not all zero")?;
    let parent = if given.parent_span_id.is_empty() {
        None
    } else {
        let parent = span_id(&given.parent_span_id);
        Some(parent.ok_or("parent_span_id must be empty or 8 bytes, not all zero")?)
    };
    let began_at = near(given.start_time_unix_nano, now)
        .ok_or("start_time_unix_nano must be within 25 hours of the server's time")?;
    let took = given.end_time_unix_nano.saturating_sub(began_at);
    let took = Duration::from_nanos(took);
    if took > MAX_DURATION {
        return Err("a span may take at most 24 hours");
    }
    let events = given.events.into_iter().take(MAX_EVENTS);
    let links = given.links.iter().take(MAX_LINKS);
    Ok(Span {
        trace_id,
        span_id: own,
        parent,
        source: Arc::clone(source),
        began_at,
        took,
        facts: Facts::Given(Box::new(Given {
            name: cut(given.name, MAX_NAME_CHARS),
            kind,
            status: status(given.status.unwrap_or_default()),
            attributes: attributes(given.attributes),
            events: events.map(event).collect(),
            links: links.filter_map(link).collect(),
            state: cut(given.trace_state, MAX_TEXT_CHARS),
        })),
    })
}

fn kind(kind: SpanKind) -> Kind {
    match kind {
        SpanKind::Unspecified | SpanKind::Internal => Kind::Internal,
        SpanKind::Server => Kind::Server,
        SpanKind::Client => Kind::Client,
        SpanKind::Producer => Kind::Producer,
        SpanKind::Consumer => Kind::Consumer,
    }
}

fn status(status: pb::Status) -> SpanStatus {
    match status.code() {
        StatusCode::Unset => SpanStatus::Unset,
        StatusCode::Ok => SpanStatus::Ok,
        StatusCode::Error => SpanStatus::Error(cut(status.message, MAX_TEXT_CHARS)),
    }
}

fn event(event: pb::span::Event) -> Event {
    Event {
        name: cut(event.name, MAX_NAME_CHARS).into(),
        at: event.time_unix_nano,
        attributes: attributes(event.attributes),
    }
}

fn link(link: &pb::span::Link) -> Option<Link> {
    Some(Link {
        trace_id: trace_id(&link.trace_id)?,
        span_id: span_id(&link.span_id)?,
    })
}

fn attributes(given: Vec<KeyValue>) -> Vec<Attribute> {
    let given = given.into_iter().take(MAX_ATTRIBUTES);
    let attributes = given.filter_map(|KeyValue { key, value, .. }| {
        let value = match value?.value? {
            PbValue::StringValue(text) => Value::Text(cut(text, MAX_TEXT_CHARS)),
            PbValue::BoolValue(flag) => Value::Flag(flag),
            PbValue::IntValue(number) => Value::Number(number),
            PbValue::DoubleValue(real) => Value::Real(real),
            other => {
                let mut text = String::new();
                write(&mut text, &other, MAX_DEPTH);
                Value::Text(cut(text, MAX_TEXT_CHARS))
            }
        };
        let key = cut(key, MAX_NAME_CHARS).into();
        Some(Attribute { key, value })
    });
    attributes.collect()
}

/// A value of any shape as text; stops where nobody would read on.
fn write(text: &mut String, value: &PbValue, depth: usize) {
    if depth == 0 || text.len() > MAX_TEXT_CHARS {
        text.push('…');
        return;
    }
    // Writing to a string can't fail.
    let _ = match value {
        PbValue::StringValue(value) => write!(text, "{value:?}"),
        PbValue::BoolValue(value) => write!(text, "{value}"),
        PbValue::IntValue(value) => write!(text, "{value}"),
        PbValue::DoubleValue(value) => write!(text, "{value}"),
        PbValue::BytesValue(value) => write!(text, "{} bytes", value.len()),
        PbValue::StringValueStrindex(_) => Ok(()),
        PbValue::ArrayValue(list) => {
            text.push('[');
            for (index, value) in list.values.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                write_any(text, Some(value), depth);
                if text.len() > MAX_TEXT_CHARS {
                    break;
                }
            }
            text.push(']');
            Ok(())
        }
        PbValue::KvlistValue(list) => {
            text.push('{');
            for (index, pair) in list.values.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                let _ = write!(text, "{}: ", pair.key);
                write_any(text, pair.value.as_ref(), depth);
                if text.len() > MAX_TEXT_CHARS {
                    break;
                }
            }
            text.push('}');
            Ok(())
        }
    };
}

fn write_any(text: &mut String, value: Option<&AnyValue>, depth: usize) {
    match value.and_then(|value| value.value.as_ref()) {
        Some(value) => write(text, value, depth - 1),
        None => text.push_str("null"),
    }
}

fn trace_id(bytes: &[u8]) -> Option<TraceId> {
    TraceId::new(u128::from_be_bytes(bytes.try_into().ok()?))
}

fn span_id(bytes: &[u8]) -> Option<SpanId> {
    SpanId::new(u64::from_be_bytes(bytes.try_into().ok()?))
}

fn cut(mut text: String, max_chars: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(max_chars) {
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests;
