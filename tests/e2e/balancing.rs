//! The balancer from outside: who gets the calls while replicas come, go, slow down and withdraw, and what is told of it.
//! The demo's own chaos service makes the trouble, by HTTP and JSON, as a person with curl would.

use anyhow::{Context as _, Result, ensure};
use http::Method;
use serde_json::{Value, json};
use tests::component::Component;
use tests::http::{Connection, Reply, Version};
use tests::patience::eventually;
use tests::server::Server;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// One connection that speaks JSON.
struct Client(Connection);

impl Client {
    async fn open(server: &Server) -> Result<Self> {
        let connection = Connection::open(server.address(), Version::Http1).await?;
        Ok(Self(connection))
    }

    async fn ask(&mut self, verb: Method, path: &str, body: &Value) -> Result<Reply> {
        self.0.send_json(verb, path, &[], body).await
    }

    async fn put(&mut self, path: &str, body: Value) -> Result<Value> {
        let reply = self.ask(Method::PUT, path, &body).await?;
        let text = String::from_utf8_lossy(&reply.body);
        ensure!(reply.http_status == 200, "{path}: {text}");
        Ok(serde_json::from_slice(&reply.body)?)
    }

    async fn disturb(&mut self, replica: &str, disturbance: Value) -> Result<()> {
        let path = format!("/gangplank/v1/demo/replicas/{replica}/disturbance");
        self.put(&path, disturbance).await.map(drop)
    }

    async fn scale(&mut self, replicas: u32) -> Result<()> {
        let body = json!({ "replicas": replicas });
        self.put("/gangplank/v1/demo/scale", body).await.map(drop)
    }

    async fn set_policy(&mut self, policy: &str) -> Result<()> {
        let path = "/gangplank/v1/components/my-service/policy";
        let body = json!({ "policy": policy, "hashHeader": "x-user" });
        self.put(path, body).await.map(drop)
    }

    async fn balance(&mut self) -> Result<Value> {
        let reply = self.0.get("/gangplank/v1/replicas", &[]).await?;
        let mut told: Value = serde_json::from_slice(&reply.body)?;
        Ok(told["balances"][0].take())
    }

    /// Picks of each replica, by name.
    async fn picks(&mut self) -> Result<Vec<(String, u64)>> {
        let told = self.balance().await?;
        let replicas = told["replicas"].as_array().context("replicas")?.iter();
        let picks = replicas.map(|replica| {
            let name = replica["name"].as_str().unwrap_or_default().to_owned();
            let picks = replica["picks"].as_str().unwrap_or("0").parse()?;
            Ok((name, picks))
        });
        picks.collect()
    }

    async fn hello(&mut self, headers: &[(&str, &str)]) -> Result<String> {
        let reply = self.0.get("/v1/hello/World", headers).await?;
        let told: Value = serde_json::from_slice(&reply.body)?;
        ensure!(reply.http_status == 200, "{told}");
        Ok(told["replica"].as_str().context("a replica")?.to_owned())
    }

    async fn wait_for(&mut self, replica: usize, state: &str) -> Result<Value> {
        let state = format!("REPLICA_STATE_{state}");
        eventually(&state, async || {
            let told = self.balance().await?;
            let found = told["replicas"][replica].clone();
            ensure!(found["state"] == *state, "{found}");
            Ok(found)
        })
        .await
    }
}

/// A run of load on a connection of its own; its last report.
async fn load(server: &Server, rate: u32, calls: u32) -> Result<JoinHandle<Result<Value>>> {
    let mut client = Client::open(server).await?;
    Ok(tokio::spawn(async move {
        let body = json!({ "callsPerSecond": rate, "calls": calls });
        let reply = client
            .ask(Method::POST, "/gangplank/v1/demo/load", &body)
            .await?;
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        let last = text.lines().last().context("a report")?;
        Ok(serde_json::from_str(last)?)
    }))
}

/// No call failed, and all have ended.
#[track_caller]
fn check_no_errors(report: &Value, calls: u32) {
    assert_eq!(report["succeeded"], calls, "{report}");
    assert_eq!(report["failed"], Value::Null, "{report}");
}

