//! axe-core finds nothing of any impact, in every theme × language × width, in each state a reader meets.
//! The state is set up once; theme, language and width then change under it, as a reader can change them.

use anyhow::{Result, ensure};
use tests::axe;
use tests::browser::{Browser, browse};
use tests::faulty::{Faulty, Script};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

const THEMES: [&str; 2] = ["light", "dark"];
const LANGUAGES: [&str; 2] = ["en", "zh-Hans"];
/// A laptop, a tablet, and the narrowest phone; in CSS pixels.
const WIDTHS: [u32; 3] = [1280, 768, 320];
const HEIGHT: u32 = 800;
/// How much wider the document is than the window, in pixels, and the innermost element that sticks out.
const OVERFLOW: &str = "const pixels = document.documentElement.scrollWidth - window.innerWidth;
const isOut = (own) => own.getBoundingClientRect().right > window.innerWidth + 1;
const isClipped = (own) => own.parentElement?.closest('.table-frame, .diagram-frame, .chart-frame, .code, .hex, .json, .parts');
const out = [...document.querySelectorAll('main *')].filter((own) => isOut(own) && !isClipped(own));
return [pixels, out.at(-1)?.outerHTML.slice(0, 120) ?? ''];";

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
async fn every_tab_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.open_more().await?;
        page.press("format-text").await?;
        page.type_into("metadata", "authorization: Bearer x")
            .await?;
        page.call("say-hello", "OK 0").await?;
        page.press("diagram-table").await?;
        let mut findings = Vec::new();
        for tab in ["tab-message", "tab-headers", "tab-timing", "tab-code"] {
            page.press(tab).await?;
            page.wait_for_attribute(tab, "aria-selected", "true")
                .await?;
            let found = find(browser, page).await?;
            findings.extend(found.into_iter().map(|finding| format!("{tab} {finding}")));
        }
        ensure!(findings.is_empty(), "{findings:#?}");
        Ok(())
    })
    .await
}

/// The wire tab, which is open at first: with parts lit, the other way round, and with bytes that are no frames.
#[tokio::test]
async fn faulty_answer_is_accessible() -> Result<()> {
    let home = Server::start(&[]).await?;
    let login = Script::body(
        200,
        "text/html",
        ["<!doctype html><title>Log in</title>".into()],
    );
    let faulty = Faulty::start(login).await?;
    browse(async |browser| {
        let page = Page::open(browser, &format!("{}/?server={}", home.url(), faulty.url())).await?;
        page.call("say-hello", "UNKNOWN 2").await?;
        page.find("parts").await?.click().await?;
        page.press("break-empty-name").await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn decoder_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open_decoder(browser, &format!("{}/decode", server.url())).await?;
        page.find("parts").await?.click().await?;
        audit(browser, page).await?;
        page.type_into("paste", "no bytes!").await?;
        page.wait_for_attribute("paste", "aria-invalid", "true")
            .await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn json_call_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.call("say-hello", "OK 0").await?;
        page.press("dialect-json").await?;
        page.call("say-hello", "OK 0").await?;
        page.find("size-bars").await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn comparison_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let url = format!("{}/compare", server.url());
        let page = Page::open_at(browser, &url, "measure").await?;
        audit(browser, page).await?;
        page.press("measure").await?;
        page.find("sizes-table").await?.click().await?;
        page.press("stop").await?;
        page.wait_for_attribute("bench-state", "data-state", "stopped")
            .await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn components_are_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let url = format!("{}/components", server.url());
        let page = Page::open_at(browser, &url, "component").await?;
        audit(browser, page).await?;
        server.kill().await?;
        page.press("refresh").await?;
        page.find("overview-failed").await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn unknown_page_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let url = format!("{}/no/such/page", server.url());
        let page = Page::open_at(browser, &url, "server").await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn balance_is_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let url = format!("{}/balance", server.url());
        let page = Page::open_at(browser, &url, "replica-card").await?;
        audit(browser, page).await?;
        page.press("see").await?;
        page.find("reveal").await?;
        audit(browser, page).await?;
        browser.evaluate("location.hash = '#step-6';").await?;
        page.find("policy").await?;
        page.press("start").await?;
        page.press("kill").await?;
        audit(browser, page).await?;
        page.press("pause").await?;
        page.press("balance-table").await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn streams_are_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let url = format!("{}/streams", server.url());
        let page = Page::open_at(browser, &url, "kind-text").await?;
        audit(browser, page).await?;
        page.press("begin").await?;
        page.press("greet-many").await?;
        page.wait_for_attribute("counts", "data-received", "101")
            .await?;
        audit(browser, page).await?;
        page.press("cancel-stream").await?;
        page.press("GreetMany").await?;
        page.type_into("say", "Grace").await?;
        page.press("add").await?;
        page.press("begin").await?;
        page.press("half-close").await?;
        page.find("end").await?;
        page.type_into("deadline", "soon").await?;
        page.press("gather").await?;
        eventually("a hundred are open", async || {
            let open =
                "return document.querySelectorAll('[data-test=crowd] [data-state=open]').length;";
            let open = browser.evaluate(open).await?;
            ensure!(open == 100, "{open}");
            Ok(())
        })
        .await?;
        audit(browser, page).await?;
        page.press("way-binary").await?;
        eventually("the hundred have left", async || {
            let is_full = "return document.querySelector('[data-test=gather]').disabled;";
            ensure!(browser.evaluate(is_full).await? == false);
            Ok(())
        })
        .await?;
        page.press("gather").await?;
        page.find("crowd-met").await?;
        audit(browser, page).await
    })
    .await
}

#[tokio::test]
async fn traces_are_accessible() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let url = format!("{}/traces", server.url());
        let page = Page::open_at(browser, &url, "empty").await?;
        audit(browser, page).await?;
        page.press("guess-0").await?;
        page.press("slow").await?;
        page.find("reveal").await?;
        page.press("trace-table").await?;
        audit(browser, page).await?;
        page.press("retry").await?;
        page.find("retried").await?;
        audit(browser, page).await?;
        page.press("back").await?;
        page.find("traces").await?;
        audit(browser, page).await?;
        browser
            .evaluate("location.hash = '4bf92f3577b34da6a3ce929d0e0e4736';")
            .await?;
        page.wait_for_attribute("opened", "data-state", "gone")
            .await?;
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
    let findings = find(browser, page).await?;
    ensure!(findings.is_empty(), "{findings:#?}");
    Ok(())
}

async fn find(browser: &Browser, page: Page<'_>) -> Result<Vec<String>> {
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
                if overflow[0].as_i64().is_none_or(|pixels| pixels > 0) {
                    findings.push(format!(
                        "{theme} {language} {width}: {overflow} px too wide"
                    ));
                }
            }
        }
    }
    Ok(findings)
}
