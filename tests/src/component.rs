//! Programs that stand behind or beside the API server: a lone replica, and scripts for Node.js and Python with their packages
//! at hand.
//! Each ends with its value.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::log::Log;
use crate::patience::within;
use crate::settings;

/// What every one of them prints once it listens, in front of its address.
const GREETING: &str = " is listening on ";

/// A program that listens.
#[derive(Debug)]
pub struct Component {
    child: Child,
    address: SocketAddr,
    log: Log,
    errors: Log,
}

impl Component {
    /// Starts `gangplank component` with `flags`, on a port the system picks unless they say otherwise.
    pub async fn replica(flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(settings::gangplank()?);
        Self::start(command.arg("component").args(flags)).await
    }

    /// Starts a Node.js script of `folder`, made by [`node_folder`].
    pub async fn node(folder: &Path, script: &str, arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(settings::node()?);
        command.arg(script).args(arguments).current_dir(folder);
        Self::start(command.env("PROTO", settings::schema())).await
    }

    /// Starts `gangplank component` with variables of the environment.
    pub async fn replica_in(environment: &[(&str, &str)], flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(settings::gangplank()?);
        command.envs(environment.iter().copied());
        Self::start(command.arg("component").args(flags)).await
    }

    /// Starts a Python script of `tests/fixtures`, with the packages of [`settings::opentelemetry_py`].
    pub async fn python(
        script: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<Self> {
        let script = settings::folder("tests/fixtures").join(script);
        let mut command = Command::new("python3");
        command.arg(script).args(arguments);
        command.env("PYTHONPATH", settings::opentelemetry_py()?);
        Self::start(command.envs(environment.iter().copied())).await
    }

    async fn start(command: &mut Command) -> Result<Self> {
        command.stdin(Stdio::null()).kill_on_drop(true);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let what = format!("{command:?}");
        let mut child = command.spawn().with_context(|| what.clone())?;
        let errors = Log::spawn(child.stderr.take().context("stderr is piped")?);
        let log = Log::spawn(child.stdout.take().context("stdout is piped")?);
        let line = log.wait_for(GREETING).await;
        let line = line.with_context(|| format!("{what}\n{}", errors.text()))?;
        let (_, address) = line
            .split_once(GREETING)
            .context("the line has the greeting")?;
        let address = address.trim_start_matches("http://").parse();
        Ok(Self {
            child,
            address: address.with_context(|| line.clone())?,
            log,
            errors,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it printed.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// What it said beside that; a replica logs there.
    pub fn errors(&self) -> &Log {
        &self.errors
    }

    /// As a value of `--component`.
    pub fn named(&self, name: &str) -> String {
        format!("{name}={}", self.address)
    }

    /// Asks it to end (SIGTERM).
    pub fn terminate(&self) -> Result<()> {
        let id = self.child.id().context("it has ended already")?;
        let pid = Pid::from_raw(id.cast_signed()).context("a process id is positive")?;
        kill_process(pid, Signal::TERM).context("it takes no signal")
    }

    /// Waits until it has ended by itself; true if it ended well.
    pub async fn ended(&mut self) -> Result<bool> {
        Ok(within("the component's end", self.child.wait())
            .await??
            .success())
    }

    /// Ends it at once, as a crash would.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await.context("it can't be killed")
    }
}

/// Makes a folder with the scripts of `scripts`, and gRPC for Node.js and Connect for them to import.
pub fn node_folder(scripts: &Path) -> Result<TempDir> {
    node_folder_with(scripts, &[settings::grpc_js()?, settings::connect_es()?])
}

/// Makes a folder with the scripts of `scripts`, and what these `node_modules` hold for them to import.
pub fn node_folder_with(scripts: &Path, packages: &[PathBuf]) -> Result<TempDir> {
    let folder = TempDir::with_prefix("gangplank-node-")?;
    for entry in fs::read_dir(scripts)? {
        let path = entry?.path();
        if path.is_file() {
            let name = path.file_name().context("a file has a name")?;
            fs::copy(&path, folder.path().join(name))?;
        }
    }
    let modules = folder.path().join("node_modules");
    fs::create_dir(&modules)?;
    for packages in packages {
        for entry in fs::read_dir(packages)? {
            let entry = entry?;
            let link = modules.join(entry.file_name());
            if !link.exists() {
                symlink(entry.path(), link)?;
            }
        }
    }
    Ok(folder)
}