#[tokio::test]
async fn newcomers_have_their_fair_share_within_two_seconds() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--log", "warn"]).await?;
    let mut client = Client::open(&server).await?;
    let load = load(&server, 400, 2_000).await?;
    eventually("the load", async || {
        let picks = client.picks().await?;
        ensure!(picks[0].1 > 100, "{picks:?}");
        Ok(())
    })
    .await?;
    let scaled = Instant::now();
    client.scale(3).await?;
    let mut before = client.picks().await?;
    // Looks at the shares of short stretches, until one of them is fair.
    let took = eventually("a fair share", async || {
        let now = client.picks().await?;
        ensure!(before.len() == 3, "{now:?}");
        let total = now.iter().map(|(_, picks)| picks).sum::<u64>()
            - before.iter().map(|(_, picks)| picks).sum::<u64>();
        ensure!(total >= 90, "{total} calls so far");
        let more: Vec<_> = now
            .iter()
            .zip(&before)
            .map(|(now, before)| now.1 - before.1)
            .collect();
        before = now;
        ensure!(
            more[1..].iter().all(|more| more * 3 * 2 >= total),
            "{more:?}"
        );
        Ok(scaled.elapsed())
    })
    .await?;
    assert!(took.as_secs_f64() < 2.0, "{took:?}");
    check_no_errors(&load.await??, 2_000);
    Ok(())
}

#[tokio::test]
async fn replicas_that_end_under_load_cost_no_caller_anything() -> Result<()> {
    let server = Server::start(&["--log", "warn"]).await?;
    let mut client = Client::open(&server).await?;
    let load = load(&server, 400, 1_200).await?;
    eventually("the load", async || {
        let picks = client.picks().await?;
        let total: u64 = picks.iter().map(|(_, picks)| picks).sum();
        ensure!(total > 200, "{picks:?}");
        Ok(())
    })
    .await?;
    client.scale(1).await?;
    check_no_errors(&load.await??, 1_200);
    assert_eq!(client.picks().await?.len(), 1);
    let (_, metrics) = metrics(&mut client).await?;
    assert!(!metrics.contains("replica=\"replica-2\""), "{metrics}");
    Ok(())
}

async fn metrics(client: &mut Client) -> Result<(u16, String)> {
    let reply = client.0.get("/metrics", &[]).await?;
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    Ok((reply.http_status.as_u16(), text))
}

#[tokio::test]
async fn what_callers_saw_is_what_is_counted() -> Result<()> {
    let server = Server::start(&["--log", "warn"]).await?;
    let mut client = Client::open(&server).await?;
    let report = load(&server, 2_000, 2_000).await?.await??;
    check_no_errors(&report, 2_000);
    let answered = report["answered"].as_array().context("answered")?.iter();
    let answered: Vec<_> = answered
        .map(|answered| {
            let name = answered["replica"].as_str().unwrap_or_default().to_owned();
            (name, answered["calls"].as_u64().unwrap_or_default())
        })
        .collect();
    assert_eq!(client.picks().await?, answered);
    let (_, metrics) = metrics(&mut client).await?;
    for (replica, calls) in answered {
        let labels = format!("component=\"my-service\",replica=\"{replica}\"");
        let line = format!("gangplank_replica_picks_total{{{labels}}} {calls}");
        assert!(metrics.contains(&line), "{line} isn't in\n{metrics}");
    }
    Ok(())
}

#[tokio::test]
async fn a_replica_that_fails_is_ejected_probed_and_let_in_again() -> Result<()> {
    let server = Server::start(&["--log", "warn"]).await?;
    let mut client = Client::open(&server).await?;
    client.set_policy("POLICY_ROUND_ROBIN").await?;
    client
        .disturb("replica-1", json!({ "broken": true }))
        .await?;
    for _ in 0..30 {
        client.hello(&[]).await?;
    }
    let ejected = client.wait_for(1, "EJECTED").await?;
    assert_eq!(ejected["stateReason"], "7 failures in a row");
    assert_eq!(ejected["failures"], "7", "nobody asks it any more");
    client.disturb("replica-1", json!({})).await?;
    let back = eventually("it takes calls again", async || {
        client.hello(&[]).await?;
        let told = client.balance().await?;
        let found = &told["replicas"][1];
        ensure!(found["state"] == "REPLICA_STATE_READY", "{found}");
        Ok(told)
    })
    .await?;
    let picks = back["picks"].as_array().context("picks")?;
    let mut probes = picks
        .iter()
        .filter(|pick| pick["reason"] == "PICK_REASON_PROBE");
    assert!(
        probes.any(|pick| pick["replica"] == "replica-1"),
        "{picks:#?}"
    );
    Ok(())
}

