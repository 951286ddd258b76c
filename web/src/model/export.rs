//! The calls of the page as one JSON document, to keep or to attach to a report.

use wire::base64;

use super::call::Call;
use super::decimal::fixed;
use super::json_text::{list, object, quote};
use super::record::{Lines, Record};

/// Returns the calls as JSON; bodies are base64, times are milliseconds from the start of each call.
pub fn export<'a>(calls: impl IntoIterator<Item = &'a Call>) -> String {
    let calls = list(calls.into_iter().map(call_json));
    format!("{{\"format\":\"gangplank-calls\",\"version\":1,\"calls\":{calls}}}")
}

fn call_json(call: &Call) -> String {
    let record = &*call.record;
    object(&[
        ("number", call.number.to_string()),
        ("url", quote(&record.url)),
        ("traceId", optional(record.trace().map(|(id, _)| quote(id)))),
        ("startedAt", fixed(record.started_at_millis, 0)),
        (
            "status",
            optional(call.code().map(|code| quote(code.name()))),
        ),
        (
            "statusMessage",
            optional(call.failure().map(|failure| quote(&failure.message))),
        ),
        (
            "elapsedMillis",
            optional(call.elapsed_millis().map(|millis| fixed(millis, 3))),
        ),
        ("aborted", record.aborted.to_string()),
        (
            "fault",
            optional(record.fault.as_ref().map(|fault| quote(&fault.to_string()))),
        ),
        ("request", request_json(record)),
        ("response", response_json(record)),
    ])
}

fn request_json(record: &Record) -> String {
    object(&[
        ("headers", lines(&record.request_headers)),
        ("body", quote(&base64::encode(&record.request_body))),
    ])
}

fn response_json(record: &Record) -> String {
    let Some(head) = &record.response else {
        return "null".to_owned();
    };
    let chunks = record.chunks.iter().map(|chunk| {
        object(&[
            ("atMillis", fixed(chunk.at_millis, 3)),
            ("body", quote(&base64::encode(&chunk.bytes))),
        ])
    });
    object(&[
        ("atMillis", fixed(head.at_millis, 3)),
        ("httpStatus", head.http_status.to_string()),
        ("headers", lines(&head.headers)),
        ("chunks", list(chunks)),
        ("trailers", lines(&record.trailers)),
    ])
}

fn lines(lines: &Lines) -> String {
    list(
        lines
            .iter()
            .map(|(name, value)| format!("[{},{}]", quote(name), quote(value))),
    )
}

fn optional(value: Option<String>) -> String {
    value.unwrap_or_else(|| "null".to_owned())
}

#[cfg(test)]
mod tests;
