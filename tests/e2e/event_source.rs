//! Server-sent events in a real browser: its own `EventSource` on MyService's watch, which resumes by itself.

use anyhow::{Result, ensure};
use tests::browser::{Browser, browse};
use tests::component::Component;
use tests::http::{Connection, Version};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

const LISTEN: &str = "window.told = [];
new EventSource('/v1/greetings:watch').onmessage = (event) => window.told.push(JSON.parse(event.data));";
/// Versions of what was greeted, in the order in which they came.
const TOLD: &str =
    "return window.told.filter((told) => !told.bookmark).map((told) => told.version);";
const BOOKMARKS: &str = "return window.told.filter((told) => told.bookmark).length;";
const GREETINGS: usize = 5;

async fn greet(server: &Server) -> Result<()> {
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    for _ in 0..GREETINGS {
        let reply = connection.get("/v1/hello/World", &[]).await?;
        ensure!(reply.http_status == 200, "{reply:?}");
    }
    Ok(())
}

async fn told(browser: &Browser, count: usize) -> Result<Vec<String>> {
    eventually("every greeting is told", async || {
        let told: Vec<String> = serde_json::from_value(browser.evaluate(TOLD).await?)?;
        ensure!(told.len() >= count, "{told:?}");
        Ok(())
    })
    .await?;
    Ok(serde_json::from_value(browser.evaluate(TOLD).await?)?)
}

#[tokio::test]
async fn event_source_survives_a_restart_without_gap_or_repeat() -> Result<()> {
    let component = Component::replica(&[]).await?;
    let flag = component.named("my-service");
    let flags = ["--replicas", "0", "--component", &flag];
    let server = Server::start(&flags).await?;
    let address = server.address();
    browse(async |browser| {
        Page::open(browser, &server.url()).await?;
        browser.evaluate(LISTEN).await?;
        eventually("the watch has begun", async || {
            let bookmarks = browser.evaluate(BOOKMARKS).await?;
            ensure!(bookmarks == 1, "{bookmarks}");
            Ok(())
        })
        .await?;
        greet(&server).await?;
        told(browser, GREETINGS).await?;
        server.kill().await?;
        let server = Server::start_at(address, &flags).await?;
        greet(&server).await?;
        let told = told(browser, 2 * GREETINGS).await?;
        ensure!(told.len() == 2 * GREETINGS, "{told:?}");
        ensure!(told.is_sorted_by(|one, next| one < next), "{told:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn place_that_is_none_is_refused_by_name() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    for malformed in ["soon", "-1", "1.5", "18446744073709551616"] {
        let headers = [
            ("accept", "text/event-stream"),
            ("last-event-id", malformed),
        ];
        let reply = connection.get("/v1/greetings:watch", &headers).await?;
        let text = String::from_utf8_lossy(&reply.body);
        ensure!(reply.http_status == 400, "{text}");
        let told = format!("Last-Event-ID: `{malformed}` is no place to resume from");
        ensure!(text.contains(&told), "{text}");
    }
    // The header takes the place of what the URL says.
    let headers = [("accept", "text/event-stream"), ("last-event-id", "7")];
    let path = "/v1/greetings:watch?sinceVersion=9&past=3";
    let reply = connection.get(path, &headers).await?;
    let text = String::from_utf8_lossy(&reply.body);
    ensure!(text.contains("don't go back to version 7"), "{text}");
    Ok(())
}
