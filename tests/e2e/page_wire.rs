//! The inspector: each byte owned, three columns that light together, the other tabs, and the diagram's arrows.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::Value;
use tests::browser::{Browser, browse};
use tests::inspector;
use tests::keyboard::{back_to, tab_to};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

/// What is lit: parts, the bytes of hex runs, JSON lines.
const LIT: &str = "const lit = (selector) => [...document.querySelectorAll(selector)].map((own) => own.textContent.trim());
return [lit('.parts .lit'), lit('.hex .run.lit'), lit('.json-line.lit')];";
/// Points at a run of bytes, or at a line of JSON.
const POINT: &str = "document.querySelector(arguments[0]).dispatchEvent(new MouseEvent(arguments[1], { bubbles: true }));";

#[tokio::test]
async fn every_byte_is_owned_in_both_formats() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        // `call` looks at every byte.
        page.call("say-hello", "OK 0").await?;
        let [binary_up, binary_down] = inspector::look(page).await?.sizes()?;
        page.open_more().await?;
        page.press("format-text").await?;
        page.call("say-hello", "OK 0").await?;
        let wire = inspector::look(page).await?;
        let [request, response] = wire.sides();
        assert!(
            request.text().is_some() && response.text().is_some(),
            "{wire:?}"
        );
        // Without its prefix and name, the request is two bytes of language and one tag with length.
        assert_eq!(request.bytes()?, b"\0\0\0\0\x09\x0a\x05World\x10\x01");
        assert_eq!(
            (request.owned()?, wire.sizes()?[0]),
            (binary_up, binary_up.div_ceil(3) * 4)
        );
        assert!(
            wire.sizes()?[1] > binary_down,
            "{wire:?}, in binary {binary_down}"
        );

        page.press("say-goodbye").await?;
        page.wait_for_text("status", "OK 0").await?;
        page.type_into("name", "").await?;
        page.call("say-goodbye", "INVALID_ARGUMENT 3").await
    })
    .await
}

