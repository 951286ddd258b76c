//! The page's files over HTTP: names, caching, compression, and the policy that binds the page.

use std::io::Read as _;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use tests::http::{Connection, Reply, Version};
use tests::server::Server;

const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn unknown_paths_get_the_page() -> Result<()> {
    let server = Server::start(&[]).await?;
    for version in Version::ALL {
        let mut connection = Connection::open(server.address(), version).await?;
        let index = connection.get("/", &[HTML]).await?;
        assert_eq!(index.http_status, 200);
        for path in ["/decode", "/decode/", "/a/b/c?d=e"] {
            let reply = connection.get(path, &[HTML]).await?;
            assert_eq!(
                (reply.http_status, &reply.body),
                (index.http_status, &index.body),
                "{path}"
            );
            assert_eq!(
                reply.header("content-type"),
                Some("text/html; charset=utf-8")
            );
            assert_eq!(reply.header("cache-control"), Some("no-cache"));
        }
    }
    Ok(())
}

#[tokio::test]
async fn unknown_files_are_not_found() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    for path in ["/nothing.js", "/nothing.wasm"] {
        let reply = connection.get(path, &[HTML]).await?;
        assert_eq!(reply.http_status, 404, "{path}");
    }
    for path in ["/../Cargo.toml", "/%2e%2e/Cargo.toml"] {
        let reply = connection.get(path, &[HTML]).await?;
        assert_eq!(
            reply.http_status, 400,
            "{path} is refused before anybody looks for it"
        );
    }
    // A script that asks for data must not be given the page.
    assert_eq!(
        connection
            .get("/decode", &[("accept", "*/*")])
            .await?
            .http_status,
        404
    );
    Ok(())
}

#[tokio::test]
async fn index_is_revalidated_and_files_are_kept() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let index = connection.get("/", &[HTML]).await?;
    assert_eq!(index.header("cache-control"), Some("no-cache"));
    let etag = index.header("etag").context("index.html has a tag")?;
    let again = connection
        .get("/", &[HTML, ("if-none-match", etag)])
        .await?;
    assert_eq!((again.http_status.as_u16(), again.body.len()), (304, 0));

    let files = referenced(&index)?;
    assert!(
        files.iter().any(|path| has_extension(path, "wasm")),
        "{files:?}"
    );
    for path in files {
        let file = connection.get(&path, &[]).await?;
        assert_eq!(file.http_status, 200, "{path}");
        let cache = file.header("cache-control").unwrap_or_default();
        assert!(
            cache.contains("immutable") && cache.contains("max-age=31536000"),
            "{path} {cache}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn files_come_in_the_smallest_form_accepted() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    let index = connection.get("/", &[HTML]).await?;
    for path in referenced(&index)?.iter().map(String::as_str).chain(["/"]) {
        let plain = connection.get(path, &[HTML]).await?;
        assert_eq!(plain.header("content-encoding"), None);
        for (accepted, coding) in [
            ("gzip, deflate, br", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip", "gzip"),
        ] {
            let packed = connection
                .get(path, &[HTML, ("accept-encoding", accepted)])
                .await?;
            assert_eq!(packed.header("vary"), Some("accept-encoding"), "{path}");
            if packed.header("content-encoding").is_none() {
                // Too small a file to gain by it.
                assert_eq!(packed.body, plain.body);
                assert!(plain.body.len() < 1_000, "{path} isn't compressed");
                continue;
            }
            assert_eq!(
                packed.header("content-encoding"),
                Some(coding),
                "{path} {accepted}"
            );
            assert!(packed.body.len() < plain.body.len(), "{path} {coding}");
            assert_eq!(unpack(coding, &packed.body)?, plain.body, "{path} {coding}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn content_security_policy_is_strict() -> Result<()> {
    let server = Server::start(&[]).await?;
    let mut connection = Connection::open(server.address(), Version::Http1).await?;
    for path in ["/", "/decode"] {
        let reply = connection.get(path, &[HTML]).await?;
        let policy = reply
            .header("content-security-policy")
            .context("a policy")?;
        let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
        for needed in [
            "default-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'none'",
        ] {
            assert!(directives.contains(&needed), "{needed} isn't in {policy}");
        }
        let sources: Vec<&str> = policy.split([' ', ';']).collect();
        assert!(sources.contains(&"'wasm-unsafe-eval'"), "{policy}");
        for forbidden in [
            "'unsafe-inline'",
            "'unsafe-eval'",
            "*",
            "http:",
            "https:",
            "blob:",
        ] {
            assert!(!sources.contains(&forbidden), "{forbidden} is in {policy}");
        }
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    }
    Ok(())
}

/// Paths of the page's files that `index.html` names, the WASM included.
fn referenced(index: &Reply) -> Result<Vec<String>> {
    let text = std::str::from_utf8(&index.body)?;
    let quoted = text
        .split(['"', '\''])
        .filter(|part| part.starts_with('/') && !part.contains(' '));
    let extensions = ["css", "js", "svg", "wasm"];
    let is_file = |path: &&str| {
        extensions
            .iter()
            .any(|extension| has_extension(path, extension))
    };
    let mut paths: Vec<String> = quoted.filter(is_file).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    ensure!(
        !paths.is_empty(),
        "index.html names no file: was the page built? {text}"
    );
    Ok(paths)
}

fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, own)| own == extension)
}

fn unpack(coding: &str, packed: &Bytes) -> Result<Bytes> {
    let mut plain = Vec::new();
    match coding {
        "br" => brotli::Decompressor::new(packed.as_ref(), packed.len()).read_to_end(&mut plain)?,
        _ => flate2::read::GzDecoder::new(packed.as_ref()).read_to_end(&mut plain)?,
    };
    Ok(plain.into())
}
