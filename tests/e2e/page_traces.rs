//! `/traces`: a list that follows calls, the waterfall with its keys and its table, a retry seen as two attempts, a slow
//! hop and the bars that grew, clocks that differ, links that open a trace, and the export.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::browser::{Browser, browse};
use tests::faulty::{Faulty, Script};
use tests::keyboard::{focus, tab_to};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

use crate::answers::trailers;

/// Fetches a URL, with options, and calls back with what came.
const FETCH: &str = "const [url, options, done] = arguments;
fetch(url, options).then((answer) => answer.text()).then(done, (error) => done(String(error)));";
/// Rows of the waterfall: source, name, level, whether failed, whether on the critical path.
const ROWS: &str = "return [...document.querySelectorAll('[data-test=span]')]
  .map(({ dataset, ariaLevel }) => [dataset.source, dataset.name, ariaLevel, dataset.failed, dataset.critical]);";
/// Ids of the traces listed.
const LISTED: &str = "return [...document.querySelectorAll('[data-test=traces] tbody tr')].map((row) => row.dataset.id);";
/// The span whose row has the focus, and whether it's open.
const FOCUSED: &str = "const row = document.activeElement;
return [row.dataset.name ?? '', row.getAttribute('aria-expanded') ?? ''];";

const METHOD: &str = "myservice.v1.MyService/SayHello";
const ATTEMPT: &str = "Attempt.myservice.v1.MyService/SayHello";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

#[tokio::test]
async fn list_begins_empty_and_follows_everybody_s_calls() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        page.press("send-first").await?;
        arrived(page).await?;
        page.press("back").await?;
        wait_for_listed(browser, 1).await?;
        // The list stands still while one of its rows has the focus.
        browser.evaluate("document.activeElement.blur();").await?;
        fetch(browser, "/v1/hello/Ada", &json!({})).await?;
        wait_for_listed(browser, 2).await?;
        fetch(browser, "/v1/hello/%20", &json!({})).await?;
        wait_for_listed(browser, 3).await?;
        page.press("only-errors").await?;
        wait_for_listed(browser, 1).await?;
        page.type_into("trace-filter", "goodbye").await?;
        wait_for_listed(browser, 0).await?;
        page.find("empty").await?;
        page.type_into("trace-filter", "hello").await?;
        page.press("only-errors").await?;
        wait_for_listed(browser, 3).await?;
        page.type_into("min-duration", "60000").await?;
        wait_for_listed(browser, 0).await?;
        page.type_into("min-duration", "soon").await?;
        page.wait_for_attribute("min-duration", "aria-invalid", "true")
            .await
    })
    .await
}

#[tokio::test]
async fn paused_list_counts_what_comes() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        fetch(browser, "/v1/hello/Ada", &json!({})).await?;
        wait_for_listed(browser, 1).await?;
        page.press("pause").await?;
        fetch(browser, "/v1/hello/Ada", &json!({})).await?;
        page.wait_for_text("news", "1 newer").await?;
        wait_for_listed(browser, 1).await?;
        page.press("pause").await?;
        wait_for_listed(browser, 2).await
    })
    .await
}

#[tokio::test]
async fn waterfall_shows_every_part_of_the_call() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        page.press("send").await?;
        arrived(page).await?;
        let rows = rows(browser).await?;
        let told: Vec<(&str, &str)> = rows.iter().map(|row| (&*row[0], &*row[1])).collect();
        let [.., entry, called, tried, answered] = &told[..] else {
            panic!("{told:?}")
        };
        assert_eq!(
            (entry, called),
            (&("gangplank", METHOD), &("gangplank", METHOD))
        );
        assert_eq!(*tried, ("gangplank", ATTEMPT));
        ensure!(
            answered.0.starts_with("replica-") && answered.1 == METHOD,
            "{told:?}"
        );
        // The end waits for the replica, whatever else it waits for.
        assert_eq!(rows.last().map(|row| &*row[4]), Some("true"));
        let levels: Vec<&str> = rows.iter().map(|row| &*row[2]).collect();
        ensure!(levels.is_sorted(), "{levels:?}");
        let shares = page.text("shares").await?;
        ensure!(
            shares.contains("in replica-") && shares.contains("in gangplank"),
            "{shares}"
        );
        ensure!(page.text("clocks").await?.contains("gangplank") || rows.len() == 4);

        page.press("trace-table").await?;
        let twins = "return document.querySelectorAll('[data-test=twin] tbody tr').length;";
        assert_eq!(browser.evaluate(twins).await?, rows.len());
        page.press("locale-zh-Hans").await?;
        page.wait_for_root_attribute("lang", "zh-Hans").await?;
        ensure!(page.text("shares").await?.contains("关键路径"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn retry_is_seen_as_two_attempts_and_undone() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        page.press("retry").await?;
        arrived(page).await?;
        page.find("retried").await?;
        let rows = rows(browser).await?;
        let failed: Vec<&str> = rows
            .iter()
            .filter(|row| row[1] == ATTEMPT)
            .map(|row| &*row[3])
            .collect();
        assert_eq!(failed, ["true", "false"]);
        page.wait_for_text("code", "OK").await?;
        let shown = page.text("waterfall").await?;
        for part in [
            "Attempt 1 → replica-",
            "✕ UNAVAILABLE",
            "Attempt 2 → replica-",
        ] {
            ensure!(shown.contains(part), "{part} isn't in {shown}");
        }
        undisturbed(browser).await
    })
    .await
}

