//! A trace as OTLP JSON, which public viewers open: `ExportTraceServiceRequest` of OpenTelemetry's protocol.
//!
//! Ids are hexadecimal there, 64-bit numbers are text, enums are numbers, unlike in ProtoJSON at large.
//! Times are exported as sources told them, without any correction. Source: opentelemetry.io, "OTLP/HTTP, JSON".

use super::{Attribute, Event, Link, Span, Status, Value, figures};
use crate::model::json_text::{list, object, quote};

/// Who made the spans, in the sense of the protocol.
const SCOPE: &str = "gangplank";

/// Returns spans as one document, grouped by source.
pub fn export(spans: &[Span]) -> String {
    let mut sources: Vec<&str> = Vec::new();
    for span in spans {
        if !sources.contains(&&*span.source) {
            sources.push(&span.source);
        }
    }
    let groups = sources.into_iter().map(|source| {
        let own = spans.iter().filter(|own| own.source == source);
        let name = attribute(&Attribute {
            key: "service.name".to_owned(),
            value: Value::Text(source.to_owned()),
        });
        object(&[
            ("resource", object(&[("attributes", format!("[{name}]"))])),
            (
                "scopeSpans",
                list(
                    [object(&[
                        ("scope", object(&[("name", quote(SCOPE))])),
                        ("spans", list(own.map(span))),
                    ])]
                    .into_iter(),
                ),
            ),
        ])
    });
    object(&[("resourceSpans", list(groups))])
}

fn span(span: &Span) -> String {
    let mut members = vec![
        ("traceId", quote(&span.trace_id)),
        ("spanId", quote(&span.id)),
        ("parentSpanId", quote(&span.parent)),
        ("traceState", quote(&span.trace_state)),
        ("name", quote(&span.name)),
        ("kind", span.kind.number().to_string()),
        ("startTimeUnixNano", nanos(span.start)),
        ("endTimeUnixNano", nanos(span.end())),
        ("attributes", list(span.attributes.iter().map(attribute))),
        ("events", list(span.events.iter().map(event))),
        ("links", list(span.links.iter().map(link))),
        ("status", status(span)),
    ];
    members.retain(|(_, value)| !matches!(&**value, "\"\"" | "[]" | "{}"));
    object(&members)
}

fn status(span: &Span) -> String {
    let code = match span.status {
        Status::Unset => return object(&[]),
        Status::Ok => "1",
        Status::Error => "2",
    };
    let mut members = vec![("code", code.to_owned())];
    if !span.status_message.is_empty() {
        members.push(("message", quote(&span.status_message)));
    }
    object(&members)
}

fn attribute(own: &Attribute) -> String {
    let text = figures::value(&own.value);
    let value = match &own.value {
        Value::Text(_) => ("stringValue", quote(&text)),
        Value::Number(_) => ("intValue", quote(&text)),
        Value::Real(number) if number.is_finite() => ("doubleValue", text),
        Value::Real(_) => ("doubleValue", quote(&text)),
        Value::Flag(_) => ("boolValue", text),
    };
    object(&[("key", quote(&own.key)), ("value", object(&[value]))])
}

fn event(event: &Event) -> String {
    object(&[
        ("timeUnixNano", nanos(event.time)),
        ("name", quote(&event.name)),
        ("attributes", list(event.attributes.iter().map(attribute))),
    ])
}

fn link(link: &Link) -> String {
    object(&[
        ("traceId", quote(&link.trace_id)),
        ("spanId", quote(&link.span_id)),
    ])
}

fn nanos(time: i64) -> String {
    quote(&time.max(0).to_string())
}

#[cfg(test)]
mod tests;
