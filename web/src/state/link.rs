//! The share link: the form's state in the URL's fragment, written on demand, read on arrival.
//!
//! The browser's own deflate does the packing, which costs the page nothing. Opening never sends.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::base64;

use super::streams::{deflate, inflate};
use crate::components::request_form::Draft;
use crate::model::greeting::{Language, Method};
use crate::model::inspection::Tab;
use crate::model::link::{Link, MAX_FRAGMENT, VERSION};
use crate::model::metadata::without_secrets;
use crate::model::wire_format::WireFormat;

/// Puts what the page's link says into the form, now and whenever the fragment changes.
pub fn follow_link(draft: Draft, tab: RwSignal<Tab>) {
    restore(draft, tab);
    let handle = window_event_listener(leptos::ev::hashchange, move |_| restore(draft, tab));
    on_cleanup(move || handle.remove());
}

/// Returns the page's address with the form's state in it.
pub async fn current(draft: Draft, tab: RwSignal<Tab>, with_secrets: bool) -> Option<String> {
    let metadata = draft.metadata.get_untracked();
    let link = Link {
        method: draft.method.get_untracked().key().to_owned(),
        name: draft.name.get_untracked(),
        language: draft.language.get_untracked().key().to_owned(),
        deadline: draft.deadline.get_untracked(),
        metadata: if with_secrets {
            metadata
        } else {
            without_secrets(&metadata)
        },
        format: draft.format.get_untracked().key().to_owned(),
        tab: tab.get_untracked().key().to_owned(),
    };
    let packed = deflate(link.to_text().as_bytes()).await?;
    let fragment = format!(
        "{VERSION}{}",
        base64::encode_url(&packed).trim_end_matches('=')
    );
    let location = window().location();
    let (origin, path) = (location.origin().ok()?, location.pathname().ok()?);
    let query = location.search().unwrap_or_default();
    let url = format!("{origin}{path}{query}#{fragment}");
    let history = window().history().ok()?;
    history
        .replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&url))
        .ok()?;
    Some(url)
}

fn restore(draft: Draft, tab: RwSignal<Tab>) {
    let fragment = window().location().hash().unwrap_or_default();
    let Some(packed) = fragment
        .strip_prefix('#')
        .and_then(|text| text.strip_prefix(VERSION))
    else {
        return;
    };
    if packed.len() > MAX_FRAGMENT {
        return;
    }
    let Ok(packed) = base64::decode(packed) else {
        return;
    };
    spawn_local(async move {
        let text = inflate(&packed).await;
        let text = text.and_then(|text| String::from_utf8(text.to_vec()).ok());
        if let Some(text) = text {
            fill(draft, tab, Link::from_text(&text));
        }
    });
}

fn fill(draft: Draft, tab: RwSignal<Tab>, link: Link) {
    draft.method.set(Method::from_key(&link.method));
    draft.name.set(link.name);
    draft.language.set(Language::from_key(&link.language));
    draft.deadline.set(link.deadline);
    draft.metadata.set(link.metadata);
    draft.format.set(WireFormat::from_key(&link.format));
    if let Some(open) = Tab::from_key(&link.tab) {
        tab.set(open);
    }
}
