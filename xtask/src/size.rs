//! What the page's first load costs, measured where a browser would measure it: the built
//! server is started on a free port, and each file of the page is fetched with
//! `Accept-Encoding: br`. Every file counts except source maps, which a browser fetches only
//! with its developer tools open.

mod fetch;

use std::fs;
use std::path::Path;

use crate::page;
use crate::process::Failure;
use crate::product::{self, Lockfile};
use crate::server::Server;
use crate::workspace::Workspace;
use fetch::Response;

/// The page's first load, in bytes of bodies as they travel (brotli). A minimal page of this
/// kind takes 87 kB; a decoder of descriptors or JSON adds 145 kB, and the gate is there to
/// notice that.
const FIRST_LOAD_LIMIT_BYTES: usize = 250_000;

/// One file of the page.
#[derive(Debug)]
struct Asset {
    path: String,
    raw_bytes: usize,
    /// Bytes of the body that the server sent.
    sent_bytes: usize,
    /// Whether that body was brotli; small files may travel as they are.
    is_brotli: bool,
}

/// Builds the product, then measures it.
pub(crate) fn build_and_run(workspace: &Workspace) -> Result<(), Failure> {
    product::build(workspace, Lockfile::MayChange)?;
    run(workspace)
}

/// Prints the table and fails over the limit. Needs the product built.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let page = workspace.page();
    let files =
        page::contents(&page).map_err(|error| Failure::on_path("reading", &page, &error))?;
    let server = Server::start(&workspace.binary())?;
    let mut assets = files
        .iter()
        .filter(|(path, _)| !has_extension(path, "map"))
        .map(|(path, bytes)| measure(server.address(), path, bytes.len()))
        .collect::<Result<Vec<_>, _>>()?;
    assets.sort_by_key(|asset| std::cmp::Reverse(asset.sent_bytes));
    let binary = workspace.binary();
    let size = fs::metadata(&binary).map_or(0, |file| file.len());
    println!("{}", table(&assets));
    println!(
        "{}: {size} bytes with everything inside",
        workspace.short(&binary)
    );
    verdict(&assets)
}

fn measure(address: &str, path: &str, raw_bytes: usize) -> Result<Asset, Failure> {
    let url_path = if path == "index.html" {
        "/".to_owned()
    } else {
        format!("/{path}")
    };
    let Response {
        status,
        encoding,
        content_type,
        body_bytes,
    } = fetch::get(address, &url_path)?;
    // The single-page fallback answers unknown paths with the page, which would hide a missing
    // file.
    let is_fallback = content_type.starts_with("text/html") && !has_extension(path, "html");
    if status != 200 || is_fallback {
        return Err(Failure::new(format!(
            "the server answers {url_path} with HTTP {status}, {content_type}: \
             it was built from another page than target/page"
        )));
    }
    Ok(Asset {
        path: path.to_owned(),
        raw_bytes,
        sent_bytes: body_bytes,
        is_brotli: encoding == "br",
    })
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

fn table(assets: &[Asset]) -> String {
    let width = assets
        .iter()
        .map(|asset| asset.path.len())
        .max()
        .unwrap_or(0)
        .max(20);
    let mut lines = vec![format!("{:width$}  {:>9}  {:>9}", "asset", "raw", "brotli")];
    for Asset {
        path,
        raw_bytes,
        sent_bytes,
        is_brotli,
    } in assets
    {
        let note = if *is_brotli {
            ""
        } else {
            "  sent uncompressed"
        };
        lines.push(format!(
            "{path:width$}  {raw_bytes:>9}  {sent_bytes:>9}{note}"
        ));
    }
    let raw_bytes: usize = assets.iter().map(|asset| asset.raw_bytes).sum();
    lines.push(format!(
        "{:width$}  {raw_bytes:>9}  {:>9}",
        "first load, bytes",
        first_load(assets)
    ));
    lines.push(format!(
        "{:width$}  {:>9}  {FIRST_LOAD_LIMIT_BYTES:>9}",
        "limit, bytes", ""
    ));
    lines.join("\n")
}

fn first_load(assets: &[Asset]) -> usize {
    assets.iter().map(|asset| asset.sent_bytes).sum()
}

fn verdict(assets: &[Asset]) -> Result<(), Failure> {
    let sum = first_load(assets);
    if sum <= FIRST_LOAD_LIMIT_BYTES {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the page's first load is {sum} bytes brotli, \
         {} over the limit of {FIRST_LOAD_LIMIT_BYTES}",
        sum - FIRST_LOAD_LIMIT_BYTES
    )))
}

#[cfg(test)]
mod tests;
