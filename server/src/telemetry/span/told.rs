//! A span in words: what its facts are called, and which of them are errors.

use std::borrow::Cow;
use std::fmt;

use wire::code::Code;

use super::{
    Answered, Attempted, Attribute, Called, Event, Facts, Given, Kind, Link, PickedFor,
    RetryReason, Span, Status, Transcoded, Value, is_server_error, nanos,
};
use crate::telemetry::names;

impl Span {
    /// When it ended, in nanoseconds since 1970, by its source's clock.
    pub fn ended_at(&self) -> u64 {
        self.began_at.saturating_add(nanos(self.took))
    }

    /// What was done.
    pub fn name(&self) -> Cow<'_, str> {
        match &self.facts {
            Facts::Answered(facts) => Cow::Borrowed(facts.method()),
            Facts::Called(facts) => Cow::Borrowed(&*facts.method),
            Facts::Attempted(facts) => Cow::Owned(format!("Attempt.{}", facts.method)),
            Facts::Given(facts) => Cow::Borrowed(&*facts.name),
        }
    }

    /// The method that was called; None if the span tells of none.
    pub fn method(&self) -> Option<&str> {
        match &self.facts {
            Facts::Answered(facts) => Some(&facts.name),
            Facts::Called(facts) => Some(&facts.method),
            Facts::Attempted(facts) => Some(&facts.method),
            Facts::Given(facts) => facts.text(names::METHOD),
        }
    }

    /// The name of the code that it ended with; None if the span tells of none.
    pub fn code(&self) -> Option<&str> {
        match &self.facts {
            Facts::Answered(facts) => Some(facts.code.name()),
            Facts::Called(facts) => Some(facts.code.name()),
            Facts::Attempted(facts) => Some(facts.code.name()),
            Facts::Given(facts) => facts.text(names::STATUS_CODE),
        }
    }

    /// Its place in the call.
    pub fn kind(&self) -> Kind {
        match &self.facts {
            Facts::Answered(_) => Kind::Server,
            Facts::Called(_) | Facts::Attempted(_) => Kind::Client,
            Facts::Given(facts) => facts.kind,
        }
    }

    /// Whether it went well: a caller wants OK, a server only not to have failed.
    pub fn status(&self) -> Status {
        let error = |text: Option<&str>| Status::Error(text.unwrap_or_default().to_owned());
        match &self.facts {
            Facts::Answered(facts) if is_server_error(facts.code) => {
                error(facts.message.as_deref())
            }
            Facts::Called(facts) if facts.code != Code::Ok => error(facts.error.as_deref()),
            Facts::Attempted(facts) if facts.code != Code::Ok => error(facts.error.as_deref()),
            Facts::Given(facts) => facts.status.clone(),
            Facts::Answered(_) | Facts::Called(_) | Facts::Attempted(_) => Status::Unset,
        }
    }

    /// True if it failed.
    pub fn is_error(&self) -> bool {
        match &self.facts {
            Facts::Answered(facts) => is_server_error(facts.code),
            Facts::Called(facts) => facts.code != Code::Ok,
            Facts::Attempted(facts) => facts.code != Code::Ok,
            Facts::Given(facts) => matches!(facts.status, Status::Error(_)),
        }
    }

    /// Facts by their names.
    pub fn attributes(&self) -> Vec<Attribute> {
        match &self.facts {
            Facts::Answered(facts) => facts.attributes(),
            Facts::Called(facts) => facts.attributes(),
            Facts::Attempted(facts) => facts.attributes(),
            Facts::Given(facts) => facts.attributes.clone(),
        }
    }

    /// Moments within it, in the order of their times.
    pub fn events(&self) -> Vec<Event> {
        match &self.facts {
            Facts::Answered(facts) => facts.events(self.began_at),
            Facts::Called(_) => Vec::new(),
            // An attempt begins with its pick.
            Facts::Attempted(facts) => vec![Event {
                name: names::PICKED.into(),
                at: self.began_at,
                attributes: vec![
                    text(names::REPLICA, &facts.replica),
                    text(names::PICK_REASON, &facts.reason.to_string()),
                ],
            }],
            Facts::Given(facts) => facts.events.clone(),
        }
    }

    /// Spans of other traces that led to it.
    pub fn links(&self) -> Vec<Link> {
        match &self.facts {
            Facts::Answered(facts) => {
                let link = facts.link.map(|caller| Link {
                    trace_id: caller.trace_id,
                    span_id: caller.span_id,
                });
                link.into_iter().collect()
            }
            Facts::Called(_) | Facts::Attempted(_) => Vec::new(),
            Facts::Given(facts) => facts.links.clone(),
        }
    }

    /// What came along with the caller's context; empty if nothing did.
    pub fn state(&self) -> &str {
        match &self.facts {
            Facts::Answered(facts) => {
                let state = facts.state.as_ref();
                state
                    .and_then(|state| state.to_str().ok())
                    .unwrap_or_default()
            }
            Facts::Called(_) | Facts::Attempted(_) => "",
            Facts::Given(facts) => &facts.state,
        }
    }

    /// What it takes in memory, in bytes, about.
    pub(in crate::telemetry) fn weight(&self) -> usize {
        let heap = match &self.facts {
            Facts::Answered(facts) => {
                size_of::<Answered>() + facts.message.as_ref().map_or(0, |text| text.len())
            }
            Facts::Called(facts) => facts.error.as_ref().map_or(0, |error| error.len()),
            Facts::Attempted(facts) => {
                size_of::<Attempted>() + facts.error.as_ref().map_or(0, |error| error.len())
            }
            Facts::Given(facts) => facts.weight(),
        };
        size_of::<Self>() + heap
    }
}

