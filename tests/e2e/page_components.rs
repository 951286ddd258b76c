//! `/components`: what the server says of itself, and what the page says when it says nothing.

use anyhow::{Result, bail, ensure};
use fantoccini::Locator;
use tests::browser::{Browser, browse};
use tests::faulty::{Faulty, Script};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

use crate::answers::{OK, frame, trailers};

#[tokio::test]
async fn replicas_services_and_routes_are_listed() -> Result<()> {
    let server = Server::start(&["--replicas", "2", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "component").await?;
        let names = texts(browser, "[data-test=replica-name]").await?;
        assert_eq!(names, ["pier-0", "pier-1"]);
        wait_until_ready(page, names.len()).await?;
        let methods = texts(browser, "[data-test=component] [data-test=method]").await?;
        assert_eq!(methods.len(), 5, "{methods:?}");
        for part in [
            "SayHello",
            "GET /v1/hello/{name}",
            "POST /v1/hello",
            "myservice.v1.SayHelloRequest",
        ] {
            assert!(methods[0].contains(part), "{part} isn't in {}", methods[0]);
        }
        let own = page.text("own-services").await?;
        for part in ["gangplank.v1.AdminService", "grpc.health.v1.Health"] {
            assert!(own.contains(part), "{part} isn't in {own}");
        }
        // Streams of requests have routes as well.
        assert!(own.contains("POST /grpc.reflection."), "{own}");
        for (place, route) in [(3, "POST /v1/hello:many"), (4, "POST /v1/conversation")] {
            let method = &methods[place];
            assert!(method.contains(route), "{route} isn't in {method}");
        }

        page.press("locale-zh-Hans").await?;
        eventually("the other language", async || {
            let shown = page.text("overview").await?;
            ensure!(shown.contains("副本"), "{shown}");
            Ok(())
        })
        .await
    })
    .await
}

#[tokio::test]
async fn server_without_components_says_so() -> Result<()> {
    let home = Server::start(&[]).await?;
    // An empty message answers every question with nothing.
    let nothing = [frame(0, b""), trailers(OK)].concat();
    let empty = Faulty::start(Script::frames(nothing)).await?;
    browse(async |browser| {
        let url = format!("{}/components?server={}", home.url(), empty.url());
        let page = Page::open_at(browser, &url, "overview-empty").await?;
        assert!(!page.has("component").await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn lost_server_is_told_and_asked_again() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "component").await?;
        let address = server.address();
        server.kill().await?;
        page.press("refresh").await?;
        page.find("overview-failed").await?;
        page.wait_for_attribute("server", "data-state", "gone")
            .await?;
        let _server = Server::start_at(address, &[]).await?;
        page.press("refresh").await?;
        page.find("component").await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await
    })
    .await
}

#[tokio::test]
async fn server_without_admin_service_is_named() -> Result<()> {
    let home = Server::start(&[]).await?;
    let lines = "grpc-status: 12\r\ngrpc-message: no such service\r\n";
    let faulty = Faulty::start(Script::frames(trailers(lines))).await?;
    browse(async |browser| {
        let url = format!("{}/components?server={}", home.url(), faulty.url());
        let page = Page::open_at(browser, &url, "overview-failed").await?;
        let said = page.text("overview-failed").await?;
        for part in [
            "UNIMPLEMENTED",
            "gangplank.v1.AdminService",
            "no such service",
        ] {
            assert!(said.contains(part), "{part} isn't in {said}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn bundle_that_does_not_come_can_be_asked_for_again() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        let address = server.address();
        server.kill().await?;
        let link = Locator::Css("nav a[href='/components']");
        browser.client().find(link).await?.click().await?;
        page.find("annex-retry").await?;
        let _server = Server::start_at(address, &[]).await?;
        page.press("annex-retry").await?;
        page.find("component").await?;
        Ok(())
    })
    .await
}

async fn open<'a>(browser: &'a Browser, server: &Server, hook: &str) -> Result<Page<'a>> {
    Page::open_at(browser, &format!("{}/components", server.url()), hook).await
}

/// Asks until so many replicas take calls: they may still be connecting.
async fn wait_until_ready(page: Page<'_>, replicas: usize) -> Result<()> {
    eventually("all replicas to be ready", async || {
        let states = texts(page.browser(), "[data-test=replica-state]").await?;
        if states == vec!["ready"; replicas] {
            return Ok(());
        }
        page.press("refresh").await?;
        bail!("{states:?}")
    })
    .await
}

async fn texts(browser: &Browser, selector: &str) -> Result<Vec<String>> {
    let script = format!(
        "return [...document.querySelectorAll('{selector}')].map((own) => own.textContent.trim());"
    );
    Ok(serde_json::from_value(browser.evaluate(&script).await?)?)
}
