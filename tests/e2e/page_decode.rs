//! `/decode`: pasted bytes are taken apart part by part, with the server off.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use fantoccini::Locator;
use tests::browser::browse;
use tests::grpc_web::put;
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;
use wire::content_type::Dialect;
use wire::frame::PREFIX_BYTES;

use crate::answers::{GREETING, OK, message, trailers, whole};

#[tokio::test]
async fn pasted_bytes_are_named_with_the_server_off() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        browser
            .client()
            .find(Locator::Css("nav a[href='/decode']"))
            .await?
            .click()
            .await?;
        page.find("paste").await?;
        server.kill().await?;

        for (kind, paste, size, names) in pastes()? {
            page.press(kind).await?;
            page.type_into("paste", &paste).await?;
            check(page, size, &names)
                .await
                .map_err(|error| error.context(format!("{kind} {paste}")))?;
        }
        for refused in ["what is this?", "0a0 0a!", "☃"] {
            page.press("kind-guess").await?;
            page.type_into("paste", refused).await?;
            page.wait_for_attribute("paste", "aria-invalid", "true")
                .await?;
            assert!(!page.text("paste-error").await?.is_empty(), "{refused}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn message_without_a_schema_shows_numbers() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = Page::open_decoder(browser, &format!("{}/decode", server.url())).await?;
        let select = page.find("message-type").await?;
        select.select_by_value("").await?;
        page.press("kind-message").await?;
        page.type_into("paste", "08 96 01 12 02 68 69").await?;
        check(page, 7, &["#1", "#2", "150", "hi"]).await
    })
    .await
}

/// What is pasted and read as what, how many bytes it is, and names of its parts.
type Paste = (&'static str, String, usize, Vec<&'static str>);

fn pastes() -> Result<Vec<Paste>> {
    let whole = whole();
    let bare = message(GREETING).slice(PREFIX_BYTES..);
    let text = [message(GREETING), trailers(OK)].map(|frame| put(Dialect::GrpcWebText, &frame));
    let text = String::from_utf8(text.concat())?;
    let (spaced, comma) = (hex(&whole, " "), format!("0x{}", hex(&whole, ", 0x")));
    let (base64, url) = (
        wire::base64::encode(&whole),
        wire::base64::encode_url(&whole),
    );
    let pastes = [
        ("kind-guess", spaced),
        ("kind-guess", hex(&whole, "")),
        ("kind-guess", comma),
        ("kind-guess", base64),
        ("kind-frames", url),
        ("kind-text", text),
    ];
    let fields = ["message = 1", "replica = 2"];
    let frames = ["Message frame", "Trailer frame", "grpc-status"];
    let all = [&frames[..], &fields].concat();
    let pastes = pastes.map(|(kind, paste)| (kind, paste, whole.len(), all.clone()));
    let message = [
        ("kind-guess", hex(&bare, " ")),
        ("kind-message", wire::base64::encode(&bare)),
    ];
    let message = message.map(|(kind, paste)| (kind, paste, bare.len(), fields.to_vec()));
    Ok(pastes.into_iter().chain(message).collect())
}

/// Waits until `size` bytes are owned and drawn, and the parts have these names.
async fn check(page: Page<'_>, size: usize, names: &[&str]) -> Result<()> {
    const DRAWN: &str = "return [...document.querySelectorAll('.hex .run')].map((run) => run.textContent).join(' ');";
    eventually("the pasted bytes to be named", async || {
        let owned = page.text("bytes-owned").await?;
        ensure!(owned.starts_with(&format!("{size} bytes")), "{owned}");
        let drawn = page.browser().evaluate(DRAWN).await?;
        let drawn = drawn.as_str().unwrap_or_default().split(' ').count();
        ensure!(drawn == size, "{drawn} of {size} bytes are drawn");
        let parts = page.text("parts").await?;
        ensure!(names.iter().all(|name| parts.contains(name)), "{parts}");
        Ok(())
    })
    .await?;
    assert_eq!(page.text("paste-error").await?, "");
    Ok(())
}

fn hex(bytes: &[u8], between: &str) -> String {
    bytes
        .iter()
        .enumerate()
        .fold(String::new(), |mut text, (position, byte)| {
            let between = if position == 0 { "" } else { between };
            let _ = write!(text, "{between}{byte:02x}");
            text
        })
}
