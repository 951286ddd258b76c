//! Debian's dnsmasq as a name server of the test's own: it knows a hosts file, which a test may rewrite, and one service.

use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::log::Log;
use crate::settings;

/// What it logs once it answers.
const GREETING: &str = "started, version";
/// What it logs once it has read the hosts file again.
const READ: &str = "read ";

/// A running dnsmasq; it ends with the value.
#[derive(Debug)]
pub struct Dnsmasq {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
    log: Log,
}

impl Dnsmasq {
    /// Starts one that knows `name` by these addresses, and `_grpc._tcp.` before it at `port`.
    pub async fn start(name: &str, port: u16, addresses: &[&str]) -> Result<Self> {
        // The port is free again when the listener is dropped, and dnsmasq takes it for both protocols.
        let free = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let folder = TempDir::with_prefix("gangplank-dns-")?;
        let hosts = folder.path().join("hosts");
        write(&hosts, name, addresses)?;
        let mut child = Command::new(settings::dnsmasq()?)
            .args([
                "--keep-in-foreground",
                "--log-facility=-",
                "--conf-file=/dev/null",
            ])
            .args([
                "--no-resolv",
                "--no-hosts",
                "--bind-interfaces",
                "--user=root",
                "--pid-file",
            ])
            .arg("--listen-address=127.0.0.1")
            .arg(format!("--port={}", free.port()))
            .arg(format!("--addn-hosts={}", hosts.display()))
            .arg(format!("--srv-host=_grpc._tcp.{name},{name},{port},10,1"))
            // A service of a worse priority, which nobody must be sent to.
            .arg(format!("--srv-host=_grpc._tcp.{name},{name},1,20,1"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("dnsmasq doesn't start")?;
        let log = Log::spawn(child.stderr.take().context("stderr is piped")?);
        log.wait_for(GREETING).await?;
        log.wait_for(READ).await?;
        Ok(Self {
            child,
            address: free,
            folder,
            log,
        })
    }

    /// Where it answers, as `ADDRESS:PORT`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// What it logged.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Knows `name` by other addresses from now on.
    pub fn change(&self, name: &str, addresses: &[&str]) -> Result<()> {
        write(&self.folder.path().join("hosts"), name, addresses)?;
        let id = self.child.id().context("dnsmasq has ended")?;
        let pid = Pid::from_raw(id.cast_signed()).context("a process id is positive")?;
        kill_process(pid, Signal::HUP).context("dnsmasq takes no signal")
    }
}

fn write(hosts: &std::path::Path, name: &str, addresses: &[&str]) -> Result<()> {
    let lines = addresses
        .iter()
        .map(|address| format!("{address} {name}\n"));
    fs::write(hosts, lines.collect::<String>()).context("the hosts file")
}
