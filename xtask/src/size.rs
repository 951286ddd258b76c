//! What the page costs, measured where a browser would measure it: the built server is started
//! on a free port, and each file of the page is fetched with `Accept-Encoding: br`. Every file
//! counts except source maps, which a browser fetches only with its developer tools open.
//! The first load is `index.html`, what it names, and what those import. Everything else is
//! loaded when it's asked for: bundles, `x.js` with `x_bg.wasm`, and what any of them may need.

mod fetch;
mod parts;

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

/// Each bundle with everything that bundles share.
const BUNDLE_LIMIT_BYTES: usize = 120_000;
/// All files of the page together.
const APP_LIMIT_BYTES: usize = 700_000;

/// When a file is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    First,
    /// With the bundle of this name.
    Bundle(String),
    /// With whichever bundle comes first.
    Shared,
}

/// One file of the page.
#[derive(Debug)]
struct Asset {
    path: String,
    part: Part,
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
    let parts = parts::parts(&files);
    let mut assets = files
        .iter()
        .filter(|(path, _)| !has_extension(path, "map"))
        .map(|(path, bytes)| measure(server.address(), path, parts[path].clone(), bytes.len()))
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

fn measure(address: &str, path: &str, part: Part, raw_bytes: usize) -> Result<Asset, Failure> {
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
        part,
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

/// A row for each file, part by part, and what each part comes to.
fn table(assets: &[Asset]) -> String {
    let totals = totals(assets);
    let paths = assets.iter().map(|asset| asset.path.len());
    let names = totals.iter().map(|(name, ..)| name.len());
    let width = paths.chain(names).max().unwrap_or(0);
    let mut lines = vec![format!("{:width$}  {:>9}  {:>9}", "asset", "raw", "brotli")];
    for (name, wanted, limit) in totals {
        let own = || {
            assets
                .iter()
                .filter(|asset| wanted.as_ref() == Some(&asset.part))
        };
        for asset in own() {
            let note = if asset.is_brotli {
                ""
            } else {
                "  sent uncompressed"
            };
            let (path, raw) = (&asset.path, asset.raw_bytes);
            lines.push(format!(
                "{path:width$}  {raw:>9}  {:>9}{note}",
                asset.sent_bytes
            ));
        }
        let sum = sum(assets, wanted.as_ref());
        let limit = limit.map_or(String::new(), |limit| format!(" of {limit}"));
        lines.push(format!("{name:width$}  {:>9}  {sum:>9}{limit}", ""));
    }
    lines.join("\n")
}

/// Every part with its limit: the first load, bundles, what they share, and the whole as None.
fn totals(assets: &[Asset]) -> Vec<(String, Option<Part>, Option<usize>)> {
    let mut bundles: Vec<_> = assets
        .iter()
        .filter_map(|asset| match &asset.part {
            Part::Bundle(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    bundles.sort_unstable();
    bundles.dedup();
    let first = (
        "first load".to_owned(),
        Some(Part::First),
        Some(FIRST_LOAD_LIMIT_BYTES),
    );
    let bundles = bundles.into_iter().map(|name| {
        let title = format!("bundle {name}, with shared");
        (title, Some(Part::Bundle(name)), Some(BUNDLE_LIMIT_BYTES))
    });
    let shared = ("shared by bundles".to_owned(), Some(Part::Shared), None);
    let whole = ("all of the page".to_owned(), None, Some(APP_LIMIT_BYTES));
    [first]
        .into_iter()
        .chain(bundles)
        .chain([shared, whole])
        .collect()
}

/// Bytes that travel for a part, or for everything; a bundle comes with what bundles share.
fn sum(assets: &[Asset], wanted: Option<&Part>) -> usize {
    let counts = |asset: &&Asset| match wanted {
        None => true,
        Some(Part::Bundle(_)) if asset.part == Part::Shared => true,
        Some(part) => asset.part == *part,
    };
    assets
        .iter()
        .filter(counts)
        .map(|asset| asset.sent_bytes)
        .sum()
}

fn verdict(assets: &[Asset]) -> Result<(), Failure> {
    for (name, part, limit) in totals(assets) {
        let (sum, limit) = (sum(assets, part.as_ref()), limit.unwrap_or(usize::MAX));
        if sum > limit {
            let over = sum - limit;
            return Err(Failure::new(format!(
                "the page is too large: {name} is {sum} bytes brotli, {over} over the limit of {limit}"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
