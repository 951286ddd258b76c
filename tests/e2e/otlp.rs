//! Spans sent to a collector, a program of its own with OpenTelemetry's own messages: by both protocols, in time and at the
//! end, and what happens when it's down, slow or refusing. And a component in Python with OpenTelemetry's own
//! instrumentation, whose spans are part of the same trace.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::collector::{Behavior, Collector, Protocol, Span};
use tests::component::Component;
use tests::http::{Connection, Version, with_headers};
use tests::patience::eventually;
use tests::server::{Server, run_in};
use tests::settings;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";
const HELLO: &str = "myservice.v1.MyService/SayHello";
const SERVER: &str = "SPAN_KIND_SERVER";
const CLIENT: &str = "SPAN_KIND_CLIENT";
/// Calls of a server whose collector is in trouble.
const CALLS: usize = 200;

fn traceparent() -> String {
    format!("00-{TRACE}-{CALLER}-01")
}

/// Where to send spans, at once.
fn environment(collector: &Collector) -> Vec<(&'static str, String)> {
    vec![
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", collector.protocol().into()),
        ("OTEL_BSP_SCHEDULE_DELAY", "10".into()),
    ]
}

fn pairs<'a>(environment: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    let pairs = environment.iter();
    pairs.map(|(name, value)| (*name, &**value)).collect()
}

async fn start(environment: &[(&'static str, String)], flags: &[&str]) -> Result<Server> {
    Server::start_in(&pairs(environment), flags).await
}

async fn get(connection: &mut Connection, path: &str) -> Result<Value> {
    let traceparent = traceparent();
    let headers = [("traceparent", traceparent.as_str())];
    let reply = connection.get(path, &headers).await?;
    ensure!(
        reply.http_status == 200,
        "{}: {:?}",
        reply.http_status,
        reply.body
    );
    Ok(serde_json::from_slice(&reply.body)?)
}

async fn greet(server: &Server) -> Result<()> {
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    get(&mut connection, "/v1/hello/World").await.map(drop)
}

fn only<'a>(spans: &'a [Span], service: &str, kind: &str, name: &str) -> Result<&'a Span> {
    let is_it = |span: &&Span| span.service == service && span.kind == kind && span.name == name;
    let mut found = spans.iter().filter(is_it);
    let span = found.next();
    let span = span.with_context(|| format!("no {kind} {name} of {service} in {spans:#?}"))?;
    ensure!(found.next().is_none(), "two of {name}: {spans:#?}");
    Ok(span)
}

#[tokio::test]
async fn one_trace_arrives_by_both_protocols() -> Result<()> {
    for protocol in Protocol::ALL {
        let collector = Collector::start(protocol, Behavior::Take).await?;
        let mut variables = environment(&collector);
        variables.push(("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=blue%20sea".into()));
        variables.push(("OTEL_SERVICE_NAME", "pier".into()));
        let attributes = "deployment.environment.name=try";
        variables.push(("OTEL_RESOURCE_ATTRIBUTES", attributes.into()));
        let server = start(&variables, &["--replicas", "1"]).await?;
        greet(&server).await?;

        let spans = collector.trace(TRACE, |spans| spans.len() == 4).await?;
        let answered = only(&spans, "pier", SERVER, HELLO)?;
        assert_eq!(answered.parent, CALLER);
        assert_eq!(answered.attributes["rpc.response.status_code"], "OK");
        assert_eq!(answered.attributes["gangplank.dialect"], "json");
        assert_eq!(answered.attributes["http.response.status_code"], 200);
        assert_eq!(answered.resource["deployment.environment.name"], "try");
        assert_eq!(answered.headers["x-tenant"], "blue sea");
        assert!(answered.events.contains(&"gangplank.route".to_owned()));
        let called = only(&spans, "pier", CLIENT, HELLO)?;
        assert_eq!(called.parent, answered.span_id);
        let attempt = only(&spans, "pier", CLIENT, &format!("Attempt.{HELLO}"))?;
        assert_eq!(attempt.parent, called.span_id);
        let handled = only(&spans, "replica-0", SERVER, HELLO)?;
        assert_eq!(handled.parent, attempt.span_id);
        // The log names the trace too.
        server.log().wait_for(TRACE).await?;
    }
    Ok(())
}

