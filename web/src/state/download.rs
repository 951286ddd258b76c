//! Hands the reader a file.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::model::call::Call;
use crate::model::export::export;

/// Saves calls as a JSON document.
pub fn download_calls(calls: &[Arc<Call>]) {
    let text = export(calls.iter().map(|call| &**call));
    // Fails in browsers that forbid downloads, and there's nobody else to tell.
    let _ = save("gangplank-calls.json", &text);
}

/// Saves a JSON document; none in browsers that forbid downloads.
pub fn save(name: &str, text: &str) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    let parts = js_sys::Array::of1(&text.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let anchor: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    Url::revoke_object_url(&url).ok()
}
