//! What the page costs, measured where a browser would measure it: the built server is started
//! on a free port, and each file of the page is fetched with `Accept-Encoding: br`. Every file
//! counts except source maps, which a browser fetches only with its developer tools open.
//! The first load is `index.html`, what it names, and what those import. Everything else is
//! loaded when it's asked for: bundles, with what several of them have in common, and what any of
//! them may need. A bundle counts with everything that's fetched when it is the first one.

mod fetch;
mod parts;

use std::collections::BTreeSet;
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

/// Each bundle with everything that it shares with others.
const BUNDLE_LIMIT_BYTES: usize = 120_000;
/// All files of the page together.
const APP_LIMIT_BYTES: usize = 700_000;

/// When a file is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    First,
    /// With the bundles of these names, whichever comes first.
    Bundles(BTreeSet<String>),
    /// With any bundle.
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

/// What a row of sums is about.
#[derive(Debug)]
enum Total {
    First,
    Bundle(String),
    All,
}

impl Total {
    /// What it's called, and its limit in bytes.
    fn title(&self) -> (String, usize) {
        match self {
            Self::First => ("first load".to_owned(), FIRST_LOAD_LIMIT_BYTES),
            Self::Bundle(name) => (format!("bundle {name}, with shared"), BUNDLE_LIMIT_BYTES),
            Self::All => ("all of the page".to_owned(), APP_LIMIT_BYTES),
        }
    }

    fn counts(&self, part: &Part) -> bool {
        match (self, part) {
            (Self::All, _) | (Self::First, Part::First) | (Self::Bundle(_), Part::Shared) => true,
            (Self::Bundle(name), Part::Bundles(names)) => names.contains(name),
            _ => false,
        }
    }

    /// Bytes that travel for it.
    fn sum(&self, assets: &[Asset]) -> usize {
        let counted = assets.iter().filter(|asset| self.counts(&asset.part));
        counted.map(|asset| asset.sent_bytes).sum()
    }
}

/// The first load, bundles, and the whole.
fn totals(assets: &[Asset]) -> Vec<Total> {
    let bundles: BTreeSet<_> = assets
        .iter()
        .filter_map(|asset| match &asset.part {
            Part::Bundles(names) => Some(names),
            _ => None,
        })
        .flatten()
        .collect();
    let bundles = bundles.into_iter().cloned().map(Total::Bundle);
    let mut totals = vec![Total::First];
    totals.extend(bundles);
    totals.push(Total::All);
    totals
}

/// A row for each file, part by part, and what each part comes to. A file that several bundles
/// need stands with each of them.
fn table(assets: &[Asset]) -> String {
    let totals = totals(assets);
    let titles = totals.iter().map(|total| total.title().0.len());
    let paths = assets.iter().map(|asset| asset.path.len());
    let width = paths.chain(titles).max().unwrap_or(0);
    let mut lines = vec![format!("{:width$}  {:>9}  {:>9}", "asset", "raw", "brotli")];
    for total in totals {
        // The whole has no rows of its own.
        let is_listed = |asset: &&Asset| !matches!(total, Total::All) && total.counts(&asset.part);
        for asset in assets.iter().filter(is_listed) {
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
        let (title, limit) = total.title();
        let sum = total.sum(assets);
        lines.push(format!("{title:width$}  {:>9}  {sum:>9} of {limit}", ""));
    }
    lines.join("\n")
}

fn verdict(assets: &[Asset]) -> Result<(), Failure> {
    for total in totals(assets) {
        let (sum, (title, limit)) = (total.sum(assets), total.title());
        if sum > limit {
            let over = sum - limit;
            return Err(Failure::new(format!(
                "the page is too large: {title} is {sum} bytes brotli, {over} over the limit of {limit}"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
