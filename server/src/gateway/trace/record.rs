//! What is noted of a call while it goes on, and told at its end: to the metrics, to the log, and as its span.

use std::sync::Arc;

use http::{HeaderValue, StatusCode};
use tokio::time::Instant;
use tracing::{Span as Line, info, warn};
use wire::code::Code;
use wire::content_type::Dialect;

use super::{Config, Cut, Lines};
use crate::gateway::Request;
use crate::gateway::classify::Call;
use crate::gateway::json::Asked;
use crate::gateway::server_timing::Stopwatch;
use crate::gateway::settle::Outcome;
use crate::gateway::socket::Carried;
use crate::telemetry::metrics::{Callee, OpenCall};
use crate::telemetry::scope::OpenSpan;
use crate::telemetry::span::{Answered, Facts, Http};
use crate::telemetry::{line, names};

/// The end of a call is when this is dropped.
pub(super) struct Record {
    call: Call,
    dialect: &'static str,
    cut: Cut,
    lines: Lines,
    open: OpenCall,
    outcome: Outcome,
    line: Line,
    span: OpenSpan,
    stopwatch: Stopwatch,
    http: Option<Http>,
    state: Option<HeaderValue>,
}

impl Record {
    pub(super) fn start(
        request: &Request,
        call: &Call,
        (span, stopwatch): (OpenSpan, Stopwatch),
        state: Option<HeaderValue>,
        config: &Config,
    ) -> Self {
        let name = match &call.method {
            Some(_) => &*call.name,
            None => names::UNKNOWN_METHOD,
        };
        let dialect = match request.extensions().get::<Carried>() {
            Some(_) => WEBSOCKET,
            None => dialect_name(call.dialect),
        };
        let callee = call.method.as_ref().map(|method| Callee {
            component: &method.component,
            method: &method.name,
        });
        let http = request.extensions().get::<Asked>();
        let http = http.filter(|_| span.is_recorded()).map(|asked| Http {
            verb: request.method().clone(),
            route: asked.template().cloned(),
            status: None,
        });
        Self {
            dialect,
            cut: config.cut.clone(),
            lines: config.lines,
            open: config.metrics.begin(callee, dialect),
            outcome: Outcome::default(),
            line: match config.lines {
                Lines::Told => line::rpc(name, dialect, &span.trace_id()),
                Lines::Silent => Line::none(),
            },
            stopwatch,
            call: call.clone(),
            span,
            http,
            state,
        }
    }

    /// What those inside note of the end.
    pub(super) fn outcome(&self) -> Outcome {
        self.outcome.clone()
    }

    /// What lines about the call stand in.
    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// The answer's head is final.
    pub(super) fn answered(&mut self, status: StatusCode) {
        if let Some(http) = &mut self.http {
            http.status = Some(status);
        }
    }

    fn ended(&self) -> Ended {
        match self.outcome.code() {
            Some(code) => Ended::Answered(code),
            None if self.cut.has_begun() => Ended::Cut,
            None => Ended::Canceled,
        }
    }

    fn facts(&mut self, ended: Ended) -> Facts {
        let method = self.call.method.as_ref();
        Facts::Answered(Box::new(Answered {
            name: Arc::clone(&self.call.name),
            component: method.map(|method| Arc::clone(&method.component)),
            dialect: self.dialect,
            is_stream: method.is_some_and(|method| method.is_stream()),
            code: ended.code(),
            message: self.outcome.message().map(Into::into),
            is_cut: matches!(ended, Ended::Cut),
            received: self.outcome.received(),
            sent: self.outcome.sent(),
            http: self.http.take(),
            moments: self.stopwatch.moments(),
            link: self.span.link(),
            state: self.state.take(),
        }))
    }

    fn tell(&self, ended: Ended, micros: u128) {
        let method = &self.call.name;
        line::end(&self.line, ended.code().name());
        let _entered = self.line.enter();
        match ended {
            Ended::Answered(code) => info!(
                rpc.duration_micros = micros,
                "{method} answered {}",
                code.name()
            ),
            Ended::Canceled => info!(rpc.duration_micros = micros, "call canceled by the caller"),
            Ended::Cut => warn!(rpc.duration_micros = micros, "call cut by the drain"),
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let ended = self.ended();
        let now = Instant::now();
        let took = now.saturating_duration_since(self.span.began());
        self.open.end(ended.code(), took);
        if self.lines == Lines::Told {
            self.tell(ended, took.as_micros());
        }
        if self.span.is_recorded() {
            let facts = self.facts(ended);
            self.span.end(now, facts);
        }
    }
}

/// How a call came to its end.
#[derive(Clone, Copy, Debug)]
enum Ended {
    Answered(Code),
    Canceled,
    Cut,
}

impl Ended {
    /// What the caller is told, or makes of it: a connection that breaks is UNAVAILABLE to gRPC.
    fn code(self) -> Code {
        match self {
            Self::Answered(code) => code,
            Self::Canceled => Code::Canceled,
            Self::Cut => Code::Unavailable,
        }
    }
}

/// The name of what comes by a socket, in any of its subprotocols, although it's gRPC-Web to the layers inside.
const WEBSOCKET: &str = "websocket";

/// The dialect's name in logs and spans.
fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Grpc => "grpc",
        Dialect::GrpcWeb => "grpc-web",
        Dialect::GrpcWebText => "grpc-web-text",
        Dialect::Json => "json",
    }
}