#[tokio::test]
async fn compressed_spans_arrive_by_both_protocols() -> Result<()> {
    for protocol in Protocol::ALL {
        let collector = Collector::start(protocol, Behavior::Take).await?;
        let mut variables = environment(&collector);
        variables.push(("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip".into()));
        let server = start(&variables, &["--replicas", "1"]).await?;
        greet(&server).await?;
        collector.trace(TRACE, |spans| spans.len() == 4).await?;
    }
    Ok(())
}

#[tokio::test]
async fn spans_go_by_https_to_collectors_that_are_trusted() -> Result<()> {
    let folder = TempDir::with_prefix("gangplank-otlp-")?;
    make_certificate(folder.path())?;
    let certificate = folder.path().join("cert.pem").display().to_string();
    for protocol in Protocol::ALL {
        let collector = Collector::start_secure(protocol, folder.path()).await?;
        let mut variables = environment(&collector);
        let stranger = start(&variables, &["--replicas", "1"]).await?;
        greet(&stranger).await?;
        stranger.log().wait_for("invalid peer certificate").await?;

        variables.push(("OTEL_EXPORTER_OTLP_CERTIFICATE", certificate.clone()));
        let server = start(&variables, &["--replicas", "1"]).await?;
        greet(&server).await?;
        collector.trace(TRACE, |spans| spans.len() == 4).await?;
    }
    Ok(())
}

fn make_certificate(folder: &Path) -> Result<()> {
    let options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=collector.test \
        -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out cert.pem";
    let mut openssl = Command::new("openssl");
    openssl
        .args(options.split_ascii_whitespace())
        .current_dir(folder);
    let made = openssl.output().context("no openssl: install it")?;
    ensure!(made.status.success(), "{made:?}");
    Ok(())
}

#[tokio::test]
async fn spans_of_the_last_calls_are_sent_before_the_end() -> Result<()> {
    const LAST_CALLS: usize = 50;
    for protocol in Protocol::ALL {
        let collector = Collector::start(protocol, Behavior::Take).await?;
        let mut variables = environment(&collector);
        variables.push(("OTEL_BSP_SCHEDULE_DELAY", "3600000".into()));
        let mut server = start(&variables, &["--replicas", "1"]).await?;
        let mut connection = Connection::open(server.address(), Version::Http1).await?;
        for _ in 0..LAST_CALLS {
            get(&mut connection, "/v1/hello/World").await?;
        }
        assert_eq!(collector.spans()?.len(), 0);
        server.terminate()?;
        assert_eq!(server.ended().await?.code(), Some(0));
        collector
            .trace(TRACE, |spans| spans.len() == 4 * LAST_CALLS)
            .await?;
    }
    Ok(())
}

