//! `/balance`: counts of both sides are equal, a step's question is answered by what was measured, trouble costs
//! callers nothing, and all of it is undone when the reader leaves.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use serde_json::Value;
use tests::browser::{Browser, browse};
use tests::faulty::{Faulty, Script};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

use crate::answers::trailers;

/// The balancer's own account, asked for without the page's client.
const REPLICAS: &str = "const done = arguments[0];
fetch('/gangplank/v1/replicas').then((answer) => answer.json()).then((told) => done(told.balances[0].replicas));";
/// Moves the slider to its end, as dragging does.
const FASTEST: &str = "const slider = document.querySelector('[data-test=rate]');
slider.value = slider.max;
slider.dispatchEvent(new Event('input', { bubbles: true }));";
/// Text of a hook in each row of the counts, by replica.
const ROWS: &str = "return [...document.querySelectorAll('[data-test=shares] tbody tr')]
  .map((row) => [row.dataset.replica, ...['share-server', 'share-page'].map((hook) => Number(row.querySelector(`[data-test=${hook}]`).textContent))]);";

#[tokio::test]
async fn counts_of_both_sides_are_equal_after_two_thousand_calls() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "#step-6").await?;
        browser.evaluate(FASTEST).await?;
        page.press("bounded").await?;
        wait_until_done(page).await?;
        page.wait_for_attribute("verdict", "data-state", "equal")
            .await?;
        assert_eq!(page.text("errors").await?, "0");
        let rows: Vec<(String, u64, u64)> = serde_json::from_value(browser.evaluate(ROWS).await?)?;
        let answered: u64 = rows.iter().map(|(_, _, answered)| answered).sum();
        assert_eq!(answered, 2_000, "{rows:?}");
        let counters = counters(browser).await?;
        for (name, picked, answered) in rows {
            assert_eq!((counters[&name], answered), (picked, picked), "{name}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn step_is_answered_by_what_was_measured_and_undone_on_leaving() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        page.press("answer-0").await?;
        page.press("see").await?;
        page.find("reveal").await?;
        assert_eq!(
            page.attribute("reveal", "data-judged").await?.as_deref(),
            Some("right")
        );
        let told = page.text("measured").await?;
        ensure!(told.contains("replica-0 150"), "{told}");
        assert_eq!(counters(browser).await?.len(), 1);

        page.press("locale-zh-Hans").await?;
        page.wait_for_root_attribute("lang", "zh-Hans").await?;
        let told = page.text("measured").await?;
        ensure!(told.contains("replica-0 150 次"), "{told}");

        let link = Locator::Css("nav a[href='/']");
        browser.client().find(link).await?.click().await?;
        page.find("say-hello").await?;
        eventually("three replicas again", async || {
            let replicas = counters(browser).await?;
            ensure!(replicas.len() == 3, "{replicas:?}");
            Ok(())
        })
        .await
    })
    .await
}

#[tokio::test]
async fn steps_follow_the_address_and_the_arrows() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "#step-3").await?;
        page.wait_for_attribute("step", "data-step", "3").await?;
        page.press("step-next").await?;
        page.wait_for_attribute("step", "data-step", "4").await?;
        browser.press_key(fantoccini::key::Key::Left).await?;
        page.wait_for_attribute("step", "data-step", "3").await?;
        // A radio button has arrows of its own.
        page.press("answer-0").await?;
        browser.press_key(fantoccini::key::Key::Right).await?;
        page.wait_for_attribute("step", "data-step", "3").await?;
        browser.client().back().await?;
        page.wait_for_attribute("step", "data-step", "4").await
    })
    .await
}

#[tokio::test]
async fn killed_replica_costs_callers_nothing_and_comes_back() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "#step-6").await?;
        page.press("start").await?;
        wait_for_calls(page, 5).await?;
        press_on(browser, "replica-1", "kill").await?;
        wait_for_state(browser, "replica-1", "unreachable").await?;
        let calls = calls(page).await?;
        wait_for_calls(page, calls + 10).await?;
        press_on(browser, "replica-1", "revive").await?;
        wait_for_state(browser, "replica-1", "ready").await?;
        page.press("pause").await?;
        page.wait_for_attribute("activity", "data-state", "paused")
            .await?;
        assert_eq!(page.text("errors").await?, "0");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn policy_and_scale_are_set_for_real() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "#step-6").await?;
        page.choose("policy", "ring_hash").await?;
        page.find("hash-header").await?;
        page.press("scale-5").await?;
        wait_for_state(browser, "replica-4", "ready").await?;
        page.press("start").await?;
        wait_for_calls(page, 5).await?;
        let told = page.attribute("pick", "aria-label").await?;
        let told = told.context("a pick is told")?;
        ensure!(told.contains("header"), "{told}");
        page.press("restore").await?;
        eventually("p2c and three replicas", async || {
            let replicas = counters(browser).await?;
            ensure!(replicas.len() == 3, "{replicas:?}");
            ensure!(page.value("policy").await? == "p2c");
            Ok(())
        })
        .await
    })
    .await
}

