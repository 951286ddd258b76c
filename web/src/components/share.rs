//! The link that reproduces the call: to copy, with secrets only if ticked.

use std::pin::Pin;

use leptos::prelude::*;

use super::copy::copy;
use crate::i18n::text;
use crate::model::metadata::{is_secret, parse};

/// Makes the link; given whether secrets go in.
type MakeLink = Pin<Box<dyn Future<Output = Option<String>>>>;

/// The button that copies a link.
#[component]
pub fn Share<F>(
    /// The metadata as typed, which may hold secrets.
    #[prop(into)]
    metadata: Signal<String>,
    /// Makes the link, with secrets or without.
    link: impl Fn(bool) -> F + Clone + 'static,
) -> impl IntoView
where
    F: Future<Output = Option<String>> + 'static,
{
    let with_secrets = RwSignal::new(false);
    let made = RwSignal::new(None::<String>);
    let has_secrets = move || {
        let pairs = parse(&metadata.get()).unwrap_or_default();
        pairs.iter().any(|(name, _)| is_secret(name))
    };
    let on_click = move |_| {
        let link: MakeLink = Box::pin(link(with_secrets.get_untracked()));
        leptos::task::spawn_local(async move {
            if let Some(url) = link.await {
                copy(&url).await;
                made.set(Some(url));
            }
        });
    };
    let said = move || made.with(Option::is_some).then(|| text(|m| m.link_copied));
    view! {
        <div class="share">
            <button type="button" class="button button-small" data-test="share" on:click=on_click>
                {text(|m| m.share)}
            </button>
            <Show when=has_secrets>
                <label class="tick">
                    <input type="checkbox" data-test="with-secrets" bind:checked=with_secrets />
                    {text(|m| m.with_secrets)}
                </label>
            </Show>
            <span class="hint" aria-live="polite" data-test="share-note">{said}</span>
        </div>
    }
}