impl Answered {
    fn method(&self) -> &str {
        if self.component.is_some() {
            &self.name
        } else {
            names::UNKNOWN_METHOD
        }
    }

    fn attributes(&self) -> Vec<Attribute> {
        let mut told = rpc(self.method(), self.code);
        if self.component.is_none() {
            told.push(text(names::METHOD_ORIGINAL, &self.name));
        }
        if is_server_error(self.code) {
            told.push(text(names::ERROR_TYPE, self.code.name()));
        }
        told.push(text(names::DIALECT, self.dialect));
        if let Some(component) = &self.component {
            told.push(text(names::COMPONENT, component));
        }
        if let Some(http) = &self.http {
            told.push(text(names::HTTP_METHOD, http.verb.as_str()));
            let route = http.route.iter();
            told.extend(route.map(|route| text(names::HTTP_ROUTE, route)));
            let status = http.status.iter();
            told.extend(status.map(|status| number(names::HTTP_STATUS, status.as_u16())));
        }
        if self.is_stream {
            told.push(number(names::MESSAGES_RECEIVED, self.received));
            told.push(number(names::MESSAGES_SENT, self.sent));
        }
        if self.is_cut {
            told.push(flag(names::CUT));
        }
        told
    }

    fn events(&self, began_at: u64) -> Vec<Event> {
        let moments = &self.moments;
        let plain = [
            (names::ROUTED, moments.routed),
            (names::REQUESTED, moments.requested),
            (names::ANSWERED, moments.answered),
        ];
        let plain = plain.into_iter().filter_map(|(name, at)| {
            let attributes = Vec::new();
            Some((at?, name, attributes))
        });
        let transcoded = [("request", moments.decoded), ("answer", moments.encoded)];
        let transcoded = transcoded.into_iter().filter_map(|(of, transcoded)| {
            let transcoded = transcoded?;
            Some((transcoded.at, names::TRANSCODED, transcoded.attributes(of)))
        });
        let mut told: Vec<_> = plain.chain(transcoded).collect();
        told.sort_by_key(|(at, ..)| *at);
        let told = told.into_iter().map(|(at, name, attributes)| Event {
            name: name.into(),
            at: began_at.saturating_add(nanos(at)),
            attributes,
        });
        told.collect()
    }
}

