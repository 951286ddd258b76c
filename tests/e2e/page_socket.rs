//! `/streams` over a WebSocket: both sides at any time, a hundred streams on one socket, and calls that the log, the
//! inspector, the diagram and the link know like all others.

use anyhow::{Context as _, Result, ensure};
use tests::browser::browse;
use tests::inspector::owns_every_byte;
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;
use tests::streams::{counted, ends_with, in_flight, open, received};

/// Rounds of the crowd of a hundred: a thousand calls that are given up.
const ROUNDS: usize = 10;
/// Calls over fetch that are given up.
const ABORTED: usize = 1_000;
/// Calls a watch as often as it's told, six at a time as a browser has connections, and aborts each: before its answer,
/// or within it.
const ABORT: &str = "const [count, done] = arguments;
const body = new Uint8Array(5);
const headers = { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' };
const url = '/myservice.v1.MyService/WatchGreetings';
const one = async (number) => {
  const hangUp = new AbortController();
  const call = fetch(url, { method: 'POST', headers, body, signal: hangUp.signal });
  if (number % 2) hangUp.abort();
  try { await (await call).body.getReader().read(); } catch { return 1; }
  hangUp.abort();
  return 1;
};
(async () => {
  let aborted = 0;
  for (let first = 0; first < count; first += 5) {
    const numbers = [0, 1, 2, 3, 4].map((step) => first + step);
    aborted += (await Promise.all(numbers.map(one))).length;
  }
  return aborted;
})().then(done, (error) => done(String(error)));";
/// Presses Cancel, and calls back with the milliseconds until the API server has no call in flight.
const CANCEL: &str = "const done = arguments[0];
const begun = performance.now();
document.querySelector('[data-test=cancel-stream]').click();
const look = async () => {
  const text = await (await fetch('/metrics')).text();
  const counts = text.split('\\n').filter((line) => line.startsWith('gangplank_calls_in_flight{'));
  const sum = counts.reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
  if (sum === 0) done(performance.now() - begun); else look();
};
look();";
/// How often a cancel is timed.
const CANCELS: usize = 5;
/// What a cancel may take to reach the handler, in milliseconds.
const MAX_CANCEL_MILLIS: f64 = 50.0;

async fn nothing_in_flight(browser: &tests::browser::Browser) -> Result<()> {
    eventually("nothing in flight", async || {
        let count = in_flight(browser).await?;
        ensure!(count == 0, "{count} calls");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn both_sides_speak_at_any_time() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        ensure!(!page.has("way-badge").await?, "a watch needs no socket");
        page.press("Converse").await?;
        let badge = page.text("way-badge").await?;
        ensure!(badge == "via WebSocket, not part of gRPC-Web", "{badge}");
        page.press("begin").await?;
        for (count, text) in [(1, "hi"), (2, "all well?")] {
            page.type_into("say", text).await?;
            page.press("add").await?;
            counted(page, "data-sent", count).await?;
            counted(page, "data-received", count).await?;
        }
        let said = received(browser).await?;
        ensure!(said[1].starts_with("You said: all well?"), "{said:?}");
        // Left idle, MyService speaks first.
        counted(page, "data-received", 3).await?;
        page.press("half-close").await?;
        ends_with(page, "OK").await?;
        let said = received(browser).await?;
        ensure!(said[3].starts_with("Goodbye!"), "{said:?}");

        page.press("GreetMany").await?;
        page.press("begin").await?;
        for name in ["Grace", "Lin"] {
            page.type_into("say", name).await?;
            page.press("add").await?;
        }
        counted(page, "data-sent", 2).await?;
        page.press("half-close").await?;
        ends_with(page, "OK").await?;
        ensure!(received(browser).await?[0].starts_with("Hello, Grace and Lin!"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_hundred_streams_share_one_socket_and_leave_nothing_behind() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("way-socket").await?;
        for _ in 0..ROUNDS {
            page.press("gather").await?;
            page.wait_for_text("crowd-counts", "100 open, 0 waiting")
                .await?;
            page.press("dismiss-all").await?;
            page.wait_for_text("crowd-counts", "0 open, 0 waiting")
                .await?;
        }
        nothing_in_flight(browser).await?;
        // The socket is still good for calls.
        page.press("SayHello").await?;
        page.press("begin").await?;
        ends_with(page, "OK").await
    })
    .await
}

#[tokio::test]
async fn a_thousand_aborted_fetches_leave_nothing_behind() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        open(browser, &server).await?;
        let count = vec![ABORTED.into()];
        let aborted = browser.client().execute_async(ABORT, count).await?;
        ensure!(aborted == ABORTED, "{aborted}");
        nothing_in_flight(browser).await
    })
    .await
}

#[tokio::test]
async fn cancel_reaches_the_handler_at_once_by_every_way() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        for way in ["way-binary", "way-text", "way-socket"] {
            let page = open(browser, &server).await?;
            page.press(way).await?;
            let mut took = Vec::new();
            for _ in 0..CANCELS {
                page.press("begin").await?;
                counted(page, "data-received", 1).await?;
                let millis = browser.client().execute_async(CANCEL, Vec::new()).await?;
                took.push(millis.as_f64().context("milliseconds")?);
                ends_with(page, "CANCELLED").await?;
            }
            took.sort_by(f64::total_cmp);
            let median = took[CANCELS / 2];
            ensure!(median <= MAX_CANCEL_MILLIS, "{way}: {took:?} ms");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn streams_are_in_log_inspector_and_diagram() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let ways = [
            ("way-binary", "gRPC-Web"),
            ("way-text", "gRPC-Web (base64)"),
            ("way-socket", "WebSocket"),
        ];
        for (way, dialect) in ways {
            let page = open(browser, &server).await?;
            page.press(way).await?;
            page.press("Converse").await?;
            page.type_into("say", "hi").await?;
            page.press("add").await?;
            page.press("begin").await?;
            if way == "way-socket" {
                page.press("half-close").await?;
            }
            ends_with(page, "OK").await?;
            page.press("inspect").await?;
            let row = page.text("call").await?;
            ensure!(row.contains("MyService/Converse"), "{row}");
            page.wait_for_text("dialect", dialect).await?;
            ensure!(row.contains("stream"), "{row}");
            let drawn = page.text("diagram").await?;
            ensure!(drawn.contains("replica-"), "{way}: {drawn}");
            owns_every_byte(page).await.context(way)?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn link_fills_in_the_form_and_sends_nothing() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("Converse").await?;
        page.press("way-socket").await?;
        page.type_into("deadline", "2500").await?;
        for text in ["50 % & more = less?", "小明"] {
            page.type_into("say", text).await?;
            page.press("add").await?;
        }
        page.type_into("say", "draft").await?;
        page.press("share").await?;
        page.find("share-note").await?;
        let link = browser.client().current_url().await?;
        ensure!(link.fragment().is_some(), "{link}");

        browser.client().goto("about:blank").await?;
        let page = Page::open_at(browser, link.as_str(), "kind-text").await?;
        page.wait_for_attribute("Converse", "aria-pressed", "true")
            .await?;
        page.wait_for_attribute("way-socket", "aria-pressed", "true")
            .await?;
        ensure!(page.value("deadline").await? == "2500");
        ensure!(page.value("say").await? == "draft");
        let queue = page.text("queue-items").await?;
        ensure!(queue == "50 % & more = less?小明", "{queue}");
        page.wait_for_attribute("lane-state", "data-state", "idle")
            .await?;
        ensure!(in_flight(browser).await? == 0);
        Ok(())
    })
    .await
}
