//! What a program writes, line by line, kept in a bounded ring that can be waited on.
//! The ring is shared by the task that reads the pipe and the test that looks for a line.

use std::collections::VecDeque;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::sync::watch;

use crate::patience::within;

/// Lines kept; older ones leave first. A test makes a few hundred at most.
const MAX_LINES: usize = 2_000;

/// The lines a program has written so far.
#[derive(Debug)]
pub struct Log {
    lines: watch::Receiver<VecDeque<String>>,
}

impl Log {
    /// Spawns a task that keeps `pipe`'s lines until the pipe closes.
    pub fn spawn(pipe: impl AsyncRead + Send + Unpin + 'static) -> Self {
        let (sender, lines) = watch::channel(VecDeque::new());
        tokio::spawn(async move {
            let mut reader = BufReader::new(pipe).lines();
            while let Ok(Some(line)) = reader.next_line().await {
                sender.send_modify(|lines| {
                    lines.push_back(line);
                    if lines.len() > MAX_LINES {
                        lines.pop_front();
                    }
                });
            }
        });
        Self { lines }
    }

    /// Waits for a line that contains `text` and returns it. Fails when the pipe closes without one.
    pub async fn wait_for(&self, text: &str) -> Result<String> {
        let find =
            |lines: &VecDeque<String>| lines.iter().find(|line| line.contains(text)).cloned();
        let mut receiver = self.lines.clone();
        let found = within(
            &format!("the line {text:?}"),
            receiver.wait_for(|lines| find(lines).is_some()),
        )
        .await
        .with_context(|| format!("written so far:\n{}", self.text()))?;
        let line = found.ok().and_then(|lines| find(&lines));
        line.with_context(|| {
            format!(
                "the program ended without {text:?}; it wrote:\n{}",
                self.text()
            )
        })
    }

    /// Everything kept, one line each.
    pub fn text(&self) -> String {
        self.lines
            .borrow()
            .iter()
            .fold(String::new(), |text, line| text + line + "\n")
    }
}
