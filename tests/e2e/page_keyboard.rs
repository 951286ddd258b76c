//! The page by keyboard alone: Tab reaches every control in the order of the document, and one sees where it is.

use anyhow::{Result, bail};
use fantoccini::key::Key;
use serde_json::Value;
use tests::browser::{Browser, browse};
use tests::page::Page;
use tests::server::Server;

use crate::NEVER;

/// Names of all controls that can be used now, in the order of the document.
const CONTROLS: &str = "const usable = 'a[href], button:enabled, input:enabled, select:enabled, [tabindex=\"0\"]';
return [...document.querySelectorAll(usable)].map((control) => control.dataset.test ?? control.textContent);";
/// Name of the control with the focus, and how its outline is drawn.
const FOCUS: &str = "const control = document.activeElement;
return [control.dataset.test ?? control.textContent, getComputedStyle(control).outlineStyle];";

#[tokio::test]
async fn tab_reaches_every_control_in_order() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        Page::open(browser, &server.url()).await?;
        let controls = names(&browser.evaluate(CONTROLS).await?);
        let mut reached = Vec::new();
        for _ in &controls {
            browser.press_key(Key::Tab).await?;
            let focus = names(&browser.evaluate(FOCUS).await?);
            let [control, outline] = focus.as_slice() else {
                bail!("{focus:?}");
            };
            assert_ne!(outline, "none", "the focus on {control} can't be seen");
            reached.push(control.clone());
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

/// Presses Tab until the control called `name` has the focus.
async fn tab_to(browser: &Browser, name: &str) -> Result<()> {
    let controls = names(&browser.evaluate(CONTROLS).await?);
    for _ in 0..controls.len() {
        browser.press_key(Key::Tab).await?;
        if names(&browser.evaluate(FOCUS).await?)
            .first()
            .is_some_and(|focus| focus == name)
        {
            return Ok(());
        }
    }
    bail!("Tab doesn't reach {name} among {controls:?}")
}

fn names(list: &Value) -> Vec<String> {
    let names = list.as_array().map_or(&[][..], Vec::as_slice);
    names
        .iter()
        .map(|name| name.as_str().unwrap_or_default().to_owned())
        .collect()
}
