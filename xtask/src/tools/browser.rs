//! Chromium and its driver, from the system.
//! `$CHROMIUM` and `$CHROMEDRIVER` name them where they aren't on PATH.
//! The pair must be of one version; the driver says so itself when it isn't.

use std::path::PathBuf;

use super::{debian, pins};
use crate::process::{self, Failure};

/// Names of a Chromium on PATH, the most common first; Chrome serves as well.
const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

/// Where macOS keeps it, outside PATH.
const CHROME_ON_MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// A browser and the program that drives it.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds the browser, after installing it where we may.
pub(crate) fn ensure() -> Result<Browser, Failure> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    debian::install("Chromium and its driver are", &pins::BROWSER_PACKAGES)?;
    find().ok_or_else(|| {
        Failure::new("apt-get installed no Chromium or ChromeDriver: set CHROMIUM and CHROMEDRIVER")
    })
}

fn find() -> Option<Browser> {
    let named = |variable| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|file| file.is_file())
    };
    let on_macos = || Some(PathBuf::from(CHROME_ON_MACOS)).filter(|file| file.is_file());
    Some(Browser {
        chromium: named("CHROMIUM")
            .or_else(|| CHROMIUM.into_iter().find_map(process::find_on_path))
            .or_else(on_macos)?,
        driver: named("CHROMEDRIVER").or_else(|| process::find_on_path("chromedriver"))?,
    })
}
