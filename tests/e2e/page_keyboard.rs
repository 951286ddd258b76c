//! The page by keyboard alone: Tab reaches every control in the order of the document, and one sees where it is.

use anyhow::Result;
use fantoccini::key::Key;
use tests::browser::browse;
use tests::keyboard::{controls, focus, tab_to};
use tests::page::Page;
use tests::server::Server;

use crate::NEVER;

#[tokio::test]
async fn tab_reaches_every_control_in_order() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        Page::open(browser, &server.url()).await?;
        let controls = controls(browser).await?;
        let mut reached = Vec::new();
        for _ in &controls {
            browser.press_key(Key::Tab).await?;
            let [control, outline] = focus(browser).await?;
            assert_ne!(outline, "none", "the focus on {control} can't be seen");
            reached.push(control);
        }
        assert_eq!(reached, controls);
        let form = ["name", "language", "deadline", "say-hello", "say-goodbye"];
        reached.retain(|control| form.contains(&control.as_str()));
        assert_eq!(reached, form);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn call_and_cancel_need_no_mouse() -> Result<()> {
    let server = Server::start(&[NEVER]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        tab_to(browser, "say-goodbye").await?;
        browser.press_key(Key::Enter).await?;
        page.wait_for_text("status", "pending").await?;
        tab_to(browser, "cancel").await?;
        browser.press_key(Key::Enter).await?;
        page.wait_for_text("status", "CANCELLED 1").await
    })
    .await
}
