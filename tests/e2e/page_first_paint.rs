//! What a reader sees before, or without, the page's program; and that the page loads cleanly.

use anyhow::{Context as _, Result};
use fantoccini::Locator;
use serde_json::json;
use tests::browser::{Browser, BrowserOptions, browse, browse_with};
use tests::http::{Connection, Version};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

const ENGLISH: &str = "Call a gRPC service from this page.";
const CHINESE: &str = "在网页里直接调用 gRPC 服务";
/// Where everything came from that the page has loaded or called.
const ORIGINS: &str = "return performance.getEntriesByType('resource')
  .map((entry) => new URL(entry.name).origin);";

/// The console's level of errors, violations of the page's policy among them.
const ERROR: &str = "SEVERE";

#[tokio::test]
async fn index_html_reads_in_both_languages() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let index = connection.get("/", &[]).await?;
    let text = String::from_utf8(index.body.to_vec())?;
    assert!(text.contains(ENGLISH) && text.contains(CHINESE), "{text}");
    Ok(())
}

#[tokio::test]
async fn heading_shows_without_javascript() -> Result<()> {
    let server = Server::start(&[]).await?;
    let options = BrowserOptions {
        without_javascript: true,
        ..BrowserOptions::default()
    };
    browse_with(options, async |browser| {
        browser.client().goto(&server.url()).await?;
        assert_eq!(shown_headings(browser).await?, [ENGLISH]);
        let note = browser.client().find(Locator::Css("noscript p")).await?;
        assert!(note.text().await?.contains("JavaScript"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn heading_shows_before_the_program_arrives() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        browser.block("*.wasm").await?;
        for (language, heading) in [("en", ENGLISH), ("zh", CHINESE)] {
            browser
                .client()
                .goto(&format!("{}/?lang={language}", server.url()))
                .await?;
            assert_eq!(shown_headings(browser).await?, [heading]);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn page_loads_cleanly_from_its_server_alone() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        page.call("say-hello", "OK 0").await?;
        let mut console = browser.console().await?;
        console.retain(|line| line.starts_with(ERROR));
        assert_eq!(console, Vec::<String>::new());

        let origins = browser.evaluate(ORIGINS).await?;
        let origins = origins.as_array().context("a list of origins")?;
        assert!(!origins.is_empty());
        assert!(
            origins.iter().all(|origin| *origin == json!(server.url())),
            "{origins:?}"
        );

        // The check above would be worth nothing if the console weren't heard.
        browser
            .evaluate("fetch('https://example.com/').catch(() => {})")
            .await?;
        let violation = eventually("a violation in the console", async || {
            browser.console().await?.pop().context("nothing yet")
        });
        let violation = violation.await?;
        assert!(
            violation.starts_with(ERROR) && violation.contains("Security Policy"),
            "{violation}"
        );
        Ok(())
    })
    .await
}

/// The first-level headings that are visible.
async fn shown_headings(browser: &Browser) -> Result<Vec<String>> {
    let mut shown = Vec::new();
    for heading in browser.client().find_all(Locator::Css("h1")).await? {
        if heading.is_displayed().await? {
            shown.push(heading.text().await?);
        }
    }
    Ok(shown)
}
