//! Which server the page calls, and what is known of it.

/// What the page knows of its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reachability {
    /// Not asked yet.
    Checking,
    /// Its last answer said that it's ready.
    Ready,
    /// The last try got no answer.
    Gone,
    /// It answers again after it was gone, and no call has been made since.
    Back,
}

/// Returns the pause before the next try to reach a server that is gone, in milliseconds.
///
/// Doubles from half a second to at most eight, so that a restart is noticed at once
/// and a server that stays away isn't bothered.
pub fn retry_pause_millis(failed_tries: u32) -> u32 {
    500 << failed_tries.min(4)
}

/// Returns the base URL of a `server` parameter: scheme and authority of an http(s) URL, no path.
///
/// None when the text is anything else, so that a link can't smuggle in a path or credentials.
pub fn parse_base_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once("://")?;
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    let is_http = scheme == "http" || scheme == "https";
    (is_http && !authority.is_empty() && authority.bytes().all(legal))
        .then(|| format!("{scheme}://{authority}"))
}

/// Returns the part of a base URL that people call the server by: host and port.
pub fn authority(base_url: &str) -> &str {
    base_url
        .split_once("://")
        .map_or(base_url, |(_, authority)| authority)
}

/// Returns host and port of a URL; the port is empty where it's the scheme's own.
pub fn host_and_port(url: &str) -> (&str, &str) {
    let authority = authority(url);
    let authority = authority.split('/').next().unwrap_or(authority);
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (authority, ""),
    }
}

/// Returns whether a base URL names this machine, which browsers trust without TLS.
pub fn is_loopback(base_url: &str) -> bool {
    let (host, _) = host_and_port(base_url);
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.starts_with("127.")
            && host
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests;
