//! Metadata as the reader types it: one `name: value` a line.

use wire::base64;

/// Pairs in their order; repeats kept.
pub type Pairs = Vec<(String, String)>;

/// A line that isn't metadata; lines count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadLine {
    /// Which line.
    pub line: usize,
}

/// Returns the pairs of a text; empty lines are passed over.
///
/// Names are lower-cased and made of `0-9 a-z _ - .`, without the reserved prefix `grpc-`;
/// names that a page can't send are refused; values are printable ASCII, base64 where the name ends in `-bin`. Source: gRPC PROTOCOL-HTTP2.md.
pub fn parse(text: &str) -> Result<Pairs, BadLine> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| parse_line(line).ok_or(BadLine { line: index + 1 }))
        .collect()
}

fn parse_line(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let is_name = !name.is_empty() && name.bytes().all(is_legal) && !name.starts_with("grpc-");
    let is_value = value.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    let is_decodable = !name.ends_with("-bin") || base64::decode(value).is_ok();
    (is_name && is_value && is_decodable && !is_taken(&name)).then(|| (name, value.to_owned()))
}

/// Returns whether the browser or the transport keeps a header name to itself: it would be dropped
/// without a word. Source: Fetch standard, "forbidden request-header".
fn is_taken(name: &str) -> bool {
    const TAKEN: [&str; 22] = [
        "accept",
        "accept-charset",
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "via",
        "x-grpc-web",
        "x-user-agent",
    ];
    let starts = ["access-control-", "proxy-", "sec-"];
    TAKEN.contains(&name) || starts.iter().any(|start| name.starts_with(start))
}

/// Returns whether a pair of this name may be a secret, to be left out of links.
pub fn is_secret(name: &str) -> bool {
    let marks = [
        "authorization",
        "cookie",
        "token",
        "secret",
        "password",
        "api-key",
        "apikey",
    ];
    name.ends_with("-bin") || marks.iter().any(|mark| name.contains(mark))
}

/// Returns the text of pairs without the secret ones.
pub fn without_secrets(text: &str) -> String {
    let is_open = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        !is_secret(&name.trim().to_ascii_lowercase())
    };
    text.lines().filter(is_open).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
