//! Spans that pages send, checked before any is taken: whoever may call can send them, so nothing in them is believed but
//! what they say of the page itself, and each part is bounded. Errors name the span and the field, and what is expected.

use std::fmt::Display;
use std::time::{Duration, SystemTime};

use proto::gangplank::v1 as pb;
use proto::gangplank::v1::span_attribute::Value as PbValue;
use tonic::Status;
use wire::traceparent::{SpanId, TraceId};

use crate::telemetry::names;
use crate::telemetry::span::{
    Attribute, Event, Facts, Given, Kind, Link, Span, Status as SpanStatus, Value, nanos,
};

/// Spans of one request: many times what one call of a page has.
const MAX_SPANS: usize = 64;
/// Names of spans, events and attributes, in characters; OpenTelemetry's own are far shorter.
pub(super) const MAX_NAME_CHARS: usize = 200;
/// Texts, in characters: a message to a person fits.
pub(super) const MAX_TEXT_CHARS: usize = 1_000;
/// Attributes of a span or an event.
pub(super) const MAX_ATTRIBUTES: usize = 32;
/// Events of a span.
pub(super) const MAX_EVENTS: usize = 32;
/// Links of a span.
pub(super) const MAX_LINKS: usize = 8;
/// How long a span may take: a stream that was left open over a day.
pub(super) const MAX_DURATION: Duration = Duration::from_hours(24);
/// How far its moments may be from the server's clock: it may have begun a day ago, and clocks of devices are off.
const MAX_DISTANCE: Duration = Duration::from_hours(25);

/// Spans by their traces: a few, so that they are looked up one by one.
pub(super) type ByTrace = Vec<(TraceId, Vec<Span>)>;

/// Puts a span to those of its trace, which is mostly that of the span before.
pub(super) fn put(traces: &mut ByTrace, span: Span) {
    let mut latest = traces.iter_mut().rev();
    match latest.find(|(id, _)| *id == span.trace_id) {
        Some((_, spans)) => spans.push(span),
        None => traces.push((span.trace_id, vec![span])),
    }
}

/// Spans by their traces. `now` is the server's clock.
pub(super) fn spans(spans: Vec<pb::Span>, now: SystemTime) -> Result<ByTrace, Status> {
    if !(1..=MAX_SPANS).contains(&spans.len()) {
        let count = spans.len();
        return Err(Status::invalid_argument(format!(
            "spans must be 1 to {MAX_SPANS}; there are {count}"
        )));
    }
    let mut traces = ByTrace::new();
    for (index, given) in spans.into_iter().enumerate() {
        let refused = |fault: Fault| {
            let Fault { field, expected } = fault;
            Status::invalid_argument(format!("spans[{index}].{field} {expected}"))
        };
        let span = span(given, now).map_err(refused)?;
        put(&mut traces, span);
    }
    Ok(traces)
}

/// What is wrong with a span.
#[derive(Debug)]
struct Fault {
    field: &'static str,
    /// Such as "must be shorter".
    expected: String,
}

fn fault(field: &'static str, expected: impl Display) -> Fault {
    let expected = expected.to_string();
    Fault { field, expected }
}

fn span(given: pb::Span, now: SystemTime) -> Result<Span, Fault> {
    let kind = kind(given.kind());
    let status = given.status();
    let began_at = time("start_time", given.start_time, now)?;
    let took = given.duration.map(Duration::try_from).transpose();
    let took = took.ok().map(Option::unwrap_or_default);
    let took = took.filter(|took| *took <= MAX_DURATION);
    let took = took.ok_or_else(|| fault("duration", "must be 0 to 24 h"))?;
    let parent = if given.parent_span_id.is_empty() {
        None
    } else {
        Some(span_id("parent_span_id", &given.parent_span_id)?)
    };
    let message = text("status_message", given.status_message, MAX_TEXT_CHARS)?;
    let events = bounded("events", given.events, MAX_EVENTS)?;
    let events = events.into_iter().map(|given| event(given, now));
    let links = bounded("links", given.links, MAX_LINKS)?;
    Ok(Span {
        trace_id: trace_id("trace_id", &given.trace_id)?,
        span_id: span_id("span_id", &given.span_id)?,
        parent,
        source: names::PAGE.into(),
        began_at,
        took,
        facts: Facts::Given(Box::new(Given {
            name: name("name", given.name)?,
            kind,
            status: match status {
                pb::SpanStatus::Unspecified => SpanStatus::Unset,
                pb::SpanStatus::Ok => SpanStatus::Ok,
                pb::SpanStatus::Error => SpanStatus::Error(message),
            },
            attributes: attributes("attributes", given.attributes)?,
            events: events.collect::<Result<_, _>>()?,
            links: links.iter().map(link).collect::<Result<_, _>>()?,
            state: text("trace_state", given.trace_state, MAX_TEXT_CHARS)?,
        })),
    })
}

