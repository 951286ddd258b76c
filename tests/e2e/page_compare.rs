//! `/compare`: a run measures everything while the page stays usable, can be stopped, and is told as charts,
//! tables and sentences.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use tests::browser::{Browser, browse};
use tests::page::Page;
use tests::patience::eventually;
use tests::server::Server;

/// Rows of each table: sizes of five lists, times of five lists in two formats.
const ROWS: [(&str, usize); 3] = [
    ("sizes-table", 5),
    ("encode-table", 10),
    ("decode-table", 10),
];

#[tokio::test]
async fn run_measures_both_formats_and_leaves_the_page_usable() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("measure").await?;
        page.wait_for_attribute("bench-state", "data-state", "running")
            .await?;
        page.press("locale-zh-Hans").await?;
        page.wait_for_root_attribute("lang", "zh-Hans").await?;
        wait_until_done(page).await?;
        for (table, rows) in ROWS {
            let found = cells(browser, &format!("[data-test={table}] tbody tr")).await?;
            assert_eq!(found.len(), rows, "{table}: {found:?}");
        }
        assert_eq!(cells(browser, "svg.chart").await?.len(), 3);
        let lists = cells(browser, "[data-test=findings]").await?;
        assert_eq!(lists.len(), 5, "{lists:?}");

        // Facts of the formats on any machine: protobuf has no names, and gzip lives on repetition.
        let [json, json_gzip, protobuf, protobuf_gzip] = sizes(browser).await?;
        assert!(protobuf < json && json_gzip < json && protobuf_gzip < protobuf);
        let samples = cells(browser, "[data-test=decode-table] tbody td:last-child").await?;
        assert!(samples.iter().all(|n| n == "15"), "{samples:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn stopped_run_keeps_what_it_found_and_begins_anew() -> Result<()> {
    let server = Server::start(&[]).await?;
    browse(async |browser| {
        let page = open(browser, &server).await?;
        page.press("measure").await?;
        page.find("sizes-table").await?;
        page.press("stop").await?;
        page.wait_for_attribute("bench-state", "data-state", "stopped")
            .await?;
        assert!(
            !cells(browser, "[data-test=sizes-table] tbody tr")
                .await?
                .is_empty()
        );
        page.press("measure").await?;
        wait_until_done(page).await?;
        assert_eq!(cells(browser, "[data-test=findings]").await?.len(), 5);
        Ok(())
    })
    .await
}

/// Opens the page by its link, as a reader does who was on another one.
async fn open<'a>(browser: &'a Browser, server: &Server) -> Result<Page<'a>> {
    let page = Page::open(browser, &server.url()).await?;
    let link = Locator::Css("nav a[href='/compare']");
    browser.client().find(link).await?.click().await?;
    page.find("measure").await?;
    Ok(page)
}

/// A run takes some seconds, and many on a busy machine: each report is waited for on its own.
async fn wait_until_done(page: Page<'_>) -> Result<()> {
    let mut last = String::new();
    while page
        .attribute("bench-state", "data-state")
        .await?
        .as_deref()
        == Some("running")
    {
        last = eventually("another report", async || {
            let said = page.text("bench-state").await?;
            ensure!(said != last, "{said}");
            Ok(said)
        })
        .await?;
    }
    page.wait_for_attribute("bench-state", "data-state", "done")
        .await
}

/// Bytes of the longest list: JSON, through gzip, protobuf, through gzip.
async fn sizes(browser: &Browser) -> Result<[u64; 4]> {
    let cells = cells(browser, "[data-test=sizes-table] tbody tr:last-child td").await?;
    let number = |cell: &String| {
        let digits = cell.strip_suffix(" B").context("a size has a unit")?;
        Ok(digits.parse()?)
    };
    let sizes = cells.iter().map(number).collect::<Result<Vec<u64>>>()?;
    <[u64; 4]>::try_from(sizes)
        .ok()
        .with_context(|| format!("{cells:?}"))
}

/// Texts of all elements, also of those that are folded away.
async fn cells(browser: &Browser, selector: &str) -> Result<Vec<String>> {
    let script = format!(
        "return [...document.querySelectorAll('{selector}')].map((cell) => cell.textContent.trim());"
    );
    Ok(serde_json::from_value(browser.evaluate(&script).await?)?)
}
