//! Which server the page calls: one that goes away and comes back, one of another origin, one that forbids it.

use anyhow::Result;
use tests::browser::{BrowserOptions, browse, browse_with};
use tests::page::Page;
use tests::server::Server;

/// A name outside loopback, which only the test's browser resolves.
const FOREIGN_HOST: &str = "page.test";

#[tokio::test]
async fn page_notices_a_server_gone_and_back() -> Result<()> {
    let server = Server::start(&[]).await?;
    let (address, url) = (server.address(), server.url());
    browse(async |browser| {
        let page = Page::open(browser, &url).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        server.kill().await?;

        page.call("say-hello", "UNAVAILABLE 14").await?;
        assert!(page.has("server-gone").await?);
        page.wait_for_attribute("server", "data-state", "gone")
            .await?;
        let looking = page.text("server-progress").await?;

        let _server = Server::start_at(address, &[]).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        assert_ne!(page.text("server-progress").await?, looking);
        page.call("say-hello", "OK 0").await?;
        assert!(!page.has("server-gone").await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn page_calls_a_server_of_another_origin() -> Result<()> {
    let home = Server::start(&["--replicas", "1", "--name", "home"]).await?;
    let other = Server::start(&["--replicas", "1", "--name", "other"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &format!("{}/?server={}", home.url(), other.url())).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        page.call("say-hello", "OK 0").await?;
        assert_eq!(page.text("replica").await?, "other-0");
        // Errors must cross origins too, details included.
        page.type_into("name", "").await?;
        page.call("say-hello", "INVALID_ARGUMENT 3").await?;
        assert!(page.text("name-error").await?.contains("1 to 256"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn foreign_page_needs_to_be_allowed() -> Result<()> {
    let home = Server::start(&[]).await?;
    let origin = format!("http://{FOREIGN_HOST}:{}", home.address().port());
    let strict = Server::start(&["--replicas", "1", "--name", "strict"]).await?;
    let open = Server::start(&[
        "--replicas",
        "1",
        "--name",
        "open",
        "--allow-origin",
        &origin,
    ])
    .await?;
    let options = BrowserOptions {
        mapped_host: Some(FOREIGN_HOST),
        ..BrowserOptions::default()
    };
    browse_with(options, async |browser| {
        let page = Page::open(browser, &format!("{origin}/?server={}", strict.url())).await?;
        page.wait_for_attribute("server", "data-state", "gone")
            .await?;
        page.call("say-hello", "UNAVAILABLE 14").await?;
        assert!(page.has("server-gone").await?);

        let page = Page::open(browser, &format!("{origin}/?server={}", open.url())).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        page.call("say-hello", "OK 0").await?;
        assert_eq!(page.text("replica").await?, "open-0");
        Ok(())
    })
    .await
}
