//! Where the time of a call went: the browser's phases and the server's own account.
//!
//! Sources: W3C Resource Timing (a phase that the browser hides reads 0) and W3C Server Timing.

use super::decimal;

/// What the browser's Resource Timing says of a call, in milliseconds from the start of the call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Phases {
    /// The protocol of the hop, such as `http/1.1` or `h2`; empty where the browser hides it.
    pub protocol: String,
    /// Each phase in order.
    pub spans: Vec<(Phase, Span)>,
    /// The browser hides the phases, since the server on another origin doesn't allow them.
    pub is_hidden: bool,
}

/// A phase of a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waiting in the browser before anything is sent.
    Queue,
    /// Looking the name up.
    Lookup,
    /// Connecting, with TLS.
    Connect,
    /// From the request's first byte to the answer's first byte.
    Wait,
    /// From the answer's first byte to its last.
    Receive,
}

/// A stretch of time, in milliseconds from the start of the call; start ≤ end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// When it began.
    pub start: f64,
    /// When it ended.
    pub end: f64,
}

impl Span {
    /// Returns how long it took, in milliseconds.
    pub fn millis(self) -> f64 {
        self.end - self.start
    }
}

/// The moments Resource Timing gives, in milliseconds of the page's clock; 0 where hidden.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[allow(missing_docs)] // The names are the specification's.
pub struct Moments {
    pub fetch_start: f64,
    pub domain_lookup_start: f64,
    pub domain_lookup_end: f64,
    pub connect_start: f64,
    pub connect_end: f64,
    pub request_start: f64,
    pub response_start: f64,
    pub response_end: f64,
}

impl Phases {
    /// Returns the phases of a call that began at `origin` on the page's clock.
    pub fn from_moments(moments: Moments, protocol: String, origin: f64) -> Self {
        let is_hidden = moments.request_start <= 0.0;
        if is_hidden {
            return Self {
                protocol,
                spans: Vec::new(),
                is_hidden,
            };
        }
        let lookup_start = later(moments.domain_lookup_start, moments.fetch_start);
        let connect_end = later(moments.connect_end, moments.domain_lookup_end);
        let sent = later(moments.request_start, connect_end);
        let edges = [
            (Phase::Queue, moments.fetch_start, lookup_start),
            (Phase::Lookup, lookup_start, moments.domain_lookup_end),
            (Phase::Connect, moments.connect_start, connect_end),
            (Phase::Wait, sent, moments.response_start),
            (Phase::Receive, moments.response_start, moments.response_end),
        ];
        let span = |(phase, start, end): (Phase, f64, f64)| {
            let start = (start - origin).max(0.0);
            (
                phase,
                Span {
                    start,
                    end: (end - origin).max(start),
                },
            )
        };
        Self {
            protocol,
            spans: edges.map(span).to_vec(),
            is_hidden,
        }
    }
}

fn later(moment: f64, other: f64) -> f64 {
    moment.max(other)
}

/// One metric of a `Server-Timing` header.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerTiming {
    /// The metric's name, such as `route`.
    pub name: String,
    /// What it says in words, such as a replica's name.
    pub description: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: Option<f64>,
}

impl ServerTiming {
    /// Returns the metrics of a header value; parameters it doesn't know are passed over.
    pub fn parse(header: &str) -> Vec<Self> {
        let mut is_quoted = false;
        let ends_metric = move |character: char| {
            is_quoted ^= character == '"';
            character == ',' && !is_quoted
        };
        header
            .split(ends_metric)
            .filter_map(Self::parse_metric)
            .collect()
    }

    fn parse_metric(metric: &str) -> Option<Self> {
        let mut parts = metric.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?.to_owned();
        let mut timing = Self {
            name,
            description: None,
            millis: None,
        };
        for (key, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match key.trim() {
                "dur" => timing.millis = decimal::parse(value),
                "desc" => timing.description = Some(value.to_owned()),
                _ => {}
            }
        }
        Some(timing)
    }
}

#[cfg(test)]
mod tests;
