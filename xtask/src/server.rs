//! The built server on a free port, for as long as a value of `Server` lives.

use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::process::Failure;

/// What the server prints before its address, on one line of standard output.
const READY: &str = "listening on http://";

/// Long enough for the busiest machine, short enough to notice a server that never starts.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; dropping it ends the process.
pub(crate) struct Server {
    child: Child,
    /// Host and port.
    address: String,
}

impl Server {
    /// Starts `binary` and waits for the line that names its address.
    pub(crate) fn start(binary: &Path) -> Result<Self, Failure> {
        Self::start_with(
            binary,
            &["serve", "--listen", "127.0.0.1:0", "--log", "error"],
        )
    }

    /// The same with all of its arguments.
    pub(crate) fn start_with(binary: &Path, arguments: &[&str]) -> Result<Self, Failure> {
        Self::start_in(binary, arguments, &[])
    }

    /// The same with variables of the environment.
    pub(crate) fn start_in(
        binary: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        let mut child = Command::new(binary)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::on_path("starting", binary, &error))?;
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut server = Self {
            child,
            address: String::new(),
        };
        let (sender, receiver) = mpsc::sync_channel(1);
        // The thread goes on reading so that the server never writes into a full or closed pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(address) = address_in(&line) {
                    // A second such line finds the channel full or closed, and nobody needs it.
                    let _ = sender.try_send(address.to_owned());
                }
            }
        });
        server.address = receiver
            .recv_timeout(PATIENCE)
            .map_err(|_| Failure::new(format!("{} never printed `{READY}…`", binary.display())))?;
        Ok(server)
    }

    /// Of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it answers to a GET, head and body.
    pub(crate) fn read(&self, path: &str) -> Result<String, Failure> {
        let ask = || {
            let mut stream = TcpStream::connect(&self.address)?;
            write!(
                stream,
                "GET {path} HTTP/1.0\r\nhost: {}\r\n\r\n",
                self.address
            )?;
            let mut text = String::new();
            stream.read_to_string(&mut text).map(|_| text)
        };
        ask().map_err(|error: io::Error| Failure::new(format!("GET {path}: {error}")))
    }

    /// Host and port where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Its URL, without a path.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, and then both calls fail, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Host and port in a line like `listening on http://127.0.0.1:8080/`, whatever stands around it.
fn address_in(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(READY)?;
    let end = rest
        .find(|c: char| c == '/' || c.is_whitespace())
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

#[cfg(test)]
mod tests;
