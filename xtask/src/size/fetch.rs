//! One GET over HTTP/1.1 and its whole answer, read to the end of the connection: status, two
//! headers, length of the body. Bodies may be chunked; they aren't decompressed, because their length is all
//! that is asked. Source: RFC 9112, sections 4 to 7.

use std::fmt;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::process::Failure;

/// Long enough for the busiest machine, short enough to notice a server that never answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the size table needs of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: u16,
    /// `content-encoding`, empty when absent.
    pub(super) encoding: String,
    /// `content-type`, empty when absent.
    pub(super) content_type: String,
    /// Length of the body without the framing of chunks.
    pub(super) body_bytes: usize,
}

/// Why bytes aren't a whole answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FetchError {
    NotHttp,
    BadChunk,
    Truncated { announced: usize, received: usize },
}

impl fmt::Display for FetchError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttp => out.write_str("isn't HTTP/1.1"),
            Self::BadChunk => out.write_str("has a broken chunk"),
            Self::Truncated {
                announced,
                received,
            } => {
                write!(out, "ends after {received} of {announced} bytes")
            }
        }
    }
}

/// Fetches a path from a server at host and port, accepting brotli.
pub(super) fn get(address: &str, path: &str) -> Result<Response, Failure> {
    let bytes = exchange(address, path)
        .map_err(|error| Failure::new(format!("GET {path} from {address}: {error}")))?;
    parse(&bytes).map_err(|error| Failure::new(format!("the answer to GET {path} {error}")))
}

fn exchange(address: &str, path: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n"
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads an answer from all bytes of its connection.
fn parse(bytes: &[u8]) -> Result<Response, FetchError> {
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .ok_or(FetchError::NotHttp)?;
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| FetchError::NotHttp)?;
    let status = head
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok())
        .ok_or(FetchError::NotHttp)?;
    Ok(Response {
        status,
        encoding: header(head, "content-encoding")
            .unwrap_or_default()
            .to_ascii_lowercase(),
        content_type: header(head, "content-type").unwrap_or_default().to_owned(),
        body_bytes: body_bytes(head, &bytes[end + 4..])?,
    })
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn body_bytes(head: &str, body: &[u8]) -> Result<usize, FetchError> {
    let received = body.len();
    if header(head, "transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
    {
        return chunked_bytes(body);
    }
    match header(head, "content-length").and_then(|value| value.parse().ok()) {
        Some(announced) if announced != received => Err(FetchError::Truncated {
            announced,
            received,
        }),
        _ => Ok(received),
    }
}

/// `chunk = size in hex [;extensions] CRLF data CRLF`, ended by a chunk of size 0.
fn chunked_bytes(mut body: &[u8]) -> Result<usize, FetchError> {
    let mut sum = 0;
    loop {
        let end = body
            .windows(2)
            .position(|two| two == b"\r\n")
            .ok_or(FetchError::BadChunk)?;
        let line = std::str::from_utf8(&body[..end]).map_err(|_| FetchError::BadChunk)?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(digits, 16).map_err(|_| FetchError::BadChunk)?;
        if size == 0 {
            return Ok(sum);
        }
        sum += size;
        let next = size.checked_add(end + 4).ok_or(FetchError::BadChunk)?;
        body = body.get(next..).ok_or(FetchError::BadChunk)?;
    }
}

#[cfg(test)]
mod tests;