/// Calls are answered as if there were no collector, and the spans that it doesn't get are counted by `reason`.
async fn check_harmless(mut variables: Vec<(&'static str, String)>, reason: &str) -> Result<()> {
    let small = [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "500"),
    ];
    variables.extend(small.map(|(name, value)| (name, value.to_owned())));
    let mut server = start(&variables, &["--replicas", "1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    for _ in 0..CALLS {
        get(&mut connection, "/v1/hello/World").await?;
    }
    let mut looks = Connection::open(server.address(), Version::Http1).await?;
    for reason in ["queue_full", reason] {
        let count = format!("gangplank_spans_dropped_total{{reason=\"{reason}\"}}");
        eventually(&count, async || {
            let metrics = looks.get("/metrics", &[]).await?;
            let metrics = String::from_utf8(metrics.body.to_vec())?;
            let line = metrics.lines().find_map(|line| line.strip_prefix(&count));
            let dropped: u64 = line.context("the line")?.trim().parse()?;
            ensure!(dropped > 0, "{metrics}");
            Ok(())
        })
        .await?;
    }
    server.log().wait_for("spans can't be sent to http").await?;
    let text = server.log().text();
    assert_eq!(text.matches("spans can't be sent").count(), 1, "{text}");
    server.terminate()?;
    assert_eq!(server.ended().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn collector_that_refuses_harms_no_call() -> Result<()> {
    for protocol in Protocol::ALL {
        let collector = Collector::start(protocol, Behavior::Refuse).await?;
        check_harmless(environment(&collector), "refused").await?;
    }
    Ok(())
}

#[tokio::test]
async fn collector_that_never_answers_harms_no_call() -> Result<()> {
    for protocol in Protocol::ALL {
        let collector = Collector::start(protocol, Behavior::Silent).await?;
        check_harmless(environment(&collector), "timed_out").await?;
    }
    Ok(())
}

#[tokio::test]
async fn collector_that_is_not_there_harms_no_call() -> Result<()> {
    for protocol in Protocol::ALL {
        let collector = Collector::start(protocol, Behavior::Take).await?;
        let variables = environment(&collector);
        collector.kill().await?;
        check_harmless(variables, "unreachable").await?;
    }
    Ok(())
}

#[tokio::test]
async fn collector_that_comes_back_gets_spans_again() -> Result<()> {
    for protocol in Protocol::ALL {
        let collector = Collector::start(protocol, Behavior::Take).await?;
        let address = collector.address();
        let server = start(&environment(&collector), &["--replicas", "1"]).await?;
        greet(&server).await?;
        collector.trace(TRACE, |spans| spans.len() == 4).await?;
        collector.kill().await?;
        greet(&server).await?;
        server.log().wait_for("spans can't be sent to").await?;
        let collector = Collector::start_at(address, protocol).await?;
        server.log().wait_for("again").await?;
        // What waited meanwhile isn't lost.
        collector.trace(TRACE, |spans| spans.len() == 4).await?;
    }
    Ok(())
}

#[tokio::test]
async fn lone_replica_sends_its_spans_too() -> Result<()> {
    let collector = Collector::start(Protocol::Http, Behavior::Take).await?;
    let mut variables = environment(&collector);
    variables.push(("OTEL_BSP_SCHEDULE_DELAY", "3600000".into()));
    let lone = pairs(&variables);
    let mut replica = Component::replica_in(&lone, &["--name", "lone"]).await?;
    let component = replica.named("my-service");
    let server = Server::start(&["--replicas", "0", "--component", &component]).await?;
    greet(&server).await?;
    replica.terminate()?;
    assert!(replica.ended().await?);
    let spans = collector.trace(TRACE, |spans| spans.len() == 1).await?;
    let handled = only(&spans, "lone", SERVER, HELLO)?;
    assert_ne!(handled.parent, CALLER);
    Ok(())
}

#[tokio::test]
async fn malformed_variable_is_told_before_anything_starts() -> Result<()> {
    let endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    let output = run_in(&[(endpoint, "localhost:4317")], &["serve"]).await?;
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr)?;
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(endpoint), "{said}");
    Ok(())
}

/// The path of a call from the API server to a program that isn't ours and knows nothing of us.
#[tokio::test]
async fn python_component_is_part_of_the_trace() -> Result<()> {
    let collector = Collector::start(Protocol::Grpc, Behavior::Take).await?;
    let mut variables = environment(&collector);
    let server_variables = variables.clone();
    variables.push(("OTEL_SERVICE_NAME", "orders-py".into()));
    let fixtures = settings::folder("tests/fixtures");
    let folders = [&fixtures, &settings::schema()].map(|folder| folder.display().to_string());
    let folders = folders.join(",");
    let orders = Component::python("otlp/orders.py", &[&folders], &pairs(&variables)).await?;
    let protos = TempDir::with_prefix("gangplank-shop-")?;
    let schema = protos.path().join("shop/v1");
    std::fs::create_dir_all(&schema)?;
    std::fs::copy(
        fixtures.join("shop/v1/orders.proto"),
        schema.join("orders.proto"),
    )?;
    let component = orders.named("orders");
    let protos = format!("orders={}", protos.path().display());
    let flags = [
        "--replicas",
        "0",
        "--component",
        &component,
        "--protos",
        &protos,
    ];
    let server = start(&server_variables, &flags).await?;

    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let order = get(&mut connection, "/v1/orders/7").await?;
    assert_eq!(order, json!({ "id": "7", "item": "plank" }));
    let spans = collector.trace(TRACE, |spans| spans.len() == 5).await?;
    let method = "shop.v1.Orders/GetOrder";
    let answered = only(&spans, "gangplank", SERVER, method)?;
    assert_eq!(answered.parent, CALLER);
    let called = only(&spans, "gangplank", CLIENT, method)?;
    assert_eq!(called.parent, answered.span_id);
    let attempt = only(&spans, "gangplank", CLIENT, &format!("Attempt.{method}"))?;
    assert_eq!(attempt.parent, called.span_id);
    let handled = spans.iter().find(|span| {
        span.service == "orders-py" && span.kind == SERVER && span.name.ends_with("GetOrder")
    });
    let handled = handled.with_context(|| format!("{spans:#?}"))?;
    assert_eq!(handled.parent, attempt.span_id);
    let within = only(&spans, "orders-py", "SPAN_KIND_INTERNAL", "look it up")?;
    assert_eq!(within.parent, handled.span_id);
    Ok(())
}

/// An API server that takes spans itself, as the collector of everything else.
#[tokio::test]
async fn api_server_is_a_collector_too() -> Result<()> {
    let harbor = Server::start(&["--replicas", "0", "--component", "none=127.0.0.1:1"]).await?;
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", harbor.url()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc".to_owned()),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip".to_owned()),
        ("OTEL_BSP_SCHEDULE_DELAY", "10".to_owned()),
    ];
    let replica = Component::replica_in(&pairs(&variables), &["--name", "lone"]).await?;
    let component = replica.named("my-service");
    let server = start(&variables, &["--replicas", "0", "--component", &component]).await?;
    greet(&server).await?;

    let mut looks = Connection::open(harbor.address(), Version::Http1).await?;
    let trace = format!("/gangplank/v1/traces/{TRACE}");
    let spans = eventually("all spans", async || {
        let reply = looks.get(&trace, &[]).await?;
        let told: Value = serde_json::from_slice(&reply.body)?;
        let spans = told["trace"]["spans"].as_array().cloned();
        let spans = spans.unwrap_or_default();
        ensure!(spans.len() == 4, "{told}");
        Ok(spans)
    });
    let mut sources: Vec<_> = spans
        .await?
        .iter()
        .map(|span| span["source"].clone())
        .collect();
    sources.sort_by_key(Value::to_string);
    assert_eq!(sources, ["gangplank", "gangplank", "gangplank", "lone"]);
    // Taking them leaves no trace.
    let reply = looks.get("/gangplank/v1/traces", &[]).await?;
    let told: Value = serde_json::from_slice(&reply.body)?;
    assert_eq!(told["traces"].as_array().map(Vec::len), Some(1), "{told}");
    Ok(())
}

/// What a caller keeps out of its traces isn't sent either.
#[tokio::test]
async fn call_that_is_not_sampled_is_not_sent() -> Result<()> {
    let collector = Collector::start(Protocol::Http, Behavior::Take).await?;
    let mut server = start(&environment(&collector), &["--replicas", "1"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let quiet = format!("00-{TRACE}-{CALLER}-00");
    let request = connection.request(http::Method::GET, "/v1/hello/World");
    let request = with_headers(request, &[("traceparent", &quiet)]);
    let reply = connection
        .exchange(request.body(tests::http::empty())?)
        .await?;
    assert_eq!(reply.http_status, 200);
    server.terminate()?;
    assert_eq!(server.ended().await?.code(), Some(0));
    assert_eq!(collector.spans()?.len(), 0);
    Ok(())
}
