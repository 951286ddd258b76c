//! One run of load: real calls of MyService at an even pace, through the process's own front, and reports of what became
//! of them. All of it lives in the stream of reports: a caller that leaves ends the run, with the calls that are open.
//! When answers come slower than calls begin, at most so many are open at once, and the pace falls behind.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use proto::gangplank::v1 as pb;
use proto::myservice::v1::SayHelloRequest;
use proto::myservice::v1::my_service_client::MyServiceClient;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use tonic::Status;
use wire::code::Code;

use super::super::Handler;
use super::super::balancer::proto_duration;

/// Calls that are open at once at most: half of what the server takes in all, so that others get through.
const MAX_OPEN: usize = 500;
/// Between two looks at how many calls are due.
const STEP: Duration = Duration::from_millis(2);
/// Between two reports: four a second.
const REPORT: Duration = Duration::from_millis(250);

/// What became of one call.
struct Ended {
    took: Duration,
    /// The replica's name, or the code.
    outcome: Result<String, Code>,
}

/// A run.
pub(super) struct Load {
    client: MyServiceClient<Handler>,
    rate: u32,
    calls: u32,
    began: Instant,
    steps: Interval,
    reports: Interval,
    open: JoinSet<Ended>,
    begun: u32,
    failed: u32,
    codes: Vec<&'static str>,
    answered: BTreeMap<String, u32>,
    /// In microseconds.
    latencies: Vec<u32>,
    has_ended: bool,
    /// Counts it among the runs.
    _permit: OwnedSemaphorePermit,
}

impl Load {
    /// `calls` calls, `rate` of them a second.
    pub(super) fn new(front: Handler, rate: u32, calls: u32, permit: OwnedSemaphorePermit) -> Self {
        let every = |period| {
            let mut ticks = interval(period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        };
        Self {
            client: MyServiceClient::new(front),
            rate,
            calls,
            began: Instant::now(),
            steps: every(STEP),
            reports: every(REPORT),
            open: JoinSet::new(),
            begun: 0,
            failed: 0,
            codes: Vec::new(),
            answered: BTreeMap::new(),
            latencies: Vec::new(),
            has_ended: false,
            _permit: permit,
        }
    }

    /// Makes the calls while it is read.
    pub(super) fn reports(self) -> impl Stream<Item = Result<pb::RunLoadResponse, Status>> + Send {
        stream::unfold(self, Self::next)
    }

    async fn next(mut self) -> Option<(Result<pb::RunLoadResponse, Status>, Self)> {
        if self.has_ended {
            return None;
        }
        loop {
            tokio::select! {
                _ = self.steps.tick(), if self.begun < self.calls => self.begin(),
                Some(ended) = self.open.join_next() => {
                    // A call's task neither panics nor is ended before its run.
                    if let Ok(ended) = ended {
                        self.count(ended);
                    }
                }
                _ = self.reports.tick() => return Some((Ok(self.report()), self)),
            }
            self.has_ended = self.begun == self.calls && self.open.is_empty();
            if self.has_ended {
                return Some((Ok(self.report()), self));
            }
        }
    }

    /// Begins what is due by now.
    fn begin(&mut self) {
        let due = self.began.elapsed().as_micros() * u128::from(self.rate) / 1_000_000 + 1;
        let due = u32::try_from(due).unwrap_or(u32::MAX).min(self.calls);
        while self.begun < due && self.open.len() < MAX_OPEN {
            self.begun += 1;
            let mut client = self.client.clone();
            self.open.spawn(async move {
                let began = Instant::now();
                let request = SayHelloRequest {
                    name: "World".to_owned(),
                    language: 0,
                };
                let answer = client.say_hello(request).await;
                Ended {
                    took: began.elapsed(),
                    outcome: match answer {
                        Ok(answer) => Ok(answer.into_inner().replica),
                        Err(status) => Err(code(&status)),
                    },
                }
            });
        }
    }

    fn count(&mut self, ended: Ended) {
        let micros = u32::try_from(ended.took.as_micros()).unwrap_or(u32::MAX);
        self.latencies.push(micros);
        match ended.outcome {
            Ok(replica) => *self.answered.entry(replica).or_default() += 1,
            Err(code) => {
                self.failed += 1;
                if !self.codes.contains(&code.name()) {
                    self.codes.push(code.name());
                }
            }
        }
    }

    fn report(&mut self) -> pb::RunLoadResponse {
        let answered = self.answered.iter().map(|(replica, calls)| pb::Answered {
            replica: replica.clone(),
            calls: *calls,
        });
        pb::RunLoadResponse {
            begun: self.begun,
            succeeded: self.answered.values().sum(),
            failed: self.failed,
            answered: answered.collect(),
            codes: self.codes.iter().map(|code| (*code).to_owned()).collect(),
            latency_p50: quantile(&mut self.latencies, 50).and_then(proto_duration),
            latency_p99: quantile(&mut self.latencies, 99).and_then(proto_duration),
        }
    }
}

/// The latency that so many percent of the calls didn't exceed; None without calls. Changes their order.
fn quantile(latencies: &mut [u32], percent: usize) -> Option<Duration> {
    let at = (latencies.len() * percent).div_ceil(100).checked_sub(1)?;
    let (_, micros, _) = latencies.select_nth_unstable(at);
    Some(Duration::from_micros((*micros).into()))
}

fn code(status: &Status) -> Code {
    let number = u32::try_from(i32::from(status.code())).ok();
    number.and_then(Code::from_number).unwrap_or(Code::Unknown)
}

#[cfg(test)]
mod tests;
