//! The product behind https, as a reverse proxy would put it: TLS by Node.js, with a certificate that nobody trusts.
//! Browsers treat an https page in their own way; what it may call is what is tested.

use std::net::SocketAddr;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::log::Log;
use crate::patience::within;
use crate::settings;

/// Passes everything on to the port in its first argument; prints its own port.
const PROXY: &str = "import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
const [port] = process.argv.slice(1);
const pass = (asked, answered) => {
  const { method, url: path, headers } = asked;
  asked.pipe(request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
    answered.writeHead(answer.statusCode, answer.headers);
    answer.pipe(answered);
  }));
};
const server = createServer({ key: readFileSync('key.pem'), cert: readFileSync('cert.pem') }, pass);
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));";

/// What the proxy prints before its port.
const GREETING: &str = "port ";

/// A running proxy; killed with the test.
#[derive(Debug)]
pub struct Https {
    port: u16,
    _child: Child,
    _said: Log,
    _folder: TempDir,
}

impl Https {
    /// Starts a proxy in front of `address`, on a port the system picks.
    pub async fn start(address: SocketAddr) -> Result<Self> {
        let folder = TempDir::with_prefix("gangplank-https-")?;
        make_certificate(&folder).await?;
        let mut child = Command::new(settings::node()?)
            .args(["--input-type=module", "--eval", PROXY])
            .arg(address.port().to_string())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the proxy doesn't start")?;
        let said = Log::spawn(child.stdout.take().context("stdout is piped")?);
        let line = said.wait_for(GREETING).await?;
        let port = line.trim_start_matches(GREETING).parse()?;
        Ok(Self {
            port,
            _child: child,
            _said: said,
            _folder: folder,
        })
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }
}

async fn make_certificate(folder: &TempDir) -> Result<()> {
    let options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj /CN=page.test -keyout key.pem -out cert.pem";
    let made = Command::new("openssl")
        .args(options.split_ascii_whitespace())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let made = within("a certificate", made)
        .await?
        .context("no openssl: install it")?;
    ensure!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    Ok(())
}
