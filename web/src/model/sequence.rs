//! The sequence of a call: who sent what to whom, in order, with the times that were measured.
//!
//! The page measures what it sends and receives; what happens behind the API server is the
//! server's own account (`Server-Timing`). What nobody measured has no time.

use std::ops::Range;

use bytes::BytesMut;
use wire::content_type::Dialect;
use wire::frame::{FLAG_TRAILERS, PREFIX_BYTES};
use wire::text::TextDecoder;

use super::call::{Call, Outcome};
use super::record::{Record, decode_text, is_json};

/// Frames that get an arrow of their own; the rest share one.
const MAX_FRAME_ARROWS: usize = 4;

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// The page.
    Browser,
    /// The API server.
    Server,
    /// The replica of the component.
    Replica,
}

/// One arrow.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Who sends.
    pub from: Lane,
    /// Who receives.
    pub to: Lane,
    /// What is sent.
    pub what: What,
    /// When, in milliseconds from the start of the call, by the page's clock.
    pub at_millis: Option<f64>,
    /// How long it took by the server's account, in milliseconds.
    pub took_millis: Option<f64>,
    /// What in the inspector shows it.
    pub shows: Shows,
}

/// What an arrow carries.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // Each variant's sentence explains its fields.
pub enum What {
    /// The request: method, or verb and path of a plain request, and size of the body in bytes.
    Request { method: String, size: usize },
    /// The call handed on to the replica.
    Handed,
    /// The replica's answer.
    Answered,
    /// The head of the answer, with its HTTP status.
    Head { http_status: u16 },
    /// A frame with a message, whole size in bytes.
    MessageFrame { size: usize },
    /// The trailer frame, whole size in bytes.
    TrailerFrame { size: usize },
    /// Frames that share an arrow.
    MoreFrames { count: usize, size: usize },
    /// A body of JSON, in bytes.
    Json { size: usize },
    /// A body that isn't frames, in bytes.
    Foreign { size: usize },
    /// The page stopped listening.
    Abort,
    /// Nothing came back.
    Nothing,
}

/// Which part of the inspector shows what an arrow carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shows {
    /// The request's bytes.
    Request,
    /// These bytes of the answer, without base64.
    Response(Range<usize>),
    /// Headers and trailers.
    Headers,
    /// Where the time went.
    Timing,
}

/// Returns the arrows of a call, as far as it went.
pub fn steps(call: &Call) -> Vec<Step> {
    let record = &*call.record;
    if record.url.is_empty() {
        return Vec::new();
    }
    let mut steps = vec![Step {
        from: Lane::Browser,
        to: Lane::Server,
        what: What::Request {
            method: match record.route() {
                Some(route) => format!("POST {route}"),
                None => record.short_name().to_owned(),
            },
            size: record.request_body.len(),
        },
        at_millis: Some(0.0),
        took_millis: None,
        shows: Shows::Request,
    }];
    hop_to_replica(record, &mut steps);
    answer(record, &mut steps);
    if record.aborted {
        let shows = Shows::Timing;
        steps.push(step(
            Lane::Browser,
            Lane::Server,
            What::Abort,
            record.ended_millis,
            shows,
        ));
    } else if record.response.is_none() && !matches!(call.outcome, Outcome::Pending) {
        let shows = Shows::Timing;
        steps.push(step(
            Lane::Server,
            Lane::Browser,
            What::Nothing,
            record.ended_millis,
            shows,
        ));
    }
    steps
}

/// What the server says of the component that took part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name; none where the server doesn't say.
    pub name: Option<String>,
    /// The replica that was picked.
    pub replica: String,
}

/// Returns the component that took part in a call, by `Server-Timing`: none where the API server
/// answered by itself, or didn't say.
pub fn component(record: &Record) -> Option<Component> {
    let timings = record.server_timing();
    let described = |name: &str| {
        let timing = timings.iter().find(|timing| timing.name == name)?;
        Some(timing.description.clone())
    };
    Some(Component {
        name: described("pick").flatten(),
        replica: described("replica")?.unwrap_or_default(),
    })
}

/// Returns whether the API server says that it answered without any component.
pub fn is_own_answer(record: &Record) -> bool {
    component(record).is_none() && !record.server_timing().is_empty()
}

/// Returns the longest time an arrow has, in milliseconds.
pub fn last_millis(steps: &[Step]) -> f64 {
    steps
        .iter()
        .filter_map(|step| step.at_millis)
        .fold(0.0, f64::max)
}

fn step(from: Lane, to: Lane, what: What, at_millis: Option<f64>, shows: Shows) -> Step {
    Step {
        from,
        to,
        what,
        at_millis,
        took_millis: None,
        shows,
    }
}

