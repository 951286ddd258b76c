//! The call page over HTTP with JSON: the same call, every byte owned, compared with protobuf, and its failures.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use tests::browser::{Browser, browse};
use tests::faulty::{Faulty, Script};
use tests::inspector;
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;
use tests::tools;

use crate::NEVER;

#[tokio::test]
async fn same_call_goes_over_both_dialects() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.call("say-hello", "OK 0").await?;
        let framed = inspector::look(page).await?.sizes()?;
        assert!(!page.has("size-bars").await?);
        page.press("dialect-json").await?;
        page.call("say-hello", "OK 0").await?;
        let json = inspector::look(page).await?.sizes()?;
        assert_eq!(page.text("greeting").await?, "Hello, World!");
        assert_eq!(page.text("replica").await?, "pier-0");
        assert_eq!(page.text("dialect").await?, "JSON");
        let body = page.text("as-text").await?;
        assert!(body.contains(r#""message":"Hello, World!""#), "{body}");

        let sizes = [json, framed].map(|sizes| sizes.map(|size| format!("{size} B")));
        assert_eq!(bars(browser).await?, sizes.concat());
        // Another input has another size: nothing is compared until it went over both.
        page.type_into("name", "Grace").await?;
        page.call("say-goodbye", "OK 0").await?;
        assert!(!page.has("size-bars").await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn diagram_names_the_protocol_of_each_hop() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        let dialects = [
            (
                "dialect-grpc-web",
                "MyService/SayHello",
                "gRPC-Web · HTTP/1.1",
            ),
            ("dialect-json", "POST /v1/hello", "JSON · HTTP/1.1"),
        ];
        for (dialect, request, hop) in dialects {
            page.press(dialect).await?;
            page.call("say-hello", "OK 0").await?;
            eventually("the hops to be named", async || {
                let shown = page.text("diagram").await?;
                for part in [request, hop, "gRPC · HTTP/2", "my-service", "pier-0"] {
                    ensure!(shown.contains(part), "{part} isn't in {shown}");
                }
                Ok(())
            })
            .await?;
            assert!(!page.has("own-answer").await?);
        }
        // Health is the API server's own.
        page.call("break-canceled-stream", "CANCELLED 1").await?;
        page.find("own-answer").await?;
        let shown = page.text("diagram").await?;
        assert!(!shown.contains("pier-0"), "{shown}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn refusal_has_an_http_status_and_its_field() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.press("dialect-json").await?;
        page.type_into("name", "").await?;
        page.call("say-hello", "INVALID_ARGUMENT 3").await?;
        let error = page.text("name-error").await?;
        assert!(error.contains("1 to 256"), "{error}");
        page.press("tab-headers").await?;
        page.wait_for_text("http-status", "HTTP 400").await
    })
    .await
}

#[tokio::test]
async fn deadline_and_cancel_end_a_json_call() -> Result<()> {
    let server = Server::start(&[NEVER]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.press("dialect-json").await?;
        page.type_into("deadline", "50").await?;
        page.call("say-hello", "DEADLINE_EXCEEDED 4").await?;
        page.type_into("deadline", "").await?;
        page.press("say-hello").await?;
        page.wait_for_text("status", "pending").await?;
        page.press("cancel").await?;
        page.wait_for_text("status", "CANCELLED 1").await
    })
    .await
}

#[tokio::test]
async fn answer_that_is_not_json_is_a_fault() -> Result<()> {
    let home = Server::start(&[]).await?;
    let login = "<!doctype html><title>Log in</title>";
    let faulty = Faulty::start(Script::body(200, "text/html", [login.into()])).await?;
    browse(async |browser| {
        let page = Page::open(browser, &format!("{}/?server={}", home.url(), faulty.url())).await?;
        page.press("dialect-json").await?;
        page.call("say-hello", "UNKNOWN 2").await?;
        let remedy = page.text("remedy").await?;
        assert!(remedy.contains("JSON"), "{remedy}");
        let proxy = Script::body(502, "application/json", [r#"{"oops":true}"#.into()]);
        faulty.play([proxy]);
        page.call("say-hello", "UNAVAILABLE 14").await
    })
    .await
}

#[tokio::test]
async fn link_carries_the_dialect() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.press("dialect-json").await?;
        page.press("share").await?;
        let link = eventually("the link in the address bar", async || {
            let link = browser.evaluate("return location.href").await?;
            let link = link.as_str().context("an address is text")?.to_owned();
            ensure!(link.contains('#'), "{link}");
            Ok(link)
        });
        let link = link.await?;
        browser.client().goto("about:blank").await?;
        let page = Page::open(browser, &link).await?;
        eventually("the dialect to be restored", async || {
            let script = "return document.querySelector('[data-test=radio-json]').checked;";
            let is_json = browser.evaluate(script).await?;
            ensure!(is_json == true, "gRPC-Web is chosen");
            Ok(())
        })
        .await?;
        assert_eq!(page.calls().await?, 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn snippets_make_the_same_call() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.press("dialect-json").await?;
        page.type_into("name", "Zoë").await?;
        page.call("say-goodbye", "OK 0").await?;
        page.press("tab-code").await?;
        let line = page.text("code").await?;
        let data = r#"'{"name":"Zoë","language":"LANGUAGE_EN"}'"#;
        let url = format!("{}/v1/goodbye", server.url());
        let expected =
            format!("curl -sS -H 'content-type: application/json' --data-raw {data} {url}");
        assert_eq!(line, expected);
        page.press("tool-fetch").await?;
        page.wait_for_attribute("tool-fetch", "aria-pressed", "true")
            .await?;
        let folder = tempfile::tempdir()?;
        let said = tools::run_module(&page.text("code").await?, folder.path()).await?;
        for part in ["200", "Goodbye, Zoë!", "pier-0"] {
            assert!(said.contains(part), "{part} isn't in {said}");
        }
        Ok(())
    })
    .await
}

/// The sizes beside the bars: JSON's request and answer, then protobuf's.
async fn bars(browser: &Browser) -> Result<Vec<String>> {
    let cells = Locator::Css("[data-test=size-bars] tbody td");
    let mut sizes = Vec::new();
    for cell in browser.client().find_all(cells).await? {
        sizes.push(cell.text().await?.trim().to_owned());
    }
    Ok(sizes)
}
