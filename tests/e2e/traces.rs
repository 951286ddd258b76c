//! Traces from outside: one for each call whatever its dialect, attempts and failures included, and what is kept of them.

use anyhow::{Context as _, Result, ensure};
use futures_util::StreamExt as _;
use http::Method;
use http_body_util::BodyExt as _;
use prost::Message as _;
use proto::myservice::v1::{ConverseRequest, ConverseResponse, SayHelloResponse};
use serde_json::{Value, json};
use tests::http::{Connection, Version, empty, full, with_headers};
use tests::patience::{eventually, within};
use tests::server::Server;
use tests::socket::{Socket, id};
use tests::traces::{self, Span, Trace};
use tests::{grpc_web, settings};
use wire::code::Code;
use wire::content_type::Dialect;
use wire::frame::Frame;
use wire::socket::Subprotocol;

use crate::{NEVER, SAY_HELLO, hello};

const CONVERSE: &str = "/myservice.v1.MyService/Converse";
const PARENT: &str = "00f067aa0ba902b7";

/// A caller's context in a trace of that number.
fn context(number: u32) -> (String, String) {
    let id = format!("{number:032x}");
    (id.clone(), format!("00-{id}-{PARENT}-01"))
}

/// The one way from the server to the replica's handler.
#[track_caller]
fn check_way(trace: &Trace, method: &str, dialect: &str) {
    let labels = trace.labels();
    let expected = [
        format!("gangplank SERVER {method}"),
        format!("gangplank CLIENT {method}"),
        format!("gangplank CLIENT Attempt.{method}"),
    ];
    assert_eq!(labels[..3], expected, "{labels:?}");
    let [server, call, attempt, handler] = &trace.spans[..] else {
        panic!("{labels:?}");
    };
    assert!(
        handler.label().ends_with(&format!("SERVER {method}")),
        "{labels:?}"
    );
    assert_eq!(server.text("parentSpanId"), PARENT);
    for (child, parent) in [(call, server), (attempt, call), (handler, attempt)] {
        assert_eq!(
            child.text("parentSpanId"),
            parent.text("spanId"),
            "{labels:?}"
        );
        assert!(
            child.text("startTime") >= parent.text("startTime"),
            "{trace:?}"
        );
    }
    assert_eq!(
        server.attribute("gangplank.dialect").as_deref(),
        Some(dialect)
    );
    let replica = attempt.attribute("gangplank.replica");
    assert_eq!(replica.as_deref(), Some(handler.text("source")));
}

const METHOD: &str = "myservice.v1.MyService/SayHello";

#[tokio::test]
async fn a_grpc_web_call_is_one_trace() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    for (number, dialect, name) in [
        (1, Dialect::GrpcWeb, "grpc-web"),
        (2, Dialect::GrpcWebText, "grpc-web-text"),
    ] {
        let (trace_id, parent) = context(number);
        let headers = [("traceparent", &*parent)];
        let message = hello("World");
        grpc_web::call(&mut connection, dialect, SAY_HELLO, &message, &headers).await?;
        let trace = traces::with_spans(&mut connection, &trace_id, 4).await?;
        check_way(&trace, METHOD, name);
    }
    Ok(())
}

#[tokio::test]
async fn a_json_call_is_one_trace_that_says_where_it_was_transcoded() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let (trace_id, parent) = context(1);
    let headers = [("traceparent", &*parent)];
    connection.get("/v1/hello/World", &headers).await?;
    let trace = traces::with_spans(&mut connection, &trace_id, 4).await?;
    check_way(&trace, METHOD, "json");
    let route = trace.spans[0].attribute("http.route");
    assert_eq!(route.as_deref(), Some("/v1/hello/{name}"));
    let expected = [
        "gangplank.route",
        "gangplank.transcode",
        "gangplank.request",
        "gangplank.answer",
        "gangplank.transcode",
    ];
    assert_eq!(trace.spans[0].events(), expected);
    Ok(())
}

