//! Faults: whatever a server or a proxy does wrong, the page says the right status and one line of remedy.
//! One table, run in one page from our server that calls a faulty server on another origin.

mod table;

use anyhow::Result;
use tests::browser::{BrowserOptions, browse, browse_with};
use tests::faulty::{End, Faulty, Script};
use tests::https::Https;
use tests::page::Page;
use tests::server::Server;

use self::table::{Row, table};
use crate::answers::{GREETING, message, whole};

#[tokio::test]
async fn every_fault_has_its_status_and_remedy() -> Result<()> {
    let home = Server::start(&[]).await?;
    let faulty = Faulty::start(Script::frames(whole())).await?;
    browse(async |browser| {
        let page = Page::open(browser, &format!("{}/?server={}", home.url(), faulty.url())).await?;
        page.wait_for_attribute("server", "data-state", "ready")
            .await?;
        let mut wrong = Vec::new();
        for Row {
            fault,
            script,
            status,
            remedy,
        } in table()
        {
            faulty.play([script]);
            let seen = page.send_in_a_row(1).await?;
            let said = if page.has("remedy").await? {
                Some(page.text("remedy").await?)
            } else {
                None
            };
            let owned = tests::inspector::owns_every_byte(page).await;
            #[expect(clippy::print_stderr, reason = "the table for the reader of a failure")]
            {
                eprintln!(
                    "| {fault} | {} | {} |",
                    seen.join(" "),
                    said.as_deref().unwrap_or("–")
                );
            }
            let is_said = match (remedy, &said) {
                (Some(part), Some(said)) => said.contains(part),
                (None, None) => true,
                _ => false,
            };
            if seen != [status] || !is_said {
                wrong.push(format!(
                    "{fault}: {seen:?}, {said:?}; expected {status}, {remedy:?}"
                ));
            }
            if let Err(error) = owned {
                wrong.push(format!("{fault}: {error:#}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn silence_ends_at_the_deadline() -> Result<()> {
    let home = Server::start(&[]).await?;
    let silent = Faulty::start(Script::frames(whole()).end(End::Silence)).await?;
    let hanging = Faulty::start(Script::frames(message(GREETING)).end(End::Hang)).await?;
    browse(async |browser| {
        for faulty in [silent, hanging] {
            let page =
                Page::open(browser, &format!("{}/?server={}", home.url(), faulty.url())).await?;
            page.type_into("deadline", "100").await?;
            page.call("say-hello", "DEADLINE_EXCEEDED 4").await?;
            assert_eq!(faulty.calls(), 1);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn wrong_port_is_unavailable() -> Result<()> {
    let home = Server::start(&[]).await?;
    let gone = Server::start(&[]).await?;
    let url = format!("{}/?server={}", home.url(), gone.url());
    gone.kill().await?;
    browse(async |browser| {
        let page = Page::open(browser, &url).await?;
        page.call("say-hello", "UNAVAILABLE 14").await?;
        let remedy = page.text("remedy").await?;
        assert!(remedy.contains("host and port"), "{remedy}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn https_page_says_that_it_cannot_call_http() -> Result<()> {
    const HOST: &str = "page.test";
    let home = Server::start(&[]).await?;
    let https = Https::start(home.address()).await?;
    let options = BrowserOptions {
        mapped_host: Some(HOST),
        trusts_everyone: true,
        ..BrowserOptions::default()
    };
    browse_with(options, async |browser| {
        let url = format!("https://{HOST}:{}/", https.port());
        let page = Page::open(browser, &url).await?;
        page.call("say-hello", "OK 0").await?;
        // Outside loopback, which browsers trust.
        let page = Page::open(browser, &format!("{url}?server=http://api.test:8080")).await?;
        page.call("say-hello", "UNAVAILABLE 14").await?;
        let remedy = page.text("remedy").await?;
        assert!(remedy.contains("https"), "{remedy}");
        Ok(())
    })
    .await
}
