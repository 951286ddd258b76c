//! A collector of spans, by OTLP: a Python program with OpenTelemetry's own messages, which prints what it gets.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::component::Component;
use crate::patience::eventually;

/// One of OTLP's protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// gRPC.
    Grpc,
    /// Protobuf over HTTP.
    Http,
}

impl Protocol {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Grpc, Self::Http];

    /// By OpenTelemetry's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grpc => "grpc",
            Self::Http => "http/protobuf",
        }
    }
}

/// What a collector does with spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    /// Takes them.
    Take,
    /// Says that it can't at the moment.
    Refuse,
    /// Never answers.
    Silent,
}

/// A running collector.
#[derive(Debug)]
pub struct Collector {
    protocol: Protocol,
    program: Component,
    is_secure: bool,
}

impl Collector {
    /// Starts one on a port the system picks.
    pub async fn start(protocol: Protocol, behavior: Behavior) -> Result<Self> {
        Self::launch(protocol, behavior, 0, None).await
    }

    /// Starts one that takes spans at `address`.
    pub async fn start_at(address: SocketAddr, protocol: Protocol) -> Result<Self> {
        Self::launch(protocol, Behavior::Take, address.port(), None).await
    }

    /// Starts one behind TLS, with `cert.pem` and `key.pem` of a folder.
    pub async fn start_secure(protocol: Protocol, folder: &Path) -> Result<Self> {
        Self::launch(protocol, Behavior::Take, 0, Some(folder)).await
    }

    async fn launch(
        protocol: Protocol,
        behavior: Behavior,
        port: u16,
        certificates: Option<&Path>,
    ) -> Result<Self> {
        let kind = match protocol {
            Protocol::Grpc => "grpc",
            Protocol::Http => "http",
        };
        let behavior = match behavior {
            Behavior::Take => "take",
            Behavior::Refuse => "refuse",
            Behavior::Silent => "silent",
        };
        let folder = certificates.and_then(Path::to_str).unwrap_or_default();
        let arguments = [kind, behavior, &port.to_string()];
        let environment = [("CERTIFICATES", folder)];
        let program = Component::python("otlp/receiver.py", &arguments, &environment).await?;
        Ok(Self {
            protocol,
            program,
            is_secure: certificates.is_some(),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.program.address()
    }

    /// As a value of `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn endpoint(&self) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        format!("{scheme}://{}", self.address())
    }

    /// By OpenTelemetry's name.
    pub fn protocol(&self) -> &'static str {
        self.protocol.name()
    }

    /// Ends it at once.
    pub async fn kill(self) -> Result<()> {
        self.program.kill().await
    }

    /// All that it got up to now.
    pub fn spans(&self) -> Result<Vec<Span>> {
        let text = self.program.log().text();
        let lines = text.lines().filter(|line| line.starts_with('{'));
        lines.map(Span::read).collect()
    }

    /// The spans of a trace, once `wanted` says that they are all there.
    pub async fn trace(&self, id: &str, wanted: impl Fn(&[Span]) -> bool) -> Result<Vec<Span>> {
        let what = format!("the spans of trace {id}");
        let found = eventually(&what, async || {
            let mut spans = self.spans()?;
            spans.retain(|span| span.trace_id == id);
            let names: Vec<_> = spans.iter().map(|span| span.name.clone()).collect();
            ensure!(wanted(&spans), "{names:?}");
            Ok(spans)
        });
        found.await.with_context(|| self.program.errors().text())
    }
}

/// A span as a collector sees it.
#[derive(Clone, Debug)]
pub struct Span {
    /// Hexadecimal.
    pub trace_id: String,
    /// Hexadecimal.
    pub span_id: String,
    /// Hexadecimal; empty for none.
    pub parent: String,
    /// What was done.
    pub name: String,
    /// Such as `SPAN_KIND_SERVER`.
    pub kind: String,
    /// Such as `STATUS_CODE_UNSET`.
    pub status: String,
    /// `service.name` of its resource.
    pub service: String,
    /// All of its resource.
    pub resource: HashMap<String, Value>,
    /// Facts.
    pub attributes: HashMap<String, Value>,
    /// Names of its events.
    pub events: Vec<String>,
    /// Of the request that brought it.
    pub headers: HashMap<String, Value>,
}

impl Span {
    fn read(line: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(line)?;
        let text = |key: &str| {
            let text = value[key].as_str();
            text.map(str::to_owned)
                .with_context(|| format!("{key} in {line}"))
        };
        let map = |key: &str| {
            let pairs = value[key].as_object().cloned().unwrap_or_default();
            pairs.into_iter().collect()
        };
        let events = value["events"].as_array().cloned().unwrap_or_default();
        let events = events.iter().filter_map(Value::as_str);
        Ok(Self {
            trace_id: text("trace_id")?,
            span_id: text("span_id")?,
            parent: text("parent")?,
            name: text("name")?,
            kind: text("kind")?,
            status: text("status")?,
            service: text("service")?,
            resource: map("resource"),
            attributes: map("attributes"),
            events: events.map(str::to_owned).collect(),
            headers: map("headers"),
        })
    }
}
