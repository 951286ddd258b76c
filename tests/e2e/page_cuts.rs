//! A client that can't lose a status: a proper answer in pieces is a proper answer, wherever the cuts are.
//! That the browser really handed over pieces is read from the page's own record of each call.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::Value;
use tests::browser::browse;
use tests::faulty::{Faulty, Pace, Script};
use tests::grpc_web::put;
use tests::page::Page;
use tests::server::Server;
use wire::content_type::Dialect;

use crate::answers::{message, trailers, whole};

const OK: &str = "OK 0";
/// The browser may join two pieces into one; such a cut is tried again.
const MAX_ROUNDS: usize = 12;

#[tokio::test]
async fn cut_at_any_byte_loses_nothing() -> Result<()> {
    check_cuts(Script::frames(whole()), "format-binary").await
}

#[tokio::test]
async fn cut_at_any_character_of_base64_loses_nothing() -> Result<()> {
    check_cuts(Script::text(&whole()), "format-text").await
}

#[tokio::test]
async fn padding_within_base64_loses_nothing() -> Result<()> {
    let home = Server::start(&[]).await?;
    let faulty = Faulty::start(Script::text(&whole())).await?;
    browse(async |browser| {
        let page = open(&home, &faulty, browser, "format-text").await?;
        let content_type = Dialect::GrpcWebText.content_type();
        let group = |bytes: &[u8]| put(Dialect::GrpcWebText, bytes);
        let frames = [message("Hi"), trailers("grpc-status:0\r\n")];
        for size in [1, 2, 4, 5, 7, 64] {
            let frames = frames.concat();
            let groups = frames.chunks(size).map(group);
            let mut script = Script::body(200, content_type, groups);
            script.pace = Pace::Paused;
            faulty.play([script]);
            assert_eq!(page.send_in_a_row(1).await?, [OK], "groups of {size} bytes");
            tests::inspector::owns_every_byte(page).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn byte_by_byte_loses_nothing() -> Result<()> {
    let home = Server::start(&[]).await?;
    let answer = [message("Hi"), trailers("grpc-status:0\r\n")].concat();
    let size = answer.len();
    let faulty = Faulty::start(Script::frames(answer).cut(1..size, Pace::Gated)).await?;
    browse(async |browser| {
        let page = open(&home, &faulty, browser, "format-binary").await?;
        page.press("say-hello").await?;
        for received in 1..size {
            faulty.open_gate(1);
            page.wait_for_text("sizes", &format!("14 B ↑ {received} B ↓"))
                .await?;
            assert_eq!(
                page.text("status").await?,
                "pending",
                "after {received} of {size} bytes"
            );
        }
        faulty.open_gate(1);
        page.wait_for_text("status", OK).await?;
        tests::inspector::owns_every_byte(page).await
    })
    .await
}

/// Sends one call for each place where its answer can be cut in two.
async fn check_cuts(script: Script, format: &str) -> Result<()> {
    let home = Server::start(&[]).await?;
    let faulty = Faulty::start(script.clone()).await?;
    browse(async |browser| {
        let page = open(&home, &faulty, browser, format).await?;
        let mut missing: BTreeSet<usize> = (1..script.body_len()).collect();
        for _ in 0..MAX_ROUNDS {
            let cuts = missing.iter();
            faulty.play(cuts.map(|cut| script.clone().cut([*cut], Pace::Paused)));
            let statuses = page.send_in_a_row(missing.len()).await?;
            let lost: Vec<_> = missing
                .iter()
                .zip(&statuses)
                .filter(|(_, status)| **status != OK)
                .collect();
            ensure!(
                lost.is_empty() && statuses.len() == missing.len(),
                "lost: {lost:?}"
            );
            let seen = seen_cuts(&page.export().await?);
            missing.retain(|cut| !seen.contains(cut));
            if missing.is_empty() {
                break;
            }
        }
        assert!(
            missing.is_empty(),
            "the browser never handed over two pieces cut at {missing:?}"
        );
        tests::inspector::owns_every_byte(page).await
    })
    .await
}

async fn open<'a>(
    home: &Server,
    faulty: &Faulty,
    browser: &'a tests::browser::Browser,
    format: &str,
) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{}/?server={}", home.url(), faulty.url())).await?;
    page.open_more().await?;
    page.press(format).await?;
    page.wait_for_attribute(format, "aria-pressed", "true")
        .await?;
    Ok(page)
}

/// Where the answers of exported calls were cut when the browser handed them over.
fn seen_cuts(exported: &Value) -> BTreeSet<usize> {
    let calls = exported["calls"].as_array().map_or(&[][..], Vec::as_slice);
    let chunks = calls
        .iter()
        .filter_map(|call| call["response"]["chunks"].as_array());
    let in_two = chunks.filter(|chunks| chunks.len() == 2);
    let first = in_two.filter_map(|chunks| wire::base64::decode(chunks[0]["body"].as_str()?).ok());
    first.map(|piece| piece.len()).collect()
}
