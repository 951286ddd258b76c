//! Fetches bundles and puts their annexes into the page.
//!
//! `boot.js` does the import, which Rust can't. A bundle has its own memory, so that only text, bytes
//! and functions pass between it and the page: see `crate::annex` for what an annex may rely on.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::model::annex::Annex;

#[wasm_bindgen]
extern "C" {
    type Bundle;
    #[wasm_bindgen(js_name = loadBundle, catch)]
    async fn load(name: &str) -> Result<Bundle, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn mount(
        this: &Bundle,
        place: &HtmlElement,
        annex: &str,
        call: &Function,
    ) -> Result<Function, JsValue>;
}

/// The bundle couldn't be fetched or started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoaded;

/// An annex in the page; leaves it when dropped.
pub struct Mounted {
    unmount: Function,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Fails if the annex itself does, and then there's nothing left to take away.
        let _ = self.unmount.call0(&JsValue::NULL);
    }
}

/// Puts an annex into `place`, which must be in the page; `call` is the page's client.
///
/// Fetches the bundle unless that was done before. None if the reader left in the meantime.
pub async fn open(
    annex: Annex,
    place: &HtmlElement,
    call: &Function,
) -> Result<Option<Mounted>, NotLoaded> {
    let bundle = load(annex.bundle()).await.map_err(|_| NotLoaded)?;
    if !place.is_connected() {
        return Ok(None);
    }
    let unmount = bundle
        .mount(place, annex.key(), call)
        .map_err(|_| NotLoaded)?;
    Ok(Some(Mounted { unmount }))
}
