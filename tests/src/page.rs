//! Gangplank's page in a browser, reached only by its test hooks (`data-test`), as a reader reaches it by eye.
//! What a reader would wait for, these wait for.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::inspector;
use crate::patience::{eventually, within};

/// Texts of every element with a hook, or null if there is none.
const TEXT: &str = "const element = document.querySelector(arguments[0]);
return element && element.textContent;";
const ATTRIBUTE: &str = "const element = document.querySelector(arguments[0]);
return element && element.getAttribute(arguments[1]);";
const VALUE: &str = "return document.querySelector(arguments[0])?.value ?? null;";
const CALLS: &str = "return document.querySelectorAll('[data-test=calls] tbody tr').length;";
/// Sends as often as it is told, each time waiting for the end, and calls back with every status.
const SEND_IN_A_ROW: &str = "const [count, done] = arguments;
const number = () => document.querySelector('[data-test=calls] tbody td')?.textContent;
const status = () => document.querySelector('[data-test=status]')?.textContent;
const send = () => new Promise((resolve) => {
  const before = number();
  document.querySelector('[data-test=say-hello]').click();
  const look = () => number() !== before && status() !== 'pending' ? resolve(status()) : setTimeout(look, 2);
  look();
});
(async () => {
  const statuses = [];
  for (let sent = 0; sent < count; sent += 1) statuses.push(await send());
  return statuses;
})().then(done, (error) => done(String(error)));";
/// Presses Export and calls back with the document that would be saved.
const EXPORT: &str = "const done = arguments[0];
const create = URL.createObjectURL;
URL.createObjectURL = (blob) => {
  URL.createObjectURL = create;
  blob.text().then((text) => done(JSON.parse(text)));
  return create(blob);
};
document.querySelector('[data-test=export]').click();";

/// The page, once its program runs.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    browser: &'a Browser,
}

impl<'a> Page<'a> {
    /// Opens the page at `url` and waits until its program has taken over from the first paint.
    pub async fn open(browser: &'a Browser, url: &str) -> Result<Self> {
        within("the page to load", browser.client().goto(url)).await??;
        let page = Self { browser };
        page.find("say-hello").await?;
        Ok(page)
    }

    /// Opens the page at `url` that takes pasted bytes, and waits until its program runs.
    pub async fn open_decoder(browser: &'a Browser, url: &str) -> Result<Self> {
        Self::open_at(browser, url, "paste").await
    }

    /// Opens the page at `url`, and waits for the element with this hook.
    pub async fn open_at(browser: &'a Browser, url: &str, hook: &str) -> Result<Self> {
        within("the page to load", browser.client().goto(url)).await??;
        let page = Self { browser };
        page.find(hook).await?;
        Ok(page)
    }

