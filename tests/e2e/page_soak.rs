//! A day of a watch in some seconds: as many greetings as one that comes every second, and nothing grows, neither in the
//! page nor in the API server, by whatever way the page calls.

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::Method;
use prost::Message as _;
use proto::myservice::v1::GreetManyRequest;
use tests::browser::{Browser, browse};
use tests::http::{Connection, Version, full};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;
use tests::streams::{counted, open};
use wire::frame::Frame;

/// Seconds of a day.
const GREETINGS: u64 = 86_400;
/// Greetings after which everything has the size that it needs, if they're all told: the page keeps the latest 5,000, and
/// for its log the first mebibyte, in pieces of some 60 bytes.
const WARM: u64 = 24_000;
/// Greetings of one call: fewer than a reader may be behind.
const AT_ONCE: usize = 1_000;
/// How much larger than when it was warm something may be in the end.
const MAX_GROWTH: f64 = 1.1;
/// Keeps the memories of the page's programs; bundles have none of their own.
const KEEP_MEMORIES: &str = "window.memories = [];
for (const name of ['instantiate', 'instantiateStreaming']) {
  const make = WebAssembly[name];
  WebAssembly[name] = async (...given) => {
    const made = await make.apply(WebAssembly, given);
    const { memory } = (made.instance ?? made).exports;
    if (memory) window.memories.push(memory);
    return made;
  };
}";
const MEMORY_BYTES: &str =
    "return window.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);";

/// Both kinds of memory, in bytes.
#[derive(Clone, Copy, Debug)]
struct Held {
    server: u64,
    page: u64,
}

impl Held {
    async fn now(server: &Server, browser: &Browser) -> Result<Self> {
        let page = browser.evaluate(MEMORY_BYTES).await?;
        Ok(Self {
            server: server.memory_bytes()?,
            page: serde_json::from_value(page)?,
        })
    }
}

async fn greet(connection: &mut Connection) -> Result<()> {
    let name = GreetManyRequest {
        name: "Ada".to_owned(),
        language: 0,
    };
    let payload = Bytes::from(name.encode_to_vec());
    let frame = Frame { flags: 0, payload }.encode();
    let request = connection.request(Method::POST, "/myservice.v1.MyService/GreetMany");
    let request = request
        .header("content-type", "application/grpc-web+proto")
        .body(full(frame.repeat(AT_ONCE)))?;
    let reply = connection.exchange(request).await?;
    ensure!(reply.http_status == 200, "{reply:?}");
    Ok(())
}

/// Waits until all have been told, or are known to have been left out.
async fn told(page: Page<'_>, greeted: u64) -> Result<()> {
    eventually("all are told or known as missed", async || {
        let mut known = 0;
        for hook in ["data-received", "data-missed"] {
            let count = page.attribute("counts", hook).await?;
            known += count.unwrap_or_default().parse::<u64>()?;
        }
        ensure!(known >= greeted, "{known} of {greeted}");
        Ok(())
    })
    .await
}

async fn greet_for_a_day(page: Page<'_>, server: &Server, browser: &Browser) -> Result<()> {
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let (mut greeted, mut warm) = (0, None);
    while greeted < WARM + GREETINGS {
        greet(&mut connection).await?;
        greeted += AT_ONCE as u64;
        // A page that falls behind a burst needs room for what comes at once, and memory of its kind is never given
        // back; but a day is no burst.
        told(page, greeted).await?;
        if greeted == WARM {
            warm = Some(Held::now(server, browser).await?);
        }
    }
    let held = Held::now(server, browser).await?;
    let warm = warm.context("it was warm once")?;
    #[expect(clippy::cast_precision_loss, reason = "nobody holds 2^53 bytes")]
    let grew = |from: u64, to: u64| to as f64 / from as f64;
    ensure!(
        grew(warm.server, held.server) <= MAX_GROWTH && grew(warm.page, held.page) <= MAX_GROWTH,
        "{warm:?} became {held:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_day_of_greetings_makes_nothing_grow() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        browser.prepare(KEEP_MEMORIES).await?;
        for way in ["way-binary", "way-text", "way-socket"] {
            let page = open(browser, &server).await?;
            page.press(way).await?;
            page.press("begin").await?;
            counted(page, "data-received", 1).await?;
            greet_for_a_day(page, &server, browser).await?;
        }
        Ok(())
    })
    .await
}
