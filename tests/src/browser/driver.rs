//! `ChromeDriver` as a process, and the profile folder and Chromium that belong to it.
//! Dropping it kills both, so that a panicking test leaves nothing behind.

use std::process::Stdio;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::log::Log;
use crate::settings;

/// What `ChromeDriver` prints before its port.
const GREETING: &str = "started successfully on port ";

/// What it writes before it ends, if the port that the system gave it for IPv6 is another
/// program's for IPv4: it asks for a free port once, and then wants the same one for both.
const PORT_IS_TAKEN: &str = "IPv4 port not available";

/// How often another port is asked for. Two programs meet on one port of some 28,000.
const MAX_STARTS: usize = 5;

/// A running `ChromeDriver` with at most one browser.
#[derive(Debug)]
pub(super) struct Driver {
    /// Killed when dropped.
    _child: Child,
    /// Keeps the pipe open: a driver that can't write would end.
    _said: Log,
    url: String,
    profile: TempDir,
    /// The browser's main process, once there is one; the others end with it.
    chromium: Option<Pid>,
}

impl Driver {
    /// Starts `ChromeDriver` on a port the system picks, and on another one if that is half taken.
    pub(super) async fn start() -> Result<Self> {
        for _ in 1..MAX_STARTS {
            match Self::start_once().await {
                Err(error) if format!("{error:#}").contains(PORT_IS_TAKEN) => {}
                started => return started,
            }
        }
        Self::start_once().await
    }

    /// Starts `ChromeDriver`; fails with what it wrote if it ends before it listens.
    async fn start_once() -> Result<Self> {
        let profile = TempDir::with_prefix("gangplank-e2e-").context("no room for a profile")?;
        let mut child = Command::new(settings::chromedriver()?)
            .arg("--port=0")
            // Chromium leaves files behind when it is killed; so they go with the profile.
            .env("TMPDIR", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("ChromeDriver doesn't start")?;
        let said = Log::spawn(child.stdout.take().context("stdout is piped")?);
        let line = said.wait_for(GREETING).await?;
        let (_, port) = line
            .split_once(GREETING)
            .context("the line has the greeting")?;
        let url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        Ok(Self {
            _child: child,
            _said: said,
            url,
            profile,
            chromium: None,
        })
    }

    /// Where it takes commands.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The flag that gives the browser a fresh profile.
    pub(super) fn profile_flag(&self) -> String {
        format!(
            "--user-data-dir={}",
            self.profile.path().join("profile").display()
        )
    }

    /// Takes charge of the browser's main process, whose id is `process_id`.
    pub(super) fn adopt(&mut self, process_id: i32) {
        self.chromium = Pid::from_raw(process_id);
    }

    /// The browser has been closed in good order.
    pub(super) fn closed(&mut self) {
        self.chromium = None;
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(chromium) = self.chromium {
            // It may have ended by itself; then there is nothing to do.
            let _ = kill_process(chromium, Signal::KILL);
        }
    }
}
