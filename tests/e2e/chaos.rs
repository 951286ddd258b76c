//! The chaos matrix: three replicas under load, one of them wrecked in every way, and what callers saw of it.
//! A call counts as failed if it failed where sending it again was legal: before the answer's head, on a method that may be
//! called twice. A stream that broke after its head, and a call that may not be made twice and had reached the vessel, are
//! counted apart: nobody could have mended them. Run alone and with its output shown, it prints the matrix of
//! docs/replicas.md.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use http::uri::PathAndQuery;
use tests::http::{Connection, Version};
use tests::patience::eventually;
use tests::server::Server;
use tests::settings;
use tests::vessel::{Blow, Mood, Signal, Vessel};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use tonic::client::Grpc;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

/// Callers of each kind, one call after the other.
const CALLERS: usize = 10;
/// A caller's pause between two calls: about 1,000 calls a second in all, where the machine lets them.
const PAUSE: Duration = Duration::from_millis(25);
/// How long a wreck lasts, and how often its blows fall.
const WRECKED: Duration = Duration::from_millis(1_500);
const BLOWS: u32 = 5;
/// The load before and after.
const CALM: Duration = Duration::from_millis(300);
/// No call takes longer.
const LONGEST: Duration = Duration::from_secs(10);

/// Replicas that are silent are found out sooner than in production, so that the matrix is done in a minute.
const QUICK: [&str; 4] = ["--replica-silence", "200ms", "--replica-timeout", "200ms"];

/// What is done to the vessel.
#[derive(Clone, Copy, Debug)]
enum Wreck {
    Blow(Blow),
    Mood(Mood),
    Dark,
    Restart,
}

const WRECKS: [(&str, Wreck); 8] = [
    ("reset", Wreck::Blow(Blow::Reset)),
    ("orderly close", Wreck::Blow(Blow::Close)),
    ("black hole", Wreck::Dark),
    ("slow", Wreck::Mood(Mood::Slow(Duration::from_millis(400)))),
    ("UNAVAILABLE", Wreck::Mood(Mood::Unavailable)),
    ("GOAWAY", Wreck::Blow(Blow::GoAway)),
    ("half-open", Wreck::Blow(Blow::Freeze)),
    ("restart on its port", Wreck::Restart),
];

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unary,
    UnaryOnce,
    Stream,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Unary, Self::UnaryOnce, Self::Stream];

    fn name(self) -> &'static str {
        match self {
            Self::Unary => "unary",
            Self::UnaryOnce => "unary, not idempotent",
            Self::Stream => "server stream",
        }
    }

    fn path(self) -> PathAndQuery {
        PathAndQuery::from_static(match self {
            Self::Unary => "/fleet.v1.Fleet/Hail",
            Self::UnaryOnce => "/fleet.v1.Fleet/Board",
            Self::Stream => "/fleet.v1.Fleet/Log",
        })
    }
}

