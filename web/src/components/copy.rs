//! Copies bytes: those of the part that's kept, or all of them.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wire::base64;

use crate::i18n::bytes::{BytesWords, text};
use crate::i18n::{Words as _, locale};
use crate::model::hex::hex;
use crate::model::wire_body::WireBody;

/// Puts a text on the clipboard; the browser may refuse, and then nothing is copied.
pub async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // There's no clipboard on a page that came by plain http from another machine.
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

type Format = fn(&[u8]) -> String;

type Name = fn(&BytesWords) -> &'static str;

const FORMATS: [(&str, Name, Format); 3] = [
    ("copy-hex", |m| m.copy_hex, hex),
    ("copy-base64", |m| m.copy_base64, base64::encode),
    (
        "copy-text",
        |m| m.copy_text,
        |bytes| String::from_utf8_lossy(bytes).into_owned(),
    ),
];

/// Three ways to copy.
#[component]
pub fn CopyBar(
    /// The body, if there is one.
    #[prop(into)]
    body: Signal<Option<Arc<WireBody>>>,
    /// The row whose bytes are copied; none copies all.
    #[prop(into)]
    kept: Signal<Option<usize>>,
) -> impl IntoView {
    let bytes = move || {
        let body = body.get()?;
        let row = kept.get().and_then(|row| body.view.rows.get(row));
        let range = row.map_or(0..body.bytes.len(), |row| row.range.clone());
        Some(body.bytes.slice(range))
    };
    let count = move || bytes().map_or(0, |bytes| bytes.len());
    let done = RwSignal::new(None::<usize>);
    let label = move || {
        let messages = BytesWords::of(locale().get());
        match done.get() {
            Some(count) => (messages.copied)(count),
            None => (messages.copy_bytes)(count()),
        }
    };
    Effect::new(move |_| {
        kept.track();
        done.set(None);
    });
    let buttons = FORMATS.map(|(hook, name, format)| {
        let on_click = move |_| {
            let Some(bytes) = bytes() else { return };
            leptos::task::spawn_local(async move {
                if copy(&format(&bytes)).await {
                    done.set(Some(bytes.len()));
                }
            });
        };
        view! {
            <button type="button" class="button button-small" data-test=hook on:click=on_click>
                {text(name)}
            </button>
        }
    });
    view! {
        <div class="copy-bar">
            <span aria-live="polite" data-test="copy-label">{label}</span>
            {buttons.collect_view()}
        </div>
    }
}
