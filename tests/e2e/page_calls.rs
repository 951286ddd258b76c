//! Calls made from the page: answers, statuses, field errors, deadline and Cancel.

use anyhow::Result;
use fantoccini::key::Key;
use tests::browser::browse;
use tests::page::Page;
use tests::server::Server;

use crate::NEVER;

#[tokio::test]
async fn both_buttons_answer_in_both_languages() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        let greetings = [
            ("English", "say-hello", "Hello, World!"),
            ("English", "say-goodbye", "Goodbye, World!"),
            ("简体中文", "say-hello", "你好，World！"),
            ("简体中文", "say-goodbye", "再见，World！"),
        ];
        for (language, button, greeting) in greetings {
            page.choose("language", language).await?;
            page.call(button, "OK 0").await?;
            assert_eq!(page.text("greeting").await?, greeting);
            assert_eq!(page.text("replica").await?, "pier-0");
            let round_trip = page.text("round-trip").await?;
            let millis = round_trip
                .strip_suffix(" ms")
                .and_then(|text| text.parse().ok());
            assert!(
                millis.is_some_and(|millis: f64| millis > 0.0),
                "{round_trip}"
            );
        }
        assert_eq!(page.calls().await?, 4);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn enter_in_the_name_field_sends() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.type_into("name", "Ada Lovelace").await?;
        browser.press_key(Key::Enter).await?;
        page.wait_for_text("greeting", "Hello, Ada Lovelace!")
            .await?;
        assert_eq!(page.calls().await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn rejected_name_shows_at_its_field() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        assert_eq!(
            page.attribute("name", "aria-invalid").await?.as_deref(),
            Some("false")
        );
        page.type_into("name", "  ").await?;
        page.call("say-hello", "INVALID_ARGUMENT 3").await?;
        let error = page.text("name-error").await?;
        assert!(error.contains("1 to 256"), "{error}");
        assert!(page.find("name-error").await?.is_displayed().await?);
        page.wait_for_attribute("name", "aria-invalid", "true")
            .await?;

        page.type_into("name", "World").await?;
        page.call("say-hello", "OK 0").await?;
        page.wait_for_text("name-error", "").await?;
        page.wait_for_attribute("name", "aria-invalid", "false")
            .await
    })
    .await
}

#[tokio::test]
async fn deadline_ends_a_slow_call() -> Result<()> {
    let server = Server::start(&["--delay", "5s"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.type_into("deadline", "50").await?;
        page.call("say-hello", "DEADLINE_EXCEEDED 4").await?;
        assert_eq!(page.text("replica").await?, "–");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn unreadable_deadline_sends_nothing() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        for deadline in ["soon", "0", "1.5", "-3", "100000000"] {
            page.type_into("deadline", deadline).await?;
            page.wait_for_attribute("deadline", "aria-invalid", "true")
                .await?;
            assert!(!page.text("deadline-error").await?.is_empty(), "{deadline}");
            page.press("say-hello").await?;
            page.press("say-goodbye").await?;
            assert_eq!(page.calls().await?, 0, "{deadline}");
        }
        page.type_into("deadline", "").await?;
        page.call("say-hello", "OK 0").await?;
        assert_eq!(page.text("deadline-error").await?, "");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn cancel_reaches_the_handler() -> Result<()> {
    let server = Server::start(&[NEVER]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        page.press("say-hello").await?;
        page.wait_for_text("status", "pending").await?;
        page.press("cancel").await?;
        page.wait_for_text("status", "CANCELLED 1").await?;
        server.log().wait_for("call canceled by the caller").await?;
        assert_eq!(page.calls().await?, 1);
        Ok(())
    })
    .await
}
