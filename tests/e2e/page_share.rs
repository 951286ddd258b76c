//! The share link: restores the form, leaves secrets out unless they're ticked, and never sends.

use anyhow::{Context as _, Result, ensure};
use tests::browser::{Browser, browse};
use tests::faulty::{Faulty, Script};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

use crate::answers::whole;

/// Longest link of a typical call, in characters: what chats and mail programs leave whole.
const MAX_LINK: usize = 2_000;
const NAME: &str = "Grace Hopper & co = 50% 你好";
const METADATA: &str = "authorization: Bearer x\nx-team: one";

#[tokio::test]
async fn link_restores_the_form_and_sends_nothing() -> Result<()> {
    let home = Server::start(&[]).await?;
    let called = Faulty::start(Script::frames(whole())).await?;
    browse(async |browser| {
        let url = format!("{}/?server={}", home.url(), called.url());
        let page = Page::open(browser, &url).await?;
        fill(page).await?;
        let plain = share(page, &url).await?;
        page.press("with-secrets").await?;
        let secret = share(page, &plain).await?;
        for (link, metadata) in [(&plain, "x-team: one"), (&secret, METADATA)] {
            assert!(link.len() <= MAX_LINK, "{} characters: {link}", link.len());
            browser.client().goto("about:blank").await?;
            let page = Page::open(browser, link).await?;
            check_restored(page, metadata).await?;
            page.wait_for_attribute("server", "data-state", "ready")
                .await?;
            assert_eq!((page.calls().await?, called.calls()), (0, 0));
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn broken_link_opens_the_usual_form() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        for fragment in ["1AAAA", "1!", "2abc", "1"] {
            browser.client().goto("about:blank").await?;
            let page = Page::open(browser, &format!("{}/#{fragment}", server.url())).await?;
            assert_eq!(page.value("name").await?, "World", "{fragment}");
            page.call("say-hello", "OK 0").await?;
        }
        Ok(())
    })
    .await
}

async fn fill(page: Page<'_>) -> Result<()> {
    page.type_into("name", NAME).await?;
    page.choose("language", "简体中文").await?;
    page.type_into("deadline", "2500").await?;
    page.open_more().await?;
    page.type_into("metadata", METADATA).await?;
    page.press("format-text").await?;
    page.press("tab-timing").await
}

/// Presses Share and returns the address once it is another than `before`.
async fn share(page: Page<'_>, before: &str) -> Result<String> {
    page.press("share").await?;
    eventually("the link in the address bar", async || {
        let link = address(page.browser()).await?;
        ensure!(link != before, "{link}");
        Ok(link)
    })
    .await
}

async fn check_restored(page: Page<'_>, metadata: &str) -> Result<()> {
    eventually("the form to be restored", async || {
        ensure!(
            page.value("name").await? == NAME,
            "{}",
            page.value("name").await?
        );
        Ok(())
    })
    .await?;
    assert_eq!(page.value("language").await?, "zh");
    assert_eq!(page.value("deadline").await?, "2500");
    assert_eq!(page.value("metadata").await?, metadata);
    page.wait_for_attribute("format-text", "aria-pressed", "true")
        .await?;
    page.wait_for_attribute("tab-timing", "aria-selected", "true")
        .await
}

async fn address(browser: &Browser) -> Result<String> {
    let address = browser.evaluate("return location.href").await?;
    Ok(address.as_str().context("an address is text")?.to_owned())
}
