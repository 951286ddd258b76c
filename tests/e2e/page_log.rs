//! The list of calls, and the buttons that break one for real.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use tests::browser::{Browser, browse};
use tests::inspector;
use tests::keyboard::tab_to;
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

use crate::NEVER;

const SELECTED: Locator<'static> = Locator::Css("[data-test=calls] tr.selected td");
const ROWS: Locator<'static> = Locator::Css("[data-test=calls] tbody tr");

#[tokio::test]
async fn list_is_filtered_and_walked() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.call("say-hello", "OK 0").await?;
        page.call("say-goodbye", "OK 0").await?;
        page.type_into("name", "").await?;
        page.call("say-hello", "INVALID_ARGUMENT 3").await?;
        for (filter, expected) in [
            ("goodbye", 1),
            ("invalid", 1),
            ("pier-0", 3),
            ("nobody", 0),
            ("", 3),
        ] {
            page.type_into("filter", filter).await?;
            wait_for_rows(browser, expected).await.context(filter)?;
        }

        tab_to(browser, "call-list").await?;
        for (key, expected) in [
            ("j", "3"),
            ("j", "2"),
            ("j", "1"),
            ("j", "1"),
            ("k", "2"),
            ("K", "3"),
            ("J", "2"),
        ] {
            page.find("call-list").await?.send_keys(key).await?;
            wait_for_selected(browser, expected).await?;
        }
        browser.press_key(Key::Down).await?;
        wait_for_selected(browser, "1").await?;
        // The first call greeted; the inspector follows the selection.
        page.press("tab-message").await?;
        let shown = page.text("inspector-panel").await?;
        assert!(shown.contains("Hello, World!"), "{shown}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn list_is_paused_exported_and_cleared() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.call("say-hello", "OK 0").await?;
        let sizes = inspector::look(page).await?.sizes()?;
        page.press("pause").await?;
        page.wait_for_attribute("pause", "aria-pressed", "true")
            .await?;
        page.type_into("name", "").await?;
        page.press("say-hello").await?;
        page.wait_for_text("status", "INVALID_ARGUMENT 3").await?;
        assert_eq!(page.calls().await?, 1);
        inspector::owns_every_byte(page).await?;

        let exported = page.export().await?;
        let calls = exported["calls"].as_array().context("a list of calls")?;
        let [call] = calls.as_slice() else {
            anyhow::bail!("{exported}")
        };
        let base64 =
            |value: &serde_json::Value| wire::base64::decode(value.as_str().unwrap_or("?"));
        let chunks = call["response"]["chunks"].as_array().context("chunks")?;
        let pieces = chunks.iter().map(|chunk| base64(&chunk["body"]));
        let received = pieces.collect::<Result<Vec<_>, _>>()?.concat();
        assert_eq!(
            [base64(&call["request"]["body"])?.len(), received.len()],
            sizes
        );
        assert_eq!(
            (call["status"].as_str(), &call["fault"]),
            (Some("OK"), &serde_json::Value::Null)
        );

        page.press("pause").await?;
        page.call("say-hello", "INVALID_ARGUMENT 3").await?;
        page.press("clear").await?;
        wait_for_rows(browser, 0).await?;
        assert!(!page.has("diagram").await?);
        page.call("say-hello", "INVALID_ARGUMENT 3").await
    })
    .await
}

#[tokio::test]
async fn every_break_fails_for_real() -> Result<()> {
    let server = Server::start(&[]).await?;
    let slow = Server::start(&[NEVER]).await?;
    browse(async |browser| {
        let failures = [
            (&server, "break-empty-name", "INVALID_ARGUMENT 3"),
            (&server, "break-unknown-method", "UNIMPLEMENTED 12"),
            (&server, "break-canceled-stream", "CANCELLED 1"),
            (&server, "break-oversize-message", "RESOURCE_EXHAUSTED 8"),
            (&slow, "break-tiny-deadline", "DEADLINE_EXCEEDED 4"),
        ];
        let mut explanations = Vec::new();
        for (server, button, status) in failures {
            let page = Page::open(browser, &server.url()).await?;
            page.call(button, status).await.context(button)?;
            let explained = page.text("break-explained").await?;
            assert!(
                explained.matches(". ").count() == 1 && explained.ends_with('.'),
                "{explained}"
            );
            explanations.push(explained);
            // The form stays as it was.
            assert_eq!(page.value("name").await?, "World");
        }
        explanations.sort();
        explanations.dedup();
        assert_eq!(explanations.len(), failures.len());
        Ok(())
    })
    .await
}

async fn wait_for_rows(browser: &Browser, expected: usize) -> Result<()> {
    eventually(&format!("{expected} rows"), async || {
        let rows = browser.client().find_all(ROWS).await?.len();
        ensure!(rows == expected, "{rows} rows");
        Ok(())
    })
    .await
}

async fn wait_for_selected(browser: &Browser, expected: &str) -> Result<()> {
    eventually(&format!("call {expected} to be selected"), async || {
        let number = browser.client().find(SELECTED).await?.text().await?;
        ensure!(number == expected, "call {number}");
        Ok(())
    })
    .await
}
