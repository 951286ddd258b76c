//! The keyboard alone: Tab from control to control, and what has the focus.

use anyhow::{Result, bail};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::Value;

use crate::browser::Browser;

/// Names of all controls that can be used now, in the order of the document.
const CONTROLS: &str = "const usable = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex=\"0\"]';
const isReached = (control) => control.tabIndex >= 0 && control.checkVisibility();
return [...document.querySelectorAll(usable)].filter(isReached)
  .map((control) => control.dataset.test ?? control.textContent);";
/// Name of the control with the focus, and how its outline is drawn.
const FOCUS: &str = "const control = document.activeElement;
return [control.dataset.test ?? control.textContent, getComputedStyle(control).outlineStyle];";

/// Names of all controls that Tab has to reach, in the order of the document.
pub async fn controls(browser: &Browser) -> Result<Vec<String>> {
    Ok(texts(&browser.evaluate(CONTROLS).await?))
}

/// Name of the control with the focus, and the style of its outline.
pub async fn focus(browser: &Browser) -> Result<[String; 2]> {
    let focus = texts(&browser.evaluate(FOCUS).await?);
    focus
        .try_into()
        .map_err(|focus| anyhow::anyhow!("{focus:?}"))
}

/// Presses Tab until the control called `name` has the focus.
pub async fn tab_to(browser: &Browser, name: &str) -> Result<()> {
    walk_to(browser, name, &[]).await
}

/// Presses Shift and Tab until the control called `name` has the focus.
pub async fn back_to(browser: &Browser, name: &str) -> Result<()> {
    walk_to(browser, name, &[Key::Shift]).await
}

async fn walk_to(browser: &Browser, name: &str, held: &[Key]) -> Result<()> {
    let controls = controls(browser).await?;
    for _ in 0..=controls.len() {
        press(browser, held, Key::Tab).await?;
        if focus(browser).await?[0] == name {
            return Ok(());
        }
    }
    bail!("Tab doesn't reach {name} among {controls:?}")
}

async fn press(browser: &Browser, held: &[Key], key: Key) -> Result<()> {
    let (down, up) = (
        |key: &Key| KeyAction::Down {
            value: (*key).into(),
        },
        |key: &Key| KeyAction::Up {
            value: (*key).into(),
        },
    );
    let strokes = held
        .iter()
        .map(down)
        .chain([down(&key), up(&key)])
        .chain(held.iter().map(up));
    let strokes = strokes.fold(KeyActions::new("keyboard".to_owned()), KeyActions::then);
    Ok(browser.client().perform_actions(strokes).await?)
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .map(|text| text.as_str().unwrap_or_default().to_owned())
        .collect()
}
