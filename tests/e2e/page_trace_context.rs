//! One trace from the click to the handler, for each kind of call: what the page sends along, what it uploads, and how
//! soon both halves are told together. Links lead to it.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use serde_json::Value;
use tests::browser::{Browser, browse};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;
use tests::streams::{self, counted, ends_with};

use crate::NEVER;

/// Notes each upload of the page, asks for its trace until all of it is there, and keeps it with the milliseconds since
/// the call's end by the page's own account.
const FOLLOW: &str = "const real = window.fetch;
window.traces = [];
window.uploads = 0;
const end = (span) => Date.parse(span.startTime) + 1000 * parseFloat(span.duration);
const isWhole = (spans) => {
  const ids = new Set(spans.map((span) => span.spanId));
  const sources = new Set(spans.map((span) => span.source));
  return sources.size >= 3 && spans.every((span) => !span.parentSpanId || ids.has(span.parentSpanId));
};
const follow = async (uploaded) => {
  const { traceId } = uploaded[0];
  for (;;) {
    const answer = await real('/gangplank/v1/traces/' + traceId);
    const spans = answer.ok ? (await answer.json()).trace.spans : [];
    const late = performance.timeOrigin + performance.now() - end(uploaded[1]);
    if (isWhole(spans)) return window.traces.push({ traceId, spans, late });
  }
};
window.fetch = (request, init) => {
  if (String(request.url).endsWith('/gangplank/v1/traces:upload')) {
    window.uploads += 1;
    request.clone().json().then((body) => follow(body.spans));
  }
  return real(request, init);
};";
/// How long after a call's end its trace may still lack something, in milliseconds.
const MAX_LATE_MILLIS: f64 = 1_000.0;
/// Leads from the call page to another page and a place on it.
const ADD_LINK: &str = "window.isSame = true;
const link = document.createElement('a');
link.href = '/decode#hex';
document.querySelector('main').append(link);
link.click();";

/// What a trace should tell of the page's side of its call.
struct Expected {
    method: &'static str,
    dialect: &'static str,
    code: &'static str,
}

/// Waits for the trace of the page's call of this number, and checks it.
async fn check(browser: &Browser, number: usize, expected: &Expected) -> Result<Value> {
    let trace = eventually("the trace", async || {
        let script = format!("return window.traces[{}] ?? null;", number - 1);
        let trace = browser.evaluate(&script).await?;
        ensure!(!trace.is_null(), "not all of it is told");
        Ok(trace)
    })
    .await?;
    let late = trace["late"].as_f64().context("milliseconds")?;
    ensure!(late <= MAX_LATE_MILLIS, "{late} ms after the end");
    let spans = trace["spans"].as_array().context("spans")?;
    let only = |source: &str, kind: &str| {
        let mut found = spans.iter().filter(|span| {
            let is_source = span["source"]
                .as_str()
                .is_some_and(|own| own.starts_with(source));
            is_source && span["kind"] == kind
        });
        let span = found
            .next()
            .with_context(|| format!("{kind} of {source}: {spans:#?}"))?;
        ensure!(
            found.next().is_none(),
            "two of {kind} of {source}: {spans:#?}"
        );
        Ok(span)
    };
    let click = only("page", "SPAN_KIND_INTERNAL")?;
    let client = only("page", "SPAN_KIND_CLIENT")?;
    let server = only("gangplank", "SPAN_KIND_SERVER")?;
    only("replica", "SPAN_KIND_SERVER")?;
    let Expected {
        method,
        dialect,
        code,
    } = expected;
    ensure!(click["name"] == format!("click: {method}"), "{click:#}");
    ensure!(
        click.get("parentSpanId").is_none_or(|parent| parent == ""),
        "{click:#}"
    );
    ensure!(
        client["name"] == format!("myservice.v1.MyService/{method}"),
        "{client:#}"
    );
    ensure!(client["parentSpanId"] == click["spanId"], "{client:#}");
    ensure!(server["parentSpanId"] == client["spanId"], "{server:#}");
    let attribute = |key: &str| {
        let mut all = client["attributes"].as_array()?.iter();
        all.find(|attribute| attribute["key"] == key)?["text"].as_str()
    };
    let told = ["gangplank.dialect", "rpc.response.status_code"].map(attribute);
    ensure!(told == [Some(*dialect), Some(*code)], "{client:#}");
    let is_error = client["status"] == "SPAN_STATUS_ERROR";
    ensure!(is_error == (*code != "OK"), "{client:#}");
    Ok(trace["traceId"].clone())
}

