//! A trace as the page knows it: spans as their sources told them, before anything is made of them.
//!
//! Times are nanoseconds since 1970 by the clock of a span's source, whole numbers, so that nothing is rounded before
//! it's shown. What is made of them stands below: `tree` (who asked for whom), `clock` (how far sources' clocks are
//! apart), `path` (what the end had to wait for), `layout` (where bars are drawn), `compare`, `otlp`.

pub mod clock;
pub mod compare;
pub mod figures;
pub mod layout;
pub mod order;
pub mod otlp;
pub mod path;
pub mod reading;
pub mod tree;

/// How the names of attempts begin. Source: gRFC A72, "OpenTelemetry Tracing".
const ATTEMPT: &str = "Attempt.";
/// The attribute with the replica that an attempt was for.
const REPLICA: &str = "gangplank.replica";
/// Digits of a trace's id.
const ID_DIGITS: usize = 32;

/// A span's place in a call; the numbers are OpenTelemetry's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Not told.
    #[default]
    Unspecified,
    /// Within one program.
    Internal,
    /// It answers a call.
    Server,
    /// It makes a call.
    Client,
    /// It puts a message into a queue.
    Producer,
    /// It takes a message from a queue.
    Consumer,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Unspecified,
        Self::Internal,
        Self::Server,
        Self::Client,
        Self::Producer,
        Self::Consumer,
    ];

    /// Returns the kind of a number; unspecified for one that isn't known.
    pub fn from_number(number: u64) -> Self {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        Self::ALL.get(place).copied().unwrap_or_default()
    }

    /// Returns the kind's number.
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|own| *own == self).unwrap_or(0)
    }

    /// Returns OpenTelemetry's word, the same in every language; empty if it isn't told.
    pub fn name(self) -> &'static str {
        ["", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"][self.number()]
    }
}

/// Whether a span went well; the numbers are OpenTelemetry's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Nothing went wrong.
    #[default]
    Unset,
    /// It was said to have gone well.
    Ok,
    /// It failed.
    Error,
}

impl Status {
    /// Returns the status of a number.
    pub fn from_number(number: u64) -> Self {
        match number {
            1 => Self::Ok,
            2 => Self::Error,
            _ => Self::Unset,
        }
    }
}

/// What an attribute says.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Any other number.
    Real(f64),
    /// Yes or no.
    Flag(bool),
}

/// One fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: Value,
}

/// A moment within a span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Event {
    /// What happened.
    pub name: String,
    /// When.
    pub time: i64,
    /// Facts about it.
    pub attributes: Vec<Attribute>,
}

/// A span of another trace that led to this one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// The trace.
    pub trace_id: String,
    /// The span.
    pub span_id: String,
}

/// One stretch of work.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Span {
    /// The trace that it belongs to, in hexadecimal digits.
    pub trace_id: String,
    /// Its own id, in hexadecimal digits.
    pub id: String,
    /// The span that asked for it; empty for the topmost.
    pub parent: String,
    /// What was done.
    pub name: String,
    /// Its place in the call.
    pub kind: Kind,
    /// When it began.
    pub start: i64,
    /// How long it took; not less than nothing.
    pub duration: i64,
    /// Who made it.
    pub source: String,
    /// Facts.
    pub attributes: Vec<Attribute>,
    /// Moments within it.
    pub events: Vec<Event>,
    /// Spans of other traces that led to it.
    pub links: Vec<Link>,
    /// Whether it went well.
    pub status: Status,
    /// What went wrong.
    pub status_message: String,
    /// The caller's tracestate.
    pub trace_state: String,
}

impl Span {
    /// Returns when it ended.
    pub fn end(&self) -> i64 {
        self.start.saturating_add(self.duration)
    }

    /// Returns whether it failed.
    pub fn is_error(&self) -> bool {
        self.status == Status::Error
    }

    /// Returns the text of an attribute; none if it isn't there, or is no text.
    pub fn text(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|own| own.key == key)?;
        match &found.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns whether it is one attempt of a call.
    pub fn is_attempt(&self) -> bool {
        self.name.starts_with(ATTEMPT)
    }

    /// Returns the replica that an attempt was for; empty if it isn't told.
    pub fn replica(&self) -> &str {
        self.text(REPLICA).unwrap_or_default()
    }

    /// Returns the name without package and service, where it's a method's.
    pub fn short_name(&self) -> &str {
        short(&self.name)
    }
}

/// Returns a method's name without package and service; any other name as it is.
pub fn short(name: &str) -> &str {
    let method = name.rsplit('/').next().unwrap_or(name);
    let is_method = name.contains('/') && !method.is_empty() && !name.contains(' ');
    if is_method { method } else { name }
}

/// Returns whether a text is a trace's id.
pub fn is_id(text: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == ID_DIGITS && text.bytes().all(is_digit)
}

/// A trace in one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Its id.
    pub id: String,
    /// The method that was called first; empty while no span tells it.
    pub method: String,
    /// When the first span began.
    pub start: i64,
    /// From then to the end of the last one.
    pub duration: i64,
    /// The name of the code that the caller got; empty while no span tells it.
    pub code: String,
    /// Spans kept.
    pub spans: u32,
    /// Those of them that are errors.
    pub errors: u32,
    /// Attempts at replicas.
    pub attempts: u32,
    /// The source of the topmost span.
    pub source: String,
}

impl Summary {
    /// Returns whether something in it went wrong.
    pub fn is_error(&self) -> bool {
        self.errors > 0 || !matches!(&*self.code, "" | "OK")
    }
}

/// One trace.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    /// The same in one line.
    pub summary: Summary,
    /// Its spans.
    pub spans: Vec<Span>,
}

/// Which traces are listed; all that is set must fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// A part of the method's name, in any case.
    pub method: String,
    /// Only those with an error.
    pub only_errors: bool,
    /// Only those that took at least this long, in nanoseconds.
    pub min_duration: i64,
}

impl Filter {
    /// Returns whether a trace passes, as the server judges it.
    pub fn passes(&self, summary: &Summary) -> bool {
        let wanted = self.method.trim().to_ascii_lowercase();
        summary.method.to_ascii_lowercase().contains(&wanted)
            && (!self.only_errors || summary.is_error())
            && summary.duration >= self.min_duration
    }

    /// Returns whether it lets everything pass.
    pub fn is_open(&self) -> bool {
        self.method.trim().is_empty() && !self.only_errors && self.min_duration == 0
    }
}

#[cfg(test)]
mod tests;
