//! The product as a process: `gangplank serve` on a port of its own, its log captured, killed with the test.
//! Also `run`, for commands that end by themselves.

use std::net::SocketAddr;
use std::process::{ExitStatus, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpSocket;
use tokio::process::{Child, Command};

use crate::log::Log;
use crate::patience::within;
use crate::settings;

/// What the server prints before its URL.
const GREETING: &str = "Gangplank is listening on http://";
/// A port the system picks.
const ANY_PORT: &str = "127.0.0.1:0";

/// A running `gangplank serve`.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    log: Log,
    said: Log,
}

impl Server {
    /// Starts `gangplank serve` with `flags` on a port the system picks, and waits until it listens.
    pub async fn start(flags: &[&str]) -> Result<Self> {
        Self::listen(ANY_PORT, flags, &[]).await
    }

    /// The same with variables of the environment.
    pub async fn start_in(environment: &[(&str, &str)], flags: &[&str]) -> Result<Self> {
        Self::listen(ANY_PORT, flags, environment).await
    }

    /// Starts `gangplank serve` with `flags` at `address`.
    pub async fn start_at(address: SocketAddr, flags: &[&str]) -> Result<Self> {
        kept_ports().retain(|(kept, _)| *kept != address);
        Self::listen(&address.to_string(), flags, &[]).await
    }

    async fn listen(address: &str, flags: &[&str], environment: &[(&str, &str)]) -> Result<Self> {
        let mut child = Command::new(settings::gangplank()?)
            .args(["serve", "--listen", address])
            .args(flags)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the server doesn't start")?;
        let log = Log::spawn(child.stderr.take().context("stderr is piped")?);
        let said = Log::spawn(child.stdout.take().context("stdout is piped")?);
        let line = said.wait_for(GREETING).await.with_context(|| log.text())?;
        let (_, address) = line
            .split_once(GREETING)
            .context("the line has the greeting")?;
        let address = address.trim_end_matches('/').parse();
        Ok(Self {
            child,
            address: address.with_context(|| line.clone())?,
            log,
            said,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its origin, such as `http://127.0.0.1:40123`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it logged.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// What it printed.
    pub fn said(&self) -> &Log {
        &self.said
    }

    /// Asks it to read schemas again (SIGHUP).
    pub fn reload(&self) -> Result<()> {
        self.signal(Signal::HUP)
    }

    /// Asks it to end (SIGTERM), which starts the drain.
    pub fn terminate(&self) -> Result<()> {
        self.signal(Signal::TERM)
    }

    /// What it holds in memory, in bytes (resident set).
    pub fn memory_bytes(&self) -> Result<u64> {
        let id = self.child.id().context("the server has ended already")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(1024
            * kib
                .context("the line of the resident set")?
                .parse::<u64>()?)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.child.id().context("the server has ended already")?;
        let pid = Pid::from_raw(id.cast_signed()).context("a process id is positive")?;
        kill_process(pid, signal).context("the server takes no signal")
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) -> Result<ExitStatus> {
        Ok(within("the server's end", self.child.wait()).await??)
    }

    /// Ends it at once (SIGKILL), as a crash would. Nobody else gets its port: whoever calls it is refused.
    pub async fn kill(mut self) -> Result<()> {
        self.child
            .kill()
            .await
            .context("the server can't be killed")?;
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(self.address)?;
        kept_ports().push((self.address, socket));
        Ok(())
    }
}

/// Ports of servers that were killed. A socket that is bound and doesn't listen keeps its port.
fn kept_ports() -> MutexGuard<'static, Vec<(SocketAddr, TcpSocket)>> {
    static KEPT: Mutex<Vec<(SocketAddr, TcpSocket)>> = Mutex::new(Vec::new());
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Server {
    /// Leaves the log with the test's output, which cargo shows if the test fails.
    fn drop(&mut self) {
        #[expect(clippy::print_stderr, reason = "the test runner captures it")]
        {
            eprintln!(
                "--- log of the server at {}\n{}",
                self.address,
                self.log.text()
            );
        }
    }
}

/// Runs `gangplank` with `args` to its end.
pub async fn run(args: &[&str]) -> Result<Output> {
    run_in(&[], args).await
}

/// The same with variables of the environment.
pub async fn run_in(environment: &[(&str, &str)], args: &[&str]) -> Result<Output> {
    let output = Command::new(settings::gangplank()?)
        .args(args)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    Ok(within(&format!("the end of gangplank {args:?}"), output).await??)
}