#[tokio::test]
async fn slow_hop_makes_every_bar_above_it_grow_and_is_undone() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        page.press("guess-1").await?;
        page.press("slow").await?;
        arrived(page).await?;
        page.wait_for_attribute("reveal", "data-judged", "right")
            .await?;
        let grown = page.text("grown").await?;
        ensure!(grown.contains("worked 3"), "{grown}");
        let took = page.text("took").await?;
        ensure!(took.starts_with('3') || took.starts_with('4'), "{took}");
        undisturbed(browser).await
    })
    .await
}

#[tokio::test]
async fn link_opens_a_trace_and_an_unknown_one_is_told() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        traced_call(browser).await?;
        let url = format!("{}/traces#{TRACE}", server.url());
        // Another page first: an address that differs in its fragment only loads nothing.
        Page::open(browser, &server.url()).await?;
        Page::open_at(browser, &url, "span").await?;
        page.wait_for_text("trace-id", TRACE).await?;
        page.press("back").await?;
        wait_for_listed(browser, 1).await?;
        ensure!(browser.evaluate("return location.hash;").await? == "");
        browser.client().back().await?;
        page.find("span").await?;

        let unknown = TRACE.replace('4', "5");
        browser
            .evaluate(&format!("location.hash = '{unknown}';"))
            .await?;
        page.wait_for_attribute("opened", "data-state", "gone")
            .await?;
        ensure!(page.text("missing").await?.contains("only for a while"));
        browser.evaluate("location.hash = 'step-3';").await?;
        page.wait_for_text("trace-id", "step-3").await?;
        // The link of the navigation has no fragment: it leads to the list.
        browser
            .evaluate("document.querySelector('nav a[aria-current]').click();")
            .await?;
        page.find("traces").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn list_and_waterfall_need_no_mouse() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        for _ in 0..3 {
            fetch(browser, "/v1/hello/Ada", &json!({})).await?;
        }
        wait_for_listed(browser, 3).await?;
        let listed = listed(browser).await?;
        tab_to(browser, "open-trace").await?;
        for (key, expected) in [('j', 1), ('j', 2), ('J', 2), ('k', 1), ('K', 0)] {
            browser
                .client()
                .active_element()
                .await?
                .send_keys(&key.to_string())
                .await?;
            wait_for_focus_in(browser, &listed[expected]).await?;
        }
        browser.press_key(Key::Down).await?;
        wait_for_focus_in(browser, &listed[1]).await?;
        browser.press_key(Key::Enter).await?;
        page.wait_for_text("trace-id", &listed[1]).await?;

        arrived_rows(browser, 4).await?;
        tab_to(browser, "span").await?;
        wait_for_row(browser, METHOD, "true").await?;
        browser.press_key(Key::Right).await?;
        wait_for_level(browser, "2").await?;
        browser.press_key(Key::Right).await?;
        wait_for_row(browser, ATTEMPT, "true").await?;
        browser.press_key(Key::Left).await?;
        wait_for_row(browser, ATTEMPT, "false").await?;
        arrived_rows(browser, 3).await?;
        for (level, expanded) in [("2", "true"), ("2", "false"), ("1", "true"), ("1", "false")] {
            browser.press_key(Key::Left).await?;
            wait_for_level(browser, level).await?;
            wait_for_row(browser, METHOD, expanded).await?;
        }
        arrived_rows(browser, 1).await?;
        let [_, outline] = focus(browser).await?;
        assert_ne!(outline, "none");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn export_is_otlp_json_with_every_span() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        traced_call(browser).await?;
        browser
            .evaluate(&format!("location.hash = '{TRACE}';"))
            .await?;
        arrived_rows(browser, 4).await?;
        let document = page.export().await?;
        let groups = document["resourceSpans"].as_array().context("groups")?;
        let mut spans = Vec::new();
        for group in groups {
            let name = &group["resource"]["attributes"][0];
            assert_eq!(name["key"], "service.name");
            let own = group["scopeSpans"][0]["spans"]
                .as_array()
                .context("spans")?;
            spans.extend(own.iter().cloned());
        }
        assert_eq!(spans.len(), 4);
        for span in &spans {
            assert_eq!(span["traceId"], TRACE);
            let time = |key: &str| span[key].as_str().and_then(|text| text.parse::<u64>().ok());
            ensure!(
                time("startTimeUnixNano") <= time("endTimeUnixNano"),
                "{span}"
            );
        }
        let root = spans.iter().find(|span| span["parentSpanId"] == SPAN);
        assert_eq!(root.context("the server's")?["kind"], 2);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn clock_that_is_behind_is_corrected_and_said_so() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        let began = traced_call(browser).await?;
        let span = json!({
            "traceId": TRACE, "spanId": SPAN, "name": METHOD, "kind": "SPAN_KIND_CLIENT",
            "startTime": began.replace('Z', "000Z"), "duration": "0.5s",
        });
        upload(browser, &[span]).await?;
        browser
            .evaluate(&format!("location.hash = '{TRACE}';"))
            .await?;
        arrived_rows(browser, 5).await?;
        let said = page.text("clock").await?;
        ensure!(
            said.contains("gangplank's clock is") && said.contains("ahead of page's, ±"),
            "{said}"
        );
        page.press("locale-zh-Hans").await?;
        page.wait_for_root_attribute("lang", "zh-Hans").await?;
        ensure!(
            page.text("clock")
                .await?
                .contains("gangplank 的时钟比 page 的快")
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn long_trace_is_drawn_in_part_and_orphans_are_told() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        let now = browser.evaluate("return new Date().toISOString();").await?;
        let span = |number: usize| {
            json!({
                "traceId": TRACE, "spanId": format!("{:016x}", number + 1), "name": format!("part {number}"),
                "kind": "SPAN_KIND_INTERNAL", "startTime": now, "duration": "0.001s",
                "parentSpanId": if number == 0 { SPAN.to_owned() } else { format!("{:016x}", 1) },
            })
        };
        for first in (0..320).step_by(64) {
            let spans: Vec<Value> = (first..first + 64).map(span).collect();
            upload(browser, &spans).await?;
        }
        browser.evaluate(&format!("location.hash = '{TRACE}';")).await?;
        arrived_rows(browser, 100).await?;
        page.find("orphans").await?;
        page.wait_for_text("span-rows", "1–100 of 320").await?;
        page.press("rows-after").await?;
        page.wait_for_text("span-rows", "101–200 of 320").await?;
        tab_to(browser, "span").await?;
        browser.press_key(Key::End).await?;
        page.wait_for_text("span-rows", "221–320 of 320").await?;
        wait_for_row(browser, "part 319", "").await?;
        browser.press_key(Key::Home).await?;
        wait_for_row(browser, "part 0", "true").await
    })
    .await
}