/// What became of the calls of one kind.
#[derive(Clone, Debug, Default)]
struct Tally {
    calls: u32,
    /// Failed where another attempt was legal.
    failed: Vec<String>,
    /// Failed where it wasn't.
    beyond_help: u32,
    longest: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chaos_matrix() -> Result<()> {
    let mut table = String::from(
        "| one of three replicas | calls | failed | beyond help | sent again | longest |\n|---|---|---|---|---|---|\n",
    );
    let mut failures = Vec::new();
    for (name, wreck) in WRECKS {
        let (tallies, retries) = run(wreck).await.with_context(|| name.to_owned())?;
        for (kind, tally) in Kind::ALL.into_iter().zip(&tallies) {
            let retries = if kind == Kind::Unary {
                retries.to_string()
            } else {
                "〃".to_owned()
            };
            writeln!(
                table,
                "| {name}, {} | {} | {} | {} | {retries} | {} ms |",
                kind.name(),
                tally.calls,
                tally.failed.len(),
                tally.beyond_help,
                tally.longest.as_millis()
            )?;
            if !tally.failed.is_empty() {
                failures.push(format!("{name}, {}: {:?}", kind.name(), tally.failed));
            }
        }
    }
    #[expect(clippy::print_stdout, reason = "the matrix is what this is run for")]
    {
        println!("{table}");
    }
    ensure!(failures.is_empty(), "{failures:#?}");
    Ok(())
}

/// One wreck under load: tallies in the order of the kinds, and how many calls were sent again.
async fn run(wreck: Wreck) -> Result<([Tally; 3], u64)> {
    let mut fleet = Vec::new();
    for number in 0..3 {
        fleet.push(Vessel::launch(&format!("vessel-{number}")).await?);
    }
    let server = front(&fleet).await?;
    let load = Load::start(&server).await?;
    let began = Instant::now();
    sleep_until(began + CALM).await;
    let victim = &mut fleet[0];
    match wreck {
        Wreck::Mood(mood) => victim.set_mood(mood),
        Wreck::Dark => victim.set_dark(true),
        Wreck::Blow(_) | Wreck::Restart => {}
    }
    for number in 1..=BLOWS {
        match wreck {
            Wreck::Blow(blow) => victim.strike(blow),
            Wreck::Restart => {
                victim.sink().await;
                victim.raise().await?;
            }
            Wreck::Mood(_) | Wreck::Dark => {}
        }
        sleep_until(began + CALM + WRECKED * number / BLOWS).await;
    }
    victim.set_mood(Mood::Fair);
    victim.set_dark(false);
    sleep_until(began + CALM * 2 + WRECKED).await;
    let tallies = load.end().await?;
    let retries = retries(&server).await?;
    Ok((tallies, retries))
}

/// The API server in front of these vessels, connected to each.
async fn front(fleet: &[Vessel]) -> Result<Server> {
    let addresses: Vec<_> = fleet.iter().map(Vessel::address).collect();
    let component = format!("fleet={}", addresses.join(","));
    let protos = settings::folder("tests").join("fixtures/fleet");
    let protos = format!("fleet={}", protos.display());
    let mut flags = vec!["--replicas", "0", "--log", "warn"];
    flags.extend(["--component", &component, "--protos", &protos]);
    flags.extend(QUICK);
    let server = Server::start(&flags).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    eventually("every vessel connected", async || {
        let ready = states(&mut connection).await?;
        ensure!(ready == ["READY"; 3], "{ready:?}");
        Ok(())
    })
    .await?;
    Ok(server)
}

async fn balance(connection: &mut Connection) -> Result<serde_json::Value> {
    let reply = connection.get("/gangplank/v1/replicas", &[]).await?;
    let mut told: serde_json::Value = serde_json::from_slice(&reply.body)?;
    Ok(told["balances"][0].take())
}

/// The states of all replicas.
async fn states(connection: &mut Connection) -> Result<Vec<String>> {
    let told = balance(connection).await?;
    let replicas = told["replicas"].as_array().context("replicas")?.iter();
    let states = replicas.map(|replica| {
        let state = replica["state"].as_str().unwrap_or_default();
        state.trim_start_matches("REPLICA_STATE_").to_owned()
    });
    Ok(states.collect())
}

async fn retries(server: &Server) -> Result<u64> {
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let told = balance(&mut connection).await?;
    Ok(told["retriesTotal"].as_str().unwrap_or("0").parse()?)
}

/// Callers at work.
struct Load {
    is_over: Arc<AtomicBool>,
    callers: JoinSet<(Kind, Tally)>,
}

impl Load {
    async fn start(server: &Server) -> Result<Self> {
        let is_over = Arc::<AtomicBool>::default();
        let mut callers = JoinSet::new();
        for kind in Kind::ALL {
            let channel = Endpoint::from_shared(server.url())?.connect().await?;
            for _ in 0..CALLERS {
                let (channel, is_over) = (channel.clone(), Arc::clone(&is_over));
                callers.spawn(async move { (kind, call(kind, channel, &is_over).await) });
            }
        }
        Ok(Self { is_over, callers })
    }

    async fn end(mut self) -> Result<[Tally; 3]> {
        self.is_over.store(true, Ordering::Relaxed);
        let mut tallies = <[Tally; 3]>::default();
        while let Some(ended) = self.callers.join_next().await {
            let (kind, tally) = ended?;
            let sum = &mut tallies[kind as usize];
            sum.calls += tally.calls;
            sum.failed.extend(tally.failed);
            sum.beyond_help += tally.beyond_help;
            sum.longest = sum.longest.max(tally.longest);
        }
        Ok(tallies)
    }
}

/// One caller, until told that it's over.
async fn call(kind: Kind, channel: Channel, is_over: &AtomicBool) -> Tally {
    let mut client = Grpc::new(channel);
    let mut tally = Tally::default();
    let mut pace = interval(PAUSE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !is_over.load(Ordering::Relaxed) {
        pace.tick().await;
        let began = Instant::now();
        let ended = timeout(LONGEST, once(kind, &mut client)).await;
        tally.calls += 1;
        tally.longest = tally.longest.max(began.elapsed());
        match ended {
            Ok(Ended::Well) => {}
            Ok(Ended::BeyondHelp) => tally.beyond_help += 1,
            Ok(Ended::Failed(status)) => {
                tally
                    .failed
                    .push(format!("{:?}: {}", status.code(), status.message()));
            }
            Err(_) => tally.failed.push("it hangs".to_owned()),
        }
    }
    tally
}

/// How one call ended.
enum Ended {
    Well,
    Failed(Status),
    BeyondHelp,
}

async fn once(kind: Kind, client: &mut Grpc<Channel>) -> Ended {
    // Fails only if the channel does, and then the call says so too.
    if let Err(error) = client.ready().await {
        return Ended::Failed(Status::unknown(error.to_string()));
    }
    let codec = ProstCodec::<Signal, Signal>::default();
    let request = Request::new(Signal::default());
    if kind != Kind::Stream {
        return match client.unary(request, kind.path(), codec).await {
            Ok(_) => Ended::Well,
            // It had left for the vessel, and may have been done.
            Err(status) if kind == Kind::UnaryOnce && was_sent(&status) => Ended::BeyondHelp,
            Err(status) => Ended::Failed(status),
        };
    }
    let mut answers = match client.server_streaming(request, kind.path(), codec).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return Ended::Failed(status),
    };
    loop {
        match answers.message().await {
            Ok(Some(_)) => {}
            Ok(None) => return Ended::Well,
            Err(_) => return Ended::BeyondHelp,
        }
    }
}

/// True for what only a call that had reached a vessel is told: that it said so itself, or that its connection broke.
fn was_sent(status: &Status) -> bool {
    let message = status.message();
    status.code() == Code::Unavailable && !message.contains("no ready replica")
}
