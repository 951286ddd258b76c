//! Language and theme: taken from the browser, changed by the reader, kept over a reload.

use anyhow::Result;
use tests::browser::{BrowserOptions, browse, browse_with};
use tests::page::Page;
use tests::server::Server;

const ENGLISH: &str = "Call a gRPC service from this page.";
const CHINESE: &str = "在网页里直接调用 gRPC 服务";

#[tokio::test]
async fn language_choice_survives_a_reload() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        check_language(page, "en", ENGLISH, "Say hello").await?;
        let english_title = browser.client().title().await?;

        page.press("locale-zh-Hans").await?;
        check_language(page, "zh-Hans", CHINESE, "打招呼").await?;
        let chinese_title = browser.client().title().await?;
        assert_ne!(chinese_title, english_title);

        page.reload().await?;
        check_language(page, "zh-Hans", CHINESE, "打招呼").await?;
        assert_eq!(browser.client().title().await?, chinese_title);

        page.press("locale-en").await?;
        check_language(page, "en", ENGLISH, "Say hello").await?;
        assert_eq!(browser.client().title().await?, english_title);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn browser_language_picks_the_page_language() -> Result<()> {
    let server = Server::start(&[]).await?;
    let options = BrowserOptions {
        languages: Some("zh-CN,en"),
        ..BrowserOptions::default()
    };
    browse_with(options, async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        check_language(page, "zh-Hans", CHINESE, "打招呼").await?;
        let page = Page::open(browser, &format!("{}/?lang=en", server.url())).await?;
        check_language(page, "en", ENGLISH, "Say hello").await
    })
    .await
}

#[tokio::test]
async fn theme_choice_survives_a_reload() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        browser.prefer_color_scheme("dark").await?;
        let page = Page::open(browser, &server.url()).await?;
        check_theme(page, "dark").await?;
        for (press, expected) in [(1, "light"), (2, "dark"), (3, "dark"), (4, "light")] {
            page.press("theme").await?;
            check_theme(page, expected).await?;
            page.reload().await?;
            assert_eq!(
                page.root_attribute("data-theme").await?.as_deref(),
                Some(expected),
                "{press}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn theme_follows_the_system_unless_chosen() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        browser.prefer_color_scheme("light").await?;
        let page = Page::open(browser, &server.url()).await?;
        check_theme(page, "light").await?;
        browser.prefer_color_scheme("dark").await?;
        check_theme(page, "dark").await?;
        page.press("theme").await?;
        check_theme(page, "light").await?;
        browser.prefer_color_scheme("light").await?;
        page.press("theme").await?;
        check_theme(page, "dark").await
    })
    .await
}

async fn check_language(page: Page<'_>, tag: &str, heading: &str, button: &str) -> Result<()> {
    page.wait_for_root_attribute("lang", tag).await?;
    page.wait_for_text("say-hello", button).await?;
    assert_eq!(page.heading().await?, heading);
    page.wait_for_attribute(&format!("locale-{tag}"), "aria-pressed", "true")
        .await
}

async fn check_theme(page: Page<'_>, theme: &str) -> Result<()> {
    page.wait_for_root_attribute("data-theme", theme).await
}
