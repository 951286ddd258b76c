//! The code tab's text makes the same call: run by Node.js, buf and Connect; for tonic, compiled with the tests.
//! grpcurl is in none of the registries that the tests install from, so its line is only read.

use anyhow::Result;
use tests::browser::browse;
use tests::page::Page;
use tests::server::Server;
use tests::tools;

/// The page's text for the default call, as a program that is compiled with the tests.
const TONIC: &str = include_str!("../examples/tonic_snippet.rs");
/// The server that the compiled text calls; each test's has a port of its own.
const COMPILED_URL: &str = "http://127.0.0.1:8080";

#[tokio::test]
async fn snippets_make_the_same_call() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.open_more().await?;
        page.type_into("metadata", "x-team: it's one").await?;
        page.type_into("name", "Zoë O'Hara").await?;
        page.call("say-goodbye", "OK 0").await?;
        let folder = tools::connect_folder().await?;
        let fetch = tools::run_module(&code(page, "fetch").await?, folder.path()).await?;
        let connect = tools::run_module(&code(page, "connect-es").await?, folder.path()).await?;
        let buf = tools::run_buf(&code(page, "buf-curl").await?).await?;
        for (tool, said) in [("fetch", fetch), ("connect-es", connect), ("buf curl", buf)] {
            assert!(
                said.contains("Goodbye, Zoë O'Hara!") && said.contains("pier-0"),
                "{tool}: {said}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn tonic_snippet_is_the_compiled_one() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.call("say-hello", "OK 0").await?;
        let shown = code(page, "tonic").await?.replace(&server.url(), COMPILED_URL);
        let start = TONIC.find("use proto").unwrap_or_default();
        assert_eq!(without_spaces(&shown), without_spaces(&TONIC[start..]), "the page shows:\n{shown}");

        let line = code(page, "grpcurl").await?;
        let authority = server.address().to_string();
        let expected = format!(
            "grpcurl -plaintext -d '{{\"name\":\"World\",\"language\":\"LANGUAGE_EN\"}}' {authority} myservice.v1.MyService/SayHello"
        );
        assert_eq!(line, expected);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn buf_takes_metadata_as_one_header() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.open_more().await?;
        // buf reads each -H as a line of comma-separated values.
        page.type_into("metadata", "x-team: \"one\", two").await?;
        page.call("say-hello", "OK 0").await?;
        let said = tools::run_buf(&code(page, "buf-curl").await?).await?;
        assert!(said.contains("Hello, World!"), "{said}");
        Ok(())
    })
    .await
}

async fn code(page: Page<'_>, tool: &str) -> Result<String> {
    page.press("tab-code").await?;
    let button = format!("tool-{tool}");
    page.press(&button).await?;
    page.wait_for_attribute(&button, "aria-pressed", "true")
        .await?;
    page.text("code").await
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}
