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
    /// Starts `ChromeDriver` on a port the system picks.
    pub(super) async fn start() -> Result<Self> {
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