#[tokio::test]
async fn unary_calls_have_one_trace_and_links_to_it() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        browser.prepare(FOLLOW).await?;
        let page = Page::open(browser, &server.url()).await?;
        let hello = |dialect| Expected {
            method: "SayHello",
            dialect,
            code: "OK",
        };
        page.call("say-hello", "OK 0").await?;
        let first = check(browser, 1, &hello("grpc-web")).await?;
        page.press("dialect-json").await?;
        page.call("say-hello", "OK 0").await?;
        check(browser, 2, &hello("json")).await?;
        page.press("dialect-grpc-web").await?;
        page.open_more().await?;
        page.press("format-text").await?;
        page.call("say-hello", "OK 0").await?;
        let last = check(browser, 3, &hello("grpc-web-text")).await?;

        let links = browser
            .client()
            .find_all(Locator::Css("[data-test=trace]"))
            .await?;
        let mut told = Vec::new();
        for link in links {
            let name = link.prop("textContent").await?.context("a name")?;
            told.push((name, link.attr("href").await?.context("an address")?));
        }
        let link = |number: u32, trace: &Value| {
            let trace = trace.as_str().unwrap_or_default();
            (format!("Trace #{number}"), format!("/traces#{trace}"))
        };
        // The diagram's first, then the log's.
        ensure!(told.len() == 4, "{told:?}");
        ensure!(told[0] == link(3, &last) && told[1] == told[0], "{told:?}");
        ensure!(told[3] == link(1, &first), "{told:?}");
        let exported = page.export().await?;
        ensure!(exported["calls"][2]["traceId"] == first, "{exported}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn deadline_of_the_page_leaves_a_whole_trace() -> Result<()> {
    let server = Server::start(&[NEVER]).await?;
    browse(async |browser| {
        browser.prepare(FOLLOW).await?;
        let page = Page::open(browser, &server.url()).await?;
        page.type_into("deadline", "50").await?;
        page.call("say-hello", "DEADLINE_EXCEEDED 4").await?;
        let late = Expected {
            method: "SayHello",
            dialect: "grpc-web",
            code: "DEADLINE_EXCEEDED",
        };
        check(browser, 1, &late).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn streams_have_one_trace_by_every_way() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        browser.prepare(FOLLOW).await?;
        let page = streams::open(browser, &server).await?;
        let expected = |method, dialect, code| Expected {
            method,
            dialect,
            code,
        };
        page.press("way-binary").await?;
        page.press("begin").await?;
        counted(page, "data-received", 1).await?;
        page.press("cancel-stream").await?;
        ends_with(page, "CANCELLED").await?;
        check(
            browser,
            1,
            &expected("WatchGreetings", "grpc-web", "CANCELLED"),
        )
        .await?;

        for (number, way, dialect) in [
            (2, "way-text", "grpc-web-text"),
            (3, "way-socket", "websocket"),
        ] {
            page.press("GreetMany").await?;
            page.press(way).await?;
            for name in ["Grace", "Lin"] {
                page.type_into("say", name).await?;
                page.press("add").await?;
            }
            page.press("begin").await?;
            if way == "way-socket" {
                page.press("half-close").await?;
            }
            ends_with(page, "OK").await?;
            check(browser, number, &expected("GreetMany", dialect, "OK")).await?;
        }

        page.press("Converse").await?;
        page.press("begin").await?;
        page.type_into("say", "hi").await?;
        page.press("add").await?;
        counted(page, "data-received", 1).await?;
        page.press("half-close").await?;
        ends_with(page, "OK").await?;
        check(browser, 4, &expected("Converse", "websocket", "OK")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn callers_own_trace_gets_no_span_of_the_page() -> Result<()> {
    let server = Server::start(&[]).await?;
    let (trace, span) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    browse(async |browser| {
        browser.prepare(FOLLOW).await?;
        let page = Page::open(browser, &server.url()).await?;
        page.open_more().await?;
        let own = format!("traceparent: 00-{trace}-{span}-01");
        page.type_into("metadata", &own).await?;
        page.call("say-hello", "OK 0").await?;
        let link = page.attribute("trace", "href").await?;
        ensure!(
            link.as_deref() == Some(&*format!("/traces#{trace}")),
            "{link:?}"
        );
        // The next call's upload comes behind one that mustn't be.
        page.type_into("metadata", "").await?;
        page.call("say-hello", "OK 0").await?;
        let hello = Expected {
            method: "SayHello",
            dialect: "grpc-web",
            code: "OK",
        };
        check(browser, 1, &hello).await?;
        ensure!(browser.evaluate("return window.uploads;").await? == 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn link_to_a_place_on_another_page_opens_it_here() -> Result<()> {
    let server = Server::start(&["--replicas", "1"]).await?;
    browse(async |browser| {
        let page = Page::open(browser, &server.url()).await?;
        browser.evaluate(ADD_LINK).await?;
        page.find("paste").await?;
        let here = browser.evaluate("return [location.pathname + location.hash, window.isSame];");
        ensure!(here.await? == serde_json::json!(["/decode#hex", true]));
        Ok(())
    })
    .await
}
