//! One connection of the faulty server: reads requests, writes what the script says.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval};

use super::State;
use super::script::{End, Pace, Script};

/// Longest head of a request; a browser's has a few hundred bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// What an API server keeps for itself, and shows on another listener if it's told to.
const ADMIN: &str = "/gangplank/v1/";
/// Between two pieces. The browser mostly hands them over apart then; a test that needs it looks.
const PAUSE: Duration = Duration::from_millis(20);

/// The part of a request that matters here.
#[derive(Debug)]
struct Request {
    method: String,
    path: String,
    /// What a preflight asks for.
    wanted_headers: String,
}

/// Serves requests until the peer closes or a script ends the connection.
pub(super) async fn serve(stream: TcpStream, state: &State) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream).await? {
        let has_cors = state.current().is_some_and(|script| script.has_cors);
        match (&*request.method, &*request.path) {
            ("OPTIONS", _) => write_empty(&mut stream, 204, has_cors, &request).await?,
            ("GET", "/readyz" | "/livez") => {
                write_empty(&mut stream, 200, has_cors, &request).await?;
            }
            ("POST", path) if !path.starts_with(ADMIN) => {
                let script = state.next_script().context("a script is set")?;
                if !answer(&mut stream, &script, state, &request).await? {
                    return Ok(());
                }
            }
            _ => write_empty(&mut stream, 404, has_cors, &request).await?,
        }
    }
    Ok(())
}

/// Writes a scripted answer; false if the connection is to end.
async fn answer(
    stream: &mut BufReader<TcpStream>,
    script: &Script,
    state: &State,
    request: &Request,
) -> Result<bool> {
    if script.end == End::Silence {
        wait_for_hangup(stream).await;
        return Ok(false);
    }
    let mut head = head(script.http_status, script.has_cors, request);
    for (name, value) in &script.headers {
        for part in [name, ": ", value, "\r\n"] {
            head += part;
        }
    }
    head += "transfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    let mut pauses = interval(PAUSE);
    pauses.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pauses.tick().await;
    for piece in script.pieces.iter().filter(|piece| !piece.is_empty()) {
        match script.pace {
            Pace::AtOnce => {}
            Pace::Paused => {
                pauses.tick().await;
            }
            Pace::Gated => state.gate.acquire().await?.forget(),
        }
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        stream.write_all(&chunk).await?;
        stream.flush().await?;
    }
    match script.end {
        End::Whole => {
            stream.write_all(b"0\r\n\r\n").await?;
            Ok(true)
        }
        End::Hang => {
            wait_for_hangup(stream).await;
            Ok(false)
        }
        End::Broken | End::Silence => Ok(false),
    }
}

/// Waits until the peer closes; what it sends until then isn't looked at.
async fn wait_for_hangup(stream: &mut BufReader<TcpStream>) {
    let mut unread = [0; 256];
    while matches!(stream.read(&mut unread).await, Ok(count) if count > 0) {}
}

async fn write_empty(
    stream: &mut BufReader<TcpStream>,
    http_status: u16,
    has_cors: bool,
    request: &Request,
) -> Result<()> {
    let head = head(http_status, has_cors, request) + "content-length: 0\r\n\r\n";
    Ok(stream.write_all(head.as_bytes()).await?)
}

/// Status line and CORS headers.
fn head(http_status: u16, has_cors: bool, request: &Request) -> String {
    let mut head = format!("HTTP/1.1 {http_status} \r\ncache-control: no-store\r\n");
    if has_cors {
        head += "access-control-allow-origin: *\r\n\
            access-control-allow-methods: GET, POST\r\n\
            access-control-expose-headers: *\r\n\
            access-control-max-age: 600\r\n\
            timing-allow-origin: *\r\n";
        head += "access-control-allow-headers: ";
        head += &request.wanted_headers;
        head += "\r\n";
    }
    head
}

/// Reads a request with its body; None when the peer has closed.
async fn read_request(stream: &mut BufReader<TcpStream>) -> Result<Option<Request>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).await? == 0 {
            return Ok(None);
        }
        head.extend_from_slice(&byte);
        if head.len() > MAX_HEAD_BYTES {
            bail!("a head of more than {MAX_HEAD_BYTES} bytes");
        }
    }
    let head = String::from_utf8(head)?;
    let mut words = head.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let path = words.next().unwrap_or_default().to_owned();
    let length = header(&head, "content-length").unwrap_or("0").parse()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let wanted_headers = header(&head, "access-control-request-headers").unwrap_or("*");
    Ok(Some(Request {
        method,
        path,
        wanted_headers: wanted_headers.to_owned(),
    }))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value.trim())
}
