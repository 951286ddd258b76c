//! What a caller says of the trace that its call is part of, admitted within limits: what is malformed or too long doesn't
//! travel on, since every component would have to carry it; the call itself is served all the same.
//! Sources: W3C Trace Context, sections 3.3.1.5 and 3.4; W3C Baggage, section 3.3.2.

use http::{HeaderMap, HeaderName, HeaderValue};
use wire::traceparent::{TRACEPARENT, TRACESTATE, TraceParent};

use crate::telemetry::tracer::{Caller, Trust};

/// Of `tracestate`, in bytes: what must be carried at least is what is carried at most.
const MAX_STATE_BYTES: usize = 512;
/// Its entries.
const MAX_STATE_ENTRIES: usize = 32;
/// Of `baggage`, in bytes, likewise.
const MAX_BAGGAGE_BYTES: usize = 8192;

const PARENT: HeaderName = HeaderName::from_static(TRACEPARENT);
const STATE: HeaderName = HeaderName::from_static(TRACESTATE);
const BAGGAGE: HeaderName = HeaderName::from_static("baggage");

/// Reads the context, and takes out of the headers what isn't to travel on. Also tells the state that came along.
pub(super) fn admit(headers: &mut HeaderMap, trust: Trust) -> (Caller, Option<HeaderValue>) {
    let context = context(headers);
    if context.is_none() {
        headers.remove(PARENT);
    }
    let state = headers.get(STATE).cloned();
    if state.is_some() && (context.is_none() || trust == Trust::Link || !is_carried(headers)) {
        headers.remove(STATE);
    }
    if bytes(headers, &BAGGAGE) > MAX_BAGGAGE_BYTES {
        headers.remove(BAGGAGE);
    }
    let state = state.filter(|_| headers.contains_key(STATE));
    (Caller { context, trust }, state)
}

/// That of the one `traceparent`; several are none.
fn context(headers: &HeaderMap) -> Option<TraceParent> {
    let mut values = headers.get_all(PARENT).iter();
    let context = TraceParent::parse(values.next()?.as_bytes())?;
    values.next().is_none().then_some(context)
}

fn is_carried(headers: &HeaderMap) -> bool {
    let values = headers.get_all(STATE).iter();
    let entries = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    entries.count() <= MAX_STATE_ENTRIES && bytes(headers, &STATE) <= MAX_STATE_BYTES
}

/// All values of a header, in bytes.
fn bytes(headers: &HeaderMap, name: &HeaderName) -> usize {
    let values = headers.get_all(name).iter();
    values.map(HeaderValue::len).sum()
}

#[cfg(test)]
mod tests;
