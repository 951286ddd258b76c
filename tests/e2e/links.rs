//! Connections to a replica: more of them while it's busy, and new ones before they wear out.

use std::time::Duration;

use anyhow::{Result, ensure};
use http::uri::PathAndQuery;
use tests::patience::eventually;
use tests::server::Server;
use tests::settings;
use tests::vessel::{Mood, Signal, Vessel};
use tokio::task::JoinSet;
use tonic::client::Grpc;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

/// Longer than any test.
const FOREVER: Mood = Mood::Slow(Duration::from_secs(600));
/// Calls at a time: fewer than streams of one connection, more than one connection to a replica carries alone.
const BATCH: usize = 150;
/// Calls that are given up; h2 ends a connection after 1,024 resets.
const GIVEN_UP: usize = 1_200;

async fn front(vessel: &Vessel) -> Result<(Server, Channel)> {
    let component = format!("fleet={}", vessel.address());
    let protos = settings::folder("tests").join("fixtures/fleet");
    let protos = format!("fleet={}", protos.display());
    let flags = [
        "--replicas",
        "0",
        "--component",
        &component,
        "--protos",
        &protos,
    ];
    let server = Server::start(&flags).await?;
    let channel = Endpoint::from_shared(server.url())?.connect().await?;
    Ok((server, channel))
}

async fn board(channel: Channel) -> Result<Signal, Status> {
    let mut client = Grpc::new(channel);
    let ready = client.ready().await;
    ready.map_err(|error| Status::unknown(error.to_string()))?;
    let path = PathAndQuery::from_static("/fleet.v1.Fleet/Board");
    let codec = ProstCodec::<Signal, Signal>::default();
    let answer = client.unary(Request::new(Signal::default()), path, codec);
    answer.await.map(tonic::Response::into_inner)
}

/// That many calls on their way; returns once the vessel has all of them.
async fn begin(vessel: &Vessel, channel: &Channel) -> Result<JoinSet<Result<Signal, Status>>> {
    let before = vessel.calls();
    let mut calls = JoinSet::new();
    for _ in 0..BATCH {
        calls.spawn(board(channel.clone()));
    }
    eventually("calls on the vessel", async || {
        let arrived = vessel.calls() - before;
        // The health watch of a new connection counts too.
        ensure!(arrived >= BATCH as u64, "{arrived}");
        Ok(())
    })
    .await?;
    Ok(calls)
}

#[tokio::test]
async fn a_busy_replica_has_more_than_one_connection() -> Result<()> {
    let vessel = Vessel::launch("busy").await?;
    let (_server, channel) = front(&vessel).await?;
    board(channel.clone()).await?;
    assert_eq!(vessel.connections(), 1);
    vessel.set_mood(FOREVER);
    let _calls = begin(&vessel, &channel).await?;
    eventually("another connection", async || {
        let connections = vessel.connections();
        ensure!(connections >= 2, "{connections}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_connection_is_replaced_before_its_resets_end_it() -> Result<()> {
    let vessel = Vessel::launch("worn").await?;
    let (server, channel) = front(&vessel).await?;
    for _ in 0..GIVEN_UP / BATCH {
        vessel.set_mood(FOREVER);
        begin(&vessel, &channel).await?.shutdown().await;
        vessel.set_mood(Mood::Fair);
        board(channel.clone()).await?;
    }
    assert!(vessel.connections() >= 2, "{}", vessel.connections());
    let log = server.log().text();
    assert!(!log.contains("no connection to replica"), "{log}");
    Ok(())
}