/// Adds the hop behind the API server, with the times of its own account.
fn hop_to_replica(record: &Record, steps: &mut Vec<Step>) {
    if component(record).is_none() {
        return;
    }
    let took = |name: &str| {
        let mut timings = record.server_timing().into_iter();
        timings.find(|timing| timing.name == name)?.millis
    };
    // Finding the route and picking the replica come before the message is handed on.
    let chosen = match (took("route"), took("pick")) {
        (Some(route), Some(pick)) => Some(route + pick),
        _ => None,
    };
    let hops = [
        (Lane::Server, Lane::Replica, What::Handed, chosen),
        (Lane::Replica, Lane::Server, What::Answered, took("replica")),
    ];
    for (from, to, what, took_millis) in hops {
        let step = step(from, to, what, None, Shows::Timing);
        steps.push(Step {
            took_millis,
            ..step
        });
    }
}

fn answer(record: &Record, steps: &mut Vec<Step>) {
    let Some(head) = &record.response else { return };
    let what = What::Head {
        http_status: head.http_status,
    };
    steps.push(received(what, Some(head.at_millis), Shows::Headers));
    let body = record.response_body();
    let last = record.chunks.last().map(|chunk| chunk.at_millis);
    match record.response_dialect() {
        _ if body.is_empty() => {}
        None => {
            let size = body.len();
            let is_json = record.response_header("content-type").is_some_and(is_json);
            let what = if record.is_json() && is_json {
                What::Json { size }
            } else {
                What::Foreign { size }
            };
            steps.push(received(what, last, Shows::Response(0..size)));
        }
        Some(Dialect::GrpcWebText) => frames(record, &decode_text(&body), steps),
        Some(_) => frames(record, &body, steps),
    }
}

/// Adds an arrow for each of the first frames, and one for the rest.
fn frames(record: &Record, body: &[u8], steps: &mut Vec<Step>) {
    let frames = frame_ranges(body);
    // An arrow for the rest says no more than one for a single frame.
    let is_one_more = frames.len() == MAX_FRAME_ARROWS + 1;
    let own = MAX_FRAME_ARROWS + usize::from(is_one_more);
    let (shown, shared) = frames.split_at(frames.len().min(own));
    for range in shown {
        let size = range.len();
        let what = if body[range.start] & FLAG_TRAILERS == 0 {
            What::MessageFrame { size }
        } else {
            What::TrailerFrame { size }
        };
        let at = arrival(record, range.end);
        steps.push(received(what, at, Shows::Response(range.clone())));
    }
    if let (Some(first), Some(last)) = (shared.first(), shared.last()) {
        let range = first.start..last.end;
        let what = What::MoreFrames {
            count: shared.len(),
            size: range.len(),
        };
        let at = arrival(record, range.end);
        steps.push(received(what, at, Shows::Response(range)));
    }
}

/// Returns how many messages a request had, as far as its body is kept.
pub fn sent_messages(record: &Record) -> usize {
    let is_text = record.dialect_key() == "grpc-web-text";
    let body = &record.request_body;
    let ranges = if is_text {
        frame_ranges(&decode_text(body))
    } else {
        frame_ranges(body)
    };
    ranges.len()
}

/// Returns where each frame lies; the last one may be cut. Payloads aren't looked at.
fn frame_ranges(body: &[u8]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < body.len() {
        let announced = match body.get(start + 1..start + PREFIX_BYTES) {
            Some(&[a, b, c, d]) => u32::from_be_bytes([a, b, c, d]),
            _ => u32::MAX,
        };
        let wanted = usize::try_from(announced).unwrap_or(usize::MAX);
        let end = start
            .saturating_add(PREFIX_BYTES)
            .saturating_add(wanted)
            .min(body.len());
        ranges.push(start..end);
        start = end;
    }
    ranges
}

fn received(what: What, at_millis: Option<f64>, shows: Shows) -> Step {
    step(Lane::Server, Lane::Browser, what, at_millis, shows)
}

/// Returns when the byte before `end` of the frames came; base64 is taken off piece by piece.
fn arrival(record: &Record, end: usize) -> Option<f64> {
    let is_text = record.response_dialect() == Some(Dialect::GrpcWebText);
    let (mut decoder, mut frames, mut size) = (TextDecoder::new(), BytesMut::new(), 0);
    let chunk = record.chunks.iter().find(|chunk| {
        if is_text {
            // What is broken ends the frames, so that there's nothing behind it to find.
            let _ = decoder.feed(&chunk.bytes, &mut frames);
            size = frames.len();
        } else {
            size += chunk.bytes.len();
        }
        size >= end
    });
    chunk.or(record.chunks.last()).map(|chunk| chunk.at_millis)
}

#[cfg(test)]
mod tests;
