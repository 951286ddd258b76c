//! Chromium, driven by `ChromeDriver`: a fresh profile for each test, closed with it, panics included.
//! A test runs inside `browse`, which leaves a screenshot and the console's log if it fails.
//! The browser calls nobody by itself, so that what it requests is the page's doing.

mod command;
mod driver;

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::{fs, thread};

use anyhow::{Context as _, Result};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt as _;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use self::command::Extension;
use self::driver::Driver;
use crate::patience::within;
use crate::settings;

/// Browsers at a time: each one keeps a core busy while it starts, and the tests are timed for two cores.
static BROWSERS: Semaphore = Semaphore::const_new(2);

/// Headless, quiet, and without motion: a color in transition would fail the contrast check.
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--force-prefers-reduced-motion",
];

/// Calls back with the text on the clipboard.
const CLIPBOARD: &str =
    "navigator.clipboard.readText().then(arguments[0], (error) => arguments[0](String(error)));";

/// Chromium's word for "blocked" in a content setting.
const BLOCKED: u32 = 2;

/// What is special about a test's browser.
#[derive(Clone, Debug, Default)]
pub struct BrowserOptions {
    /// A host name that leads to 127.0.0.1, so that a page can have an origin outside loopback.
    pub mapped_host: Option<&'static str>,
    /// The languages the reader prefers, such as `zh-CN,en`; None for American English.
    pub languages: Option<&'static str>,
    /// Certificates aren't checked.
    pub trusts_everyone: bool,
    /// The reader has switched JavaScript off.
    pub without_javascript: bool,
}

/// One browser with one window.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    driver: Driver,
}

/// Runs a test in a browser of its own and closes it. A failure leaves a screenshot in the target folder.
pub async fn browse(test: impl AsyncFnOnce(&Browser) -> Result<()>) -> Result<()> {
    browse_with(BrowserOptions::default(), test).await
}

/// As [`browse`], in a browser with `options`.
pub async fn browse_with(
    options: BrowserOptions,
    test: impl AsyncFnOnce(&Browser) -> Result<()>,
) -> Result<()> {
    let _permit = BROWSERS.acquire().await?;
    // An older failure's picture would mislead; mostly there is none.
    let _ = fs::remove_file(screenshot_path());
    let browser = Browser::start(&options).await?;
    let outcome = AssertUnwindSafe(test(&browser)).catch_unwind().await;
    if !matches!(outcome, Ok(Ok(()))) {
        browser.leave_traces().await;
    }
    let closed = browser.close().await;
    match outcome {
        Ok(result) => result.and(closed),
        Err(panic) => resume_unwind(panic),
    }
}

impl Browser {
    async fn start(options: &BrowserOptions) -> Result<Self> {
        let mut driver = Driver::start().await?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(options, &driver)?);
        let client = within("the browser's start", builder.connect(driver.url())).await??;
        let process_id = client
            .capabilities()
            .and_then(|own| own.get("goog:processID")?.as_i64());
        driver.adopt(i32::try_from(
            process_id.context("ChromeDriver names the browser's process")?,
        )?);
        Ok(Self { client, driver })
    }

    /// The session, for what this type has no word for.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Makes the window's inside `width` × `height` CSS pixels, also below the size a window can have.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size)
            .await
    }

    /// Makes the system prefer `light` or `dark`.
    pub async fn prefer_color_scheme(&self, scheme: &str) -> Result<()> {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        )
        .await
    }

    /// Runs a script in each page that is opened from now on, before any of its own.
    pub async fn prepare(&self, script: &str) -> Result<()> {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &source)
            .await
    }

    /// Keeps the browser from loading what matches `pattern`, such as `*.wasm`.
    pub async fn block(&self, pattern: &str) -> Result<()> {
        self.devtools("Network.enable", &json!({})).await?;
        self.devtools("Network.setBlockedURLs", &json!({ "urls": [pattern] }))
            .await
    }

    /// Presses a key, wherever the focus is.
    pub async fn press_key(&self, key: Key) -> Result<()> {
        let value = char::from(key);
        let stroke = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        Ok(self.client.perform_actions(stroke).await?)
    }

    /// Runs a script and returns what it returns.
    pub async fn evaluate(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// What the console has shown since the last time: warnings, errors, violations.
    pub async fn console(&self) -> Result<Vec<String>> {
        let entries = self.client.issue_cmd(Extension::console()).await?;
        let entries = entries.as_array().context("the log is a list")?;
        let words = |entry: &Value| {
            format!(
                "{} {}",
                entry["level"].as_str().unwrap_or("?"),
                entry["message"]
            )
        };
        Ok(entries.iter().map(words).collect())
    }

    /// Lets pages of `origin` read and write the clipboard, which headless browsers otherwise refuse.
    pub async fn allow_clipboard(&self, origin: &str) -> Result<()> {
        let permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"];
        let wanted = json!({ "origin": origin, "permissions": permissions });
        self.devtools("Browser.grantPermissions", &wanted).await
    }

    /// The text on the clipboard. Needs [`Self::allow_clipboard`] before.
    pub async fn clipboard(&self) -> Result<String> {
        let text = self.client.execute_async(CLIPBOARD, Vec::new()).await?;
        let text = text.as_str().context("the clipboard holds text")?;
        Ok(text.to_owned())
    }

    async fn devtools(&self, method: &str, parameters: &Value) -> Result<()> {
        self.client
            .issue_cmd(Extension::devtools(method, parameters))
            .await?;
        Ok(())
    }

    /// A screenshot named after the test, and the console's log on stderr.
    async fn leave_traces(&self) {
        let path = screenshot_path();
        let saved = async {
            let png = within("a screenshot", self.client.screenshot()).await??;
            fs::create_dir_all(settings::failures())?;
            anyhow::Ok(fs::write(&path, png)?)
        };
        let (saved, console) = (saved.await, within("the console", self.console()).await);
        #[expect(clippy::print_stderr, reason = "the test runner captures it")]
        {
            eprintln!("--- screenshot {}: {saved:?}", path.display());
            eprintln!("--- console {console:#?}");
        }
    }

    async fn close(mut self) -> Result<()> {
        within("the browser's end", self.client.close()).await??;
        self.driver.closed();
        Ok(())
    }
}

/// Where the current test's screenshot belongs: the runner names threads after tests.
fn screenshot_path() -> PathBuf {
    let test = thread::current()
        .name()
        .unwrap_or("unnamed")
        .replace("::", ".");
    settings::failures().join(format!("{test}.png"))
}

fn capabilities(
    options: &BrowserOptions,
    driver: &Driver,
) -> Result<serde_json::Map<String, Value>> {
    let mut flags = FLAGS.map(str::to_owned).to_vec();
    flags.push(driver.profile_flag());
    if let Some(host) = options.mapped_host {
        flags.push(format!("--host-resolver-rules=MAP {host} 127.0.0.1"));
    }
    if options.trusts_everyone {
        flags.push("--ignore-certificate-errors".to_owned());
    }
    let languages = options.languages.unwrap_or("en-US");
    let mut preferences = serde_json::Map::new();
    preferences.insert("intl.accept_languages".to_owned(), json!(languages));
    if options.without_javascript {
        let setting = "profile.managed_default_content_settings.javascript";
        preferences.insert(setting.to_owned(), json!(BLOCKED));
    }
    let chromium = json!({ "binary": settings::chromium()?, "args": flags, "prefs": preferences });
    let capabilities = [
        ("goog:chromeOptions".to_owned(), chromium),
        ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
    ];
    Ok(capabilities.into_iter().collect())
}