#[tokio::test]
async fn a_grpc_call_is_one_trace() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let (trace_id, parent) = context(1);
    let headers = [
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("traceparent", &*parent),
    ];
    let request = with_headers(connection.request(Method::POST, SAY_HELLO), &headers);
    let payload = hello("World").encode_to_vec().into();
    let body = full(Frame { flags: 0, payload }.encode());
    connection.exchange(request.body(body)?).await?;
    let trace = traces::with_spans(&mut connection, &trace_id, 4).await?;
    check_way(&trace, METHOD, "grpc");
    Ok(())
}

#[tokio::test]
async fn a_call_on_a_socket_is_one_trace() -> Result<()> {
    let server = Server::start(&[]).await?;
    let (trace_id, parent) = context(1);
    let mut socket = Socket::open(server.address(), Subprotocol::Gangplank, "/").await?;
    let headers = [("traceparent", &*parent)];
    socket.call(id(0), SAY_HELLO, &headers).await?;
    socket.send(id(0), &hello("World")).await?;
    socket.half_close(id(0)).await?;
    let _: SayHelloResponse = socket.message(id(0)).await?;
    assert_eq!(socket.status(id(0)).await?.0, Code::Ok);
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let trace = traces::with_spans(&mut connection, &trace_id, 4).await?;
    check_way(&trace, METHOD, "websocket");
    Ok(())
}

#[tokio::test]
async fn a_stream_is_one_span_that_counts_its_messages() -> Result<()> {
    let server = Server::start(&["--replicas", "1"]).await?;
    let (trace_id, parent) = context(1);
    let mut socket = Socket::open(server.address(), Subprotocol::Gangplank, "/").await?;
    socket
        .call(id(0), CONVERSE, &[("traceparent", &parent)])
        .await?;
    for text in ["one", "two", "three"] {
        let text = text.to_owned();
        socket
            .send(id(0), &ConverseRequest { text, language: 0 })
            .await?;
        let _: ConverseResponse = socket.message(id(0)).await?;
    }
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    ensure!(
        traces::get(&mut connection, &trace_id).await?.is_none(),
        "told before its end"
    );
    socket.half_close(id(0)).await?;
    // It says goodbye.
    let _: ConverseResponse = socket.message(id(0)).await?;
    assert_eq!(socket.status(id(0)).await?.0, Code::Ok);
    let trace = traces::with_spans(&mut connection, &trace_id, 4).await?;
    check_way(&trace, "myservice.v1.MyService/Converse", "websocket");
    for span in [&trace.spans[0], &trace.spans[3]] {
        let count = |key: &str| span.attribute(key);
        assert_eq!(
            count("gangplank.messages.received").as_deref(),
            Some("3"),
            "{}",
            span.label()
        );
        assert_eq!(
            count("gangplank.messages.sent").as_deref(),
            Some("4"),
            "{}",
            span.label()
        );
    }
    Ok(())
}

#[track_caller]
fn check_attributes(span: &Span, expected: &[(&str, &str)]) {
    for (key, value) in expected {
        assert_eq!(
            span.attribute(key).as_deref(),
            Some(*value),
            "{key} of {}",
            span.label()
        );
    }
}

