//! The link that fills in the form of `/streams`: kind, way, deadline and what is to be said, in the URL's fragment.
//!
//! It is written on demand and read on arrival, as plain `key=value` pairs. Opening it sends nothing.

use js_sys::{decode_uri_component, encode_uri_component};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::Talker;
use crate::components::copy::copy;
use crate::model::talk::{Kind, Talk, Way};

/// Longest fragment that is read, in characters.
const MAX_FRAGMENT: usize = 16 * 1024;
/// Most messages that are read from it.
const MAX_MESSAGES: usize = 100;

impl Talker {
    /// Puts the link to the form into the address bar and on the clipboard.
    pub fn share(self) {
        let fragment = self.talk.look(fragment);
        let location = window().location();
        let Ok(href) = location.href() else { return };
        let url = format!("{}#{fragment}", href.split('#').next().unwrap_or_default());
        if let Ok(history) = window().history() {
            // Refused only for another origin's address.
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url));
        }
        spawn_local(async move {
            // Where the clipboard refuses, the address bar has it.
            copy(&url).await;
            self.change(|talk| talk.is_linked = true);
        });
    }

    /// Fills in the form as the page's link says, if it's one of this page.
    pub(super) fn follow_link(self) {
        let fragment = window().location().hash().unwrap_or_default();
        if fragment.len() <= MAX_FRAGMENT {
            self.change(|talk| fill(talk, fragment.trim_start_matches('#')));
        }
    }
}

fn fragment(talk: &Talk) -> String {
    let mut pairs = vec![
        ("kind", talk.kind.method().to_owned()),
        ("way", talk.way.key().to_owned()),
    ];
    if !talk.deadline.is_empty() {
        pairs.push(("deadline", talk.deadline.clone()));
    }
    pairs.extend(talk.queue.iter().map(|text| ("say", text.clone())));
    if talk.kind != Kind::Watch {
        pairs.push(("draft", talk.draft.clone()));
    }
    let pair = |(key, value): (&str, String)| format!("{key}={}", encode_uri_component(&value));
    pairs.into_iter().map(pair).collect::<Vec<_>>().join("&")
}

fn fill(talk: &mut Talk, fragment: &str) {
    for (key, value) in fragment.split('&').filter_map(|pair| pair.split_once('=')) {
        // What isn't proper percent-encoding is passed over, as are keys of later versions.
        let Ok(value) = decode_uri_component(value) else {
            continue;
        };
        let value = String::from(value);
        match key {
            "kind" => {
                let kind = Kind::ALL.into_iter().find(|kind| kind.method() == value);
                talk.kind = kind.unwrap_or(talk.kind);
            }
            "way" => {
                let way = Way::ALL.into_iter().find(|way| way.key() == value);
                talk.way = way.unwrap_or(talk.way);
                talk.is_way_chosen = way.is_some();
            }
            "deadline" => talk.deadline = value,
            "say" if talk.queue.len() < MAX_MESSAGES => talk.queue.push(value),
            "draft" => talk.draft = value,
            _ => {}
        }
    }
    if !talk.is_way_chosen {
        talk.way = talk.kind.best_way();
    }
}
