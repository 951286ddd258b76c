//! Asks `gangplank.v1.TraceService` what became of calls, with the lent client.
//!
//! Messages are read and written field by field, as in `balancer`, by `proto/gangplank/v1/trace.proto`.

use wasm_bindgen::JsValue;

use super::lent::{Asked, HangUp, Lent, framed};
use super::paths::{GET_TRACE, LIST_TRACES, SAY_HELLO, WATCH_TRACES};
use crate::model::message::{Fields, Raw, Writer};
use crate::model::refusal::Refusal;
use crate::model::trace::{
    Attribute, Event, Filter, Kind, Link, Span, Status, Summary, Trace, Value,
};

/// The method that [`hello`] calls.
pub const CALLED: &str = SAY_HELLO.path;
/// Whom it greets.
const NAME: &[u8] = b"World";
/// This page's key in `tracestate`.
const VENDOR: &str = "gangplank";

/// What a list of traces tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// The newest first.
    pub traces: Vec<Summary>,
    /// Spans that the server keeps.
    pub kept: u64,
    /// Spans that had to make room.
    pub evicted: u64,
}

/// Returns the newest traces that pass a filter, so many at most.
pub async fn list(client: &Lent, filter: &Filter, limit: u32) -> Result<Listed, Refusal> {
    let asked = Writer::default()
        .bytes(1, &filtered(filter))
        .number(2, limit.into())
        .done();
    Ok(listed(&client.call(LIST_TRACES, &asked).await?))
}

/// Returns one trace.
pub async fn get(client: &Lent, id: &str) -> Result<Trace, Refusal> {
    let asked = Writer::default().bytes(1, id.as_bytes()).done();
    let answer = client.call(GET_TRACE, &asked).await?;
    Ok(first(&answer).map(trace).unwrap_or_default())
}

/// Hands over each trace that is new or has grown, until `take` wants no more, somebody hangs up, or the server ends it.
pub async fn watch(
    client: &Lent,
    filter: &Filter,
    hang_up: &HangUp,
    take: impl FnMut(Summary) -> bool + 'static,
) -> Result<(), Refusal> {
    let message = Writer::default().bytes(1, &filtered(filter)).done();
    let asked = Asked {
        path: WATCH_TRACES,
        frames: &framed([message.into()]),
        ..Asked::default()
    };
    let mut take = take;
    let take = move |message: bytes::Bytes| -> JsValue {
        take(first(&message).map(summary).unwrap_or_default()).into()
    };
    client.exchange(asked, Some(hang_up), take).await
}

/// Says hello by a call that is in the page's log, and so begins a trace; its `tracestate` carries a mark.
pub async fn hello(client: &Lent, mark: &str) -> Result<(), Refusal> {
    let message = Writer::default().bytes(1, NAME).done();
    let asked = Asked {
        path: CALLED,
        pair: &format!("tracestate: {VENDOR}={mark}"),
        frames: &framed([message.into()]),
        is_noted: true,
        ..Asked::default()
    };
    client.exchange(asked, None, |_| JsValue::TRUE).await
}

/// Writes a filter.
fn filtered(filter: &Filter) -> Vec<u8> {
    Writer::default()
        .bytes(1, filter.method.trim().as_bytes())
        .number(2, filter.only_errors.into())
        .nanos(3, filter.min_duration)
        .done()
}

/// Returns the message in an answer that holds one.
fn first(message: &[u8]) -> Option<&[u8]> {
    let field = Fields::of(message).find(|(number, _)| *number == 1);
    field.map(|(_, raw)| raw.bytes())
}

fn listed(message: &[u8]) -> Listed {
    let mut listed = Listed::default();
    for (number, raw) in Fields::of(message) {
        match number {
            1 => listed.traces.push(summary(raw.bytes())),
            2 => listed.kept = raw.number(),
            3 => listed.evicted = raw.number(),
            _ => {}
        }
    }
    listed
}

fn summary(message: &[u8]) -> Summary {
    let mut summary = Summary::default();
    for (number, raw) in Fields::of(message) {
        match number {
            1 => summary.id = raw.text(),
            2 => summary.method = raw.text(),
            3 => summary.start = raw.nanos(),
            4 => summary.duration = raw.nanos(),
            5 => summary.code = raw.text(),
            6 => summary.spans = raw.small(),
            7 => summary.errors = raw.small(),
            8 => summary.attempts = raw.small(),
            9 => summary.source = raw.text(),
            _ => {}
        }
    }
    summary
}

fn trace(message: &[u8]) -> Trace {
    let mut trace = Trace::default();
    for (number, raw) in Fields::of(message) {
        match number {
            1 => trace.summary = summary(raw.bytes()),
            2 => trace.spans.push(span(raw.bytes())),
            _ => {}
        }
    }
    trace
}

fn span(message: &[u8]) -> Span {
    let mut span = Span::default();
    for (number, raw) in Fields::of(message) {
        match number {
            1 => span.trace_id = raw.text(),
            2 => span.id = raw.text(),
            3 => span.parent = raw.text(),
            4 => span.name = raw.text(),
            5 => span.kind = Kind::from_number(raw.number()),
            6 => span.start = raw.nanos(),
            7 => span.duration = raw.nanos().max(0),
            8 => span.source = raw.text(),
            9 => span.attributes.push(attribute(raw.bytes())),
            10 => span.events.push(event(raw.bytes())),
            11 => span.links.push(link(raw.bytes())),
            12 => span.status = Status::from_number(raw.number()),
            13 => span.status_message = raw.text(),
            14 => span.trace_state = raw.text(),
            _ => {}
        }
    }
    span
}

fn attribute(message: &[u8]) -> Attribute {
    let mut attribute = Attribute {
        key: String::new(),
        value: Value::Text(String::new()),
    };
    for (number, raw) in Fields::of(message) {
        attribute.value = match (number, raw) {
            (1, raw) => {
                attribute.key = raw.text();
                continue;
            }
            (2, raw) => Value::Text(raw.text()),
            (3, raw) => Value::Number(raw.signed()),
            (4, Raw::Fixed64(bits)) => Value::Real(f64::from_bits(bits)),
            (5, raw) => Value::Flag(raw.number() != 0),
            _ => continue,
        };
    }
    attribute
}

fn event(message: &[u8]) -> Event {
    let mut event = Event::default();
    for (number, raw) in Fields::of(message) {
        match number {
            1 => event.name = raw.text(),
            2 => event.time = raw.nanos(),
            3 => event.attributes.push(attribute(raw.bytes())),
            _ => {}
        }
    }
    event
}

fn link(message: &[u8]) -> Link {
    let mut link = Link::default();
    for (number, raw) in Fields::of(message) {
        match number {
            1 => link.trace_id = raw.text(),
            2 => link.span_id = raw.text(),
            _ => {}
        }
    }
    link
}

#[cfg(test)]
mod tests;