#[tokio::test]
async fn server_without_traces_or_demo_is_named() -> Result<()> {
    let home = Server::start(&[]).await?;
    let lines = "grpc-status: 12\r\ngrpc-message: no such service\r\n";
    let faulty = Faulty::start(Script::frames(trailers(lines))).await?;
    browse(async |browser| {
        let url = format!("{}/traces?server={}", home.url(), faulty.url());
        let page = Page::open_at(browser, &url, "feed").await?;
        page.wait_for_attribute("feed", "data-state", "absent")
            .await?;
        page.find("no-demo").await?;
        ensure!(!page.has("send-first").await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn lost_server_leaves_what_was_seen_and_is_asked_again() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server, "").await?;
        fetch(browser, "/v1/hello/Ada", &json!({})).await?;
        wait_for_listed(browser, 1).await?;
        let address = server.address();
        server.kill().await?;
        page.wait_for_attribute("feed", "data-state", "lost")
            .await?;
        wait_for_listed(browser, 1).await?;
        let _server = Server::start_at(address, &[]).await?;
        page.wait_for_attribute("feed", "data-state", "live")
            .await?;
        // The new one keeps none of the old one's traces.
        wait_for_listed(browser, 0).await
    })
    .await
}

/// Opens the page and waits until the list is told.
async fn open<'a>(browser: &'a Browser, server: &Server, fragment: &str) -> Result<Page<'a>> {
    let url = format!("{}/traces{fragment}", server.url());
    let page = Page::open_at(browser, &url, "trial").await?;
    page.wait_for_attribute("feed", "data-state", "live")
        .await?;
    Ok(page)
}