fn event(given: pb::SpanEvent, now: SystemTime) -> Result<Event, Fault> {
    Ok(Event {
        name: name("events.name", given.name)?.into(),
        at: time("events.time", given.time, now)?,
        attributes: attributes("events.attributes", given.attributes)?,
    })
}

fn link(given: &pb::SpanLink) -> Result<Link, Fault> {
    Ok(Link {
        trace_id: trace_id("links.trace_id", &given.trace_id)?,
        span_id: span_id("links.span_id", &given.span_id)?,
    })
}

fn attributes(field: &'static str, given: Vec<pb::SpanAttribute>) -> Result<Vec<Attribute>, Fault> {
    let given = bounded(field, given, MAX_ATTRIBUTES)?.into_iter();
    let attributes = given.map(|given| {
        Ok(Attribute {
            key: name(field, given.key)?.into(),
            value: match given.value {
                Some(PbValue::Text(value)) => Value::Text(text(field, value, MAX_TEXT_CHARS)?),
                Some(PbValue::Number(number)) => Value::Number(number),
                Some(PbValue::Real(real)) => Value::Real(real),
                Some(PbValue::Flag(flag)) => Value::Flag(flag),
                None => return Err(fault(field, "must have values")),
            },
        })
    });
    attributes.collect()
}

fn kind(kind: pb::SpanKind) -> Kind {
    match kind {
        pb::SpanKind::Unspecified | pb::SpanKind::Internal => Kind::Internal,
        pb::SpanKind::Server => Kind::Server,
        pb::SpanKind::Client => Kind::Client,
        pb::SpanKind::Producer => Kind::Producer,
        pb::SpanKind::Consumer => Kind::Consumer,
    }
}

fn trace_id(field: &'static str, text: &str) -> Result<TraceId, Fault> {
    TraceId::parse(text).ok_or_else(|| {
        fault(
            field,
            "must be 32 lower-case hexadecimal digits, not all zero",
        )
    })
}

fn span_id(field: &'static str, text: &str) -> Result<SpanId, Fault> {
    SpanId::parse(text).ok_or_else(|| {
        fault(
            field,
            "must be 16 lower-case hexadecimal digits, not all zero",
        )
    })
}

/// A moment in nanoseconds since 1970, if it's near `now`.
pub(super) fn near(given: u64, now: SystemTime) -> Option<u64> {
    let now = nanos(now.duration_since(SystemTime::UNIX_EPOCH).ok()?);
    (given.abs_diff(now) <= nanos(MAX_DISTANCE)).then_some(given)
}

/// A time near `now`, in nanoseconds since 1970.
fn time(
    field: &'static str,
    given: Option<prost_types::Timestamp>,
    now: SystemTime,
) -> Result<u64, Fault> {
    let given = given.and_then(|given| SystemTime::try_from(given).ok());
    let since = given.and_then(|given| given.duration_since(SystemTime::UNIX_EPOCH).ok());
    since
        .and_then(|since| near(nanos(since), now))
        .ok_or_else(|| fault(field, "must be within 25 hours of the server's time"))
}

fn name(field: &'static str, given: String) -> Result<String, Fault> {
    if given.is_empty() {
        return Err(fault(field, "must not be empty"));
    }
    text(field, given, MAX_NAME_CHARS)
}

fn text(field: &'static str, given: String, limit: usize) -> Result<String, Fault> {
    if given.chars().count() > limit {
        let expected = format!("must have at most {limit} characters");
        return Err(fault(field, expected));
    }
    Ok(given)
}

fn bounded<T>(field: &'static str, given: Vec<T>, limit: usize) -> Result<Vec<T>, Fault> {
    if given.len() > limit {
        let count = given.len();
        let expected = format!("must be at most {limit}; there are {count}");
        return Err(fault(field, expected));
    }
    Ok(given)
}
