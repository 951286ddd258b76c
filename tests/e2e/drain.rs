//! The end of a server: calls in flight are answered, newcomers are turned away, and it ends in time with 0.

use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use hyper::ext::on_informational;
use proto::myservice::v1::SayHelloResponse;
use tests::grpc_web::{Answer, FORMS, request};
use tests::http::{Connection, Pending, Reply, Version};
use tests::patience::{eventually, within};
use tests::server::Server;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use wire::content_type::Dialect;

use crate::{NEVER, SAY_HELLO, hello};

const CONNECTIONS: usize = 4;
const CALLS_EACH: usize = 8;

#[tokio::test]
async fn calls_in_flight_are_answered() -> Result<()> {
    let mut server = Server::start(&["--delay", "300ms"]).await?;
    let mut calls = Vec::new();
    for index in 0..CONNECTIONS {
        let dialect = FORMS[index % FORMS.len()];
        let mut connection = Connection::open(server.address(), Version::Http2).await?;
        for _ in 0..CALLS_EACH {
            calls.push((dialect, start(&mut connection, dialect).await?));
        }
        // Streams of one connection are taken in order, so once this is answered the calls are in flight.
        connection.get("/livez", &[]).await?;
    }
    server.terminate()?;
    check_answered(calls).await?;
    assert_eq!(server.ended().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn http1_calls_in_flight_are_answered() -> Result<()> {
    let mut server = Server::start(&["--delay", "300ms"]).await?;
    let mut calls = Vec::new();
    for index in 0..CONNECTIONS {
        let dialect = FORMS[index % FORMS.len()];
        let mut connection = Connection::open(server.address(), Version::Http1).await?;
        // The server says "100 Continue" when the handler begins to read, so the call is in flight then.
        let headers = [("expect", "100-continue")];
        let mut call = request(&connection, dialect, SAY_HELLO, &hello("World"), &headers)?;
        let (tell, told) = mpsc::channel(1);
        on_informational(&mut call, move |_| {
            let _ = tell.try_send(());
        });
        calls.push((dialect, connection.start(call).await?));
        in_handler(told).await?;
    }
    server.terminate()?;
    check_answered(calls).await?;
    assert_eq!(server.ended().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn draining_server_is_not_ready() -> Result<()> {
    let mut server = Server::start(&["--delay", "1s"]).await?;
    let mut busy = Connection::open(server.address(), Version::Http2).await?;
    let call = start(&mut busy, Dialect::GrpcWeb).await?;
    busy.get("/livez", &[]).await?;
    let mut probe = Connection::open(server.address(), Version::Http1).await?;
    assert_eq!(probe.get("/readyz", &[]).await?.http_status, 200);

    server.terminate()?;
    eventually("readiness to fail on the kept connection", async || {
        let http_status = probe.get("/readyz", &[]).await?.http_status;
        ensure!(http_status == 503, "{http_status}");
        Ok(())
    })
    .await?;
    eventually("new connections to be refused", async || {
        ensure!(TcpStream::connect(server.address()).is_err(), "still taken");
        Ok(())
    })
    .await?;

    let answer = Answer::read(Dialect::GrpcWeb, Reply::collect(call.await??).await?)?;
    assert_eq!(answer.only::<SayHelloResponse>()?.message, "Hello, World!");
    assert_eq!(server.ended().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn drain_ends_at_its_bound() -> Result<()> {
    let mut server = Server::start(&[NEVER, "--drain-timeout", "200ms"]).await?;
    let mut connection = Connection::open(server.address(), Version::Http2).await?;
    let call = start(&mut connection, Dialect::GrpcWeb).await?;
    connection.get("/livez", &[]).await?;
    let started = Instant::now();
    server.terminate()?;
    assert_eq!(server.ended().await?.code(), Some(0));
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    // The call is cut; whatever it gets, it must not look like a success.
    if let Ok(response) = call.await? {
        assert!(Reply::collect(response).await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn health_watcher_hears_of_the_drain() -> Result<()> {
    let mut server = Server::start(&[]).await?;
    let channel = Endpoint::from_shared(server.url())?.connect().await?;
    let request = HealthCheckRequest {
        service: "myservice.v1.MyService".to_owned(),
    };
    let mut states = HealthClient::new(channel)
        .watch(request)
        .await?
        .into_inner();
    let first = within("the first state", states.message())
        .await??
        .context("a state")?;
    assert_eq!(first.status(), ServingStatus::Serving);
    let started = Instant::now();
    server.terminate()?;
    let next = within("the next state", states.message())
        .await??
        .context("a state")?;
    assert_eq!(next.status(), ServingStatus::NotServing);
    // A watch never ends by itself, so it must not hold the drain.
    assert_eq!(server.ended().await?.code(), Some(0));
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    Ok(())
}

#[tokio::test]
async fn idle_server_ends_at_once() -> Result<()> {
    let mut server = Server::start(&[]).await?;
    let mut kept = Connection::open(server.address(), Version::Http1).await?;
    kept.get("/livez", &[]).await?;
    let mut kept = Connection::open(server.address(), Version::Http2).await?;
    kept.get("/livez", &[]).await?;
    let started = Instant::now();
    server.terminate()?;
    assert_eq!(server.ended().await?.code(), Some(0));
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{:?}",
        started.elapsed()
    );
    server
        .log()
        .wait_for("drained")
        .await
        .context("the log tells of the drain")?;
    Ok(())
}

async fn in_handler(mut told: mpsc::Receiver<()>) -> Result<()> {
    within("the handler to begin", told.recv())
        .await?
        .context("the connection broke")
}

async fn check_answered(calls: Vec<(Dialect, Pending)>) -> Result<()> {
    let answers = calls.into_iter().map(async |(dialect, call)| {
        let answer = Answer::read(dialect, Reply::collect(call.await??).await?)?;
        answer.only::<SayHelloResponse>()
    });
    for answer in try_join_all(answers).await? {
        assert_eq!(answer.message, "Hello, World!");
    }
    Ok(())
}

/// Puts a call on its way.
async fn start(connection: &mut Connection, dialect: Dialect) -> Result<Pending> {
    let request = request(connection, dialect, SAY_HELLO, &hello("World"), &[])?;
    connection.start(request).await
}