#[tokio::test]
async fn a_call_that_is_made_again_shows_both_attempts() -> Result<()> {
    let server = Server::start(&["--replicas", "2", "--policy", "my-service=round_robin"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let path = "/gangplank/v1/demo/replicas/replica-0/disturbance";
    let broken = json!({ "broken": true });
    let reply = connection
        .send_json(Method::PUT, path, &[], &broken)
        .await?;
    assert_eq!(reply.http_status, 200);
    // One of two calls in a row begins at the broken one.
    let mut retried = None;
    for number in [1, 2] {
        let (id, parent) = context(number);
        let reply = connection
            .get("/v1/hello/World", &[("traceparent", &parent)])
            .await?;
        assert_eq!(reply.http_status, 200);
        let trace = traces::with_spans(&mut connection, &id, 4).await?;
        if trace.summary["attempts"] == 2 {
            retried = Some(traces::with_spans(&mut connection, &id, 6).await?);
        }
    }
    let trace = retried.context("no call was made again")?;
    let call = trace.only("gangplank CLIENT myservice")?;
    let told = [
        ("gangplank.attempts", "2"),
        ("rpc.response.status_code", "OK"),
    ];
    check_attributes(call, &told);
    let attempts = trace.children(call);
    let [first, second] = attempts[..] else {
        panic!("{:?}", trace.labels());
    };
    assert_eq!(first.text("status"), "SPAN_STATUS_ERROR");
    let told = [
        ("error.type", "UNAVAILABLE"),
        ("gangplank.replica", "replica-0"),
    ];
    check_attributes(first, &told);
    let told = [
        ("gangplank.retry.reason", "UNAVAILABLE"),
        ("previous-rpc-attempts", "1"),
        ("gangplank.replica", "replica-1"),
    ];
    check_attributes(second, &told);
    for attempt in [first, second] {
        assert_eq!(
            trace.children(attempt).len(),
            1,
            "a handler for each: {:?}",
            trace.labels()
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_trace_of_a_call_that_timed_out_is_complete() -> Result<()> {
    let server = Server::start(&[NEVER, "--replicas", "1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let (id, parent) = context(1);
    let headers = [("traceparent", &*parent), ("grpc-timeout", "50m")];
    let reply = connection.get("/v1/hello/World", &headers).await?;
    assert_eq!(reply.http_status, 504);
    let trace = traces::with_spans(&mut connection, &id, 4).await?;
    check_way(&trace, "myservice.v1.MyService/SayHello", "json");
    let codes: Vec<_> = trace.spans[..3]
        .iter()
        .filter_map(|span| span.attribute("rpc.response.status_code"))
        .collect();
    assert_eq!(codes, ["DEADLINE_EXCEEDED"; 3]);
    // The handler's own deadline passes, or it's told that nobody waits any more.
    let handler = trace.spans[3].attribute("rpc.response.status_code");
    let handler = handler.as_deref();
    assert!(
        matches!(handler, Some("DEADLINE_EXCEEDED" | "CANCELLED")),
        "{handler:?}"
    );
    assert!(
        trace.summary["errors"].as_u64() >= Some(3),
        "{:?}",
        trace.summary
    );
    Ok(())
}

#[tokio::test]
async fn a_public_caller_s_trace_is_linked_where_it_is_not_trusted() -> Result<()> {
    let server = Server::start(&["--public-traces", "link", "--replicas", "1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let (id, parent) = context(1);
    let headers = [("traceparent", &*parent), ("tracestate", "vendor=1")];
    connection.get("/v1/hello/World", &headers).await?;
    let own = eventually("the trace", async || {
        let mut traces = traces::list(&mut connection, "").await?;
        let trace = traces.pop().context("none is kept")?;
        ensure!(trace["spans"] == 4, "{trace}");
        Ok(trace["traceId"].as_str().map(str::to_owned))
    })
    .await?;
    let own = own.context("no id")?;
    assert_ne!(own, id);
    ensure!(
        traces::get(&mut connection, &id).await?.is_none(),
        "the caller's trace goes on"
    );
    let trace = traces::with_spans(&mut connection, &own, 4).await?;
    let server_span = trace.only("gangplank SERVER")?;
    assert_eq!(server_span.text("parentSpanId"), "");
    assert_eq!(server_span.text("traceState"), "");
    let link = &server_span.value()["links"][0];
    assert_eq!(
        (&link["traceId"], &link["spanId"]),
        (&json!(id), &json!(PARENT))
    );
    Ok(())
}

#[tokio::test]
async fn what_is_not_sampled_leaves_nothing_and_is_served_all_the_same() -> Result<()> {
    let check = async |flags: &[&str], flag_of_caller: &str| -> Result<()> {
        let server = Server::start(&[flags, &["--replicas", "1"]].concat()).await?;
        let mut connection = Connection::open(server.address(), Version::Http2).await?;
        let parent = format!("00-{:032x}-{PARENT}-{flag_of_caller}", 1);
        let reply = connection
            .get("/v1/hello/World", &[("traceparent", &parent)])
            .await?;
        assert_eq!(reply.http_status, 200);
        // A trace that is kept comes behind it, so that nothing is still on its way.
        let (id, parent) = context(2);
        connection
            .get("/v1/hello/World", &[("traceparent", &parent)])
            .await?;
        if flags.is_empty() {
            traces::with_spans(&mut connection, &id, 4).await?;
        }
        let kept = traces::list(&mut connection, "").await?;
        assert_eq!(
            kept.len(),
            usize::from(flags.is_empty()),
            "{flags:?}: {kept:?}"
        );
        Ok(())
    };
    check(&[], "00").await?;
    check(&["--trace-sample", "0"], "01").await?;
    check(&["--max-trace-bytes", "0"], "01").await
}

#[tokio::test]
async fn the_oldest_make_room_for_the_newest() -> Result<()> {
    let server = Server::start(&["--max-trace-bytes", "20000", "--replicas", "1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    for number in 1..=100 {
        let (_, parent) = context(number);
        connection
            .get("/v1/hello/World", &[("traceparent", &parent)])
            .await?;
    }
    let (newest, _) = context(100);
    traces::with_spans(&mut connection, &newest, 4).await?;
    let (oldest, _) = context(1);
    ensure!(
        traces::get(&mut connection, &oldest).await?.is_none(),
        "everything is kept"
    );
    let reply = connection
        .get("/gangplank/v1/traces?limit=500", &[])
        .await?;
    let told: Value = serde_json::from_slice(&reply.body)?;
    let number = |field: &str| {
        told[field]
            .as_str()
            .and_then(|text| text.parse::<u64>().ok())
    };
    assert_eq!(
        number("spansKept")
            .zip(number("spansEvicted"))
            .map(|(a, b)| a + b),
        Some(400)
    );
    Ok(())
}

#[tokio::test]
async fn a_flood_does_not_displace_the_traces_of_pages() -> Result<()> {
    let server = Server::start(&["--max-traces-per-second", "5", "--replicas", "1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    for _ in 0..50 {
        connection.get("/v1/hello/World", &[]).await?;
    }
    let (id, parent) = context(1);
    connection
        .get("/v1/hello/World", &[("traceparent", &parent)])
        .await?;
    traces::with_spans(&mut connection, &id, 4).await?;
    let kept = traces::list(&mut connection, "?limit=100").await?.len();
    let metrics = connection.get("/metrics", &[]).await?;
    let text = str::from_utf8(&metrics.body)?;
    let mut lines = text.lines();
    let beyond = lines.find_map(|line| line.strip_prefix("gangplank_traces_beyond_limit_total "));
    let beyond: usize = beyond.context("the counter")?.parse()?;
    assert!(kept > 5 && beyond > 0, "{kept} kept, {beyond} beyond");
    assert_eq!(kept + beyond, 51);
    Ok(())
}

#[tokio::test]
async fn a_watch_tells_a_trace_within_a_second_of_its_end() -> Result<()> {
    let server = Server::start(&["--replicas", "1"]).await?;
    let mut watching = Connection::open(server.address(), Version::Http2).await?;
    let request = watching.request(
        Method::GET,
        "/gangplank/v1/traces:watch?filter.method=sayhello",
    );
    let request = with_headers(request, &[("accept", "text/event-stream")]);
    // Its head comes with the first event, or late.
    let pending = watching.start(request.body(empty())?).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    eventually("the watch", async || {
        let metrics = connection.get("/metrics", &[]).await?;
        let text = str::from_utf8(&metrics.body)?;
        let open = tests::streams::sum_in_flight(text, |line| line.contains("\"json\""));
        ensure!(open == 1, "{open} calls are open");
        Ok(())
    })
    .await?;
    let (id, parent) = context(1);
    connection
        .get("/v1/hello/World", &[("traceparent", &parent)])
        .await?;
    let ended = tokio::time::Instant::now();
    let mut body = pending.await??.into_body().into_data_stream();
    let event = within("the event", body.next())
        .await?
        .context("an end")??;
    assert!(
        ended.elapsed().as_millis() <= 1_000,
        "{:?}",
        ended.elapsed()
    );
    let event = String::from_utf8(event.to_vec())?;
    assert!(event.contains(&id), "{event}");
    Ok(())
}

#[tokio::test]
async fn spans_of_a_page_join_the_trace_once_they_are_checked() -> Result<()> {
    let server = Server::start(&["--replicas", "1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let (trace_id, parent) = context(1);
    connection
        .get("/v1/hello/World", &[("traceparent", &parent)])
        .await?;
    let trace = traces::with_spans(&mut connection, &trace_id, 4).await?;
    let start = trace.spans[0].text("startTime").to_owned();
    let span = json!({
        "traceId": trace_id, "spanId": PARENT, "name": "click: SayHello", "kind": "SPAN_KIND_INTERNAL",
        "startTime": start, "duration": "0.012s",
    });
    let mut upload = async |span: &Value| {
        let (path, body) = ("/gangplank/v1/traces:upload", json!({ "spans": [span] }));
        connection.send_json(Method::POST, path, &[], &body).await
    };
    let mut bad = span.clone();
    bad["spanId"] = json!("click");
    let refused = upload(&bad).await?;
    assert_eq!(refused.http_status, 400);
    let text = String::from_utf8_lossy(&refused.body).into_owned();
    assert!(text.contains("spans[0].span_id must be 16"), "{text}");
    assert_eq!(upload(&span).await?.http_status, 200);
    let trace = traces::with_spans(&mut connection, &trace_id, 5).await?;
    let top = trace.only("page INTERNAL click: SayHello")?;
    assert_eq!(trace.children(top).len(), 1);
    assert_eq!(trace.summary["source"], "page");
    Ok(())
}

#[tokio::test]
async fn traces_are_told_where_admin_paths_are() -> Result<()> {
    let flags = ["--admin-listen", "127.0.0.1:0", "--replicas", "1"];
    let server = Server::start(&flags).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    connection.get("/v1/hello/World", &[]).await?;
    let hidden = connection.get("/gangplank/v1/traces", &[]).await?;
    assert_eq!(hidden.http_status, 404);
    Ok(())
}

#[tokio::test]
async fn a_failed_call_says_why_in_its_span() -> Result<()> {
    let server = Server::start(&[
        "--replicas",
        "0",
        "--component",
        "gone=127.0.0.1:1",
        "--protos",
        &{
            let folder = settings::folder("tests/fixtures/shop");
            format!("gone={}", folder.display())
        },
    ])
    .await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let (id, parent) = context(1);
    let (path, headers) = ("/shop.v1.Orders/GetOrder", [("traceparent", &*parent)]);
    let reply = connection
        .send_json(Method::POST, path, &headers, &json!({}))
        .await?;
    assert_eq!(reply.http_status, 503);
    let trace = traces::with_spans(&mut connection, &id, 2).await?;
    let spans: Vec<&Span> = trace.spans.iter().collect();
    for span in spans {
        assert_eq!(span.text("status"), "SPAN_STATUS_ERROR", "{}", span.label());
        assert!(
            span.text("statusMessage").contains("gone"),
            "{:?}",
            span.value()
        );
    }
    Ok(())
}
