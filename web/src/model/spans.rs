//! The page's two spans of a call that ended, as ProtoJSON of `gangplank.v1.UploadSpansRequest`.
//!
//! The click, from the press of the button until the answer is handed over, and in it the call, from when the request
//! leaves until the answer's last byte. Whole microseconds of one clock, so that the inner one lies within the outer.
//! Names of attributes are OpenTelemetry's. Source: `proto/gangplank/v1/trace.proto`, held to it by tests.

use std::fmt::Write as _;
use std::ops::Range;

use wire::code::Code;

use super::call::Call;
use super::decimal::fixed;
use super::greeting::beginning;
use super::json_text::quote;
use super::record::Record;
use super::sequence::sent_messages;
use super::server::host_and_port;
use super::status::Failure;
use super::time::format_timestamp;

/// Returns the spans of a call; none of one that goes on, that nobody answered, or whose trace isn't the page's own.
///
/// `root` has the id of the click's span in its first 16 digits; `handed_millis` is when the answer was handed over,
/// from the start of the call.
pub fn spans(call: &Call, root: &str, handed_millis: f64) -> Option<String> {
    let record = &*call.record;
    let (trace, span) = record.trace()?;
    let (sent_millis, ended_millis) = (record.sent_millis?, record.ended_millis?);
    let failure = call.failure();
    if failure.is_some_and(Failure::is_unreached) {
        return None;
    }
    let code = call.code()?.name();
    let (service, method) = record.service_and_method();
    let name = format!("{service}/{method}");
    let mut out = format!(
        r#"{{"spans":[{{"traceId":"{trace}","spanId":"{root:.16}","name":"click: {method}","kind":"SPAN_KIND_INTERNAL""#
    );
    add_time(&mut out, record, 0.0..handed_millis.max(ended_millis));
    // Writing to a string can't fail.
    let _ = write!(
        out,
        r#"}},{{"traceId":"{trace}","spanId":"{span}","parentSpanId":"{root:.16}","name":"{name}","kind":"SPAN_KIND_CLIENT""#
    );
    add_time(&mut out, record, sent_millis..ended_millis);
    if let Some(failure) = failure {
        out += r#","status":"SPAN_STATUS_ERROR","statusMessage":"#;
        out += &quote(&beginning(failure.message.clone()));
    }
    add_attributes(&mut out, record, &name, code);
    add_events(&mut out, record);
    out += "]}]}";
    Some(out)
}

/// Keys and kinds of the facts of a call. Whole numbers are text, as ProtoJSON has those of 64 bits.
const FACTS: [(&str, &str); 8] = [
    ("rpc.system.name", "text"),
    ("rpc.method", "text"),
    ("rpc.response.status_code", "text"),
    ("gangplank.dialect", "text"),
    ("server.address", "text"),
    ("error.type", "text"),
    ("gangplank.messages.sent", "number"),
    ("gangplank.messages.received", "number"),
];

fn add_attributes(out: &mut String, record: &Record, name: &str, code: &str) {
    let (host, _) = host_and_port(&record.url);
    let counts = [sent_messages(record), record.messages];
    let [sent, received] = counts.map(|count| {
        if record.is_stream {
            count.to_string()
        } else {
            String::new()
        }
    });
    let error = if code == Code::Ok.name() { "" } else { code };
    let dialect = record.dialect_key();
    let values = ["grpc", name, code, dialect, host, error, &sent, &received];
    *out += r#","attributes":["#;
    for ((key, kind), value) in FACTS.into_iter().zip(values) {
        add(out, ["key", key, kind, value]);
    }
}

fn add_events(out: &mut String, record: &Record) {
    let first = record.response.as_ref().map(|head| head.at_millis);
    *out += r#"],"events":["#;
    for (name, at_millis) in [
        ("first byte", first),
        ("last message", record.last_message_millis),
    ] {
        if let Some(at_millis) = at_millis {
            add(
                out,
                ["name", name, "time", &timestamp(micros(record, at_millis))],
            );
        }
    }
}

/// Adds an object of two members to a list, unless the second is empty.
fn add(out: &mut String, [name, value, other_name, other]: [&str; 4]) {
    if other.is_empty() {
        return;
    }
    if !out.ends_with('[') {
        out.push(',');
    }
    let other = quote(other);
    // Writing to a string can't fail.
    let _ = write!(out, r#"{{"{name}":"{value}","{other_name}":{other}}}"#);
}

/// Adds the beginning and the length of a span, from its moments in milliseconds.
fn add_time(out: &mut String, record: &Record, span: Range<f64>) {
    let start = micros(record, span.start);
    let length = micros(record, span.end) - start;
    let (start, length) = (timestamp(start), fixed(length / 1e6, 6));
    // Writing to a string can't fail.
    let _ = write!(out, r#","startTime":"{start}","duration":"{length}s""#);
}

fn timestamp(micros: f64) -> String {
    let seconds = (micros / 1e6).floor();
    let nanos = (micros - seconds * 1e6) * 1e3;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast from float saturates, and both are whole numbers that fit"
    )]
    let time = format_timestamp(seconds as i64, nanos as i32);
    // No clock of a browser is outside the years 1 to 9999.
    time.unwrap_or_default()
}

/// Returns a moment of a call in microseconds since 1970, a whole number.
fn micros(record: &Record, at_millis: f64) -> f64 {
    ((record.started_at_millis + at_millis) * 1e3).round()
}

#[cfg(test)]
mod tests;
