//! axe-core: the accessibility rules that a program can check, run inside the page.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::browser::Browser;
use crate::settings;

/// Runs every rule, best practices included, and calls back with what is violated.
const AUDIT: &str = "const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] })
  .then((results) => done(results.violations), (error) => done(String(error)));";

/// Brings axe into the page; it stays until the page is left. `WebDriver`'s scripts aren't bound by the page's CSP.
pub async fn inject(browser: &Browser) -> Result<()> {
    let source = std::fs::read_to_string(settings::axe()?).context("axe-core can't be read")?;
    browser.evaluate(&source).await?;
    Ok(())
}

/// What is violated in the page as it stands, one line for each element. Needs [`inject`] before.
pub async fn violations(browser: &Browser) -> Result<Vec<String>> {
    let found = browser.client().execute_async(AUDIT, Vec::new()).await?;
    let found = found
        .as_array()
        .with_context(|| format!("axe gave up: {found}"))?;
    Ok(found.iter().flat_map(describe).collect())
}

fn describe(violation: &Value) -> Vec<String> {
    let nodes = violation["nodes"].as_array().map_or(&[][..], Vec::as_slice);
    let line = |node: &Value| {
        format!(
            "{} ({}) at {}: {}",
            violation["id"], violation["impact"], node["target"], node["failureSummary"]
        )
    };
    nodes.iter().map(line).collect()
}