#[tokio::test]
async fn arrows_light_the_same_in_three_columns() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.call("say-hello", "OK 0").await?;
        focus(browser, "parts").await?;
        browser.press_key(Key::Down).await?;
        // The first part is the message's frame, which lights with all that's in it.
        let [parts, runs, json] = lit(browser, |lit| !lit[0].is_empty()).await?;
        assert!(
            parts.len() > 3 && runs.len() > 3 && json.len() > 2,
            "{parts:?} {runs:?} {json:?}"
        );

        browser.press_key(Key::Down).await?;
        let [parts, runs, json] = lit(browser, |lit| lit[0].len() == 1).await?;
        check_lit(
            &parts,
            &runs,
            &json,
            "message",
            "48 65 6c 6c 6f",
            "Hello, World!",
        );
        browser.press_key(Key::Down).await?;
        let next = |lit: &[Vec<String>; 3]| lit[0].iter().any(|part| part.contains("replica"));
        let [parts, runs, json] = lit(browser, next).await?;
        check_lit(&parts, &runs, &json, "replica", "70 69 65 72", "pier-0");

        for (selector, event) in [
            (".hex .run[data-row='1']", "mouseover"),
            (".json-line:nth-child(2)", "mouseenter"),
        ] {
            browser
                .client()
                .execute(POINT, vec![selector.into(), event.into()])
                .await?;
            let message =
                |lit: &[Vec<String>; 3]| lit[0].iter().any(|part| part.contains("message"));
            let [parts, runs, json] = lit(browser, message).await?;
            check_lit(
                &parts,
                &runs,
                &json,
                "message",
                "48 65 6c 6c 6f",
                "Hello, World!",
            );
            focus(browser, "parts").await?;
            browser.press_key(Key::End).await?;
            lit(browser, |lit| lit[2].is_empty() && lit[0].len() == 1).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn tabs_tell_the_rest_of_the_call() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.call("say-hello", "OK 0").await?;
        page.press("tab-message").await?;
        let shown = page.text("inspector-panel").await?;
        assert!(
            shown.contains("\"World\"") && shown.contains("Hello, World!"),
            "{shown}"
        );

        page.press("tab-headers").await?;
        page.wait_for_text("http-status", "HTTP 200").await?;
        let trailers = page.text("trailers").await?;
        assert!(trailers.contains("grpc-status0"), "{trailers}");
        let shown = page.text("inspector-panel").await?;
        assert!(
            shown.contains("x-grpc-web") && shown.contains("server-timing"),
            "{shown}"
        );

        page.press("tab-timing").await?;
        eventually("the browser's phases", async || {
            let rows = browser
                .client()
                .find_all(Locator::Css("[data-test=timing] tbody tr"))
                .await?;
            ensure!(rows.len() == 6, "{} rows", rows.len());
            Ok(())
        })
        .await?;
        let shown = page.text("timing").await?;
        assert!(
            shown.contains("replica") && shown.contains("pier-0"),
            "{shown}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn arrow_of_the_diagram_shows_its_bytes() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--name", "pier"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.call("say-hello", "OK 0").await?;
        page.press("tab-code").await?;
        let arrows = browser
            .client()
            .find_all(Locator::Css("[data-test=diagram] [data-test=arrow]"))
            .await?;
        // Request, to the replica and back, head, message frame, trailer frame.
        assert_eq!(arrows.len(), 6);
        arrows.last().context("arrows")?.click().await?;
        let [parts, runs, _] = lit(browser, |lit| !lit[1].is_empty()).await?;
        let bytes = runs.join(" ");
        assert!(bytes.starts_with("80 00 00 00"), "{bytes}");
        assert!(
            parts.iter().any(|part| part.contains("grpc-status")),
            "{parts:?}"
        );
        arrows.first().context("arrows")?.click().await?;
        page.wait_for_attribute("side-request", "aria-pressed", "true")
            .await?;

        page.find("diagram-table")
            .await?
            .find(Locator::Css("summary"))
            .await?
            .click()
            .await?;
        let rows = browser
            .client()
            .find_all(Locator::Css("[data-test=diagram-table] tbody tr"))
            .await?;
        assert_eq!(rows.len(), arrows.len());
        for (row, arrow) in rows.iter().zip(&arrows) {
            let label = arrow
                .attr("aria-label")
                .await?
                .context("an arrow has a name")?;
            let text = row.text().await?;
            assert!(
                label.split(' ').all(|word| text.contains(word)),
                "{text:?} isn't {label:?}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn bytes_are_copied_by_keyboard_alone() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        browser.allow_clipboard(&server.url()).await?;
        tab_to(browser, "name").await?;
        browser.press_key(Key::Enter).await?;
        page.wait_for_text("status", "OK 0").await?;
        tab_to(browser, "parts").await?;
        for _ in 0..2 {
            browser.press_key(Key::Down).await?;
        }
        let [parts, runs, _] = lit(browser, |lit| lit[0].len() == 1).await?;
        assert!(parts[0].contains("Hello, World!"), "{parts:?}");
        back_to(browser, "copy-hex").await?;
        browser.press_key(Key::Enter).await?;
        let copied = eventually("the bytes to be copied", async || {
            let label = page.text("copy-label").await?;
            ensure!(label.starts_with("Copied"), "{label}");
            Ok(label)
        });
        assert_eq!(copied.await?, "Copied 15 bytes.");
        assert_eq!(browser.clipboard().await?, runs.join(" "));
        let mut hello = String::from("0a 0d");
        b"Hello, World!".iter().for_each(|byte| {
            let _ = write!(hello, " {byte:02x}");
        });
        assert_eq!(browser.clipboard().await?, hello);
        Ok(())
    })
    .await
}

fn check_lit(
    parts: &[String],
    runs: &[String],
    json: &[String],
    name: &str,
    hex: &str,
    value: &str,
) {
    assert!(parts.len() == 1 && parts[0].contains(name), "{parts:?}");
    assert!(runs.join(" ").contains(hex), "{runs:?}");
    assert!(json.len() == 1 && json[0].contains(value), "{json:?}");
}

/// Waits until what is lit is as wanted, and returns it.
async fn lit(
    browser: &Browser,
    is_wanted: impl Fn(&[Vec<String>; 3]) -> bool,
) -> Result<[Vec<String>; 3]> {
    eventually("the right parts to be lit", async || {
        let seen = browser.evaluate(LIT).await?;
        let lit: [Vec<String>; 3] = [0, 1, 2].map(|column| texts(&seen[column]));
        ensure!(is_wanted(&lit), "{lit:?}");
        Ok(lit)
    })
    .await
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

async fn focus(browser: &Browser, hook: &str) -> Result<()> {
    let script = format!("document.querySelector('[data-test={hook}]').focus()");
    browser.evaluate(&script).await?;
    Ok(())
}