#[tokio::test]
async fn the_last_replica_is_kept_though_it_fails() -> Result<()> {
    let server = Server::start(&["--replicas", "1", "--log", "warn"]).await?;
    let mut client = Client::open(&server).await?;
    client
        .disturb("replica-0", json!({ "broken": true }))
        .await?;
    for _ in 0..10 {
        assert!(client.hello(&[]).await.is_err());
    }
    let told = client.wait_for(0, "READY").await?;
    assert_eq!(told["spared"], true, "{told}");
    client.disturb("replica-0", json!({})).await?;
    client.hello(&[]).await?;
    assert_eq!(client.wait_for(0, "READY").await?["spared"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn a_replica_that_withdraws_gets_no_new_calls() -> Result<()> {
    let server = Server::start(&["--log", "warn"]).await?;
    let mut client = Client::open(&server).await?;
    client
        .disturb("replica-0", json!({ "notServing": true }))
        .await?;
    client.wait_for(0, "NOT_SERVING").await?;
    for _ in 0..20 {
        assert_ne!(client.hello(&[]).await?, "replica-0");
    }
    client.disturb("replica-0", json!({})).await?;
    client.wait_for(0, "READY").await?;
    Ok(())
}

#[tokio::test]
async fn policies_change_while_calls_come() -> Result<()> {
    let server = Server::start(&["--forward-header", "x-user", "--log", "warn"]).await?;
    let mut client = Client::open(&server).await?;
    client.set_policy("POLICY_PICK_FIRST").await?;
    let first = client.hello(&[]).await?;
    for _ in 0..20 {
        assert_eq!(client.hello(&[]).await?, first);
    }
    client.set_policy("POLICY_ROUND_ROBIN").await?;
    let mut turns = Vec::new();
    for _ in 0..6 {
        turns.push(client.hello(&[]).await?);
    }
    assert_eq!(turns[..3], turns[3..]);
    client.set_policy("POLICY_RING_HASH").await?;
    let mut owners = std::collections::BTreeSet::new();
    for user in 0..20 {
        let user = format!("user-{user}");
        let owner = client.hello(&[("x-user", &user)]).await?;
        assert_eq!(client.hello(&[("x-user", &user)]).await?, owner);
        owners.insert(owner);
    }
    assert_eq!(owners.len(), 3, "users are spread");
    let told = client.balance().await?;
    assert_eq!(told["hashHeader"], "x-user");
    Ok(())
}

#[tokio::test]
async fn a_lone_replica_that_restarts_on_its_port_is_waited_for() -> Result<()> {
    let replica = Component::replica(&["--name", "lone"]).await?;
    let listen = replica.address().to_string();
    let component = replica.named("my-service");
    let server = Server::start(&["--replicas", "0", "--component", &component]).await?;
    let mut client = Client::open(&server).await?;
    assert_eq!(client.hello(&[]).await?, "lone");
    replica.kill().await?;
    client.wait_for(0, "UNREACHABLE").await?;
    let waiting = tokio::spawn(async move { client.hello(&[]).await });
    let _again = Component::replica(&["--name", "again", "--listen", &listen]).await?;
    assert_eq!(waiting.await??, "again");
    Ok(())
}

#[tokio::test]
async fn only_a_server_with_a_demo_can_be_disturbed() -> Result<()> {
    let replica = Component::replica(&[]).await?;
    let component = replica.named("my-service");
    let server = Server::start(&["--replicas", "0", "--component", &component]).await?;
    let mut client = Client::open(&server).await?;
    let path = "/gangplank/v1/demo/scale";
    let reply = client
        .ask(Method::PUT, path, &json!({ "replicas": 1 }))
        .await?;
    assert_eq!(reply.http_status, 404);
    Ok(())
}
