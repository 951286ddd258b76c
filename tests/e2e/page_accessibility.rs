//! axe-core finds nothing of any impact, in every theme × language × width, in each state a reader meets.
//! The state is set up once; theme, language and width then change under it, as a reader can change them.

use anyhow::Result;
use tests::axe;
use tests::browser::{Browser, browse};
use tests::page::Page;
use tests::server::Server;

const THEMES: [&str; 2] = ["light", "dark"];
const LANGUAGES: [&str; 2] = ["en", "zh-Hans"];
/// A laptop, a tablet, and the narrowest phone; in CSS pixels.
const WIDTHS: [u32; 3] = [1280, 768, 320];
const HEIGHT: u32 = 800;
/// How much wider the document is than the window, in pixels.
const OVERFLOW: &str = "return document.documentElement.scrollWidth - window.innerWidth;";

#[tokio::test]
async fn fresh_page_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn answered_page_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        // The longest name there is, in one word: it must wrap.
        page.type_into("name", &"W".repeat(256)).await?;
        page.call("say-hello", "OK 0").await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn rejected_page_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.type_into("name", "").await?;
        page.call("say-hello", "INVALID_ARGUMENT 3").await?;
        page.type_into("deadline", "soon").await?;
        page.wait_for_attribute("deadline", "aria-invalid", "true")
            .await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn page_without_its_server_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        server.kill().await?;
        page.call("say-hello", "UNAVAILABLE 14").await?;
        page.wait_for_attribute("server", "data-state", "gone")
            .await?;
        audit(browser, page).await
    })
    .await
}

/// Audits the page as it stands; reports everything that is wrong, not just the first thing.
async fn audit(browser: &Browser, page: Page<'_>) -> Result<()> {
    axe::inject(browser).await?;
    let mut findings = Vec::new();
    for theme in THEMES {
        while page.root_attribute("data-theme").await?.as_deref() != Some(theme) {
            page.press("theme").await?;
        }
        for language in LANGUAGES {
            page.press(&format!("locale-{language}")).await?;
            page.wait_for_root_attribute("lang", language).await?;
            for width in WIDTHS {
                browser.resize(width, HEIGHT).await?;
                let overflow = browser.evaluate(OVERFLOW).await?;
                let violations = axe::violations(browser).await?;
                let found = violations
                    .into_iter()
                    .map(|line| format!("{theme} {language} {width}: {line}"));
                findings.extend(found);
                if overflow.as_i64().is_none_or(|pixels| pixels > 0) {
                    findings.push(format!(
                        "{theme} {language} {width}: {overflow} px too wide"
                    ));
                }
            }
        }
    }
    assert!(findings.is_empty(), "{findings:#?}");
    Ok(())
}
