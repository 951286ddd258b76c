//! What a server keeps of traces, read as any client can: by JSON.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::http::Connection;
use crate::patience::eventually;

/// One span as it is told.
#[derive(Clone, Debug)]
pub struct Span(Value);

impl Span {
    /// A field that is text; empty if it's missing.
    pub fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }

    /// Source, kind and name: what a waterfall shows of it.
    pub fn label(&self) -> String {
        let kind = self.text("kind").trim_start_matches("SPAN_KIND_");
        format!("{} {kind} {}", self.text("source"), self.text("name"))
    }

    /// An attribute's value as text; None if it's missing.
    pub fn attribute(&self, key: &str) -> Option<String> {
        let attributes = self.0["attributes"].as_array()?;
        let found = attributes
            .iter()
            .find(|attribute| attribute["key"] == key)?;
        let value = ["text", "number", "real", "flag"]
            .iter()
            .map(|field| &found[*field])
            .find(|value| !value.is_null())?;
        Some(
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        )
    }

    /// Names of its events.
    pub fn events(&self) -> Vec<&str> {
        let events = self.0["events"].as_array();
        let events = events.iter().flat_map(|events| events.iter());
        events.filter_map(|event| event["name"].as_str()).collect()
    }

    /// All of it.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

/// A trace as it is told.
#[derive(Clone, Debug)]
pub struct Trace {
    /// In the order of their beginnings.
    pub spans: Vec<Span>,
    /// Its summary.
    pub summary: Value,
}

impl Trace {
    /// Labels of its spans.
    pub fn labels(&self) -> Vec<String> {
        self.spans.iter().map(Span::label).collect()
    }

    /// The spans that one asked for.
    pub fn children(&self, parent: &Span) -> Vec<&Span> {
        let id = parent.text("spanId");
        let children = self.spans.iter();
        children
            .filter(|span| span.text("parentSpanId") == id)
            .collect()
    }

    /// The only span whose label begins so.
    pub fn only(&self, label: &str) -> Result<&Span> {
        let mut found = self
            .spans
            .iter()
            .filter(|span| span.label().starts_with(label));
        let first = found.next();
        let first = first.with_context(|| format!("no {label} in {:?}", self.labels()))?;
        ensure!(
            found.next().is_none(),
            "{label} twice in {:?}",
            self.labels()
        );
        Ok(first)
    }
}

/// The trace of that id, as it is now; None if nothing of it is kept.
pub async fn get(connection: &mut Connection, id: &str) -> Result<Option<Trace>> {
    let reply = connection
        .get(&format!("/gangplank/v1/traces/{id}"), &[])
        .await?;
    if reply.http_status == 404 {
        return Ok(None);
    }
    ensure!(reply.http_status == 200, "{reply:?}");
    let mut answer: Value = serde_json::from_slice(&reply.body)?;
    let spans = answer["trace"]["spans"].take();
    let spans: Vec<Value> = serde_json::from_value(spans)?;
    Ok(Some(Trace {
        spans: spans.into_iter().map(Span).collect(),
        summary: answer["trace"]["summary"].take(),
    }))
}

/// The same once it has so many spans: each comes when it has ended.
pub async fn with_spans(connection: &mut Connection, id: &str, count: usize) -> Result<Trace> {
    eventually("all spans of a trace", async || {
        let trace = get(connection, id).await?.context("nothing is kept")?;
        ensure!(trace.spans.len() >= count, "{:?}", trace.labels());
        Ok(trace)
    })
    .await
}

/// Summaries, the newest first.
pub async fn list(connection: &mut Connection, query: &str) -> Result<Vec<Value>> {
    let reply = connection
        .get(&format!("/gangplank/v1/traces{query}"), &[])
        .await?;
    ensure!(reply.http_status == 200, "{reply:?}");
    let mut answer: Value = serde_json::from_slice(&reply.body)?;
    let traces = answer["traces"].take();
    Ok(if traces.is_null() {
        Vec::new()
    } else {
        serde_json::from_value(traces)?
    })
}