#[tokio::test]
async fn load_of_the_server_is_counted_like_the_page_s() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "#step-6").await?;
        page.press("rate-500").await?;
        page.press("bounded").await?;
        wait_until_done(page).await?;
        page.wait_for_attribute("verdict", "data-state", "equal")
            .await?;
        page.wait_for_text("calls-begun", "2000").await
    })
    .await
}

#[tokio::test]
async fn server_without_a_demo_says_so() -> Result<()> {
    // Nobody listens there: it is listed all the same.
    let server = Server::start(&["--replicas", "0", "--component", "away=127.0.0.1:1"]).await?;
    browse(async |browser| {
        let url = format!("{}/balance", server.url());
        let page = Page::open_at(browser, &url, "no-demo").await?;
        assert!(!page.has("see").await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn server_without_a_balancer_is_named() -> Result<()> {
    let home = Server::start(&[]).await?;
    let lines = "grpc-status: 12\r\ngrpc-message: no such service\r\n";
    let faulty = Faulty::start(Script::frames(trailers(lines))).await?;
    browse(async |browser| {
        let url = format!("{}/balance?server={}", home.url(), faulty.url());
        let page = Page::open_at(browser, &url, "feed").await?;
        page.wait_for_attribute("feed", "data-state", "absent")
            .await?;
        let said = page.text("feed").await?;
        ensure!(said.contains("gangplank.v1.BalancerService"), "{said}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn lost_server_leaves_what_was_seen_and_is_asked_again() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        let address = server.address();
        server.kill().await?;
        page.wait_for_attribute("feed", "data-state", "lost")
            .await?;
        page.find("replica-card").await?;
        let _server = Server::start_at(address, &[]).await?;
        page.wait_for_attribute("feed", "data-state", "live").await
    })
    .await
}

/// Opens the page at a step, and waits until the balancer tells.
async fn open<'a>(browser: &'a Browser, server: &Server, fragment: &str) -> Result<Page<'a>> {
    let url = format!("{}/balance{fragment}", server.url());
    let page = Page::open_at(browser, &url, "replica-card").await?;
    page.wait_for_attribute("feed", "data-state", "live")
        .await?;
    Ok(page)
}

/// A run takes ten seconds, and many on a busy machine: each step forward is waited for on its own.
async fn wait_until_done(page: Page<'_>) -> Result<()> {
    let state = async || page.attribute("activity", "data-state").await;
    page.wait_for_attribute("activity", "data-state", "running")
        .await?;
    let mut seen = String::new();
    while state().await?.as_deref() == Some("running") {
        seen = eventually("more calls, or the end", async || {
            let now = format!("{} {:?}", page.text("calls-begun").await?, state().await?);
            ensure!(now != seen, "{now}");
            Ok(now)
        })
        .await?;
    }
    page.wait_for_attribute("activity", "data-state", "done")
        .await
}

async fn calls(page: Page<'_>) -> Result<u64> {
    Ok(page.text("calls-begun").await?.parse()?)
}

async fn wait_for_calls(page: Page<'_>, wanted: u64) -> Result<()> {
    eventually("more calls", async || {
        let calls = calls(page).await?;
        ensure!(calls >= wanted, "{calls}");
        Ok(())
    })
    .await
}

async fn press_on(browser: &Browser, replica: &str, hook: &str) -> Result<()> {
    let selector = format!("[data-replica='{replica}'] [data-test='{hook}']");
    let button = browser.client().find(Locator::Css(&selector)).await?;
    Ok(button.click().await?)
}

async fn wait_for_state(browser: &Browser, replica: &str, wanted: &str) -> Result<()> {
    let script = format!(
        "return document.querySelector('[data-replica=\"{replica}\"] [data-test=replica-state]')?.textContent;"
    );
    eventually(wanted, async || {
        let state = browser.evaluate(&script).await?;
        ensure!(state == wanted, "{state}");
        Ok(())
    })
    .await
}

/// How often each replica was picked, as the server tells anyone.
async fn counters(browser: &Browser) -> Result<BTreeMap<String, u64>> {
    let told = browser.client().execute_async(REPLICAS, Vec::new()).await?;
    let replicas = told.as_array().with_context(|| told.to_string())?;
    let counter = |replica: &Value| {
        let name = replica["name"].as_str()?.to_owned();
        // ProtoJSON writes 64 bits as text, and leaves zero out.
        let picks = replica["picks"].as_str().unwrap_or("0").parse().ok()?;
        Some((name, picks))
    };
    Ok(replicas.iter().filter_map(counter).collect())
}