impl Transcoded {
    fn attributes(&self, of: &str) -> Vec<Attribute> {
        vec![
            text(names::OF, of),
            number(names::JSON_BYTES, long(self.json_bytes)),
            number(names::MESSAGE_BYTES, long(self.message_bytes)),
            number(
                names::NANOS,
                i64::try_from(nanos(self.took)).unwrap_or(i64::MAX),
            ),
        ]
    }
}

impl Called {
    fn attributes(&self) -> Vec<Attribute> {
        let mut told = client(&self.method, self.code, &self.component);
        told.push(number(names::ATTEMPTS, self.attempts));
        told
    }
}

impl Attempted {
    fn attributes(&self) -> Vec<Attribute> {
        let mut told = client(&self.method, self.code, &self.component);
        told.push(text(names::REPLICA, &self.replica));
        told.push(text(names::PEER_ADDRESS, self.peer.host()));
        let port = self.peer.port_u16();
        told.extend(port.map(|port| number(names::PEER_PORT, port)));
        told.push(text(names::PICK_REASON, &self.reason.to_string()));
        told.push(number(names::PREVIOUS_ATTEMPTS, self.previous));
        match self.retry {
            None => {}
            Some(RetryReason::Untouched) => {
                told.push(flag(names::TRANSPARENT_RETRY));
                told.push(text(names::RETRY_REASON, "it never reached the replica"));
            }
            Some(RetryReason::Failed(code)) => {
                told.push(text(names::RETRY_REASON, code.name()));
            }
        }
        told
    }
}

impl fmt::Display for PickedFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::LowerLoad {
                load,
                over,
                over_load,
            } => write!(f, "lower load: {load:.2} against {over_load:.2} of {over}"),
        }
    }
}

impl Given {
    /// The value of an attribute that is text.
    fn text(&self, key: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|attribute| attribute.key == key)?;
        match &found.value {
            Value::Text(text) => Some(text),
            Value::Number(_) | Value::Real(_) | Value::Flag(_) => None,
        }
    }

    fn weight(&self) -> usize {
        let attributes = |attributes: &[Attribute]| {
            let weights = attributes.iter().map(Attribute::weight);
            weights.sum::<usize>()
        };
        let events = self.events.iter();
        let events = events
            .map(|event| size_of::<Event>() + event.name.len() + attributes(&event.attributes));
        let message = match &self.status {
            Status::Error(message) => message.len(),
            Status::Unset | Status::Ok => 0,
        };
        size_of::<Self>()
            + self.name.len()
            + self.state.len()
            + message
            + attributes(&self.attributes)
            + events.sum::<usize>()
            + self.links.len() * size_of::<Link>()
    }
}

impl Attribute {
    fn weight(&self) -> usize {
        let text = match &self.value {
            Value::Text(text) => text.len(),
            Value::Number(_) | Value::Real(_) | Value::Flag(_) => 0,
        };
        size_of::<Self>() + self.key.len() + text
    }
}

/// What every span of a call has.
fn rpc(method: &str, code: Code) -> Vec<Attribute> {
    vec![
        text(names::SYSTEM, "grpc"),
        text(names::METHOD, method),
        text(names::STATUS_CODE, code.name()),
    ]
}

/// What every span of whoever makes a call has.
fn client(method: &str, code: Code, component: &str) -> Vec<Attribute> {
    let mut told = rpc(method, code);
    if code != Code::Ok {
        told.push(text(names::ERROR_TYPE, code.name()));
    }
    told.push(text(names::SERVER_ADDRESS, component));
    told.push(text(names::COMPONENT, component));
    told
}

fn text(key: &'static str, value: &str) -> Attribute {
    Attribute {
        key: key.into(),
        value: Value::Text(value.to_owned()),
    }
}

fn number(key: &'static str, value: impl Into<i64>) -> Attribute {
    Attribute {
        key: key.into(),
        value: Value::Number(value.into()),
    }
}

fn flag(key: &'static str) -> Attribute {
    Attribute {
        key: key.into(),
        value: Value::Flag(true),
    }
}

fn long(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
