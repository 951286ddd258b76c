//! `/streams` as a reader meets it, and what the API server says of the calls that it makes.

use anyhow::{Context as _, Result};

use crate::browser::Browser;
use crate::page::Page;
use crate::server::Server;

/// The column of what was received.
const RECEIVED: &str = "return [...document.querySelectorAll('[data-test=lane] tbody tr')]
  .map((row) => row.cells[4].textContent).filter((text) => text !== '');";

/// Opens `/streams`.
pub async fn open<'a>(browser: &'a Browser, server: &Server) -> Result<Page<'a>> {
    let url = format!("{}/streams", server.url());
    Page::open_at(browser, &url, "kind-text").await
}

/// What MyService said, in the order of the rows.
pub async fn received(browser: &Browser) -> Result<Vec<String>> {
    Ok(serde_json::from_value(browser.evaluate(RECEIVED).await?)?)
}

/// Waits until the call has ended, and so.
pub async fn ends_with(page: Page<'_>, code: &str) -> Result<()> {
    page.wait_for_attribute("lane-state", "data-state", "ended")
        .await?;
    page.wait_for_attribute("end", "data-code", code).await
}

/// Waits until so many messages are counted: `data-sent` or `data-received`.
pub async fn counted(page: Page<'_>, hook: &str, expected: u64) -> Result<()> {
    page.wait_for_attribute("counts", hook, &expected.to_string())
        .await
}

/// Calls that the API server says are in flight.
pub async fn in_flight(browser: &Browser) -> Result<u64> {
    let script = "const done = arguments[0];
fetch('/metrics').then((answer) => answer.text()).then(done);";
    let metrics = browser.client().execute_async(script, Vec::new()).await?;
    Ok(sum_in_flight(metrics.as_str().context("a text")?, |_| true))
}

/// Calls in flight by the text of `/metrics`, those whose line is meant.
pub fn sum_in_flight(metrics: &str, is_meant: impl Fn(&str) -> bool) -> u64 {
    let lines = metrics
        .lines()
        .filter(|line| line.starts_with("gangplank_calls_in_flight{") && is_meant(line));
    let counts = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
    counts.sum()
}
