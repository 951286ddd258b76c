//! Every kind of call, by every way that a page has, to every kind of end, each with its exact status.
//!
//! A watch has no end of the server's own: an error of the server makes the page resume it, until the server says that
//! what was left off is gone.

use anyhow::{Context as _, Result, ensure};
use http::Method;
use serde_json::{Value, json};
use tests::browser::{Browser, browse};
use tests::http::{Connection, Version, full};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;
use tests::streams::{counted, ends_with, in_flight, open, received};

/// One more than MyService takes.
const TOO_LONG_NAME: usize = 257;
const TOO_LONG_TEXT: usize = 1_025;
const REPLICAS: [&str; 3] = ["replica-0", "replica-1", "replica-2"];
const KINDS: [&str; 4] = ["SayHello", "WatchGreetings", "GreetMany", "Converse"];

/// Lets every replica be in trouble, or in none.
async fn disturb(server: &Server, disturbance: &Value) -> Result<()> {
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    for replica in REPLICAS {
        let path = format!("/gangplank/v1/demo/replicas/{replica}/disturbance");
        let request = connection.request(Method::PUT, &path);
        let request = request.header("content-type", "application/json");
        let request = request.body(full(disturbance.to_string()))?;
        let reply = connection.exchange(request).await?;
        ensure!(reply.http_status == 200, "{reply:?}");
    }
    Ok(())
}

/// A page whose form is filled in by a link: what a field wouldn't take can still be said.
struct Form<'b, 's> {
    browser: &'b Browser,
    server: &'s Server,
    way: &'static str,
}

impl<'b> Form<'b, '_> {
    /// Fills in the form, and begins.
    async fn begin(&self, kind: &str, said: &[String], deadline: &str) -> Result<Page<'b>> {
        let key = match kind {
            "GreetMany" | "Converse" => "&say=",
            _ => "&draft=",
        };
        let said = said
            .iter()
            .fold(String::new(), |link, text| link + key + text);
        let url = format!(
            "{}/streams?{kind}#kind={kind}&way={}&deadline={deadline}{said}",
            self.server.url(),
            self.way,
        );
        // Another fragment alone would load nothing.
        self.browser.client().goto("about:blank").await?;
        let page = Page::open_at(self.browser, &url, "kind-text").await?;
        page.press("begin").await?;
        Ok(page)
    }

    async fn normal_end(&self, kind: &str) -> Result<()> {
        let page = self.begin(kind, &["Ada".to_owned()], "").await?;
        if kind == "WatchGreetings" {
            counted(page, "data-received", 1).await?;
            page.press("cancel-stream").await?;
            return ends_with(page, "CANCELLED").await;
        }
        if self.way == "socket" && matches!(kind, "GreetMany" | "Converse") {
            page.press("half-close").await?;
        }
        ends_with(page, "OK").await?;
        let heard = received(self.browser).await?;
        let expected = if kind == "Converse" { 2 } else { 1 };
        ensure!(heard.len() == expected, "{kind}: {heard:?}");
        Ok(())
    }

    async fn late_error(&self, kind: &str) -> Result<()> {
        let too_long = match kind {
            "Converse" => "x".repeat(TOO_LONG_TEXT),
            _ => "x".repeat(TOO_LONG_NAME),
        };
        let said = match kind {
            "GreetMany" | "Converse" => vec!["Ada".to_owned(), too_long],
            _ => vec![too_long],
        };
        let page = self.begin(kind, &said, "").await?;
        if kind == "WatchGreetings" {
            counted(page, "data-received", 1).await?;
            disturb(self.server, &json!({ "broken": true })).await?;
            page.press("greet").await?;
            page.wait_for_attribute("lane-state", "data-state", "resuming")
                .await?;
            disturb(self.server, &json!({})).await?;
            page.find("resumed").await?;
            page.press("cancel-stream").await?;
            return ends_with(page, "CANCELLED").await;
        }
        ends_with(page, "INVALID_ARGUMENT").await?;
        if kind == "Converse" {
            // What was said before the error was heard.
            counted(page, "data-received", 1).await?;
        }
        Ok(())
    }

    /// With replicas so slow that nobody answers.
    async fn cancel(&self, kind: &str) -> Result<()> {
        let page = self.begin(kind, &["Ada".to_owned()], "").await?;
        eventually("the call is in flight", async || {
            ensure!(in_flight(self.browser).await? == 1);
            Ok(())
        })
        .await?;
        page.press("cancel-stream").await?;
        ends_with(page, "CANCELLED").await?;
        eventually("nothing in flight", async || {
            ensure!(in_flight(self.browser).await? == 0);
            Ok(())
        })
        .await
    }

    async fn deadline(&self, kind: &str) -> Result<()> {
        let page = self.begin(kind, &["Ada".to_owned()], "200").await?;
        ends_with(page, "DEADLINE_EXCEEDED").await
    }
}

async fn every_end(way: &'static str) -> Result<()> {
    let mut server = Server::start(&[]).await?;
    browse(async |browser| {
        for kind in KINDS {
            let form = Form {
                browser,
                server: &server,
                way,
            };
            let about = |end: &str| format!("{kind} by {way}: {end}");
            form.normal_end(kind)
                .await
                .with_context(|| about("normal end"))?;
            form.late_error(kind)
                .await
                .with_context(|| about("late error"))?;
            disturb(&server, &json!({ "delay": "60s" })).await?;
            form.cancel(kind).await.with_context(|| about("cancel"))?;
            form.deadline(kind)
                .await
                .with_context(|| about("deadline"))?;
            let page = form.begin(kind, &["Ada".to_owned()], "").await?;
            eventually("the call is in flight", async || {
                ensure!(in_flight(browser).await? == 1);
                Ok(())
            })
            .await?;
            let address = server.address();
            server.kill().await?;
            ends_with(page, "UNAVAILABLE")
                .await
                .with_context(|| about("server killed"))?;
            server = Server::start_at(address, &[]).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn every_end_has_its_status_in_binary() -> Result<()> {
    every_end("binary").await
}

#[tokio::test]
async fn every_end_has_its_status_in_base64() -> Result<()> {
    every_end("text").await
}

#[tokio::test]
async fn every_end_has_its_status_over_a_socket() -> Result<()> {
    every_end("socket").await
}

#[tokio::test]
async fn a_watch_whose_past_is_gone_says_so() -> Result<()> {
    let server = Server::start(&[]).await?;
    let address = server.address();
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("begin").await?;
        page.press("greet").await?;
        counted(page, "data-received", 2).await?;
        server.kill().await?;
        page.wait_for_attribute("lane-state", "data-state", "resuming")
            .await?;
        // Another process, which remembers nothing.
        let _server = Server::start_at(address, &[]).await?;
        ends_with(page, "OUT_OF_RANGE").await
    })
    .await
}
