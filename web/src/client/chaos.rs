//! Gets the demo's replicas into trouble by `gangplank.v1.ChaosService`, and calls `MyService`, with the lent client.
//!
//! Messages are written and read field by field, as in `balancer`, by `proto/gangplank/v1/chaos.proto` and
//! `proto/myservice/v1/my_service.proto`.

use bytes::Bytes;

use super::lent::Lent;
use super::paths::{DISTURB_REPLICA, LIST_DEMO_REPLICAS, RUN_LOAD, SAY_HELLO, SCALE_DEMO};
use crate::model::balance::{DemoReplica, Trouble};
use crate::model::ledger::Report;
use crate::model::message::{Fields, Raw, Writer};
use crate::model::refusal::Refusal;

/// Whom the page's calls greet, as those of the server's load do.
const NAME: &[u8] = b"World";

/// Returns the demo's replicas and what troubles them.
pub async fn demo_replicas(client: &Lent) -> Result<Vec<DemoReplica>, Refusal> {
    Ok(demo(&client.call(LIST_DEMO_REPLICAS, &[]).await?))
}

/// Puts a replica into a trouble instead of the one that it's in.
pub async fn disturb(client: &Lent, replica: &str, trouble: Trouble) -> Result<(), Refusal> {
    let asked = disturbed(replica, trouble);
    client.call(DISTURB_REPLICA, &asked).await.map(drop)
}

/// Returns the demo's replicas, each with its disturbance in the server's own words: empty for none.
pub async fn disturbances(client: &Lent) -> Result<Vec<(String, Bytes)>, Refusal> {
    Ok(disturbed_as(&client.call(LIST_DEMO_REPLICAS, &[]).await?))
}

/// Disturbs a replica as such words say.
pub async fn disturb_as(client: &Lent, replica: &str, disturbance: &[u8]) -> Result<(), Refusal> {
    let asked = Writer::default()
        .bytes(1, replica.as_bytes())
        .bytes(2, disturbance)
        .done();
    client.call(DISTURB_REPLICA, &asked).await.map(drop)
}

/// Starts or ends replicas until there are so many, and returns them.
pub async fn scale(client: &Lent, replicas: u32) -> Result<Vec<DemoReplica>, Refusal> {
    let asked = Writer::default().number(1, replicas.into()).done();
    Ok(demo(&client.call(SCALE_DEMO, &asked).await?))
}

/// Lets the API server make calls, and hands over what became of them four times a second, until all have ended
/// or `take` wants no more.
pub async fn run_load(
    client: &Lent,
    calls_per_second: u32,
    calls: u32,
    mut take: impl FnMut(Report) -> bool + 'static,
) -> Result<(), Refusal> {
    let asked = Writer::default()
        .number(1, calls_per_second.into())
        .number(2, calls.into())
        .done();
    let told = move |message: Bytes| take(report(&message));
    client.stream(RUN_LOAD, &asked, told).await
}

/// Says hello, with a pair of metadata unless it's empty, and returns the name of the replica that answered.
pub async fn hello(client: &Lent, pair: &str) -> Result<String, Refusal> {
    let asked = Writer::default().bytes(1, NAME).done();
    let answer = client.call_with(SAY_HELLO.path, &asked, pair).await?;
    Ok(replica_of(&answer))
}

fn replica_of(message: &[u8]) -> String {
    let replica = Fields::of(message).find(|(number, _)| *number == 2);
    replica.map_or_else(String::new, |(_, raw)| raw.text())
}

fn disturbed(replica: &str, trouble: Trouble) -> Vec<u8> {
    let disturbance = match trouble {
        Trouble::Fine => Writer::default(),
        Trouble::Slow => Writer::default().millis(1, Trouble::DELAY_MILLIS),
        Trouble::Broken => Writer::default().number(2, 1),
        Trouble::Killed => Writer::default().number(3, 1),
        Trouble::Draining => Writer::default().number(4, 1),
    };
    Writer::default()
        .bytes(1, replica.as_bytes())
        .bytes(2, &disturbance.done())
        .done()
}

fn disturbed_as(message: &[u8]) -> Vec<(String, Bytes)> {
    let replicas = Fields::of(message).filter(|(number, _)| *number == 1);
    let read = |raw: Raw<'_>| {
        let (mut name, mut disturbance) = (String::new(), Bytes::new());
        for (number, raw) in Fields::of(raw.bytes()) {
            match number {
                1 => name = raw.text(),
                _ => disturbance = Bytes::copy_from_slice(raw.bytes()),
            }
        }
        (name, disturbance)
    };
    replicas.map(|(_, raw)| read(raw)).collect()
}

fn demo(message: &[u8]) -> Vec<DemoReplica> {
    let replicas = Fields::of(message).filter(|(number, _)| *number == 1);
    replicas.map(|(_, raw)| demo_replica(raw.bytes())).collect()
}

fn demo_replica(message: &[u8]) -> DemoReplica {
    let mut replica = DemoReplica {
        name: String::new(),
        trouble: Trouble::Fine,
    };
    for (number, raw) in Fields::of(message) {
        if number == 1 {
            replica.name = raw.text();
            continue;
        }
        for (number, _) in Fields::of(raw.bytes()) {
            replica.trouble = match number {
                1 => Trouble::Slow,
                2 => Trouble::Broken,
                3 => Trouble::Killed,
                _ => Trouble::Draining,
            };
        }
    }
    replica
}

fn report(message: &[u8]) -> Report {
    let mut report = Report::default();
    for (number, raw) in Fields::of(message) {
        match number {
            1 => report.begun = raw.number(),
            3 => report.failed = raw.number(),
            4 => {
                let (mut name, mut calls) = (String::new(), 0);
                for (number, raw) in Fields::of(raw.bytes()) {
                    match number {
                        1 => name = raw.text(),
                        _ => calls = raw.number(),
                    }
                }
                report.answered.push((name, calls));
            }
            5 => report.codes.push(raw.text()),
            6 => report.p50 = Some(raw.millis()),
            7 => report.p99 = Some(raw.millis()),
            _ => {}
        }
    }
    report
}

#[cfg(test)]
mod tests;
