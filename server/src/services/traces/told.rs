//! Spans and summaries as messages.

use std::time::{Duration, SystemTime};

use proto::gangplank::v1 as pb;
use proto::gangplank::v1::span_attribute::Value as PbValue;

use crate::telemetry::span::{Attribute, Event, Kind, Span, Status, Value};
use crate::telemetry::store::summary::Summary;

pub(super) fn summary(summary: Summary) -> pb::TraceSummary {
    pb::TraceSummary {
        trace_id: summary.trace_id.to_string(),
        method: summary.method.unwrap_or_default(),
        start_time: Some(time(summary.began_at)),
        duration: Some(duration(summary.took)),
        status_code: summary.code.unwrap_or_default(),
        spans: count(summary.spans),
        errors: count(summary.errors),
        attempts: count(summary.attempts),
        source: summary.source.to_string(),
    }
}

pub(super) fn span(span: &Span) -> pb::Span {
    let (status, status_message) = match span.status() {
        Status::Unset => (pb::SpanStatus::Unspecified, String::new()),
        Status::Ok => (pb::SpanStatus::Ok, String::new()),
        Status::Error(message) => (pb::SpanStatus::Error, message),
    };
    let links = span.links().into_iter().map(|link| pb::SpanLink {
        trace_id: link.trace_id.to_string(),
        span_id: link.span_id.to_string(),
    });
    pb::Span {
        trace_id: span.trace_id.to_string(),
        span_id: span.span_id.to_string(),
        parent_span_id: span
            .parent
            .map_or_else(String::new, |parent| parent.to_string()),
        name: span.name().into_owned(),
        kind: kind(span.kind()).into(),
        start_time: Some(time(span.began_at)),
        duration: Some(duration(span.took)),
        source: span.source.to_string(),
        attributes: attributes(span.attributes()),
        events: span.events().into_iter().map(event).collect(),
        links: links.collect(),
        status: status.into(),
        status_message,
        trace_state: span.state().to_owned(),
    }
}

fn kind(kind: Kind) -> pb::SpanKind {
    match kind {
        Kind::Internal => pb::SpanKind::Internal,
        Kind::Server => pb::SpanKind::Server,
        Kind::Client => pb::SpanKind::Client,
        Kind::Producer => pb::SpanKind::Producer,
        Kind::Consumer => pb::SpanKind::Consumer,
    }
}

fn event(event: Event) -> pb::SpanEvent {
    pb::SpanEvent {
        name: event.name.into_owned(),
        time: Some(time(event.at)),
        attributes: attributes(event.attributes),
    }
}

fn attributes(attributes: Vec<Attribute>) -> Vec<pb::SpanAttribute> {
    let attributes = attributes.into_iter().map(|attribute| pb::SpanAttribute {
        key: attribute.key.into_owned(),
        value: Some(match attribute.value {
            Value::Text(text) => PbValue::Text(text),
            Value::Number(number) => PbValue::Number(number),
            Value::Real(real) => PbValue::Real(real),
            Value::Flag(flag) => PbValue::Flag(flag),
        }),
    });
    attributes.collect()
}

fn time(nanos: u64) -> prost_types::Timestamp {
    (SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos)).into()
}

fn duration(duration: Duration) -> prost_types::Duration {
    // Fails only for more than 292 billion years.
    duration.try_into().unwrap_or_default()
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
