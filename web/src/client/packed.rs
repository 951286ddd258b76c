//! The record of a call that a bundle made, handed to the page as values that both can read: they share no memory.
//!
//! In this order: URL, path, start, request's headers and body; when the head came, HTTP status and headers; pieces of the
//! body with their times, one after the other; bytes left out, messages, trailers; end, whether aborted; code and message.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use wire::code::Code;

use crate::model::call::Success;
use crate::model::record::{Chunk, Lines, Record, ResponseHead};
use crate::model::refusal::Refusal;
use crate::model::status::Failure;

/// Packs a record and how the call ended.
pub fn pack(record: &Record, result: &Result<(), Refusal>) -> Array {
    let head = record.response.as_ref();
    let chunks = Array::new();
    for chunk in &record.chunks {
        chunks.push(&chunk.at_millis.into());
        chunks.push(&Uint8Array::from(&chunk.bytes[..]));
    }
    let (code, message) = match result {
        Ok(()) => (Code::Ok, ""),
        Err(refusal) => (refusal.code, &*refusal.message),
    };
    let values: [JsValue; 16] = [
        (&*record.url).into(),
        (&*record.path).into(),
        record.started_at_millis.into(),
        text(&record.request_headers).into(),
        Uint8Array::from(&record.request_body[..]).into(),
        head.map(|head| head.at_millis).into(),
        head.map(|head| head.http_status).into(),
        head.map(|head| text(&head.headers)).into(),
        chunks.into(),
        count(record.left_out),
        count(record.messages),
        text(&record.trailers).into(),
        record.ended_millis.into(),
        record.aborted.into(),
        code.number().into(),
        message.into(),
    ];
    values.into_iter().collect()
}

/// Unpacks what [`pack`] packed; what is missing is taken as empty.
pub fn unpack(values: &Array) -> (Record, Result<Success, Failure>) {
    let text = |place| values.get(place).as_string().unwrap_or_default();
    let number = |place| values.get(place).as_f64();
    let chunks = Array::from(&values.get(8));
    let chunk = |place| Chunk {
        at_millis: chunks.get(place).as_f64().unwrap_or_default(),
        bytes: bytes(&chunks.get(place + 1)),
    };
    let record = Record {
        url: text(0),
        path: text(1),
        is_stream: true,
        started_at_millis: number(2).unwrap_or_default(),
        request_headers: lines(&text(3)),
        request_body: bytes(&values.get(4)),
        response: number(5).map(|at_millis| ResponseHead {
            at_millis,
            http_status: u16::try_from(whole(number(6))).unwrap_or_default(),
            headers: lines(&text(7)),
        }),
        chunks: (0..chunks.length()).step_by(2).map(chunk).collect(),
        left_out: whole(number(9)),
        messages: whole(number(10)),
        trailers: lines(&text(11)),
        ended_millis: number(12),
        aborted: values.get(13).is_truthy(),
        ..Record::default()
    };
    let code = u32::try_from(whole(number(14)))
        .ok()
        .and_then(Code::from_number);
    let code = code.unwrap_or(Code::Unknown);
    let result = match code {
        Code::Ok => Ok(Success::Messages(record.messages)),
        code => Err(Failure {
            from_server: !record.trailers.is_empty(),
            ..Failure::local(code, &text(15))
        }),
    };
    (record, result)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a page doesn't live for 2^53 bytes"
)]
fn count(number: usize) -> JsValue {
    JsValue::from_f64(number as f64)
}

/// Returns a whole number that was packed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from float saturates"
)]
fn whole(number: Option<f64>) -> usize {
    number.unwrap_or_default() as usize
}

fn bytes(value: &JsValue) -> bytes::Bytes {
    Uint8Array::new(value).to_vec().into()
}

fn text(lines: &Lines) -> String {
    let line = |(name, value): &(String, String)| format!("{name}:{value}\n");
    lines.iter().map(line).collect()
}

fn lines(text: &str) -> Lines {
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
