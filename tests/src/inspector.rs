//! The inspector's bytes, checked against what went over the wire: each byte is drawn once and counted.
//! Looking moves neither the focus nor what the reader has open.

use anyhow::{Context as _, Result, ensure};
use bytes::BytesMut;
use serde_json::Value;
use wire::text::TextDecoder;

use crate::page::Page;
use crate::patience::eventually;

/// Reads both sides of the wire tab and leaves everything open as it was.
const LOOK: &str = "const done = arguments[0];
const find = (hook) => document.querySelector(`[data-test=${hook}]`);
const settle = () => new Promise((resolve) => setTimeout(() => setTimeout(resolve)));
const drawn = () => [...document.querySelectorAll('.hex .run')].map((run) => run.textContent).join(' ');
(async () => {
  const tab = document.querySelector('[role=tab][aria-selected=true]');
  find('tab-wire').click();
  await settle();
  const hooks = ['side-request', 'side-response'];
  const open = hooks.find((hook) => find(hook).getAttribute('aria-pressed') === 'true');
  const sides = [];
  for (const hook of hooks) {
    find(hook).click();
    await settle();
    for (let times = 0; times < 3 && find('more-bytes'); times += 1) {
      find('more-bytes').click();
      await settle();
    }
    sides.push({
      owned: find('bytes-owned').textContent,
      hex: drawn(),
      is_all: !find('more-bytes'),
      text: find('travelled')?.querySelector('code').textContent ?? null,
    });
  }
  find(open).click();
  tab.click();
  await settle();
  return { sizes: find('sizes').textContent, sides };
})().then(done, (error) => done(String(error)));";

/// Characters of base64 that the page shows as they travelled; more end in an ellipsis.
const ELLIPSIS: char = '…';

/// Both sides of the call that is looked at.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Such as `14 B ↑ 65 B ↓`: sizes as they travelled.
    sizes: String,
    sides: [WireSide; 2],
}

/// One side: request or answer.
#[derive(Clone, Debug)]
pub struct WireSide {
    /// The line that says how many bytes are owned.
    owned: String,
    /// Every byte drawn, in hex.
    hex: String,
    /// False if a button offers to draw more.
    is_all: bool,
    /// Base64 as it travelled, in text mode.
    text: Option<String>,
}

impl Wire {
    /// Bytes sent and received, as they travelled.
    pub fn sizes(&self) -> Result<[usize; 2]> {
        let numbers = numbers(&self.sizes);
        <[usize; 2]>::try_from(numbers)
            .ok()
            .with_context(|| format!("{} has two sizes", self.sizes))
    }

    /// Request and answer.
    pub fn sides(&self) -> &[WireSide; 2] {
        &self.sides
    }
}

impl WireSide {
    /// How many bytes the page says are owned.
    pub fn owned(&self) -> Result<usize> {
        numbers(&self.owned)
            .first()
            .copied()
            .with_context(|| format!("{} has a number", self.owned))
    }

    /// The bytes as drawn.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let pairs = self.hex.split_ascii_whitespace();
        pairs
            .map(|pair| Ok(u8::from_str_radix(pair, 16)?))
            .collect()
    }

    /// Base64 as it travelled, in text mode.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Fails unless `size` bytes that travelled are the bytes that are owned and drawn.
    fn check(&self, size: usize) -> Result<()> {
        let (owned, bytes) = (self.owned()?, self.bytes()?);
        ensure!(
            !self.is_all || bytes.len() == owned,
            "{owned} owned, {} drawn",
            bytes.len()
        );
        let Some(text) = &self.text else {
            ensure!(owned == size, "{owned} bytes owned, {size} travelled");
            return Ok(());
        };
        if text.ends_with(ELLIPSIS) {
            ensure!(
                size >= owned.div_ceil(3) * 4,
                "{owned} bytes in {size} characters"
            );
            return Ok(());
        }
        ensure!(
            text.len() == size,
            "{size} characters travelled, {} shown",
            text.len()
        );
        ensure!(decoded(text) == bytes, "{text} isn't {}", self.hex);
        Ok(())
    }
}

/// Looks at both sides of the call that is selected.
pub async fn look(page: Page<'_>) -> Result<Wire> {
    let seen = page
        .browser()
        .client()
        .execute_async(LOOK, Vec::new())
        .await?;
    from_value(&seen).with_context(|| format!("the page shows {seen}"))
}

/// Fails unless the bytes owned are the bytes sent and received, each drawn once.
pub async fn owns_every_byte(page: Page<'_>) -> Result<()> {
    eventually("every byte to be owned", async || {
        let wire = look(page).await?;
        let sizes = wire.sizes()?;
        for (side, size) in wire.sides.iter().zip(sizes) {
            side.check(size)?;
        }
        Ok(())
    })
    .await
}

fn from_value(seen: &Value) -> Option<Wire> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let side = |side: &Value| {
        Some(WireSide {
            owned: text(&side["owned"])?,
            hex: text(&side["hex"])?,
            is_all: side["is_all"].as_bool()?,
            text: text(&side["text"]),
        })
    };
    Some(Wire {
        sizes: text(&seen["sizes"])?,
        sides: [side(&seen["sides"][0])?, side(&seen["sides"][1])?],
    })
}

/// What base64 stands for, padded anywhere, as far as it is base64.
fn decoded(text: &str) -> BytesMut {
    let mut bytes = BytesMut::new();
    // Where it is broken, what came before is all there is to own.
    let _ = TextDecoder::new().feed(text.as_bytes(), &mut bytes);
    bytes
}

/// Every whole number in a text, in any language.
fn numbers(text: &str) -> Vec<usize> {
    let digits = text.split(|character: char| !character.is_ascii_digit());
    digits.filter_map(|digits| digits.parse().ok()).collect()
}