/// Waits until what was tried is done, and its trace is drawn.
async fn arrived(page: Page<'_>) -> Result<()> {
    page.wait_for_attribute("stage", "data-state", "done")
        .await?;
    page.wait_for_attribute("opened", "data-state", "here")
        .await?;
    page.find("span").await?;
    Ok(())
}

async fn fetch(browser: &Browser, url: &str, options: &Value) -> Result<String> {
    let arguments = vec![json!(url), options.clone()];
    let answer = browser.client().execute_async(FETCH, arguments).await?;
    Ok(answer.as_str().context("a text")?.to_owned())
}

/// A call with a trace of our own; returns a moment well before it.
async fn traced_call(browser: &Browser) -> Result<String> {
    let before = "return new Date(Date.now() - 60000).toISOString();";
    let before = browser.evaluate(before).await?;
    let traceparent = format!("00-{TRACE}-{SPAN}-01");
    let options = json!({ "headers": { "traceparent": traceparent } });
    let answer = fetch(browser, "/v1/hello/Ada", &options).await?;
    ensure!(answer.contains("Hello, Ada!"), "{answer}");
    eventually("all four spans", async || {
        let told = fetch(
            browser,
            &format!("/gangplank/v1/traces/{TRACE}"),
            &json!({}),
        )
        .await?;
        ensure!(told.matches("\"spanId\"").count() >= 4, "{told}");
        Ok(())
    })
    .await?;
    Ok(before.as_str().context("a time")?.to_owned())
}

async fn upload(browser: &Browser, spans: &[Value]) -> Result<()> {
    let options = json!({
        "method": "POST",
        "headers": { "content-type": "application/json" },
        "body": json!({ "spans": spans }).to_string(),
    });
    let answer = fetch(browser, "/gangplank/v1/traces:upload", &options).await?;
    ensure!(answer == "{}", "{answer}");
    Ok(())
}

async fn rows(browser: &Browser) -> Result<Vec<[String; 5]>> {
    Ok(serde_json::from_value(browser.evaluate(ROWS).await?)?)
}

async fn arrived_rows(browser: &Browser, expected: usize) -> Result<()> {
    eventually("rows of the waterfall", async || {
        let rows = rows(browser).await?;
        ensure!(rows.len() == expected, "{rows:?}");
        Ok(())
    })
    .await
}

async fn listed(browser: &Browser) -> Result<Vec<String>> {
    Ok(serde_json::from_value(browser.evaluate(LISTED).await?)?)
}

async fn wait_for_listed(browser: &Browser, expected: usize) -> Result<()> {
    eventually("traces in the list", async || {
        let listed = listed(browser).await?;
        ensure!(listed.len() == expected, "{listed:?}");
        Ok(())
    })
    .await
}

/// Waits until the focus is in the row of a trace.
async fn wait_for_focus_in(browser: &Browser, id: &str) -> Result<()> {
    eventually("the focus in a row", async || {
        let focused = "return document.activeElement.closest('tr')?.dataset.id ?? '';";
        let focused = browser.evaluate(focused).await?;
        ensure!(focused == id, "{focused}");
        Ok(())
    })
    .await
}

/// Waits until the focus is on the row of a span that's open, closed, or has nothing to open.
async fn wait_for_row(browser: &Browser, name: &str, expanded: &str) -> Result<()> {
    eventually("the focus on a row of the waterfall", async || {
        let focused = browser.evaluate(FOCUSED).await?;
        ensure!(focused == json!([name, expanded]), "{focused}");
        Ok(())
    })
    .await
}

/// Waits until the focus is on a row so deep below the root.
async fn wait_for_level(browser: &Browser, level: &str) -> Result<()> {
    eventually("the focus at another level", async || {
        let focused = "return document.activeElement.getAttribute('aria-level') ?? '';";
        let focused = browser.evaluate(focused).await?;
        ensure!(focused == level, "{focused}");
        Ok(())
    })
    .await
}

/// The demo is as new, and the policy is the usual one.
async fn undisturbed(browser: &Browser) -> Result<()> {
    let replicas = fetch(browser, "/gangplank/v1/demo/replicas", &json!({})).await?;
    for trouble in ["delay", "broken"] {
        ensure!(!replicas.contains(trouble), "{replicas}");
    }
    let balances = fetch(browser, "/gangplank/v1/replicas", &json!({})).await?;
    ensure!(balances.contains("POLICY_P2C"), "{balances}");
    Ok(())
}
