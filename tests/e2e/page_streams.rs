//! `/streams`: each kind of call, message by message, to each kind of end; a watch survives the API server's restart; a
//! burst is drawn without holding the page up; six connections are met.

use anyhow::{Result, ensure};
use tests::browser::browse;
use tests::component::Component;
use tests::patience::eventually;
use tests::server::Server;
use tests::streams::{counted, ends_with, in_flight, open, received};

/// Starts to note long tasks, in milliseconds.
const NOTE_TASKS: &str = "window.longTasks = [];
new PerformanceObserver((list) => list.getEntries().forEach((task) => window.longTasks.push(task.duration)))
  .observe({ type: 'longtask' });";
/// What a burst may hold the page up in all, in milliseconds.
const MAX_HELD_UP_MILLIS: f64 = 200.0;
/// Rows in the document at most.
const MAX_ROWS: usize = 60;

#[tokio::test]
async fn each_kind_is_answered_in_both_formats() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        for way in ["way-binary", "way-text"] {
            page.press("SayHello").await?;
            page.press(way).await?;
            page.type_into("say", "Ada").await?;
            page.press("begin").await?;
            ends_with(page, "OK").await?;
            ensure!(received(browser).await?[0].starts_with("Hello, Ada!"));

            page.press("GreetMany").await?;
            for name in ["Grace", "Lin"] {
                page.type_into("say", name).await?;
                page.press("add").await?;
            }
            page.press("begin").await?;
            ends_with(page, "OK").await?;
            counted(page, "data-sent", 2).await?;
            ensure!(received(browser).await?[0].starts_with("Hello, Grace and Lin!"));

            page.press("Converse").await?;
            for text in ["hi", "all well?"] {
                page.type_into("say", text).await?;
                page.press("add").await?;
            }
            page.press("begin").await?;
            ends_with(page, "OK").await?;
            let said = received(browser).await?;
            ensure!(said.len() == 3, "{said:?}");
            ensure!(said[1].starts_with("You said: all well?"), "{said:?}");
            ensure!(said[2].starts_with("Goodbye!"), "{said:?}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn late_failure_keeps_what_came_before_it() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("way-binary").await?;
        page.press("Converse").await?;
        page.type_into("say", "hi").await?;
        page.press("add").await?;
        page.type_into("say", &"long ".repeat(204)).await?;
        page.press("add").await?;
        page.press("begin").await?;
        ends_with(page, "OK").await?;
        counted(page, "data-received", 3).await?;

        page.press("GreetMany").await?;
        page.type_into("say", &"long ".repeat(60)).await?;
        page.press("add").await?;
        page.press("begin").await?;
        ends_with(page, "INVALID_ARGUMENT").await?;
        let told = page.text("end").await?;
        ensure!(told.contains("message 1: name must be"), "{told}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn watch_tells_what_is_greeted_until_it_is_canceled() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("begin").await?;
        page.wait_for_attribute("lane-state", "data-state", "open")
            .await?;
        counted(page, "data-received", 1).await?;
        page.press("greet").await?;
        counted(page, "data-received", 2).await?;
        let told = received(browser).await?;
        ensure!(told[0].starts_with("bookmark"), "{told:?}");
        ensure!(told[1].starts_with("Hello, Ada!"), "{told:?}");
        ensure!(in_flight(browser).await? >= 1);
        page.press("cancel-stream").await?;
        ends_with(page, "CANCELLED").await?;
        eventually("nothing in flight", async || {
            let count = in_flight(browser).await?;
            ensure!(count == 0, "{count} calls");
            Ok(())
        })
        .await
    })
    .await
}

#[tokio::test]
async fn watch_survives_a_restart_without_gap_or_repeat() -> Result<()> {
    let component = Component::replica(&["--listen", "127.0.0.1:0"]).await?;
    let flag = component.named("my-service");
    let flags = ["--replicas", "0", "--component", &flag];
    let server = Server::start(&flags).await?;
    let address = server.address();
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("begin").await?;
        counted(page, "data-received", 1).await?;
        page.press("greet-many").await?;
        counted(page, "data-received", 101).await?;
        server.kill().await?;
        page.wait_for_attribute("lane-state", "data-state", "resuming")
            .await?;
        let _server = Server::start_at(address, &flags).await?;
        page.find("resumed").await?;
        page.press("greet-many").await?;
        // Both hundreds, and a bookmark at each beginning.
        counted(page, "data-received", 202).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn burst_is_drawn_without_holding_the_page_up() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("begin").await?;
        counted(page, "data-received", 1).await?;
        page.press("greet-burst").await?;
        eventually("all are told or known as missed", async || {
            let told = page.attribute("counts", "data-received").await?;
            let told: u64 = told.unwrap_or_default().parse()?;
            ensure!(told > 500, "{told} told");
            Ok(())
        })
        .await?;
        page.press("cancel-stream").await?;
        ends_with(page, "CANCELLED").await?;
        browser.evaluate(NOTE_TASKS).await?;
        page.press("burst").await?;
        counted(page, "data-received", 2_001).await?;
        let rows = received(browser).await?.len();
        ensure!(rows <= MAX_ROWS, "{rows} rows");
        let tasks: Vec<f64> =
            serde_json::from_value(browser.evaluate("return window.longTasks;").await?)?;
        let held_up: f64 = tasks.iter().sum();
        ensure!(held_up <= MAX_HELD_UP_MILLIS, "long tasks {tasks:?}");
        page.press("older").await?;
        let told = page.text("rows").await?;
        ensure!(told.starts_with("1953–1977 of 2002"), "{told}");
        page.press("latest").await?;
        let told = page.text("rows").await?;
        ensure!(told.starts_with("1978–2002 of 2002"), "{told}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn six_connections_are_met() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("gather").await?;
        page.wait_for_text("crowd-counts", "6 open, 2 waiting")
            .await?;
        page.find("crowd-met").await?;
        page.press("dismiss-one").await?;
        page.wait_for_text("crowd-counts", "6 open, 1 waiting")
            .await?;
        page.press("dismiss-all").await?;
        page.wait_for_text("crowd-counts", "0 open, 0 waiting")
            .await
    })
    .await
}
