//! Replicas found by DNS, against a real name server: they come and go by its word, and nobody calls in vain meanwhile.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tests::component::Component;
use tests::dnsmasq::Dnsmasq;
use tests::http::{Connection, Version};
use tests::patience::eventually;
use tests::server::Server;

const NAME: &str = "greeters.test";
/// Each has a loopback address of its own, and all have one port, as the pods of a headless service do.
const ADDRESSES: [&str; 3] = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];

/// A replica at each address, and their port.
async fn replicas() -> Result<(Vec<Component>, u16)> {
    let first = Component::replica(&["--name", "at-127.0.0.1"]).await?;
    let port = first.address().port();
    let mut replicas = vec![first];
    for address in &ADDRESSES[1..] {
        let (name, listen) = (format!("at-{address}"), format!("{address}:{port}"));
        replicas.push(Component::replica(&["--name", &name, "--listen", &listen]).await?);
    }
    Ok((replicas, port))
}

async fn front(target: &str, dns: &Dnsmasq) -> Result<Server> {
    let component = format!("my-service={target}");
    let server = dns.address();
    Server::start(&[
        "--replicas",
        "0",
        "--component",
        &component,
        "--dns-server",
        &server,
        "--dns-interval",
        "100ms",
    ])
    .await
}

/// The addresses of the replicas that take calls.
async fn ready(connection: &mut Connection) -> Result<Vec<String>> {
    let reply = connection.get("/gangplank/v1/replicas", &[]).await?;
    let told: Value = serde_json::from_slice(&reply.body)?;
    let replicas = told["balances"][0]["replicas"].as_array();
    let ready = replicas.into_iter().flatten();
    let ready = ready.filter(|replica| replica["state"] == "REPLICA_STATE_READY");
    let addresses = ready.map(|replica| {
        let address = replica["address"].as_str().context("an address")?;
        Ok(address.split(':').next().unwrap_or_default().to_owned())
    });
    addresses.collect()
}

async fn wait_for(connection: &mut Connection, expected: &[&str]) -> Result<()> {
    eventually("the replicas that the name has", async || {
        let ready = ready(connection).await?;
        ensure!(ready == expected, "{ready:?}");
        Ok(())
    })
    .await
}

/// Calls until each of these has answered; no call fails.
async fn call_all(connection: &mut Connection, expected: &[&str]) -> Result<()> {
    let mut missing: Vec<_> = expected
        .iter()
        .map(|address| format!("at-{address}"))
        .collect();
    eventually("an answer of each", async || {
        let reply = connection.get("/v1/hello/x", &[]).await?;
        let told: Value = serde_json::from_slice(&reply.body)?;
        assert_eq!(reply.http_status, 200, "{told}");
        missing.retain(|name| told["replica"] != **name);
        ensure!(missing.is_empty(), "{missing:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_names_addresses_are_the_replicas() -> Result<()> {
    let (_replicas, port) = replicas().await?;
    let dns = Dnsmasq::start(NAME, port, &ADDRESSES[..1]).await?;
    let server = front(&format!("dns:{NAME}:{port}"), &dns).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    wait_for(&mut connection, &ADDRESSES[..1]).await?;
    call_all(&mut connection, &ADDRESSES[..1]).await?;
    dns.change(NAME, &ADDRESSES)?;
    wait_for(&mut connection, &ADDRESSES).await?;
    call_all(&mut connection, &ADDRESSES).await?;
    dns.change(NAME, &ADDRESSES[2..])?;
    wait_for(&mut connection, &ADDRESSES[2..]).await?;
    call_all(&mut connection, &ADDRESSES[2..]).await?;
    Ok(())
}

#[tokio::test]
async fn a_name_that_vanishes_takes_nobody_away() -> Result<()> {
    let (_replicas, port) = replicas().await?;
    let dns = Dnsmasq::start(NAME, port, &ADDRESSES).await?;
    let server = front(&format!("dns:{NAME}:{port}"), &dns).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    wait_for(&mut connection, &ADDRESSES).await?;
    dns.change(NAME, &[])?;
    server.log().wait_for("a look-up failed").await?;
    wait_for(&mut connection, &ADDRESSES).await?;
    call_all(&mut connection, &ADDRESSES).await?;
    Ok(())
}

#[tokio::test]
async fn a_services_records_bring_the_port() -> Result<()> {
    let (_replicas, port) = replicas().await?;
    let dns = Dnsmasq::start(NAME, port, &ADDRESSES[1..]).await?;
    let server = front(&format!("srv:_grpc._tcp.{NAME}"), &dns).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    wait_for(&mut connection, &ADDRESSES[1..]).await?;
    call_all(&mut connection, &ADDRESSES[1..]).await?;
    Ok(())
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told_in_the_error() -> Result<()> {
    let dns = Dnsmasq::start(NAME, 1, &ADDRESSES[..1]).await?;
    let server = Server::start(&[
        "--component",
        "shop=dns:nobody.test:50051",
        "--dns-server",
        &dns.address(),
    ])
    .await?;
    server.log().wait_for("dns:nobody.test:50051").await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let reply = connection.get("/readyz/component-shop", &[]).await?;
    assert_eq!(reply.http_status, 503);
    Ok(())
}
