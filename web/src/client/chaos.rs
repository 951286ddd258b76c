//! Gets the demo's replicas into trouble by `gangplank.v1.ChaosService`, and calls `MyService`, with the lent client.

use std::time::Duration;

use prost::Message as _;
use proto::gangplank::v1 as pb;
use proto::myservice::v1 as greeter;
use wire::code::Code;

use super::admin::call;
use super::balancer::millis;
use super::lent::Lent;
use super::paths::{DISTURB_REPLICA, LIST_DEMO_REPLICAS, RUN_LOAD, SAY_HELLO, SCALE_DEMO};
use crate::model::balance::{DemoReplica, Trouble};
use crate::model::ledger::Report;
use crate::model::refusal::Refusal;

/// Whom the page's calls greet, as those of the server's load do.
const NAME: &str = "World";

/// Returns the demo's replicas and what troubles them.
pub async fn demo_replicas(client: &Lent) -> Result<Vec<DemoReplica>, Refusal> {
    let asked = pb::ListDemoReplicasRequest {};
    let told: pb::ListDemoReplicasResponse = call(client, LIST_DEMO_REPLICAS, &asked).await?;
    Ok(told.replicas.into_iter().map(demo_replica).collect())
}

/// Puts a replica into a trouble instead of the one that it's in.
pub async fn disturb(client: &Lent, replica: String, trouble: Trouble) -> Result<(), Refusal> {
    let delay = Duration::from_millis(Trouble::DELAY_MILLIS.into());
    let disturbance = pb::Disturbance {
        delay: match trouble {
            Trouble::Slow => delay.try_into().ok(),
            _ => None,
        },
        broken: trouble == Trouble::Broken,
        killed: trouble == Trouble::Killed,
        not_serving: trouble == Trouble::Draining,
    };
    let asked = pb::DisturbReplicaRequest {
        replica,
        disturbance: Some(disturbance),
    };
    call::<pb::DisturbReplicaResponse>(client, DISTURB_REPLICA, &asked)
        .await
        .map(drop)
}

/// Starts or ends replicas until there are so many.
pub async fn scale(client: &Lent, replicas: u32) -> Result<Vec<DemoReplica>, Refusal> {
    let asked = pb::ScaleDemoRequest { replicas };
    let told: pb::ScaleDemoResponse = call(client, SCALE_DEMO, &asked).await?;
    Ok(told.replicas.into_iter().map(demo_replica).collect())
}

/// Lets the API server make calls, and hands over what became of them four times a second, until all have ended
/// or `take` wants no more.
pub async fn run_load(
    client: &Lent,
    calls_per_second: u32,
    calls: u32,
    mut take: impl FnMut(Report) -> bool + 'static,
) -> Result<(), Refusal> {
    let asked = pb::RunLoadRequest {
        calls_per_second,
        calls,
    };
    let told = move |message| match pb::RunLoadResponse::decode(message) {
        Ok(told) => take(report(told)),
        Err(_) => true,
    };
    client.stream(RUN_LOAD, &asked.encode_to_vec(), told).await
}

/// Says hello, with a pair of metadata if there is one, and returns the name of the replica that answered.
pub async fn hello(client: &Lent, pair: Option<String>) -> Result<String, Refusal> {
    let asked = greeter::SayHelloRequest {
        name: NAME.to_owned(),
        language: 0,
    };
    let (path, message) = (SAY_HELLO.path, asked.encode_to_vec());
    let answer = match pair {
        Some(pair) => client.call_with(path, &message, &pair).await?,
        None => client.call(path, &message).await?,
    };
    match greeter::SayHelloResponse::decode(answer) {
        Ok(answer) => Ok(answer.replica),
        Err(error) => Err(Refusal {
            code: Code::Internal,
            message: error.to_string(),
            is_unreached: false,
        }),
    }
}

fn demo_replica(replica: pb::DemoReplica) -> DemoReplica {
    let disturbance = replica.disturbance.unwrap_or_default();
    DemoReplica {
        name: replica.name,
        trouble: match disturbance {
            _ if disturbance.killed => Trouble::Killed,
            _ if disturbance.broken => Trouble::Broken,
            _ if disturbance.not_serving => Trouble::Draining,
            _ if disturbance.delay.is_some() => Trouble::Slow,
            _ => Trouble::Fine,
        },
    }
}

fn report(told: pb::RunLoadResponse) -> Report {
    let answered = told.answered.into_iter();
    Report {
        begun: told.begun.into(),
        failed: told.failed.into(),
        codes: told.codes,
        answered: answered
            .map(|answered| (answered.replica, answered.calls.into()))
            .collect(),
        p50: told
            .latency_p50
            .map(|time| millis(time.seconds, time.nanos)),
        p99: told
            .latency_p99
            .map(|time| millis(time.seconds, time.nanos)),
    }
}