    /// The browser it is open in.
    pub fn browser(self) -> &'a Browser {
        self.browser
    }

    /// Loads the page again.
    pub async fn reload(self) -> Result<()> {
        within("the page to reload", self.browser.client().refresh()).await??;
        self.find("say-hello").await?;
        Ok(())
    }

    /// Waits for the element with this hook.
    pub async fn find(self, hook: &str) -> Result<Element> {
        let selector = selector(hook);
        eventually(&selector, async || {
            Ok(self.browser.client().find(Locator::Css(&selector)).await?)
        })
        .await
    }

    /// True if there is an element with this hook now.
    pub async fn has(self, hook: &str) -> Result<bool> {
        Ok(self.text_now(hook).await?.is_some())
    }

    /// Presses the element with this hook.
    pub async fn press(self, hook: &str) -> Result<()> {
        Ok(self.find(hook).await?.click().await?)
    }

    /// Presses a button that sends, and waits for the status that its call ends with, such as `OK 0`.
    /// Checks that the inspector owns every byte of it.
    pub async fn call(self, hook: &str, status: &str) -> Result<()> {
        let calls = self.calls().await?;
        self.press(hook).await?;
        // First the call, since the one before may have ended with the same status.
        eventually("one more call in the list", async || {
            let now = self.calls().await?;
            ensure!(
                now == calls + 1,
                "{calls} calls were listed before one more, {now} after it"
            );
            Ok(())
        })
        .await?;
        self.wait_for_text("status", status).await?;
        inspector::owns_every_byte(self).await
    }

    /// Sends `count` times, one after the other, and returns the status of each.
    pub async fn send_in_a_row(self, count: usize) -> Result<Vec<String>> {
        let client = self.browser.client();
        let sent = client.execute_async(SEND_IN_A_ROW, vec![json!(count)]);
        let statuses = within("the end of all calls", sent).await??;
        serde_json::from_value(statuses.clone()).with_context(|| format!("{statuses}"))
    }

    /// Presses Export and returns the document.
    pub async fn export(self) -> Result<Value> {
        let exported = self.browser.client().execute_async(EXPORT, Vec::new());
        Ok(within("the export", exported).await??)
    }

    /// Opens what most calls do without: metadata and wire format.
    pub async fn open_more(self) -> Result<()> {
        if self.attribute("more", "open").await?.is_none() {
            self.find("more")
                .await?
                .find(Locator::Css("summary"))
                .await?
                .click()
                .await?;
        }
        Ok(())
    }

    /// Replaces what a field holds, key by key.
    pub async fn type_into(self, hook: &str, text: &str) -> Result<()> {
        let field = self.find(hook).await?;
        let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        field.send_keys(&select_all).await?;
        field
            .send_keys(&char::from(Key::Backspace).to_string())
            .await?;
        if !text.is_empty() {
            field.send_keys(text).await?;
        }
        Ok(())
    }

    /// Chooses an option of a list by the text it shows.
    pub async fn choose(self, hook: &str, label: &str) -> Result<()> {
        Ok(self.find(hook).await?.select_by_label(label).await?)
    }

    /// The text of the element with this hook.
    pub async fn text(self, hook: &str) -> Result<String> {
        eventually(&selector(hook), async || {
            self.text_now(hook)
                .await?
                .context("there is no such element")
        })
        .await
    }

    /// Waits until the element with this hook shows exactly `expected`.
    pub async fn wait_for_text(self, hook: &str, expected: &str) -> Result<()> {
        let what = format!("{} to show {expected:?}", selector(hook));
        eventually(&what, async || {
            let text = self.text_now(hook).await?;
            ensure!(text.as_deref() == Some(expected), "{text:?}");
            Ok(())
        })
        .await
    }

    /// An attribute of the element with this hook; None if either is missing.
    pub async fn attribute(self, hook: &str, name: &str) -> Result<Option<String>> {
        self.look(ATTRIBUTE, &[&selector(hook), name]).await
    }

    /// What the field with this hook holds.
    pub async fn value(self, hook: &str) -> Result<String> {
        let value = self.look(VALUE, &[&selector(hook)]).await?;
        value.with_context(|| format!("{hook} isn't a field"))
    }

    /// Waits until an attribute of the element with this hook is `expected`.
    pub async fn wait_for_attribute(self, hook: &str, name: &str, expected: &str) -> Result<()> {
        let what = format!("{name} of {} to be {expected:?}", selector(hook));
        eventually(&what, async || {
            let value = self.attribute(hook, name).await?;
            ensure!(value.as_deref() == Some(expected), "{value:?}");
            Ok(())
        })
        .await
    }

    /// An attribute of `<html>`.
    pub async fn root_attribute(self, name: &str) -> Result<Option<String>> {
        self.look(ATTRIBUTE, &["html", name]).await
    }

    /// Waits until an attribute of `<html>` is `expected`.
    pub async fn wait_for_root_attribute(self, name: &str, expected: &str) -> Result<()> {
        eventually(
            &format!("{name} of <html> to be {expected:?}"),
            async || {
                let value = self.root_attribute(name).await?;
                ensure!(value.as_deref() == Some(expected), "{value:?}");
                Ok(())
            },
        )
        .await
    }

    /// The page's first heading.
    pub async fn heading(self) -> Result<String> {
        self.look(TEXT, &["h1"])
            .await?
            .context("the page has a heading")
    }

    /// How many calls the page lists.
    pub async fn calls(self) -> Result<u64> {
        let count = self.browser.evaluate(CALLS).await?;
        count.as_u64().context("a count is a number")
    }

    async fn text_now(self, hook: &str) -> Result<Option<String>> {
        self.look(TEXT, &[&selector(hook)]).await
    }

    async fn look(self, script: &str, arguments: &[&str]) -> Result<Option<String>> {
        let arguments = arguments.iter().map(|argument| json!(argument)).collect();
        let value = self.browser.client().execute(script, arguments).await?;
        Ok(value.as_str().map(str::to_owned))
    }
}

fn selector(hook: &str) -> String {
    format!("[data-test='{hook}']")
}
